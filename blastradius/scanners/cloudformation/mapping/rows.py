"""What a CloudFormation type becomes: the rows that the families of this room are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from blastradius.scanners.mapping import rows as shared
from blastradius.scanners.mapping.rows import Need

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

__all__ = ["Need", "Row", "Types", "types"]

Extra = Callable[["Facts", "Item"], None]
Label = Callable[["Facts", "Item"], "str | None"]
Zones = Callable[["Facts", "Item"], "int | None"]


@dataclass(frozen=True, slots=True)
class Row(shared.Row):
    """What a type becomes.

    Attributes:
        shows: properties that explain it, by name of the attribute.
        more: what else is to be said of it.
        label: what to call it where it has no name of its own; an empty text where nothing comes of it.
        entry: how users come in by it; None where they do not.
        first: what is to be known of it before any component is made: what is registered where.
        copies: makes its copies in other regions.
        called: host names by which others call it within the private network.
        zones: properties that name subnets or zones.
        spares: in how many zones it keeps a copy of itself, where that is another number than that of the zones named;
            None where nothing tells. One that states a single copy and no zone lies in a zone that nobody knows.
    """

    names: tuple[str, ...] = ("Name",)
    shows: tuple[tuple[str, str], ...] = ()
    more: Extra | None = None
    label: Label | None = None
    entry: Label | None = None
    first: Extra | None = None
    copies: Extra | None = None
    called: Callable[[Facts, Item], list[str]] | None = None
    zones: tuple[str, ...] = ()
    spares: Zones | None = None


@dataclass(slots=True)
class Types(shared.Types[Row, Extra]):
    """All types that are known.

    Attributes:
        last: what needs to see all stacks at once.
    """

    last: list[Callable[[Facts], None]] = field(default_factory=list)


@cache
def types() -> Types:
    """The rows of all families: each module beside this one that has some."""
    found = Types()
    for family in found.gather(__package__ or ""):
        found.last.extend(getattr(family, "LAST", ()))
    return found
