"""What every rule of the gate is, and how rules are found: those of this program and those of other distributions."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import isabstract
from typing import TYPE_CHECKING, Any, ClassVar

from blastradius.errors import UsageError
from blastradius.gate.ends import fingerprint
from blastradius.gate.system import System
from blastradius.model import ChainLink, Evidence, Level, Rule, Value
from blastradius.registry import Registry

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

GROUP = "blastradius.rules"
"""Entry points of other distributions: the name is the id of a rule, the object a subclass of `GateRule`."""


class Options(Value):
    """Options of a rule that has none; others inherit from it, each field with a default and a description."""


@dataclass(frozen=True, slots=True)
class Match:
    """A condition met: whom it is about, by ids of the system in which it was met.

    Two matches are the same finding where journey, domain, both ends and subject are the same, ends and the domain by
    what they are called in a fingerprint.

    Attributes:
        journey: the journey concerned.
        domain: region, zone or vendor concerned.
        dependent: what needs.
        dependency: what is needed.
        subject: texts that tell it from others, where the four above do not; none of them may name a file or a line.
        detail: what the rule wants to know again when it tells of it.
        about: id of the component by which a waiver names it; `dependency` where unset.
    """

    journey: str | None = None
    domain: str | None = None
    dependent: str | None = None
    dependency: str | None = None
    subject: tuple[str, ...] = ()
    detail: Any = None
    about: str | None = None

    def key(self, system: System) -> tuple[str, ...]:
        """What tells it from other matches of its rule: who needs is the same wherever it runs, what is needed is not."""
        dependent = "" if self.dependent is None else system.loose(self.dependent)
        needed = "" if self.dependency is None else system.end(self.dependency)
        return (self.journey or "", self.domain or "", dependent, needed, *self.subject)

    def fingerprint(self, rule: str, system: System, count: int = 0) -> str:
        """Its identity.

        Args:
            rule: id of the rule.
            system: where it was met.
            count: how many others of the same name come before it.
        """
        parts = (rule, *self.key(system))
        return fingerprint((*parts, str(count)) if count else parts)


@dataclass(frozen=True, slots=True)
class Told:
    """A match in words, with its proof.

    Attributes:
        message: what was found, in one sentence.
        was: what held in the base.
        fix: what would mend it.
        chain: the path that proves it.
        introduced: the link that brought it about, where one did.
        evidence: where it stands; that of `introduced` where unset.
    """

    message: str
    was: str | None = None
    fix: str | None = None
    chain: tuple[ChainLink, ...] = ()
    introduced: ChainLink | None = None
    evidence: tuple[Evidence, ...] = ()


class GateRule(ABC):
    """A named condition. A subclass sets the attributes and at least one of `matches` and `changes`, and `tell`.

    Attributes:
        id: stable id such as `BR001`.
        name: short name such as `single-region-dependency`.
        summary: what it finds, in one sentence.
        docs: when it fires, when it does not, what to do.
        level: what a finding does, unless policy says otherwise.
        options: model of its options.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    docs: ClassVar[str]
    level: ClassVar[Level] = "block"
    options: ClassVar[type[Options]] = Options

    def __init__(self, options: Options) -> None:
        self.asked = options

    def matches(self, system: System) -> Iterable[Match]:
        """Where the condition is met in one system; what is met in the base as well is not new."""
        return ()

    def changes(self, base: System, head: System) -> Iterable[Match]:
        """What only both systems together show, by ids of head: all of it is new."""
        return ()

    def gathered(self, new: Sequence[Match], base: System, head: System) -> Iterable[tuple[Match, Sequence[Match]]]:
        """New matches brought together where one change brought about several: each with those that it stands for.

        Args:
            new: those of `matches` that the base does not have.
            base: what head is compared with.
            head: what is judged.
        """
        return ((one, ()) for one in new)

    def leads_through(self, match: Match, component: str, system: System) -> bool:
        """Whether something that is there already may be there because of a component that a waiver names."""
        return False

    def level_of(self, match: Match, base: System, head: System) -> Level | None:
        """What a new match does where that is less than the level of the rule; none where it is not.

        Args:
            match: one of `gathered` or `changes`.
            base: what head is compared with.
            head: what is judged.
        """
        return None

    def mended(self, match: Match, base: System, head: System) -> bool:
        """Whether a match of the base that head does not have is one less: not where something worse took its place.

        Args:
            match: one of `matches`, of the base.
            base: what head is compared with.
            head: what is judged.
        """
        return True

    @abstractmethod
    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """A match in words.

        Args:
            match: one of `matches` or `changes`.
            system: where it was met.
            base: what it was compared with, for what is new; else none.
        """


