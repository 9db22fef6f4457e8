"""A root among others: what it sees of theirs by the outputs of their states."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from blastradius.model import Component, Gap
from blastradius.scanners.mapping.routes import Routes
from blastradius.scanners.terraform.mapping.index import STEPS, Index
from blastradius.scanners.terraform.model import Block, Ref, Root

if TYPE_CHECKING:
    from blastradius.scanners.terraform.mapping.abroad import Abroad


class Neighbour(Index):
    """One root, and the components of others that it sees.

    Args:
        root: what was read.
    """

    def __init__(self, root: Root) -> None:
        super().__init__(root)
        self.abroad: Abroad | None = None
        self.block_of: dict[str, Block] = {}
        self.copies: dict[str, dict[str, str]] = defaultdict(dict)
        self.routes = Routes()
        self.foreign: dict[str, Component] = {}
        self.lent: dict[str, Block] = {}
        self.said: set[Ref] = set()
        self.gaps: list[Gap] = []

    def adopted(self, ref: Ref, depth: int) -> list[str]:
        """Ids of the components of another root that an output of it means, seen as components of this one."""
        given = self.abroad.output(self, ref) if self.abroad is not None and depth < STEPS else None
        return self.see(given[0], given[0].targets(given[1], "", depth + 1)) if given is not None else []

    def see(self, holder: Neighbour, ids: list[str]) -> list[str]:
        """See components of another root as components of this one; gives those that are there."""
        for id in ids:
            self.adopt(holder, id)
        return [id for id in ids if id in self.components]

    def given_text(self, ref: Ref, depth: int) -> str | None:
        """The text that an output of another root comes to, where it is known."""
        given = self.abroad.output(self, ref) if self.abroad is not None else None
        return given[0].text(given[1], depth + 1) if given is not None else None

    def home(self, ref: Ref) -> tuple[Neighbour, Ref]:
        """The root that knows what a reference means, and the reference there: an output is what it holds."""
        return self.abroad.meant(self, ref) if self.abroad is not None else (self, ref)

    def meant(self, ref: Ref) -> Ref:
        """What a reference means in the root that knows it."""
        return self.home(ref)[1]

    def adopt(self, holder: Neighbour, id: str) -> None:
        """See a component of another root as one of this: with its copies, and the routes behind it.

        Args:
            holder: whose it is.
            id: of the component.
        """
        component = holder.components.get(id)
        if component is None or id in self.components or component.scope == self.scope:
            return
        self.components[id] = self.foreign[id] = component
        block = holder.block_of.get(id) or holder.lent.get(id)
        if block is not None:
            self.lent[id] = block
        for other in holder.copies.get(id, {}).values():
            self.adopt(holder, other)
        if id in holder.copies:
            self.copies[id].update(holder.copies[id])
        for route, hosts in holder.routes.found.get(id, {}).items():
            self.adopt(holder, route)
            self.routes.add(id, route, hosts)
