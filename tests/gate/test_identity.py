"""A finding keeps its fingerprint however its files are called, ordered and laid out, and others have others."""

from __future__ import annotations

import json
import shutil

import pytest
from gate.judging import TODAY, drawn, judged, system
from gate.repository import Repository
from gate.shop import FILES
from gate.test_pull_requests import _module as move_to_a_module
from gate.test_pull_requests import _reformat as reformat
from gate.test_pull_requests import _table as add_table
from hypothesis import given, settings
from hypothesis import strategies as st

from blastradius.errors import UsageError
from blastradius.gate import baseline as baselines
from blastradius.gate.ends import called, loosely
from blastradius.gate.judging import Asked, judge
from blastradius.gate.result import GateResult
from blastradius.gate.ruling import GateRule, Match, Told, rules
from blastradius.model import Component, Evidence

NAMES = "abcdef"


@st.composite
def changes(draw):
    """A base and a head, each a drawing of who needs what, some of it in one region."""
    lines = [f"{one} -> us-east-1" for one in NAMES if draw(st.booleans())]
    pairs = st.sets(st.tuples(st.sampled_from("web" + NAMES), st.sampled_from(NAMES)), max_size=8)
    needs = [f"{'web' if one in 'web' else one} -> {other}" for one, other in sorted(draw(pairs)) if one != other]
    more = [f"{'web' if one in 'web' else one} -> {other}" for one, other in sorted(draw(pairs)) if one != other]
    start = ["journey checkout: web", *NAMES]
    return "\n".join([*start, *lines, *needs]), "\n".join([*start, *lines, *needs, *more])


def marks(result: GateResult):
    return sorted((one.status, one.fingerprint) for one in result.findings)


def moved(inventory, prefix, shuffle):
    """The same system as other files would say it: other roots in its ids, other lines, another order."""
    ids = {one.id: f"tf:{prefix}:{one.id}" if one.kind == "service" else one.id for one in inventory.components}

    def told(record, **fields):
        evidence = tuple(Evidence(scanner="terraform", locator=f"{prefix}/main.tf:{7 + n}") for n in range(2))
        return record.model_copy(update={**fields, "evidence": evidence})

    components = [told(one, id=ids[one.id], scope=f"tf:{prefix}") for one in inventory.components]
    dependencies = [
        told(one, dependent=ids.get(one.dependent, one.dependent), dependency=ids[one.dependency])
        for one in inventory.dependencies
    ]
    journeys = [
        one.model_copy(
            update={
                "entries": tuple(entry.model_copy(update={"component": ids[entry.component]}) for entry in one.entries)
            }
        )
        for one in inventory.journeys
    ]
    shuffle(components)
    shuffle(dependencies)
    return inventory.model_copy(
        update={
            "components": tuple(components),
            "dependencies": tuple(dependencies),
            "journeys": tuple(journeys),
        }
    )


@settings(max_examples=60)
@given(changes(), st.randoms(use_true_random=False))
def test_names_of_files_and_roots_lines_and_order_never_matter(change, chance):
    base, head = (drawn(one) for one in change)
    expected = judged(base, head)
    after = judged(moved(base, "old", chance.shuffle), moved(head, "new/place", chance.shuffle))
    assert marks(after) == marks(expected)
    assert after.passed == expected.passed


@settings(max_examples=60)
@given(changes())
def test_what_is_new_is_what_the_base_does_not_have(change):
    base, head = change
    result = judged(base, head)
    assert judged(head, head).passed
    assert all(one.status == "known" for one in judged(head, head).findings)
    found = [one.fingerprint for one in result.findings]
    assert len(found) == len(set(found)), "no two findings share a fingerprint"
    assert result.counts.new == sum(one.status == "new" for one in result.findings)
    for one in result.findings:
        if one.status == "new" and one.rule == "BR001":
            links = {(link.dependent, link.dependency) for link in one.chain}
            assert (one.dependent, one.dependency) in links, "what introduced it is on its proof"


def findings(shop: Repository, capsys) -> list[str]:
    capsys.readouterr()
    shop.gate("--format", "json")
    return sorted(
        one["fingerprint"] for one in json.loads(capsys.readouterr().out)["findings"] if one["status"] == "new"
    )