RANKS: dict[str, int] = {"advisory": 0, "warn": 1, "block": 2}
RULES: Registry[type[GateRule]] = Registry("rule")


def rules() -> dict[str, type[GateRule]]:
    """All rules by id: those of this program, and those that other distributions offer.

    Raises:
        UsageError: when one of another distribution cannot be loaded, or is none.
    """
    from blastradius.gate import rules as package

    if "BR001" not in RULES:
        RULES.load(package)
    return dict(RULES.items()) | _others()


def _others() -> dict[str, type[GateRule]]:
    found: dict[str, type[GateRule]] = {}
    for point in sorted(_offered(tuple(sys.path)), key=lambda one: (one.name, one.value)):
        where = f"rule {point.name} of {point.dist.name if point.dist else point.value}"
        try:
            kind = point.load()
        except Exception as error:  # whatever another distribution does when it is imported is its own
            raise UsageError(f"{where}: cannot be loaded: {type(error).__name__}: {error}") from None
        if not (isinstance(kind, type) and issubclass(kind, GateRule)) or kind.id != point.name:
            raise UsageError(f"{where}: is no rule of that id: offer a subclass of blastradius.gate.ruling.GateRule")
        if isabstract(kind):
            raise UsageError(f"{where}: has no words for what it finds: give it a method `tell`")
        if point.name in RULES or point.name in found:
            raise UsageError(f"{where}: there is a rule of that id already: take another id")
        found[point.name] = kind
    return found


@cache
def _offered(path: tuple[str, ...]) -> EntryPoints:
    """What distributions on a path offer; looking through all that are installed is done once a path."""
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


@dataclass(frozen=True, slots=True)
class Active:
    """A rule with the level and the options in force."""

    rule: GateRule
    level: Level

    def for_new(self, match: Match, base: System, head: System) -> Active:
        """The same with the level of one new match: never above that of the rule.

        Args:
            match: the match.
            base: what head is compared with.
            head: what is judged.
        """
        level = self.rule.level_of(match, base, head)
        return self if level is None or RANKS[level] >= RANKS[self.level] else Active(self.rule, level)

    @property
    def record(self) -> Rule:
        """The rule as it stands in a result."""
        kind = type(self.rule)
        asked = self.rule.asked
        options = {
            name: f"{field.description or ''} (here {_shown(getattr(asked, name))})"
            for name, field in kind.options.model_fields.items()
        }
        return Rule(id=kind.id, name=kind.name, level=self.level, summary=kind.summary, docs=kind.docs, options=options)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def active(system: System) -> list[Active]:
    """Every rule as the policy of a system sets it, by id.

    Args:
        system: the head.

    Raises:
        UsageError: when policy names a rule or an option that is not there, or a value that cannot be.
    """
    known = rules()
    asked = system.policy.rules
    for name in asked:
        if name not in known:
            raise UsageError(f"{_at(system, name)}: no rule {name!r}: choose one of {', '.join(sorted(known))}")
    made = []
    for name in sorted(known):
        kind, setting = known[name], asked.get(name)
        level = setting if isinstance(setting, str) else setting.level if setting is not None else None
        extra = {} if setting is None or isinstance(setting, str) else setting.model_extra or {}
        made.append(Active(kind(_options(kind, extra, system)), level or kind.level))
    return made


def _options(kind: type[GateRule], values: Mapping[str, Any], system: System) -> Options:
    from pydantic import ValidationError

    try:
        return kind.options.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = str(first["loc"][0]) if first["loc"] else ""
        there = ", ".join(["level", *kind.options.model_fields])
        what = (
            f"no option {option!r}: there are {there}" if first["type"] == "extra_forbidden" else first["msg"].lower()
        )
        raise UsageError(f"{_at(system, kind.id, option)}: {kind.id}: {option}: {what}") from None


def _at(system: System, *path: str) -> str:
    return system.overlay.at("policy", "rules", *path) if system.overlay is not None else "policy"
