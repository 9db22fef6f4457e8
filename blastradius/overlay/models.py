"""What may stand in `blastradius.yaml`."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, PrivateAttr, Tag, model_validator

from blastradius.documents import Document
from blastradius.model import (
    SCHEMA_VERSION,
    Basis,
    Component,
    Dependency,
    Evidence,
    Phase,
    Policy,
    Probe,
    Purpose,
    Restart,
    Seconds,
    Slo,
    Strength,
    Value,
    Waiver,
)

SelectorText = Annotated[str, Field(min_length=1, max_length=4096)]
Reason = Annotated[str, Field(min_length=3, max_length=2000)]
_PLACE_FIELDS = ("provider", "region", "zone", "account", "environment")
_RULE_FIELDS = ("strength", "tolerance", "phase", "hardens_after")
_COMPONENT_FIELDS = ("recovery", "restart", "customer_facing")


class OverlayFailover(Value):
    """How a redundancy moves from its active members to the others."""

    mode: Literal["automatic", "manual"] = Field(description="Whether a person has to act.")
    takes: Seconds | None = Field(
        default=None, description="How long it takes; a manual one without it is taken not to happen."
    )
    needs: tuple[SelectorText, ...] = Field(
        default=(), description="Selectors of what it cannot happen without: a control plane, a tool."
    )
    runbook: str | None = Field(default=None, description="Where the procedure is written.")
    rehearsed: date | None = Field(default=None, description="When it was last tried, such as 2026-05-01.")
    lag: Seconds | None = Field(default=None, description="Data that may be lost by it, as a time.")


class Alternatives(Value):
    """What entries and redundancies have in common: how many of the members suffice."""

    required: int = Field(default=1, ge=1, le=100_000, description="How many members suffice.")
    full: int | None = Field(default=None, ge=1, le=100_000, description="Fewer than that many up means degraded.")
    active: tuple[SelectorText, ...] = Field(
        default=(), description="Selectors of the members in use now; the others stand by for the failover."
    )
    failover: OverlayFailover | None = Field(default=None, description="How the standby members take over.")
    strength: Strength = Field(default="hard", description="`soft` where it is only degraded without them.")
    tolerance: Seconds | None = Field(default=None, description="How long it keeps going without them.")


class ComponentEntry(Value):
    """What a journey needs, with a tolerance."""

    component: SelectorText = Field(description="Selector; all that it matches are needed.")
    tolerance: Seconds | None = Field(default=None, description="How long the journey keeps going without it.")


class AnyEntry(Alternatives):
    """Alternatives of which a journey needs some."""

    any: tuple[SelectorText, ...] = Field(min_length=1, description="Selectors; all that they match become members.")


def _entry_form(value: Any) -> str:
    if isinstance(value, str):
        return "(selector)"
    several = isinstance(value, AnyEntry) or (isinstance(value, dict) and "any" in value)
    return "(alternatives)" if several else "(entry)"


Entry = Annotated[
    Annotated[SelectorText, Tag("(selector)")]
    | Annotated[ComponentEntry, Tag("(entry)")]
    | Annotated[AnyEntry, Tag("(alternatives)")],
    Discriminator(_entry_form),
]


class OverlayJourney(Value):
    """A critical path as its users see it."""

    entries: tuple[Entry, ...] = Field(min_length=1, description="What it needs, all of it.")
    phase: Phase = Field(
        default="runtime", description="`deploy` asks whether its entries can be changed, `operate` seen and handled."
    )
    tier: int | None = Field(default=None, ge=1, le=9, description="1 is the most critical.")
    owner: str | None = Field(default=None, description="Team that answers for it.")
    slo: Slo | None = Field(default=None, description="Availability promised, such as 0.999 or 99.9%.")
    rto: Seconds | None = Field(default=None, description="How long it may be down at the longest.")
    rpo: Seconds | None = Field(default=None, description="How much data may be lost, as a time.")
    revenue_per_hour: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="What an hour of it is worth, in one currency for all."
    )
    purpose: Purpose = Field(
        default="serve",
        description="What it is for: `serve` users, `change` the system, `respond` to an incident, `inform` customers.",
    )
    probe: Probe | None = Field(default=None, description="How to see that it works, for runbooks and experiments.")


def _demands(*groups: tuple[str, ...]) -> ConfigDict:
    """Configuration whose JSON Schema demands all keys of one of some groups."""
    return ConfigDict(json_schema_extra={"anyOf": [{"required": list(group)} for group in groups]})


def _sets_something(entry: Value, fields: tuple[str, ...]) -> None:
    if all(getattr(entry, name) is None for name in fields):
        raise ValueError(f"sets nothing: write at least one of {', '.join(fields)}")


class Placement(Value):
    """Where components run; Kubernetes and compose files do not say."""

    model_config = _demands(*((name,) for name in _PLACE_FIELDS))

    match: SelectorText = Field(
        description="Selector. The more exact of two entries counts; a pattern moves nothing that was seen elsewhere; "
        "`*:` and `tag:` place only what is your own."
    )
    provider: str | None = Field(default=None, min_length=1, description="Provider, such as `aws`.")
    region: str | None = Field(default=None, min_length=1, description="Region, such as `us-east-1`.")
    zone: str | None = Field(default=None, min_length=1, description="Zone, by zone id where known.")
    account: str | None = Field(default=None, min_length=1, description="Account, project or subscription.")
    environment: str | None = Field(default=None, min_length=1, description="Stage such as `production`.")
    reason: Reason | None = Field(default=None, description="How one knows.")

    @model_validator(mode="after")
    def _something(self) -> Placement:
        _sets_something(self, _PLACE_FIELDS)
        return self


class Annotation(Value):
    """What a person knows better about a dependency, or about a component."""

    model_config = _demands(("component",), ("dependent", "dependency"))

    dependent: SelectorText | None = Field(default=None, description="Selector of what needs.")
    dependency: SelectorText | None = Field(default=None, description="Selector of what is needed.")
    component: SelectorText | None = Field(default=None, description="Selector, where it is about a component.")
    strength: Strength | None = Field(default=None, description="`hard`: fails with it. `soft`: is degraded.")
    tolerance: Seconds | None = Field(default=None, description="How long the dependent keeps going without it.")
    phase: Phase | None = Field(default=None, description="When it is needed.")
    hardens_after: Seconds | None = Field(default=None, gt=0, description="When a soft need becomes hard.")
    recovery: Seconds | None = Field(default=None, description="How long the component takes to come back.")
    restart: Restart | None = Field(default=None, description="`cold`: needs its startup dependencies to come back.")
    customer_facing: bool | None = Field(default=None, description="False for synthetic clients.")
    observed: date | None = Field(
        default=None, description="Day on which it was seen in a drill or an outage: then its basis is `observed`."
    )
    reason: Reason = Field(description="How one knows.")

    @model_validator(mode="after")
    def _one_subject(self) -> Annotation:
        pair = self.dependent is not None and self.dependency is not None
        if (self.component is not None) == pair or (self.dependent is None) != (self.dependency is None):
            raise ValueError("name either dependent and dependency, or component")
        own, foreign = (_RULE_FIELDS, _COMPONENT_FIELDS) if pair else (_COMPONENT_FIELDS, _RULE_FIELDS)
        _sets_something(self, own)
        wrong = [name for name in foreign if getattr(self, name) is not None]
        if wrong:
            raise ValueError(f"{wrong[0]} does not belong to a {'dependency' if pair else 'component'}: remove it")
        return self


class OverlayRedundancy(Alternatives):
    """Alternatives that no scanner can see; takes the place of the dependent's plain needs of the members."""

    dependent: SelectorText = Field(description="Selector of what needs them, or `journey:<name>`.")
    members: tuple[SelectorText, ...] = Field(
        min_length=1, description="Selectors; all that they match become members."
    )
    phase: Phase = Field(default="runtime", description="When they are needed.")
    hardens_after: Seconds | None = Field(default=None, gt=0, description="When a soft need becomes hard.")
    reason: Reason | None = Field(default=None, description="How one knows.")


