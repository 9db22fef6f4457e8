"""The words of the gate: rules, findings, waivers and the policy that sets them."""

from datetime import date
from typing import Literal

from pydantic import Field

from blastradius.model.answers import ChainLink
from blastradius.model.base import Evidence, Seconds, Value

Level = Literal["advisory", "warn", "block"]


class Rule(Value):
    """A named condition that a change may not bring about."""

    id: str = Field(pattern=r"^[A-Z]{2,5}\d{3}$", description="Stable id such as `BR001`.")
    name: str = Field(description="Short name such as `single-region-dependency`.")
    level: Level = Field(default="block", description="Whether a finding blocks, warns or is only told.")
    summary: str = Field(description="What it finds, in one sentence.")
    docs: str = Field(default="", description="When it fires, when it does not, and what to do; a few paragraphs.")
    options: dict[str, str] = Field(
        default_factory=dict, description="What policy may set beside the level: name, and what it means and defaults to."
    )


class Finding(Value):
    """A rule's condition met at a place."""

    rule: str = Field(description="Id of the rule.")
    fingerprint: str = Field(description="Identity that survives moves, renames of files and reformatting.")
    message: str = Field(description="What was found, in one sentence.")
    level: Level = Field(default="block", description="Whether it blocks.")
    journey: str | None = Field(default=None, description="Id of the journey concerned.")
    domain: str | None = Field(default=None, description="Id of the region, zone or vendor concerned.")
    chain: tuple[ChainLink, ...] = Field(default=(), description="The path that proves it.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it was introduced.")
    fix: str | None = Field(default=None, description="What would mend it.")


class Waiver(Value):
    """A finding accepted by somebody, for a reason, until a day."""

    rule: str = Field(description="Id of the rule.")
    match: str = Field(description="Selector of the dependency or journey that is let through.")
    reason: str = Field(min_length=3, description="Why.")
    owner: str = Field(min_length=1, description="Who answers for it.")
    until: date = Field(description="Last day on which it holds, in UTC.")


class Policy(Value):
    """What the gate and the reports hold a system to."""

    rules: dict[str, Level] = Field(default_factory=dict, description="Level of a rule, by id.")
    rehearsed_within: Seconds | None = Field(
        default=None, description="A failover tried longer ago than this counts as unrehearsed."
    )
    critical_tier: int = Field(
        default=1, ge=1, le=9, description="Journeys of this tier or below it in number are critical."
    )
    waiver_horizon: Seconds = Field(default=15_552_000, description="Longest time a waiver may hold, in seconds.")
