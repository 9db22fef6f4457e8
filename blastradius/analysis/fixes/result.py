"""Changes, sets of them, and what they repair."""

from typing import Literal

from pydantic import Field

from blastradius.model import SCHEMA_VERSION, Coverage, Evidence, Gap, Scenario, Value

ChangeKind = Literal["rehearse", "tolerate", "need", "fallback", "hot", "member"]
Effort = Literal["rehearsal", "setting", "code", "design", "capacity"]

#: What a kind of change usually takes, the least first: to try what is there, to set something, to write code, to decide
#: what the product does without a part of itself, to run more. It ranks suggestions and estimates nobody's work.
EFFORTS: dict[ChangeKind, Effort] = {
    "rehearse": "rehearsal", "need": "setting", "tolerate": "code", "fallback": "code", "hot": "capacity",
    "member": "capacity",
}  # fmt: skip
WEIGHTS: dict[Effort, int] = {"rehearsal": 1, "setting": 2, "code": 3, "design": 4, "capacity": 5}


class Change(Value):
    """One thing that could be changed."""

    id: str = Field(description="Id of the change within this answer.")
    kind: ChangeKind = Field(
        description="`rehearse`: state and try a failover by hand. `need`: let a failover do without something. "
        "`tolerate`: go on without (soft, a cache, a queue). `fallback`: a second vendor or host. `hot`: serve from the "
        "standing members at once. `member`: one more, elsewhere."
    )
    effort: Effort = Field(description="What it usually takes.")
    subject: str = Field(description="Id of what is to be changed.")
    about: str | None = Field(default=None, description="Id of what it is about, beside that.")
    text: str = Field(description="What to do, in one sentence.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where what is to be changed stands.")


class Way(Value):
    """A set of changes that together repair all that can be repaired, none of which could be left out."""

    changes: tuple[str, ...] = Field(description="Ids of the changes.")
    effort: int = Field(description="Sum of their weights: rehearsal 1, setting 2, code 3, design 4, capacity 5.")
    degrades: tuple[str, ...] = Field(default=(), description="Ids of journeys that are then still degraded.")


class LossFixes(Value):
    """What to do about one loss."""

    scenario: Scenario = Field(description="What is lost.")
    name: str = Field(description="What is lost, in short.")
    breaks: tuple[str, ...] = Field(default=(), description="Ids of the chosen journeys that break.")
    revenue_per_hour: float = Field(default=0, description="What an hour of those is worth, as far as stated.")
    ways: tuple[Way, ...] = Field(default=(), description="The smallest sets of changes, the least effort first.")
    exact: bool = Field(default=True, description="Whether no smaller set exists among the candidates.")
    beyond: tuple[str, ...] = Field(default=(), description="Ids of those that no candidate can repair.")
    other_phases: tuple[str, ...] = Field(
        default=(),
        description="Of these, journeys that ask what it takes to start, change or watch: there only failovers are tried.",
    )
    candidates: int = Field(default=0, description="How many changes were tried.")
    left_out: int = Field(default=0, description="How many candidates were too many to try.")


class Ranked(Value):
    """What one change does, over all losses."""

    change: Change = Field(description="The change.")
    alone: int = Field(default=0, description="Journeys and losses that it repairs by itself.")
    helps: int = Field(default=0, description="Smallest sets that it is part of.")
    journeys: tuple[str, ...] = Field(default=(), description="Ids of the journeys that it repairs or helps to.")
    revenue_per_hour: float = Field(default=0, description="What an hour of those is worth, as far as stated.")


class Rehearsable(Value):
    """A failover by hand on which a journey stands and that nobody tried."""

    dependent: str = Field(description="Id of what fails over.")
    journeys: tuple[str, ...] = Field(description="Ids of the journeys that stand on it.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it stands.")


class Unknown(Value):
    """A loss of which nobody can say whether a journey survives it: see first what is not seen."""

    name: str = Field(description="What is lost, in short.")
    journeys: tuple[str, ...] = Field(description="Ids of the journeys.")


class Fixes(Value):
    """The answer: the smallest sets for each loss, and all changes ranked."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    losses: tuple[LossFixes, ...] = Field(default=(), description="Losses by which a chosen journey breaks.")
    held: tuple[str, ...] = Field(default=(), description="Losses by which none breaks.")
    unknown: tuple[Unknown, ...] = Field(default=(), description="Losses by which nobody can say whether one breaks.")
    changes: tuple[Ranked, ...] = Field(default=(), description="Changes by what they repair for their effort.")
    rehearse: tuple[Rehearsable, ...] = Field(default=(), description="Failovers to try; they repair nothing by it.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen and could make it worse.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")
