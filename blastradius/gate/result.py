"""What the gate answers: findings with their status, the rules that made them, waivers, and how much was seen."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from blastradius.model import SCHEMA_VERSION, Coverage, Finding, Gap, Rule, Value, Waiver

Status = Literal["new", "expired", "waived", "accepted", "known", "fixed"]
#: In the order in which people want to read them.
STATUSES: tuple[Status, ...] = ("new", "expired", "waived", "accepted", "known", "fixed")
WaiverState = Literal["active", "ending", "expired", "unused"]


class Location(Value):
    """A line of a file of the head, or of the base for what is gone."""

    path: str = Field(description="Path from the top of the repository, or of the folder where there is none.")
    line: int = Field(ge=1, description="Line, from 1.")


class WaiverUse(Value):
    """A waiver, and what came of it."""

    waiver: Waiver = Field(description="What was written.")
    where: str = Field(description="`path:line` where it is written.")
    inline: bool = Field(default=False, description="It is a comment beside the dependency.")
    state: WaiverState = Field(
        description="`ending`: holds, and ends within the days of warning. `unused`: only with `--no-waivers`."
    )
    days: int = Field(description="Days that it still holds, the last one included; below 1 where it is over.")
    findings: tuple[str, ...] = Field(default=(), description="Fingerprints of the findings that it speaks of.")


class GateFinding(Finding):
    """A finding of the gate: what a rule says of head, and whether that is new."""

    name: str = Field(description="Name of the rule, such as `single-region-dependency`.")
    status: Status = Field(
        default="new",
        description="`new`: not in the base. `expired`: new, and its waiver is over. `waived`. `accepted`: in the baseline "
        "file. `known`: in the base as well. `fixed`: in the base and no more, and not out of sight only.",
    )
    fails: bool = Field(default=False, description="It makes the gate fail: `new` or `expired`, and of level `block`.")
    journey_name: str | None = Field(default=None, description="What people call the journey.")
    tier: int | None = Field(default=None, description="Tier of the journey; 1 is the most critical.")
    domain_name: str | None = Field(default=None, description="What people call the region, zone or vendor.")
    dependent: str | None = Field(default=None, description="Id of what needs, of the dependency that introduced it.")
    dependency: str | None = Field(default=None, description="Id of what is needed, of that dependency.")
    was: str | None = Field(default=None, description="What held before, in one sentence.")
    location: Location | None = Field(default=None, description="Where the dependency that introduced it stands.")
    path: tuple[Location | None, ...] = Field(
        default=(), description="Where each link of `chain` stands, as far as that is a line of a file."
    )
    waiver: WaiverUse | None = Field(default=None, description="The waiver that speaks of it, be it over or not.")


class Side(Value):
    """One of the two that were compared."""

    name: str = Field(description="As it was asked for: a Git reference, a folder, a file.")
    commit: str | None = Field(default=None, description="Id of the commit, where it is one.")
    components: int = Field(ge=0, description="How many components were seen.")
    journeys: int = Field(ge=0, description="How many journeys are judged.")


class Counts(Value):
    """How many findings there are, by status."""

    new: int = Field(default=0, ge=0, description="Not in the base.")
    expired: int = Field(default=0, ge=0, description="New, with a waiver that is over.")
    waived: int = Field(default=0, ge=0, description="New, and let through until a day.")
    accepted: int = Field(default=0, ge=0, description="In the baseline file.")
    known: int = Field(default=0, ge=0, description="In the base as well.")
    fixed: int = Field(
        default=0,
        ge=0,
        description="In the base and no more: what only went out of sight, or turned into something worse, is not counted.",
    )
    failing: int = Field(default=0, ge=0, description="New or expired, and of level `block`.")


class Seen(Value):
    """How much of the head was seen, in figures."""

    share: float = Field(
        ge=0,
        le=1,
        description="Part of the components, places and platforms left out, of which no gap leaves anything open; an area that could not be "
        "read counts as one component of which nothing was seen.",
    )
    gaps: int = Field(ge=0, description="All gaps.")
    critical: int = Field(
        ge=0, description="Gaps about what a critical journey needs, and areas in which what that refers to may be."
    )


class GateResult(Value):
    """The answer of the gate."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    base: Side = Field(description="What it was compared with.")
    head: Side = Field(description="What was judged.")
    passed: bool = Field(description="No finding makes it fail.")
    findings: tuple[GateFinding, ...] = Field(
        default=(), description="By status, failing ones first, then tier, rule, journey, domain."
    )
    fixed: tuple[GateFinding, ...] = Field(default=(), description="What was in the base and is no more.")
    counts: Counts = Field(default_factory=Counts, description="How many findings, by status.")
    rules: tuple[Rule, ...] = Field(
        default=(), description="All rules that were asked, with the level in force, by id."
    )
    waivers: tuple[WaiverUse, ...] = Field(default=(), description="All waivers, by file and line.")
    notices: tuple[str, ...] = Field(
        default=(), description="What somebody should know: a waiver that ends soon, a rule without grounds."
    )
    names: dict[str, str] = Field(
        default_factory=dict,
        description="What to call components and journeys of the findings, by id: `database:prices`, `aws:region/us-east-1`, `checkout`.",
    )
    seen: Seen = Field(description="How much of the head was seen, in figures.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of the head.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was read of the head.")
