"""What a Terraform type becomes: the rows that the families of this room are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from blastradius.scanners.mapping import rows as shared
from blastradius.scanners.mapping.rows import Need

if TYPE_CHECKING:
    from blastradius.scanners.terraform.mapping.world import World
    from blastradius.scanners.terraform.model import Block

__all__ = ["Need", "Row", "Types", "types"]

Extra = Callable[["World", "Block", str], None]
Join = Callable[["World", "Block"], None]
Zones = Callable[["World", "Block"], "int | None"]


@dataclass(frozen=True, slots=True)
class Row(shared.Row):
    """What a type becomes.

    Attributes:
        zones: attributes that name subnets or zones.
        copies: in how many zones it keeps a copy of itself, where that is another number than that of the zones named;
            None where nothing tells. One that states a single copy and no zone lies in a zone that nobody knows.
        parents: attributes that name what it is part of, whose region it shares.
        more: says what else is to be said of it.
    """

    zones: tuple[str, ...] = ()
    copies: Zones | None = None
    parents: tuple[str, ...] = ()
    more: Extra | None = None


@dataclass(slots=True)
class Types(shared.Types[Row, Join]):
    """All types that are known; joins are called in the order of the resources, once what rows say is tied.

    Attributes:
        early: called once all components of rows are there, before anything is tied: more components, stand-ins.
        late: called after those, before anything is tied.
    """

    early: dict[str, Join] = field(default_factory=dict)
    late: dict[str, Join] = field(default_factory=dict)

    def quietly(self, type: str) -> bool:
        """Whether a type is known and deliberately becomes nothing of its own."""
        return type in self.early or shared.Types.quietly(self, type)

    def silent(self, type: str) -> bool:
        """Whether a type says nothing at all about who needs what."""
        spoken = (self.rows, self.stands, self.joins, self.early, self.late)
        return self.quietly(type) and not any(type in one for one in spoken)


@cache
def types() -> Types:
    """The rows of all families: each module beside this one that has `ROWS`, `STANDS`, `JOINS`, `EARLY`, `LATE` or `QUIET`."""
    found = Types()
    for family in found.gather(__package__ or ""):
        found.early.update(getattr(family, "EARLY", {}))
        found.late.update(getattr(family, "LATE", {}))
    return found
