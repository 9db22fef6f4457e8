"""Systems drawn as text, judged: what a rule says of one and of a change."""

from __future__ import annotations

from datetime import date
from typing import Any

from drawing import parse

from blastradius.gate.judging import Asked, judge
from blastradius.gate.result import GateFinding, GateResult
from blastradius.gate.system import System
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Inventory, Policy

TODAY = date(2026, 11, 21)
PLACES = """
us-east-1: kind region
eu-west-1: kind region
use1-az1: kind zone
"""


def drawn(text: str, **tags: dict[str, Any]) -> Inventory:
    """A drawing over two regions and a zone, which are there in any case.

    Args:
        text: the drawing.
        tags: fields of components, by name with `_` for `-`.
    """
    inventory = parse(PLACES + text)
    changed = {name.replace("_", "-"): fields for name, fields in tags.items()}
    return inventory.model_copy(
        update={"components": tuple(one.model_copy(update=changed.get(one.id, {})) for one in inventory.components)}
    )


def system(inventory: Inventory | str, **policy: Any) -> System:
    """A system of a drawing or an inventory."""
    found = drawn(inventory) if isinstance(inventory, str) else inventory
    return System(DependencyGraph(found), "it", Policy.model_validate(policy))


def judged(base: Inventory | str | None, head: Inventory | str, **policy: Any) -> GateResult:
    """What the gate says of a change."""
    before = system(base, **policy) if base is not None else None
    return judge(before, system(head, **policy), Asked(today=TODAY)).result


def new(base: Inventory | str | None, head: Inventory | str, rule: str, **policy: Any) -> list[GateFinding]:
    """The new findings of one rule."""
    return [one for one in judged(base, head, **policy).findings if one.rule == rule and one.status == "new"]


def places(inventory: Inventory, where: dict[str, str | None]) -> Inventory:
    """An inventory with some components in other regions, or in none."""
    moved = {one: {"region": region, "provider": "aws" if region else None} for one, region in where.items()}
    components: list[Component] = [one.model_copy(update=moved.get(one.id, {})) for one in inventory.components]
    return inventory.model_copy(update={"components": tuple(components)})
