"""Facts for tests, told shortly: what a scanner would have written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from blastradius.assemble import assemble
from blastradius.assemble.citing import is_cited
from blastradius.model import (
    Component,
    Coverage,
    Dependency,
    DependencyFact,
    Evidence,
    Fact,
    Gap,
    Inventory,
    Redundancy,
    RedundancyFact,
    Reference,
    Role,
)

_lines = count(1)


def seen(locator: str = "", scanner: str = "test") -> tuple[Evidence, ...]:
    """Evidence; a line of its own where none is given."""
    return (Evidence(scanner=scanner, locator=locator or f"facts.yaml:{next(_lines)}"),)


def thing(id: str, *aliases: str, scanner: str = "test", **fields: Any) -> Component:
    """A component of kind service, named like the end of its id."""
    values: dict[str, Any] = {"kind": "service", "name": id.rpartition("/")[2], **fields}
    return Component(id=id, aliases=aliases, evidence=seen(f"{scanner}/{id}:1", scanner), **values)


def needs(
    dependent: str, *texts: str, scope: str = "", role: Role = "address", via: str = "env X", **fields: Any
) -> DependencyFact:
    """`dependent` refers to something by texts."""
    fields.setdefault("evidence", seen())
    kind = fields.pop("kind", None)
    return DependencyFact(
        dependent=dependent, reference=Reference(texts=texts, scope=scope, role=role, kind=kind), via=via, **fields
    )


def any_of(dependent: str, *members: str, scope: str = "", role: Role = "address", **fields: Any) -> RedundancyFact:
    """`dependent` refers to several things of which some suffice."""
    fields.setdefault("evidence", seen())
    references = tuple(Reference(texts=(member,), scope=scope, role=role) for member in members)
    return RedundancyFact(dependent=dependent, members=references, via="names", **fields)


def told(*facts: Fact, roots: Sequence[str] = ("root",)) -> Inventory:
    """The inventory of facts."""
    return assemble(facts, Coverage(), roots)


def ids(inventory: Inventory) -> set[str]:
    """Ids of all components."""
    return {one.id for one in inventory.components}


def component(inventory: Inventory, id: str) -> Component:
    """The component of an id."""
    return next(one for one in inventory.components if one.id == id)


def need(inventory: Inventory, dependent: str, dependency: str) -> Dependency:
    """The only dependency between two."""
    (one,) = [d for d in inventory.dependencies if (d.dependent, d.dependency) == (dependent, dependency)]
    return one


def needed(inventory: Inventory, dependent: str) -> set[str]:
    """Ids of what somebody needs, as far as it was seen or follows from its place."""
    return {one.dependency for one in inventory.dependencies if one.dependent == dependent and not is_cited(one)}


def groups(inventory: Inventory) -> list[Redundancy]:
    """All redundancies."""
    return list(inventory.redundancies)


def gaps_of(inventory: Inventory, id: str, hides: str = "dependency") -> list[Gap]:
    """Gaps that leave a component uncertain."""
    return [gap for gap in inventory.gaps if gap.component == id and gap.hides == hides]


def text_of(inventory: Inventory) -> str:
    """The whole inventory as text."""
    return inventory.model_dump_json()


def evidence_of(inventory: Inventory) -> set[Evidence]:
    """All evidence under dependencies, redundancies and gaps."""
    records: Iterable[Any] = (*inventory.dependencies, *inventory.redundancies, *inventory.gaps)
    return {piece for record in records for piece in record.evidence}
