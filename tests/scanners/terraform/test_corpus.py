"""Plans and states of real systems."""

from __future__ import annotations

import json
import re

import pytest
from configured import Oracle
from rooted import inventory
from scanning import corpus

pytestmark = pytest.mark.corpus


def bare(id):
    return re.sub(r"\[[^\]]*\]", "", id.partition(":")[2].partition(":")[2])


def test_every_plan_and_state_is_read():
    read = []
    for folder in ("terraform-plan-overmind", "terraform-plan-infracost", "terraform-state"):
        for path in sorted(corpus("inputs", folder).rglob("*")):
            if path.is_file():
                found = inventory([path])
                scanner = found.coverage.scanners[0]
                own = [one for one in found.components if one.evidence[0].scanner == "terraform"]
                gaps = [gap for gap in found.gaps if gap.scope == path.name]
                assert own or scanner.unmapped or gaps, path
                read.append((path.name, bool(gaps)))
    assert len(read) >= 24
    assert [name for name, gap in read if gap] == ["plan_with_terraform_wrapper.json", "invalid_version_state.json"]


def test_the_dependencies_of_a_large_plan_are_those_of_its_configuration():
    path = corpus("inputs", "terraform-plan-overmind", "plan.json")
    oracle = Oracle(json.loads(path.read_text()))
    found = inventory([path])
    pairs: set[tuple[str, str]] = set()
    literal: set[tuple[str, str]] = set()
    for one in found.dependencies:
        if one.evidence[0].scanner != "terraform" or not one.dependency.startswith("tf:"):
            continue
        pair = (bare(one.dependent), bare(one.dependency))
        # a host in a text that the plan knows, and what is reached through a balancer, are no references; dynamic
        # blocks are not in a configuration, only their values are in the plan
        notes = [(piece.note or "").partition(".")[0] for piece in one.evidence]
        known = oracle.expressions.get(pair[0], {})
        is_literal = all(note.startswith("env ") or (note == "origin" and note not in known) for note in notes)
        through = "_listener" in pair[1]
        (literal if is_literal or through else pairs).add(pair)
    for group in found.redundancies:
        pairs |= {(bare(group.dependent), bare(one)) for one in group.members if one.startswith("tf:")}
    wanted = oracle.needs()
    assert wanted - pairs - literal == set()
    assert pairs - wanted == set()
    assert len(wanted) == 24
