"""Reports read a result and write text: complete, bounded, and the same for the same result."""

from __future__ import annotations

import csv
import io
import json

import pytest

from blastradius.errors import UsageError
from blastradius.model import (
    BlastRadius,
    ChainLink,
    Component,
    ComponentResult,
    Coverage,
    Evidence,
    Explanation,
    Gap,
    Inventory,
    JourneyResult,
    ProofStep,
    ScannerCoverage,
    Scenario,
)
from blastradius.reports import View, by_suffix, format_names, render
from blastradius.reports.text.parts import declaration
from blastradius.reports.view import columns, wrapped

REGION = "aws:region/us-east-1"
SCENARIO = Scenario.model_validate(
    {"name": "losing region:us-east-1", "phases": [{"for": 10800, "remove": ["region:us-east-1"]}], "horizon": 10800}
)


def evidence(locator, scanner="kubernetes"):
    return (Evidence(scanner=scanner, locator=locator),)


def link(dependent, dependency, locator, scanner="kubernetes", **more):
    return ChainLink(
        dependent=dependent, dependency=dependency, strength=more.get("strength", "hard"),
        basis=more.get("basis", "declared"), evidence=evidence(locator, scanner),
    )  # fmt: skip


CHAIN = (
    link("journey:checkout", "k8s:shop/default/Deployment/cart", "blastradius.yaml:2", "overlay"),
    link("k8s:shop/default/Deployment/cart", "k8s:shop/default/StatefulSet/redis", "k8s/cart.yaml:31"),
    link("k8s:shop/default/StatefulSet/redis", REGION, "k8s/redis.yaml:1", "assemble"),
)


def component(identifier, name, kind, state="down", **more):
    return ComponentResult(id=identifier, name=name, kind=kind, state=state, **more)


def result(**more):
    return BlastRadius(
        **{
            "scenario": SCENARIO,
            "removed": (REGION,),
            "components": (
                component(REGION, "us-east-1", "region"),
                component("k8s:shop/default/Deployment/cart", "cart", "service"),
                component("k8s:shop/default/StatefulSet/redis", "redis", "cache"),
            ),
            "journeys": (journey("checkout", "breaks", tier=1, breaks_at=0, downtime=10800, chain=CHAIN),),
            **more,
        }
    )


def journey(name, verdict, **more):
    return JourneyResult(
        id=f"journey:{name}", name=name, verdict=verdict, at_worst=more.pop("at_worst", verdict), **more
    )


def test_the_question_comes_first_and_the_proof_names_its_weakest_ground_and_most_telling_place():
    lines = render(result(), "text").splitlines()
    assert lines[0] == "What breaks when region:us-east-1 is lost for 3h?"
    assert (
        "  tier 1  checkout ✗ breaks at 0s, down 3h: "
        "checkout → cart → redis → aws:region/us-east-1 (hard, declared, k8s/cart.yaml:31)"
    ) in lines


def test_a_chain_is_as_good_as_its_weakest_link():
    soft = (CHAIN[0], link("a", "b", "x:1", strength="soft", basis="assumed"))
    said = render(result(journeys=(journey("checkout", "degrades", chain=soft),)), "text")
    assert "(soft, assumed, x:1)" in said


def test_what_stands_only_by_hand_or_lost_its_spare_is_said():
    said = render(
        result(
            journeys=(
                journey("fix", "survives", by_hand=True, interrupted_for=1200, downtime=1200),
                journey("respond", "survives", by_hand=True, unrehearsed=True, exposed=("spare",)),
            ),
            components=(component("spare", "the spare", "service", "up", exposed=True, cannot=("start",)),),
            deadlocks=("spare",),
            unfounded=("spare",),
            not_present=("vendor:x",),
        ),
        "text",
    )
    assert "Standing only by hand: fix" in said
    assert "Standing by hand, never or not lately rehearsed: respond" in said
    assert "Exposed, up but without a spare now: the spare" in said
    assert "Still up, but could not be started again while this lasts: the spare" in said
    assert "cold-start deadlock): the spare" in said
    assert "Still up only because it was running already, would not come up after a restart: the spare" in said
    assert "Not present here: vendor:x" in said


def test_what_could_change_an_answer_comes_first_among_what_was_not_seen():
    near = Gap(scope="mail", reason="nobody knows MAIL", reference="MAIL", hides="location", component="mail")
    far = [Gap(scope=f"f{n}.yaml", reason="not readable", hides="dependency") for n in range(3)]
    said = render(
        result(journeys=(journey("mail", "unknown", at_worst="breaks", gaps=(near,)),), gaps=(*far, near)), "text"
    )
    lines = [line for line in said.splitlines() if "×" in line]
    assert "Not seen: 4 gaps, 1 of which could change an answer above" in said
    assert lines == [
        "  1 × nobody knows MAIL (could change an answer): mail (MAIL)",
        "  3 × not readable: f0.yaml, f1.yaml, f2.yaml",
    ]


