"""Real compose files, compared with what is known of them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml
from scanning import Scan, corpus

from blastradius.assemble import assemble
from blastradius.scanners import scan
from blastradius.storage import dumps

pytestmark = pytest.mark.corpus


def start_order(body: dict) -> set[tuple[str, str]]:
    """Pairs of one file's `depends_on`, read without this program."""
    return {
        (name, other)
        for name, service in (body.get("services") or {}).items()
        if isinstance(service, dict)
        for other in service.get("depends_on") or ()
    }


def seen(found: Scan, project: str) -> set[tuple[str, str]]:
    """Pairs of a project's `depends_on`, as scanned."""
    head = f"compose:{project}/"
    return {
        (rule.dependent.removeprefix(head), rule.reference.texts[0].removeprefix(head))
        for rule in found.rules
        if rule.via == "depends_on" and rule.dependent.startswith(head)
    }


def test_start_order_of_all_examples_is_as_their_files_say():
    base = corpus("inputs", "awesome-compose")
    found = Scan(scan([base]))
    files = sorted(base.glob("*/compose.y*ml"))
    assert len(files) == 39
    services = 0
    for path in files:
        body = yaml.safe_load(path.read_text())
        services += len(body["services"])
        assert seen(found, body.get("name") or path.parent.name) == start_order(body), path.parent.name
    assert len([c for c in found.components if c.startswith("compose:") and "/route/" not in c]) == services == 81
    assert all(rule.phase == "startup" for rule in found.rules if rule.via == "depends_on")


def test_many_services_in_many_variants_are_all_there_and_what_is_malformed_is_a_gap():
    base = corpus("inputs", "deathstarbench")
    found = Scan(scan([base]))
    paths = sorted(base.rglob("docker-compose*.yml"))
    bodies = [yaml.safe_load(path.read_text()) for path in paths]
    whole = sum(isinstance(service, dict) for body in bodies for service in body["services"].values())
    broken = sum(not isinstance(service, dict) for body in bodies for service in body["services"].values())
    assert len(found.components) == whole
    assert len([g for g in found.gaps if g.reason.startswith("could not be read")]) == broken
    assert len([r for r in found.rules if r.via == "depends_on"]) + len(
        [g for g in found.gaps if g.reason.startswith("depends_on: no service")]
    ) == sum(len(start_order(body)) for body in bodies)


def test_compose_and_manifests_together_show_every_visible_call_of_a_shop(tmp_path):
    base = ("inputs", "sock-shop", "deploy")
    paths = [
        corpus(*base, "docker-compose", "docker-compose.yml"),
        corpus(*base, "kubernetes", "manifests"),
        corpus(*base, "kubernetes", "manifests-policy"),
    ]
    result = scan(paths)
    file = tmp_path / "inventory.json"
    file.write_bytes(dumps(assemble(result.facts, result.coverage, result.roots)))
    command = [sys.executable, str(corpus("score.py")), "edges", str(corpus("expected", "sock-shop.yaml")), str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "recall 1.000 (12 of 12 visible), precision 1.000, forbidden 0" in done.stdout
    inventory = json.loads(file.read_text())
    ways = {one["dependent"]: one["dependency"] for one in inventory["dependencies"] if "user-sim" in one["dependent"]}
    assert set(ways) == {"compose:deploy/user-sim"} or set(ways) == {"compose:docker-compose/user-sim"}