def _swap(shop: Repository) -> None:
    shop.replace("infra/main.tf", "SESSIONS = aws_dynamodb_table.sessions.name\n      AUDIT =", "AUDIT =")
    shop.replace(
        "infra/main.tf",
        "aws_sqs_queue.audit.url\n",
        "aws_sqs_queue.audit.url\n  SESSIONS = aws_dynamodb_table.sessions.name\n",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda shop: shop.move("infra/main.tf", "infra/price.tf"),
        lambda shop: shop.move("infra/sessions.tf", "infra/a.tf"),
        lambda shop: shop.move("infra", "terraform/shop"),
        reformat,
        move_to_a_module,
        _swap,
        lambda shop: shop.write("infra/main.tf", "# a line\n\n" + shop.read("infra/main.tf")),
    ],
)
def test_what_a_person_moves_keeps_its_fingerprint(change, tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    add_table(shop)
    before = findings(shop, capsys)
    assert len(before) == 1
    change(shop)
    if change is reformat:
        assert "SESSIONS" in shop.read("infra/main.tf")
    assert findings(shop, capsys) == before


def test_two_things_of_one_name_are_two_findings(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    add_table(shop)
    shop.commit()
    shutil.copytree(shop.folder / "infra", shop.folder / "second")
    overlay = shop.read("blastradius.yaml").replace('["gateway:api GET*",', '["gateway:api GET*", "function:price",')
    shop.write("blastradius.yaml", overlay)
    assert findings(shop, capsys), "a second copy of what is known is new"


def test_two_needs_of_one_name_have_two_fingerprints():
    base = drawn("journey checkout: top\ntop -> web\ntop -> site\na -> us-east-1", site={"name": "web"})
    one = drawn("journey checkout: top\ntop -> web\ntop -> site\nweb -> a\na -> us-east-1", site={"name": "web"})
    both = drawn(
        "journey checkout: top\ntop -> web\ntop -> site\nweb -> a\nsite -> a\na -> us-east-1", site={"name": "web"}
    )
    found = [one for one in judged(base, both).findings if one.rule == "BR001" and one.status == "new"]
    assert {one.dependent for one in found} == {"web", "site"}
    assert len({one.fingerprint for one in found}) == len(found)
    first = judge(system(base), system(one), Asked(today=TODAY))
    accepted = baselines.of_findings(first.met, system(one))
    asked = Asked(baseline=accepted, today=TODAY)
    for before in (base, one):
        left = [one for one in judge(system(before), system(both), asked).result.findings if one.status == "new"]
        assert [one.rule for one in left].count("BR001") == 1, "a baseline accepts what it named and nothing else"


def component(**fields):
    return Component(**{"id": "tf:a:x", "kind": "database", "name": "x", **fields})


def test_a_name_holds_nothing_of_where_a_thing_is_written():
    one = component(id="tf:a/b:module.x.aws_y.z[0]", name="x[0]", scope="tf:a/b")
    other = component(id="tf:c:aws_y.z", name="x[3]", scope="tf:c")
    assert called(one) == called(other)
    assert called(component(kind="cache")) != called(component())
    assert called(component(region="us-east-1")) != called(component(region="eu-west-1"))
    assert loosely(component(region="us-east-1")) == loosely(component(region="eu-west-1"))
    assert called(component(scope="k8s:a/shop")) == called(component(scope="k8s:b/shop"))
    assert called(component(scope="k8s:a/shop")) != called(component(scope="k8s:a/blog"))
    arn = "arn:aws:dynamodb:us-east-1:111122223333:table/x"
    assert called(component(identities=("x.example.com", arn))) == arn == called(component(id=arn, name="y"))
    assert called(component(identities=("k8s:root/default/Service/x",))) == called(component())


# Rules of other distributions


class Quota(GateRule):
    """A rule of somebody else."""

    id = "ACME001"
    name = "no-quota"
    summary = "A service without a quota."
    docs = "It fires.\n\nIt does not fire.\n\nSet one."
    level = "warn"

    def matches(self, system):
        """Every service."""
        return (Match(dependency=one) for one in system.of_kind("service"))

    def tell(self, match, system, base):
        """Names it."""
        return Told(f"{system.label(match.dependency or '')} has no quota")


class Twin(Quota):
    """A rule that takes an id that is taken."""

    id = "BR001"


class Silent(GateRule):
    """A rule without words."""

    id = "ACME001"


def offered(tmp_path, monkeypatch, name="ACME001", value="acme_rules:Quota"):
    """A distribution that is not there otherwise, on the path."""
    (tmp_path / "acme_rules.py").write_text("from gate.test_identity import Quota, Silent, Twin\nnothing = 1\n")
    info = tmp_path / "acme_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[blastradius.rules]\n{name} = {value}\n")
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_rule_of_another_distribution(tmp_path, monkeypatch):
    offered(tmp_path, monkeypatch)
    base = "journey checkout: web"
    result = judged(base, base + "\nweb -> price", rules={"ACME001": "block"})
    assert [one.message for one in result.findings if one.rule == "ACME001" and one.fails] == [
        "service:price has no quota"
    ]
    assert "ACME001" in {one.id for one in result.rules}


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("ACME001", "acme_rules:nothing", "is no rule of that id"),
        ("ACME002", "acme_rules:Quota", "is no rule of that id"),
        ("ACME001", "acme_rules:missing", "cannot be loaded: AttributeError"),
        ("ACME001", "no_such_module:x", "cannot be loaded: ModuleNotFoundError"),
        ("ACME001", "acme_rules:Silent", "has no words for what it finds"),
        ("BR001", "acme_rules:Twin", "there is a rule of that id already"),
    ],
)
def test_a_rule_that_is_none_is_said_to_be(tmp_path, monkeypatch, name, value, what):
    offered(tmp_path, monkeypatch, name, value)
    with pytest.raises(UsageError, match=f"rule {name} of acme-rules: {what}"):
        rules()
