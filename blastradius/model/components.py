"""What an inventory holds: components, dependencies, redundancies, journeys, gaps and coverage."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from blastradius.model.base import (
    SCHEMA_VERSION,
    Basis,
    Evidence,
    Hides,
    Identifier,
    Kind,
    Phase,
    Restart,
    Seconds,
    Slo,
    Strength,
    Value,
)


class Component(Value):
    """Anything that can fail."""

    id: Identifier = Field(
        description="Readable and unique across roots: an ARN, `k8s:<root>/<namespace>/<Kind>/<name>`, `vendor:stripe` …"
    )
    kind: Kind = Field(description="What sort of thing it is.")
    name: str = Field(description="What its owners call it.")
    type: str | None = Field(
        default=None, description="The provider's own type, such as `apps/Deployment` or `aws_dynamodb_table`."
    )
    service: str | None = Field(
        default=None, description="Catalog id of the provider's service it runs on, such as `dynamodb`."
    )
    provider: str | None = Field(default=None, description="Cloud or other provider, such as `aws`.")
    region: str | None = Field(default=None, description="The provider's region; `global` for what has none.")
    zone: str | None = Field(default=None, description="Zone, by zone id where known.")
    account: str | None = Field(default=None, description="Account, project or subscription.")
    environment: str | None = Field(default=None, description="Stage such as `production`.")
    scope: str | None = Field(
        default=None, description="Path within which its aliases hold, such as `k8s:<root>/<namespace>`."
    )
    identities: tuple[str, ...] = Field(
        default=(), description="Texts that are this thing and no other: ARN, endpoint host name."
    )
    aliases: tuple[str, ...] = Field(default=(), description="Texts by which others may refer to it within its scope.")
    tags: dict[str, str] = Field(default_factory=dict, description="Labels its owners put on it.")
    attributes: dict[str, str] = Field(
        default_factory=dict, description="Settings read from configuration that explain it: replicas, spread."
    )
    customer_facing: bool | None = Field(
        default=None, description="False for synthetic clients such as load generators; unset where unknown."
    )
    recovery: Seconds | None = Field(default=None, description="Seconds to come back once what it needs is back.")
    restart: Restart | None = Field(
        default=None, description="`cold`: also needs its startup dependencies to come back."
    )
    evidence: tuple[Evidence, ...] = Field(default=(), description="Who saw it, where.")


class Breaker(Value):
    """A circuit breaker, outlier ejection or load shedding that stops calls to a failing dependency."""

    kind: str = Field(description="`circuit-breaker`, `outlier-detection`, `retry-budget`, `load-shedding`.")
    setting: str | None = Field(default=None, description="The setting as configuration states it.")


class _Rule(Value):
    """What a dependency and a redundancy have in common."""

    dependent: Identifier = Field(description="Id of the component or journey that needs.")
    strength: Strength = Field(default="hard", description="`hard`: fails with it. `soft`: is degraded without it.")
    phase: Phase = Field(default="runtime", description="When it is needed: to serve, start, change or operate.")
    tolerance: Seconds | None = Field(default=None, description="Seconds the dependent keeps going without it.")
    hardens_after: Seconds | None = Field(
        default=None, gt=0, description="Seconds after which a soft need becomes hard."
    )
    reason: str | None = Field(
        default=None, description="Why this strength and phase, where a rule or a person decided it."
    )
    timeout: float | None = Field(
        default=None, ge=0, description="Seconds the dependent waits for one attempt, where configuration shows it."
    )
    attempts: int | None = Field(
        default=None, ge=1, le=10_000, description="Attempts in all, the first included, where configuration shows it."
    )
    backoff: str | None = Field(default=None, description="Pause between attempts as configuration states it.")
    breaker: Breaker | None = Field(default=None, description="What stops calls to a failing dependency.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Who saw it, where.")

    @property
    def basis(self) -> Basis:
        """The strongest ground among the evidence: one that saw it suffices; `assumed` where nobody did."""
        if len(self.evidence) == 1:  # as with most, and large systems ask millions of them
            return self.evidence[0].basis
        order: tuple[Basis, ...] = ("observed", "declared", "inferred", "assumed")
        return min((e.basis for e in self.evidence), key=order.index, default="assumed")


class Dependency(_Rule):
    """`dependent` needs `dependency`."""

    dependency: Identifier = Field(description="Id of the component that is needed.")


class Failover(Value):
    """How a redundancy moves from its active members to the others."""

    mode: Literal["automatic", "manual"] = Field(description="Whether a person has to act.")
    takes: Seconds | None = Field(
        default=None, description="Seconds it takes; a manual one without it is taken not to happen."
    )
    needs: tuple[str, ...] = Field(
        default=(), description="Ids of components without which it cannot happen: a control plane, a tool."
    )
    runbook: str | None = Field(default=None, description="Where the procedure is written.")
    rehearsed: date | None = Field(default=None, description="When it was last tried.")
    lag: Seconds | None = Field(default=None, description="Seconds of data that may be lost by it.")


class Redundancy(_Rule):
    """`dependent` needs any `required` of `members`."""

    members: tuple[str, ...] = Field(min_length=1, description="Ids of the components that can serve.")
    required: int = Field(default=1, ge=1, description="How many members suffice.")
    full: int | None = Field(
        default=None, ge=1, description="Fewer than that many up means degraded; `required` where unset."
    )
    active: tuple[str, ...] = Field(default=(), description="Members in use now; the others stand by for the failover.")
    failover: Failover | None = Field(default=None, description="How the standby members take over.")

    @model_validator(mode="after")
    def _consistent(self) -> "Redundancy":
        count = len(self.members)
        if len(set(self.members)) != count:
            raise ValueError("members: a member is named twice")
        if self.required > count:
            raise ValueError(f"required: {self.required} is more than the {count} members")
        if self.full is not None and not self.required <= self.full <= count:
            raise ValueError(f"full: {self.full} is not between required ({self.required}) and the {count} members")
        if bool(self.active) != (self.failover is not None):
            raise ValueError("active and failover: name both or neither")
        if self.active and not set(self.active) <= set(self.members):
            raise ValueError("active: names a component that is no member")
        if len(set(self.active)) != len(self.active):
            raise ValueError("active: a member is named twice")
        if self.active and len(self.active) < self.required:
            raise ValueError(f"active: {len(self.active)} members cannot give the required {self.required}")
        return self


class JourneyEntry(Value):
    """A component that a journey needs."""

    component: Identifier = Field(description="Id of the component.")
    tolerance: Seconds | None = Field(default=None, description="Seconds the journey keeps going without it.")


class Probe(Value):
    """How to see from outside that a journey works: a request that answers, or a command that ends with 0."""

    url: str | None = Field(
        default=None,
        max_length=2000,
        pattern=r"^https?://[^\s@]+$",
        description="Address to ask by GET; without user names and passwords.",
    )
    status: int = Field(default=200, ge=100, le=599, description="Status that its answer has where all is well.")
    command: tuple[str, ...] = Field(
        default=(), max_length=50, description="Program and arguments, in place of an address."
    )
    timeout: Seconds = Field(default=10, gt=0, description="Seconds to wait for the answer.")

    @model_validator(mode="after")
    def _one_way(self) -> "Probe":
        if (self.url is None) == (not self.command):
            raise ValueError("write either url or command")
        return self


Purpose = Literal["serve", "change", "respond", "inform"]


class Journey(Value):
    """A critical path as its users see it: it needs every entry; alternatives are a redundancy of the journey."""

    id: Identifier = Field(pattern=r"^journey:", description="`journey:<name>`.")
    name: str = Field(description="What people call it.")
    entries: tuple[JourneyEntry, ...] = Field(default=(), description="What it needs, all of it.")
    phase: Phase = Field(
        default="runtime",
        description="What is asked of the entries: to serve, or to be startable, changeable, operable.",
    )
    tier: int | None = Field(default=None, ge=1, le=9, description="1 is the most critical.")
    owner: str | None = Field(default=None, description="Team that answers for it.")
    slo: Slo | None = Field(default=None, description="Availability promised, such as 0.999 or 99.9%.")
    rto: Seconds | None = Field(default=None, description="Seconds it may be down at the longest.")
    rpo: Seconds | None = Field(default=None, description="Seconds of data that may be lost.")
    revenue_per_hour: float | None = Field(
        default=None, ge=0, description="What an hour of it is worth, in one currency for all."
    )
    purpose: Purpose = Field(
        default="serve",
        description="What it is for: `serve` users, `change` the system, `respond` to an incident, `inform` customers.",
    )
    probe: Probe | None = Field(default=None, description="How to see that it works.")
    inferred: bool = Field(default=False, description="True where nobody declared it and an entry point stands for it.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it is declared.")


class Gap(Value):
    """Where nobody could look."""

    scope: str = Field(description="What the gap is about: a component's id, a file, an area of an account.")
    reason: str = Field(description="Why it could not be seen, in words a user can act on.")
    hides: Hides = Field(description="`location`: where something runs. `dependency`: what something needs.")
    component: str | None = Field(
        default=None, description="Id of the component that it leaves uncertain; none for an area."
    )
    candidates: tuple[str, ...] = Field(
        default=(),
        description="Ids of components of which nothing tells which one it is about; each may be, where `component` is "
        "not set.",
    )
    same_as: str | None = Field(default=None, description="Id of a component that `component` may be the same as.")
    reference: str | None = Field(default=None, description="The text that could not be resolved; never a secret.")
    provider: str | None = Field(default=None, description="Bound: what is hidden lies with this provider.")
    region: str | None = Field(default=None, description="Bound: what is hidden lies in this region.")
    zone: str | None = Field(default=None, description="Bound: what is hidden lies in this zone.")
    account: str | None = Field(default=None, description="Bound: what is hidden lies in this account.")
    kind: Kind | None = Field(default=None, description="Bound: what is hidden is of this kind.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Who failed to see, where.")

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Ids of the components that it leaves uncertain; none for an area."""
        return (self.component,) if self.component is not None else self.candidates


