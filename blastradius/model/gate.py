"""The words of the gate: rules, findings, waivers and the policy that sets them."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from blastradius.model.answers import ChainLink
from blastradius.model.base import Evidence, Seconds, Value

Level = Literal["advisory", "warn", "block"]
_RULE_ID = r"^[A-Z]{2,5}\d{3}$"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_said(text: str) -> str:
    """A text in which somebody reads something: blanks and signs of no width are no reason and nobody's name."""
    if not any(one.isalnum() for one in text):
        raise ValueError("says nothing: write words")
    return text


def _day(value: Any) -> Any:
    """A day as people write it, and no count of seconds."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("is no date: write it as 2027-03-01")


class Rule(Value):
    """A named condition that a change may not bring about."""

    id: str = Field(pattern=_RULE_ID, description="Stable id such as `BR001`.")
    name: str = Field(description="Short name such as `single-region-dependency`.")
    level: Level = Field(default="block", description="Whether a finding blocks, warns or is only told.")
    summary: str = Field(description="What it finds, in one sentence.")
    docs: str = Field(default="", description="When it fires, when it does not, and what to do; a few paragraphs.")
    options: dict[str, str] = Field(
        default_factory=dict,
        description="What policy may set beside the level: name, and what it means and defaults to.",
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

    rule: str = Field(pattern=_RULE_ID, description="Id of the rule.")
    match: str = Field(
        min_length=1,
        max_length=4096,
        description="Selector of what is needed, `journey:<name>`, or the fingerprint of one finding.",
    )
    reason: Annotated[str, AfterValidator(_is_said)] = Field(min_length=3, max_length=2000, description="Why.")
    owner: Annotated[str, AfterValidator(_is_said)] = Field(
        min_length=1, max_length=200, description="Who answers for it."
    )
    until: Annotated[date, BeforeValidator(_day)] = Field(description="Last day on which it holds, in UTC.")


class RuleSetting(Value):
    """What policy says of a rule: its level, and its own options beside it."""

    model_config = ConfigDict(extra="allow")

    level: Level | None = Field(default=None, description="Whether a finding blocks, warns or is only told.")


class Policy(Value):
    """What the gate and the reports hold a system to."""

    rules: dict[str, Level | RuleSetting] = Field(
        default_factory=dict,
        description="Level of a rule, by id; or its level and options: `{level: warn, limit: 50}`.",
    )
    rehearsed_within: Seconds | None = Field(
        default=None, description="A failover tried longer ago than this counts as unrehearsed."
    )
    critical_tier: int | None = Field(
        default=None,
        ge=1,
        le=9,
        description="The gate judges journeys of this tier or below it in number, and those without a tier; all of them "
        "where unset.",
    )
    waiver_horizon: Seconds = Field(default=15_552_000, description="Longest time a waiver may hold, in seconds.")
    waiver_warning: Seconds = Field(
        default=1_209_600, description="How long before its end a waiver is told of, in seconds."
    )
