"""Hand-written inventories in a scanned folder."""

from __future__ import annotations

import pytest
from scanning import Scan, written

from blastradius.model import Component, DependencyFact, Gap, RedundancyFact
from blastradius.scanners import scan

GOOD = """\
schema_version: 1
meta: {title: a shop}
components:
- {id: web, kind: service, name: web}
- {id: "aws:db", kind: database, name: db, region: us-east-1}
- {id: "aws:db2", kind: database, name: db2}
dependencies:
- {dependent: web, dependency: "aws:db", strength: soft, tolerance: 15m, timeout: 2}
redundancies:
- dependent: web
  members: ["aws:db", "aws:db2"]
  active: ["aws:db"]
  failover: {mode: manual, takes: 1h}
gaps:
- {scope: mail, reason: nobody looked, hides: dependency}
"""


def facts(tmp_path, text, name="inventory.yaml"):
    return scan([written(tmp_path, {name: text})]).facts


def test_an_inventory_gives_its_records_with_their_lines(tmp_path):
    found = facts(tmp_path, GOOD)
    components = [f for f in found if isinstance(f, Component)]
    assert [c.id for c in components] == ["web", "aws:db", "aws:db2"]
    assert components[1].evidence[0].locator == "inventory.yaml:5"
    (dependency,) = [f for f in found if isinstance(f, DependencyFact)]
    assert dependency.reference.texts == ("aws:db",)
    assert (dependency.strength, dependency.tolerance, dependency.timeout) == ("soft", 900, 2.0)
    assert dependency.evidence[0].locator == "inventory.yaml:8"
    (redundancy,) = [f for f in found if isinstance(f, RedundancyFact)]
    assert redundancy.active == (0,)
    assert redundancy.failover.takes == 3600
    assert [f.scope for f in found if isinstance(f, Gap)] == ["mail"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: service", "kind: servce", "inventory.yaml:4"),
        ("schema_version: 1", "schema_version: 7", "inventory.yaml:1"),
        ("region: us-east-1", "regoin: us-east-1", "inventory.yaml:5"),
        ("tolerance: 15m", "tolerance: -15m", "inventory.yaml:8"),
    ],
)
def test_a_wrong_inventory_is_a_gap_with_its_line(tmp_path, old, new, message):
    (gap,) = [f for f in facts(tmp_path, GOOD.replace(old, new)) if isinstance(f, Gap)]
    assert gap.evidence[0].locator == message


def test_what_scan_itself_wrote_is_not_read_again(tmp_path):
    top = written(tmp_path, {"out.yaml": GOOD.replace("title: a shop", "assembled: true"), "in.yaml": GOOD})
    found = Scan(scan([top]))
    assert all(e.locator.startswith("in.yaml") for c in found.components.values() for e in c.evidence)
    (coverage,) = [c for c in found.result.coverage.scanners if c.scanner == "inventory"]
    assert coverage.unmapped == {"inventory written by scan": 1}


def test_json_is_as_good_as_yaml(tmp_path):
    text = '{"schema_version": 1,\n"components": [\n{"id": "web", "kind": "service", "name": "web"}]}'
    (component,) = facts(tmp_path, text, "inventory.json")
    assert component.evidence[0].locator == "inventory.json:3"


def test_of_several_designs_of_one_system_the_first_is_read(tmp_path):
    other = GOOD.replace("strength: soft, ", "")
    apart = "schema_version: 1\ncomponents:\n- {id: other, kind: service, name: other}\n"
    top = written(tmp_path, {"a.yaml": other, "inventory.yaml": GOOD, "z.yaml": other, "apart.yaml": apart})
    found = Scan(scan([top]))
    assert sorted(found.components) == ["aws:db", "aws:db2", "other", "web"]
    assert {e.locator.partition(":")[0] for c in found.components.values() for e in c.evidence} == {
        "inventory.yaml",
        "apart.yaml",
    }
    reason = "describes the same components as inventory.yaml: name the one to read"
    assert [(g.scope, g.reason) for g in found.gaps if g.scope != "mail"] == [("a.yaml", reason), ("z.yaml", reason)]


def test_a_name_that_is_not_written_is_the_last_part_of_the_id(tmp_path):
    found = facts(tmp_path, GOOD.replace(", name: db2", ""))
    assert [f.name for f in found if isinstance(f, Component)] == ["web", "db", "db2"]
