"""What a CloudFormation type becomes: the rows that the families of this room are made of."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from blastradius.model import Kind, Phase, Strength

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

Extra = Callable[["Facts", "Item"], None]
Label = Callable[["Facts", "Item"], "str | None"]


@dataclass(frozen=True, slots=True)
class Need:
    """A property whose references mean a need.

    Attributes:
        path: property and what is below it, dotted; lists are entered.
        strength, phase, reason: set only where the type says it.
        settings: whether it holds named settings whose texts are looked into for addresses.
        via: what shows it; the path where it is empty.
    """

    path: str
    strength: Strength | None = None
    phase: Phase | None = None
    reason: str | None = None
    settings: bool = False
    via: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What a type becomes.

    Attributes:
        kind: kind of the component.
        service: catalog id of the platform service.
        names: properties that hold its physical name, the best first.
        arn: ARN behind the partition: `sqs:{region}:{account}:{name}`.
        hosts: properties that hold its own host names.
        needs: properties whose references mean a need.
        shows: properties that explain it, by name of the attribute.
        role: part it plays where that is no full one.
        place: `region`, or `global` for what has none.
        more: what else is to be said of it.
        label: what to call it where it has no name of its own; an empty text where nothing comes of it.
        entry: how users come in by it; None where they do not.
        first: what is to be known of it before any component is made: what is registered where.
        copies: makes its copies in other regions.
        called: host names by which others call it within the private network.
    """

    kind: Kind
    service: str | None
    names: tuple[str, ...] = ("Name",)
    arn: str = ""
    hosts: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    shows: tuple[tuple[str, str], ...] = ()
    role: str = ""
    place: str = "region"
    more: Extra | None = None
    label: Label | None = None
    entry: Label | None = None
    first: Extra | None = None
    copies: Extra | None = None
    called: Callable[[Facts, Item], list[str]] | None = None


@dataclass(slots=True)
class Types:
    """All types that are known.

    Attributes:
        rows: types that become a component.
        stands: types that stand for what some of their properties name.
        joins: types that tie others together; called once all components are there.
        last: what needs to see all stacks at once.
        quiet: types that say nothing about who needs what; `*` at the end takes all that begin so.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    stands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joins: dict[str, Extra] = field(default_factory=dict)
    last: list[Callable[[Facts], None]] = field(default_factory=list)
    quiet: frozenset[str] = frozenset()

    def quietly(self, kind: str) -> bool:
        """Whether a type is known and deliberately becomes nothing of its own."""
        if kind in self.stands or kind in self.joins or kind in self.quiet:
            return True
        return any(one[-1] == "*" and kind.startswith(one[:-1]) for one in self.quiet)


@cache
def types() -> Types:
    """The rows of all families: each module beside this one that has some."""
    package = __package__ or ""
    found = Types()
    quiet: set[str] = set()
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        family = importlib.import_module(f"{package}.{info.name}")
        found.rows.update(getattr(family, "ROWS", {}))
        found.stands.update(getattr(family, "STANDS", {}))
        found.joins.update(getattr(family, "JOINS", {}))
        found.last.extend(getattr(family, "LAST", ()))
        quiet.update(getattr(family, "QUIET", ()))
    found.quiet = frozenset(quiet)
    return found
