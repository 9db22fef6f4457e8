"""What a declared type becomes: the rows that the families of a scanner are made of."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Generic, TypeVar

from blastradius.model import Kind, Phase, Strength


@dataclass(frozen=True, slots=True)
class Need:
    """An attribute whose references mean a need.

    Attributes:
        path: attribute and what is nested below it, dotted; lists are entered.
        strength: set only where the type says it.
        phase: set only where the type says it.
        reason: why this strength and phase.
        settings: whether it holds named settings whose texts are looked into for addresses.
        host: whether a host name that stands there literally is called.
        via: what shows it; the path where it is empty.
    """

    path: str
    strength: Strength | None = None
    phase: Phase | None = None
    reason: str | None = None
    settings: bool = False
    host: bool = False
    via: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What a type becomes.

    Attributes:
        kind: kind of the component.
        service: catalog id of the platform service.
        names: attributes that hold its physical name, the best first.
        arn: ARN behind the partition: `sqs:{region}:{account}:{name}`.
        hosts: attributes that hold its own host names.
        needs: attributes whose references mean a need.
        role: part it plays where that is no full one, such as `network`, `backup`.
        place: `region`, or `global` for what has none.
    """

    kind: Kind
    service: str | None
    names: tuple[str, ...] = ("name",)
    arn: str = ""
    hosts: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    role: str = ""
    place: str = "region"


RowT = TypeVar("RowT", bound=Row)
JoinT = TypeVar("JoinT")


@dataclass(slots=True)
class Types(Generic[RowT, JoinT]):
    """All types that a scanner knows.

    Attributes:
        rows: types that become a component.
        stands: types that stand for what some of their attributes name.
        joins: types that tie others together; called once all components are there.
        quiet: types that say nothing about who needs what; `*` at the end takes all that begin so.
    """

    rows: dict[str, RowT] = field(default_factory=dict)
    stands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joins: dict[str, JoinT] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()

    def quietly(self, type: str) -> bool:
        """Whether a type is known and deliberately becomes nothing of its own."""
        if type in self.stands or type in self.joins or type in self.quiet:
            return True
        return any(one[-1] == "*" and type.startswith(one[:-1]) for one in self.quiet)

    def gather(self, package: str) -> Iterator[ModuleType]:
        """Take in `ROWS`, `STANDS`, `JOINS` and `QUIET` of every module of a package.

        Yields:
            Each module, for what else a scanner has its families say.
        """
        for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
            family = importlib.import_module(f"{package}.{info.name}")
            self.rows.update(getattr(family, "ROWS", {}))
            self.stands.update(getattr(family, "STANDS", {}))
            self.joins.update(getattr(family, "JOINS", {}))
            self.quiet |= set(getattr(family, "QUIET", ()))
            yield family
