"""What a Terraform type becomes: the rows that the families of this room are made of."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from blastradius.model import Kind, Phase, Strength

if TYPE_CHECKING:
    from blastradius.scanners.terraform.mapping.world import World
    from blastradius.scanners.terraform.model import Block

Extra = Callable[["World", "Block", str], None]
Join = Callable[["World", "Block"], None]


@dataclass(frozen=True, slots=True)
class Need:
    """An attribute whose references mean a need.

    Attributes:
        path: attribute and nested blocks, dotted; lists are entered.
        strength: set only where the type says it.
        phase: set only where the type says it.
        reason: why this strength and phase.
        settings: whether it holds named settings whose texts are looked into for addresses.
        host: whether a host name that stands there literally is called.
    """

    path: str
    strength: Strength | None = None
    phase: Phase | None = None
    reason: str | None = None
    settings: bool = False
    host: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What a type becomes.

    Attributes:
        kind: kind of the component.
        service: catalog id of the platform service.
        names: attributes that hold its physical name, the best first.
        arn: ARN behind the partition: `sqs:{region}:{account}:{name}`.
        hosts: attributes that hold its host names.
        needs: attributes whose references mean a need.
        zones: attributes that name subnets or zones.
        role: part it plays where that is no full one, such as `network`, `backup`.
        place: `region`, or `global` for what has none.
        parents: attributes that name what it is part of, whose region it shares.
        more: says what else is to be said of it.
    """

    kind: Kind
    service: str | None
    names: tuple[str, ...] = ("name",)
    arn: str = ""
    hosts: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    zones: tuple[str, ...] = ()
    role: str = ""
    place: str = "region"
    parents: tuple[str, ...] = ()
    more: Extra | None = None


@dataclass(slots=True)
class Types:
    """All types that are known.

    Attributes:
        rows: types that become a component.
        stands: types that stand for what some of their attributes name.
        joins: types that tie others together; called in the order of the resources, once what rows say is tied.
        early: called once all components of rows are there, before anything is tied: more components, stand-ins.
        late: called after those, before anything is tied.
        quiet: types that say nothing about who needs what.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    stands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joins: dict[str, Join] = field(default_factory=dict)
    early: dict[str, Join] = field(default_factory=dict)
    late: dict[str, Join] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()

    def quietly(self, type: str) -> bool:
        """Whether a type is known and deliberately becomes nothing of its own."""
        if type in self.stands or type in self.joins or type in self.early:
            return True
        return type in self.quiet or any(one[-1] == "*" and type.startswith(one[:-1]) for one in _globs(self.quiet))


@cache
def _globs(quiet: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(one for one in quiet if one.endswith("*")))


@cache
def types() -> Types:
    """The rows of all families: each module beside this one that has `ROWS`, `STANDS`, `JOINS`, `EARLY`, `LATE` or `QUIET`."""
    package = __package__ or ""
    found = Types()
    quiet: set[str] = set()
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        family = importlib.import_module(f"{package}.{info.name}")
        found.rows.update(getattr(family, "ROWS", {}))
        found.stands.update(getattr(family, "STANDS", {}))
        found.joins.update(getattr(family, "JOINS", {}))
        found.early.update(getattr(family, "EARLY", {}))
        found.late.update(getattr(family, "LATE", {}))
        quiet.update(getattr(family, "QUIET", ()))
    found.quiet = frozenset(quiet)
    return found