def test_gaps_of_one_reason_name_whom_they_are_about():
    names = ["web", "api", "cart", "pay", "mail", "mail"]
    gaps = [
        Gap(
            scope=f"shop/{name}",
            component=f"shop/{name}",
            reference=f"shop/db{n}",
            reason=f"{name} starts after db{n}",
            hides="dependency",
            evidence=(Evidence(scanner="compose", locator=f"compose.yaml:{n}", basis="declared"),),
        )
        for n, name in enumerate(names)
    ]
    known = (component("shop/web", "web", "service"), component("shop/db0", "db0", "database"))
    said = render(result(components=known, gaps=tuple(gaps)), "text", View(width=500))
    assert (
        "  6 × … starts after …: web (db0) at compose.yaml:0, shop/api (shop/db1), shop/cart (shop/db2), "
        "shop/pay (shop/db3) and 2 more\n"
    ) in said
    assert "1 × web starts after db0: web (db0) at compose.yaml:0" in render(
        result(components=known, gaps=(gaps[0],)), "text"
    )


def test_without_journeys_it_says_what_fell_and_how_to_declare_one():
    said = render(result(journeys=()), "text")
    assert "down: 1 × cache: redis" in said
    assert '    entries: ["service:cart"]' in said
    assert "us-east-1" not in "".join(declaration(result(journeys=())))


@pytest.mark.parametrize(
    ("components", "entry", "place"),
    [
        ((), "service:frontend", ("aws", "us-east-1")),
        ((component(REGION, "us-east-1", "region"),), "service:frontend", ("aws", "us-east-1")),
        (
            (
                component("gcp:region/europe-west1", "europe-west1", "region"),
                component("a", "db", "database", because=("a", REGION)),
                component("b", 'the "web"', "function", because=("b", "a", REGION)),
            ),
            'function:the "web"',
            ("gcp", "europe-west1"),
        ),
        (
            (component("x/web", "web", "service"), component("y/web", "web", "service")),
            "id:x/web",
            ("aws", "us-east-1"),
        ),
    ],
)
def test_the_overlay_that_is_suggested_can_be_read_and_speaks_of_what_is_there(tmp_path, components, entry, place):
    from blastradius import overlay

    path = tmp_path / "blastradius.yaml"
    placeless = Gap(scope="shop", hides="location", reason="3 components carry no place")
    lines = declaration(result(components=components, journeys=(), gaps=(placeless,)))
    path.write_text("\n".join(lines), encoding="utf-8")
    read = overlay.read(path)
    assert [list(one.entries) for one in read.journeys.values()] == [[entry]] or entry in str(read.journeys)
    assert [(one.provider, one.region) for one in read.place] == [place]
    assert len(lines) <= 10
    assert "place:" not in declaration(result(components=components, journeys=()))


def test_a_huge_answer_fits_a_screen():
    components = tuple(component(f"s{n}", f"service {n}", "service") for n in range(20_000))
    journeys = tuple(
        journey(f"j{n:04}", verdict, tier=n % 3, chain=CHAIN * 3)
        for n, verdict in enumerate(("breaks", "unknown", "degrades", "survives") * 250)
    )
    gaps = tuple(Gap(scope=f"f{n}", reason=f"reason {n % 50}", hides="dependency") for n in range(5000))
    huge = result(components=components, journeys=journeys, gaps=gaps, deadlocks=tuple(c.id for c in components))
    said = render(huge, "text").splitlines()
    assert len(said) <= 40
    assert max(map(len, said)) < 400
    assert any("and" in line and "more" in line for line in said)


@pytest.mark.parametrize("width", [40, 80, 132])
def test_lines_fit_the_terminal_unless_a_word_does_not(width):
    for line in render(result(), "text", View(width=width)).splitlines():
        assert columns(line) <= width or max(map(columns, line.split())) > width - 28


def test_wide_characters_count_twice_and_combining_ones_not_at_all():
    assert columns("東京") == 4
    assert columns("e\u0301") == 1
    assert wrapped("東京 東京 東京", 9) == ["東京 東京", "東京"]


def test_an_ascii_view_writes_ascii():
    assert render(result(), "text", View(ascii=True)).isascii()


def test_colour_is_written_only_where_it_may_be():
    assert "\x1b[" not in render(result(), "text")
    assert "\x1b[31;1m✗ breaks at 0s\x1b[0m" in render(result(), "text", View(colour=True))


def test_a_shared_name_gives_way_to_the_id():
    twins = (component("a/db", "db", "database"), component("b/db", "db", "database"))
    said = render(
        result(components=twins, journeys=(journey("x", "breaks", chain=(link("a/db", "b/db", "f:1"),)),)), "text"
    )
    assert "a/db → b/db" in said