class ScannerCoverage(Value):
    """What one scanner read and did not."""

    scanner: str = Field(description="Name of the scanner.")
    parsed: int = Field(default=0, ge=0, description="Files it read.")
    failed: int = Field(default=0, ge=0, description="Files it could not read; each is a gap.")
    components: int = Field(default=0, ge=0, description="Components it wrote down, before any are merged.")
    dependencies: int = Field(default=0, ge=0, description="Dependencies and redundancies it wrote down.")
    unmapped: dict[str, int] = Field(default_factory=dict, description="Types it met and does not map, with how often.")


class CallCoverage(Value):
    """How reading one area of an account ended."""

    account: str = Field(description="Account id.")
    region: str = Field(description="Region, or `global`.")
    operation: str = Field(description="`service:Operation`.")
    status: Literal["ok", "denied", "throttled", "unsupported", "error"] = Field(description="How it ended.")


class Coverage(Value):
    """How much of the input was seen."""

    scanners: tuple[ScannerCoverage, ...] = Field(default=(), description="One record per scanner that ran.")
    calls: tuple[CallCoverage, ...] = Field(default=(), description="One record per account, region and operation.")
    skipped: dict[str, int] = Field(
        default_factory=dict,
        description="What a rule left out of the scan (`in tests/`, `ignored by .gitignore`), with how many files; "
        "a folder that was not entered counts as one.",
    )


class Meta(Value):
    """What produced an inventory."""

    tool: str = Field(default="blastradius", description="Program that wrote the file.")
    roots: tuple[str, ...] = Field(default=(), description="Names of the folders that were scanned.")
    assembled: bool = Field(default=False, description="True once references are resolved and containment is made.")
    title: str | None = Field(default=None, description="What a person calls this inventory.")
    source: str | None = Field(default=None, description="Where its facts come from, for a hand-written one.")


class Inventory(Value):
    """All that is known of a system: what `scan` writes and everything else reads."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    meta: Meta = Field(default_factory=Meta, description="What produced it.")
    components: tuple[Component, ...] = Field(default=(), description="Anything that can fail.")
    dependencies: tuple[Dependency, ...] = Field(default=(), description="Who needs what.")
    redundancies: tuple[Redundancy, ...] = Field(default=(), description="Who needs some of what.")
    journeys: tuple[Journey, ...] = Field(default=(), description="Critical paths.")
    gaps: tuple[Gap, ...] = Field(default=(), description="Where nobody could look.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")