class Rehearsal(Value):
    """A failover that was tried."""

    dependent: SelectorText = Field(description="Selector of what fails over, or `journey:<name>`.")
    to: SelectorText | None = Field(
        default=None, description="Selector of a standing member, where it has several groups."
    )
    day: date = Field(description="When it was tried, such as 2026-05-01; the latest counts.")
    reason: Reason | None = Field(default=None, description="How one knows.")


class OverlayComponent(Component):
    """A component that no scanner can see."""

    reason: Reason | None = Field(default=None, description="How one knows.")


class OverlayDependency(Dependency):
    """A dependency that no scanner can see; both ends are ids or selectors."""


class Ignore(Value):
    """What shall not be looked at: a component with all it is part of, a dependency, or a gap."""

    model_config = _demands(("component",), ("dependent", "dependency"), ("gap",))

    component: SelectorText | None = Field(default=None, description="Selector of components.")
    dependent: SelectorText | None = Field(default=None, description="Selector of what needs, for a dependency.")
    dependency: SelectorText | None = Field(default=None, description="Selector of what is needed.")
    gap: SelectorText | None = Field(
        default=None, description="Selector of the component a gap is about, or glob on its scope or reference."
    )
    reason: Reason = Field(description="Why it does not matter.")

    @model_validator(mode="after")
    def _one_subject(self) -> Ignore:
        named = tuple(name for name in ("component", "dependent", "dependency", "gap") if getattr(self, name))
        if named not in (("component",), ("dependent", "dependency"), ("gap",)):
            raise ValueError("name one of: component; dependent and dependency; gap")
        return self