def test_json_is_the_result_with_sorted_keys():
    document = json.loads(render(result(), "json"))
    assert document["schema_version"] == 1
    assert document["scenario"]["phases"][0]["for"] == 10800
    assert document["journeys"][0]["chain"][1]["evidence"][0]["locator"] == "k8s/cart.yaml:31"
    assert list(document) == sorted(document)


def test_json_of_an_answer_fulfils_its_schema():
    import jsonschema

    jsonschema.validate(json.loads(render(result(), "json")), BlastRadius.model_json_schema(mode="serialization"))


def test_csv_has_one_row_a_record_and_as_many_cells_as_columns():
    evil = component("=cmd()", "=cmd()", "service")
    rows = list(csv.reader(io.StringIO(render(result(components=(evil,)), "csv"))))
    assert [row[0] for row in rows] == ["record", "journey", "component"]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[2][1] == "'=cmd()"


def test_markdown_keeps_its_tables_whole_whatever_the_names():
    evil = component("a|b\n# c", "a|b", "service")
    said = render(result(components=(evil,)), "markdown")
    assert "| a\\|b\\\\x0a\\# c | service | down |" in said


def test_a_proof_is_drawn_as_a_tree_with_a_place_on_every_edge():
    steps = (
        ProofStep(depth=0, id="journey:x", name="x", state="down"),
        ProofStep(depth=1, id="a", name="a", state="down", link=link("journey:x", "a", "f:1")),
        ProofStep(depth=2, id="c", name="c", state="down", link=link("a", "c", "f:2"), note="removed"),
        ProofStep(depth=1, id="b", name="b", state="down", link=link("journey:x", "b", "f:3"), note="removed"),
    )
    proof = Explanation(scenario=SCENARIO, subject="journey:x", name="x", at=0, state="down", steps=steps)
    assert render(proof, "text").splitlines()[3:] == [
        "x [journey:x] down",
        "├─ a down",
        "│  │    hard, declared",
        "│  │    f:1",
        "│  └─ c down, removed",
        "│          hard, declared",
        "│          f:2",
        "└─ b down, removed",
        "        hard, declared",
        "        f:3",
    ]


def test_every_report_says_what_was_read():
    coverage = Coverage(scanners=(ScannerCoverage(scanner="kubernetes", parsed=3, failed=1, unmapped={"Foo": 2}),))
    said = render(result(coverage=coverage), "text")
    assert "Read: kubernetes 3 files, 1 not readable, 2 objects of 1 type not mapped" in said
    assert "Foo (2)" in render(result(coverage=coverage), "markdown")


def test_formats_are_found_by_name_and_suffix():
    assert format_names() == ["csv", "dot", "graphml", "html", "json", "markdown", "mermaid", "text"]
    assert (by_suffix("x.md"), by_suffix("x.JSON"), by_suffix("x")) == ("markdown", "json", None)
    drawn = (by_suffix("x.html"), by_suffix("x.gv"), by_suffix("x.mmd"), by_suffix("x.graphml"))
    assert drawn == ("html", "dot", "mermaid", "graphml")
    with pytest.raises(UsageError, match="csv, dot, graphml, html, json, markdown, mermaid, text"):
        render(result(), "xml")


@pytest.mark.parametrize("form", ["text", "markdown", "csv"])
def test_every_result_has_every_format(form):
    from blastradius.analysis.diff import Diff
    from blastradius.analysis.regions import Regions

    explanation = Explanation(scenario=SCENARIO, subject="x", name="x", state="up")
    for answer in (result(), explanation, Diff(), Regions(verdict="unknown"), Inventory()):
        assert render(answer, form)


def test_the_headline_of_a_scan_of_many_systems_says_so():
    declared = result().model_copy(update={"systems": 39})
    journeys = tuple(one.model_copy(update={"inferred": True}) for one in declared.journeys)
    many = declared.model_copy(update={"journeys": journeys})
    assert "systems" not in render(declared, "text").splitlines()[1]
    assert " in 39 systems that share nothing of your own: " in render(many, "text").splitlines()[1]
    assert "systems" not in render(many.model_copy(update={"systems": 1}), "text").splitlines()[1]


def test_a_scan_says_how_much_of_it_is_the_users_own():
    found = Inventory(
        components=(
            Component(id="web", kind="service", name="web"),
            Component(id=REGION, kind="region", name="us-east-1"),
            Component(id="vendor:x", kind="vendor", name="x"),
        )
    )
    for form in ("text", "markdown"):
        said = "3 components (1 of your own; 2 places, platforms, vendors and hosts), 0 dependencies"
        assert said in render(found, form)
