"""What a runbook says, as values: reports only write it down."""

from datetime import date
from typing import Literal

from pydantic import Field

from blastradius.model import (
    SCHEMA_VERSION,
    Coverage,
    Evidence,
    Gap,
    JourneyResult,
    Phase,
    Probe,
    Purpose,
    Scenario,
    Value,
)

Happening = Literal["lost", "impaired", "back", "moved", "degraded", "down", "up"]


class Event(Value):
    """Something that happens at a time."""

    at: int = Field(description="Seconds after the loss began.")
    what: Happening = Field(description="What happens.")
    names: tuple[str, ...] = Field(description="To what: selectors of what is lost, names of journeys, of failovers.")
    note: str | None = Field(default=None, description="What is known beside that.")


class Need(Value):
    """Something that a failover cannot happen without."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    stands: bool = Field(description="Whether it is there when the failover is called for.")
    because: tuple[str, ...] = Field(default=(), description="Ids of the chain that takes it down, where it does.")


class Move(Value):
    """A failover that this loss calls for."""

    id: str = Field(description="Id of what fails over.")
    name: str = Field(description="Name of it.")
    leave: tuple[str, ...] = Field(description="Names of the active members, which are lost.")
    leave_ids: tuple[str, ...] = Field(default=(), description="Ids of all active members.")
    enter: tuple[str, ...] = Field(description="Names of the standing members that take over.")
    enter_ids: tuple[str, ...] = Field(default=(), description="Their ids.")
    lost: tuple[str, ...] = Field(default=(), description="Names of other members that are lost as well.")
    mode: Literal["automatic", "manual"] = Field(description="Whether a person has to act.")
    happens: bool = Field(description="Whether it can happen at all under this loss.")
    why_not: str | None = Field(default=None, description="Why it cannot.")
    starts: int = Field(description="Second at which it is called for.")
    takes: int | None = Field(default=None, description="Seconds it takes; unset where nobody said.")
    ends: int | None = Field(default=None, description="Second at which it is done, what it waits for included.")
    spare: int | None = Field(
        default=None,
        description="Seconds that it may be begun later without an RTO being missed, of one by hand; below 0 where it is "
        "too slow; unset where no journey that waits for it has an RTO.",
    )
    lag: int | None = Field(default=None, description="Seconds of data that may be lost by it.")
    rehearsed: date | None = Field(default=None, description="When it was last tried.")
    old: bool = Field(default=False, description="Never tried, or longer ago than the policy allows.")
    runbook: str | None = Field(default=None, description="Where the procedure is written.")
    needs: tuple[Need, ...] = Field(default=(), description="What it cannot happen without.")
    owners: tuple[str, ...] = Field(default=(), description="Who answers for it or for the journeys that wait for it.")
    journeys: tuple[str, ...] = Field(default=(), description="Names of the journeys that wait for it.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it stands.")


class Caution(Value):
    """What does not work while this lasts, or makes it worse."""

    text: str = Field(description="What not to try.")
    because: str = Field(description="Why.")


class Watch(Value):
    """Whether anybody would see a component fail."""

    id: str = Field(description="Id of the component.")
    name: str = Field(description="Its name.")
    by: tuple[str, ...] = Field(default=(), description="Names of what watches it and stands; none where nothing does.")
    blind: tuple[str, ...] = Field(default=(), description="Names of what watches it and is lost itself.")


class Talk(Value):
    """A journey by which people work together or customers are told, and how it fares."""

    journey: str = Field(description="Name of the journey.")
    purpose: Purpose = Field(description="`respond` or `inform`.")
    owner: str | None = Field(default=None, description="Who answers for it.")
    result: JourneyResult = Field(description="How it fares.")
    means: tuple[str, ...] = Field(default=(), description="Names of what of it stands.")
    lost: tuple[str, ...] = Field(default=(), description="Names of what of it is lost.")


class Plan(Value):
    """One journey that this loss touches."""

    result: JourneyResult = Field(description="What becomes of it.")
    owner: str | None = Field(default=None, description="Who answers for it.")
    rto: int | None = Field(default=None, description="Seconds it may be down.")
    rpo: int | None = Field(default=None, description="Seconds of data that may be lost.")
    probe: Probe | None = Field(default=None, description="How to see that it works.")
    phase: Phase = Field(
        default="runtime", description="What it asks of its entries: to serve, start, change, operate."
    )
    entries: tuple[str, ...] = Field(default=(), description="Names of what it needs, for whom no probe is stated.")
    chain: tuple[str, ...] = Field(default=(), description="Names along its proof, from the journey to what was lost.")


class Restored(Value):
    """What comes back together, once all before it is back."""

    names: tuple[str, ...] = Field(description="Names of what has no recovery time of its own.")
    slow: tuple[tuple[str, int], ...] = Field(default=(), description="Names with seconds to come back.")
    cold: tuple[str, ...] = Field(default=(), description="Names of those that need all they start with.")
    together: bool = Field(default=False, description="They need each other and have to be started together.")


class Runbook(Value):
    """The whole procedure for one loss."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    scenario: Scenario = Field(description="What is lost.")
    removed: tuple[str, ...] = Field(default=(), description="Ids of what is lost.")
    plans: tuple[Plan, ...] = Field(default=(), description="Journeys that it touches, the most urgent first.")
    untouched: tuple[str, ...] = Field(default=(), description="Names of the journeys that it does not touch.")
    doubtful: tuple[JourneyResult, ...] = Field(
        default=(), description="Journeys that nothing seen touches, and that something unseen could."
    )
    events: tuple[Event, ...] = Field(default=(), description="What happens when.")
    watches: tuple[Watch, ...] = Field(default=(), description="Who sees what is critical and fails.")
    moves: tuple[Move, ...] = Field(default=(), description="Failovers, in the order in which to make them.")
    cautions: tuple[Caution, ...] = Field(default=(), description="What not to try.")
    talks: tuple[Talk, ...] = Field(default=(), description="How people talk meanwhile, and how customers are told.")
    owners: tuple[tuple[str, tuple[str, ...]], ...] = Field(
        default=(), description="Whom to tell: teams, with the names of what is theirs."
    )
    restored: tuple[Restored, ...] = Field(default=(), description="Order of restoration.")
    moved_back: tuple[tuple[str, tuple[str, ...]], ...] = Field(
        default=(), description="What has moved, with the names of where it belongs."
    )
    stranded: tuple[str, ...] = Field(
        default=(), description="Names of journeys that break and for which nothing can be moved."
    )
    deadlocks: tuple[str, ...] = Field(default=(), description="Names of what could not start from nothing.")
    gaps: tuple[Gap, ...] = Field(
        default=(), description="What was not seen and could change what becomes of a journey."
    )
    unseen: tuple[Gap, ...] = Field(
        default=(), description="All that was not seen, where no journey is declared that could tell what matters."
    )
    unseen_count: int = Field(default=0, description="How much was not seen in all.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")