class Overlay(Value):
    """The whole file."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    journeys: dict[str, OverlayJourney] = Field(
        default_factory=dict, description="Critical paths by name; they take the place of inferred ones."
    )
    place: tuple[Placement, ...] = Field(default=(), description="Where components run.")
    annotate: tuple[Annotation, ...] = Field(default=(), description="What a person knows better.")
    redundancies: tuple[OverlayRedundancy, ...] = Field(default=(), description="Alternatives.")
    rehearsals: tuple[Rehearsal, ...] = Field(default=(), description="Failovers that were tried, and when.")
    components: tuple[OverlayComponent, ...] = Field(default=(), description="Components that no scanner can see.")
    dependencies: tuple[OverlayDependency, ...] = Field(default=(), description="Dependencies that no scanner can see.")
    same: tuple[tuple[SelectorText, SelectorText], ...] = Field(
        default=(), description="Pairs of ids that are one thing."
    )
    ignore: tuple[Ignore, ...] = Field(default=(), description="What shall not be looked at.")
    policy: Policy = Field(default_factory=Policy, description="What the gate and reports hold the system to.")
    waivers: tuple[Waiver, ...] = Field(default=(), description="Findings that somebody accepted until a day.")

    _document: Document | None = PrivateAttr(default=None)

    def placed_in(self, document: Document) -> Overlay:
        """This overlay, knowing on which lines of which file its entries stand."""
        self._document = document
        return self

    def at(self, *path: str | int) -> str:
        """`path:line` of an entry, for messages."""
        return self._document.at(*path) if self._document else "overlay"

    def evidence(self, note: str | None, *path: str | int, basis: Basis = "declared") -> Evidence:
        """Evidence that an entry of this file gives; it names the file without its folders."""
        locator = "overlay"
        if self._document:
            locator = f"{PurePath(self._document.where).name}:{self._document.line_of(*path)}"
        return Evidence(scanner="overlay", locator=locator, basis=basis, note=note)
