"""What a replay answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from blastradius.model import SCHEMA_VERSION, ChainLink, Coverage, Gap, JourneyResult, Value

State = Literal["down", "degraded", "cannot start", "cannot be changed", "cannot be operated"]


class Time(Value):
    """A stretch of the replay."""

    start: int = Field(description="Seconds after the incident began.")
    end: int | None = Field(default=None, description="Second at which it ended; null where it lasted to the horizon.")
    start_utc: str = Field(description="The same, UTC.")
    end_utc: str | None = Field(default=None, description="The same, UTC.")


class Recorded(Time):
    """What the incident file says became of one service or vendor, and whether it is here."""

    subject: str = Field(description="The file's id of it.")
    severity: str = Field(description="The file's word.")
    plane: Literal["data", "control"] = Field(description="Which plane of it.")
    state: Literal["down", "degraded"] = Field(description="What that is in this replay.")
    trigger: bool = Field(default=False, description="It is what failed first.")
    present: tuple[str, ...] = Field(default=(), description="Ids of what stands for it here; none: not present.")
    times_assumed: bool = Field(default=False, description="Its own times are not told; those of the whole incident.")
    via: str | None = Field(default=None, description="Through what it was hit, as the file says.")
    note: str | None = Field(default=None, description="What the file says of it.")
    source: tuple[str, ...] = Field(default=(), description="Keys of `sources`.")
    confidence: str | None = Field(default=None, description="How sure these make it.")


class Followed(Time):
    """A stretch in which something here was not as it should be."""

    state: State = Field(description="What it was.")
    chain: tuple[ChainLink, ...] = Field(default=(), description="The proof; empty where it is recorded itself.")


class ComponentReplay(Value):
    """What became of one component over the hours."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    kind: str = Field(description="Kind.")
    spells: tuple[Followed, ...] = Field(description="When it was not up, or could not be started or changed.")


class JourneyReplay(Value):
    """What became of one journey over the hours."""

    result: JourneyResult = Field(description="Verdict, downtime, cost and proof, as `simulate` says them.")
    spells: tuple[Followed, ...] = Field(default=(), description="When it was down or degraded.")


class FailoverBlocked(Time):
    """A failover that was wanted and did not happen."""

    dependent: str = Field(description="Id of who relies on it.")
    members: tuple[str, ...] = Field(description="Ids of what it chooses among.")
    needs: tuple[str, ...] = Field(description="Ids of what it calls and was down.")
    manual: bool = Field(description="Whether somebody would have done it by hand.")


class CitedPage(Value):
    """A source."""

    title: str = Field(description="What it is called.")
    url: str = Field(description="Where it is; for a recollection the page to check it against.")


class Replay(Value):
    """The answer: an outage over the hours."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    incident: str = Field(description="Id of the incident.")
    title: str = Field(description="What people call it.")
    provider: str = Field(description="Whose outage it was.")
    regions: tuple[str, ...] = Field(default=(), description="Where it was.")
    root_cause: str | None = Field(default=None, description="Why.")
    start_utc: str = Field(description="When it began.")
    end_utc: str | None = Field(default=None, description="When it ended.")
    horizon: int = Field(description="Seconds after the beginning to which it is replayed.")
    horizon_utc: str = Field(description="The same, UTC.")
    inventory: str | None = Field(
        default=None, description="Its title, empty where it has none; null for the catalog itself."
    )
    recorded: tuple[Recorded, ...] = Field(
        default=(), description="What the file says, in the order of time and cause."
    )
    untold: tuple[str, ...] = Field(
        default=(), description="Ids that the file names as hit without saying how: they are left alone here."
    )
    journeys: tuple[JourneyReplay, ...] = Field(default=(), description="By tier, then verdict, then id.")
    components: tuple[ComponentReplay, ...] = Field(default=(), description="Those that were touched, by onset.")
    blocked: tuple[FailoverBlocked, ...] = Field(
        default=(), description="Failovers that did not happen, for what they call was down."
    )
    overruled: tuple[str, ...] = Field(
        default=(), description="Ids that are as the file tells of them, and not as the catalog says in general."
    )
    untried: tuple[str, ...] = Field(
        default=(), description="Why verdicts may be too good: what of the outage could not be tried here."
    )
    notes: tuple[str, ...] = Field(default=(), description="What else to know of this answer.")
    names: dict[str, str] = Field(default_factory=dict, description="Names of the user's own components, by id.")
    sources: dict[str, CitedPage] = Field(default_factory=dict, description="Pages, by key.")
    gaps: tuple[Gap, ...] = Field(default=(), description="Everything that was not seen.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")
