"""Systems of any size for tests of reports: shops in three regions, all alike, and one full of hostile names."""

from __future__ import annotations

from blastradius.graph import DependencyGraph
from blastradius.model import (
    Component,
    Coverage,
    Dependency,
    Evidence,
    Gap,
    Inventory,
    Journey,
    JourneyEntry,
    Meta,
    Redundancy,
    ScannerCoverage,
)

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=2</script>",
    '"><img src=x onerror="window.pwned=3">',
    "' onmouseover='window.pwned=4",
    "__proto__",
    "constructor",
    "safe\u202egnp.exe\u2066\u200b",
    "line\u2028separator\nand\rothers\x00\x1b[31m\x85\ufffe",
    "{{ 7 * 7 }}{% raw %}${window.pwned=5}",
    "]]></data><!-- --><b>bold</b>&amp;&lt;",
    "%%{init: {'theme':'dark'}}%% --> end[\"x\"] `code`;#35;",
    'graph "a\\" -> b\\n\\',
    "javascript:window.pwned=6",
    "=1+1|a*b_c~[x](y)",
    "x" * 2_000,
    "0",
)


def seen(line: int) -> tuple[Evidence, ...]:
    """Evidence at a line of a file."""
    return (Evidence(scanner="kubernetes", locator=f"deploy/shop.yaml:{line}", note="env ADDRESS"),)


def system(count: int) -> Inventory:
    """Shops of five components each in three regions; only those of the first region share a database, and one vendor.

    Args:
        count: components, places and vendors apart.
    """
    components = [
        Component(id=f"aws:region/{region}", kind="region", name=region, provider="aws") for region in REGIONS
    ]
    components.append(Component(id="vendor:pay", kind="vendor", name="Pay", provider="own", region="global"))
    dependencies, redundancies, journeys = [], [], []
    kinds = ("service", "service", "database", "cache", "queue")
    for at in range(count):
        shop, part = divmod(at, 5)
        region = REGIONS[shop % 3]
        one = f"shop-{shop:05}/{('web', 'cart', 'db', 'cache', 'orders')[part]}"
        place = {"provider": "aws", "region": region}
        components.append(Component(id=one, kind=kinds[part], name=one, evidence=seen(at + 1), **place))
        dependencies.append(Dependency(dependent=one, dependency=f"aws:region/{region}", evidence=seen(at + 2)))
        if part and not (part == 2 and shop):
            strength = "soft" if part == 3 else "hard"
            before = one.rpartition("/")[0] + "/web"
            dependencies.append(Dependency(dependent=before, dependency=one, strength=strength, evidence=seen(at + 3)))
        if part == 2 and shop:
            members = (one, "shop-00000/db")
            redundancies.append(Redundancy(dependent=f"shop-{shop:05}/cart", members=members, evidence=seen(at + 4)))
        if part == 0 and shop < 12:
            if shop % 4 == 1:
                dependencies.append(Dependency(dependent=one, dependency="vendor:pay", evidence=seen(at + 5)))
            entry = JourneyEntry(component=one)
            journeys.append(Journey(id=f"journey:buy-{shop}", name=f"buy {shop}", entries=(entry,), tier=shop % 3 + 1))
    return Inventory(
        meta=Meta(assembled=True, title="Shops"), components=tuple(components), dependencies=tuple(dependencies),
        redundancies=tuple(redundancies), journeys=tuple(journeys),
        gaps=(Gap(scope="mail", component="shop-00000/web", reference="MAIL", reason="nobody knows MAIL", hides="dependency"),),
        coverage=Coverage(scanners=(ScannerCoverage(scanner="kubernetes", parsed=3, failed=1, unmapped={"Foo": 2}),)),
    )  # fmt: skip


def hostile() -> Inventory:
    """Every hostile text as id, name, region, file and journey, in one chain that ends in a lost region."""
    components = [Component(id="aws:region/r", kind="region", name="r")]
    dependencies, journeys = [], []
    for at, text in enumerate(HOSTILE):
        evidence = (Evidence(scanner="hand", locator=text, note=text),)
        components.append(
            Component(
                id=text, kind="service", name="y" * 10_000 if text.startswith("xx") else text, provider=text[:50],
                region=text[:50], account=text[:50], environment=text[:50], type=text[:50], tags={text: text}, evidence=evidence,
            )
        )  # fmt: skip
        after = HOSTILE[at + 1] if at + 1 < len(HOSTILE) else "aws:region/r"
        dependencies.append(Dependency(dependent=text, dependency=after, reason=text, evidence=evidence))
        journeys.append(
            Journey(id=f"journey:{text}"[:2000], name=text, entries=(JourneyEntry(component=text),), evidence=evidence)
        )
    gaps = tuple(Gap(scope=text, reason=f"not seen: {text}", hides="dependency", reference=text) for text in HOSTILE)
    skipped = dict.fromkeys(HOSTILE, 1)
    return Inventory(
        meta=Meta(assembled=True, title=HOSTILE[1], source=HOSTILE[2]), components=tuple(components),
        dependencies=tuple(dependencies), journeys=tuple(journeys), gaps=gaps,
        coverage=Coverage(scanners=tuple(ScannerCoverage(scanner=t, unmapped={t: 1}) for t in HOSTILE), skipped=skipped),
    )  # fmt: skip


def graph(inventory: Inventory) -> DependencyGraph:
    """Its graph."""
    return DependencyGraph(inventory)
