"""What is asked and answered: scenarios and blast radii."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from blastradius.model.base import (
    SCHEMA_VERSION,
    STATES,
    Basis,
    Evidence,
    Phase,
    Seconds,
    State,
    Strength,
    Value,
    Verdict,
    weakest,
)
from blastradius.model.components import Coverage, Gap


class ScenarioPhase(Value):
    """What is removed or degraded during one stretch of time."""

    at: Seconds = Field(default=0, description="Seconds after the start of the scenario.")
    duration: Seconds | None = Field(default=None, alias="for", description="Seconds it lasts; for ever where unset.")
    remove: tuple[str, ...] = Field(default=(), description="Selectors of what is down.")
    degrade: tuple[str, ...] = Field(default=(), description="Selectors of what is degraded.")
    note: str | None = Field(default=None, description="What happened then.")

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class Scenario(Value):
    """What is removed or degraded, from when and for how long."""

    name: str = Field(default="scenario", description="What people call it.")
    phases: tuple[ScenarioPhase, ...] = Field(
        min_length=1, description="One or more stretches of time; they may overlap."
    )
    horizon: Seconds | None = Field(
        default=None, description="Seconds after which nobody looks any more; for ever where unset."
    )
    source: str | None = Field(default=None, description="Where it was published, for a real one.")

    @model_validator(mode="after")
    def _something(self) -> "Scenario":
        if not any(phase.remove or phase.degrade for phase in self.phases):
            raise ValueError("phases: nothing is removed or degraded")
        if self.horizon == 0:
            raise ValueError("horizon: must be longer than 0s")
        if any(phase.duration == 0 for phase in self.phases):
            raise ValueError("phases: for: must be longer than 0s")
        return self


class ChainLink(Value):
    """One step of a proof: `dependent` fails because `dependency` does."""

    dependent: str = Field(description="Id of what fails.")
    dependency: str = Field(description="Id of what it needs.")
    strength: Strength = Field(description="How much it needs it.")
    phase: Phase = Field(default="runtime", description="For what it needs it.")
    tolerance: int | None = Field(default=None, description="Seconds the dependent keeps going without it.")
    hardens_after: int | None = Field(default=None, description="Seconds after which a soft need becomes hard.")
    group: tuple[str, ...] = Field(default=(), description="All members, where the need is a redundancy.")
    basis: Basis = Field(description="Ground of this step.")
    reason: str | None = Field(default=None, description="Why it needs it that much.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it stands.")


def basis_of_links(links: Iterable[ChainLink]) -> Basis:
    """The weakest ground on a chain."""
    return weakest([link.basis for link in links])


class ComponentResult(Value):
    """What became of one component."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    kind: str = Field(description="Kind.")
    state: State = Field(description="State just before the horizon.")
    exposed: bool = Field(default=False, description="Not down, but without the spare it had.")
    cannot: tuple[Literal["start", "change", "operate"], ...] = Field(
        default=(), description="What cannot be done with it meanwhile."
    )
    degrades_at: int | None = Field(default=None, description="Second at which it was first not fully up.")
    breaks_at: int | None = Field(default=None, description="Second at which it was first down.")
    interrupted_for: int | None = Field(
        default=None, description="Longest stretch down that a failover ended, in seconds."
    )
    because: tuple[str, ...] = Field(
        default=(), description="Ids of the chain that proves it; of one longer than 100 the first and last 50."
    )


class JourneyResult(Value):
    """What became of one journey."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    tier: int | None = Field(default=None, description="1 is the most critical.")
    verdict: Verdict = Field(description="The answer.")
    at_worst: Verdict = Field(description="The answer if everything unseen were in the way.")
    by_hand: bool = Field(default=False, description="It stands only through a manual failover.")
    unrehearsed: bool = Field(default=False, description="That failover was never tried, or too long ago.")
    degrades_at: int | None = Field(default=None, description="Second at which it was first not fully up.")
    breaks_at: int | None = Field(default=None, description="Second at which it was first down.")
    interrupted_for: int | None = Field(
        default=None, description="Longest stretch down that a failover ended, in seconds."
    )
    downtime: int | None = Field(default=0, description="Seconds down in all; null where it is down for ever.")
    cost: float | None = Field(
        default=None, description="Downtime times revenue per hour; null where either is not known."
    )
    meets_rto: bool | None = Field(default=None, description="Whether the longest stretch down is within the RTO.")
    meets_rpo: bool | None = Field(
        default=None, description="Whether the worst lag of a failover used is within the RPO."
    )
    exposed: tuple[str, ...] = Field(default=(), description="Ids on its hard paths that lost their spare.")
    inferred: bool = Field(default=False, description="Nobody declared this journey.")
    basis: Basis | None = Field(default=None, description="Weakest ground on the chain.")
    chain: tuple[ChainLink, ...] = Field(default=(), description="The proof, from the journey to what was removed.")
    chain_at: int | None = Field(default=None, description="Second at which the stretch began that the chain proves.")
    on_word: tuple[str, ...] = Field(
        default=(),
        description="Ids of vendors: it breaks by what the catalog says that these need, and by nothing else.",
    )
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen and could make it worse.")
    chain_at_worst: tuple[ChainLink, ...] = Field(default=(), description="How what was not seen could break it.")


class Refused(Value):
    """A failover that would have helped and could not happen."""

    dependent: str = Field(description="Id of who relies on it.")
    needs: tuple[str, ...] = Field(description="Ids of what it needs and was down.")


class BlastRadius(Value):
    """The answer for one scenario."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    scenario: Scenario = Field(description="What was asked.")
    removed: tuple[str, ...] = Field(default=(), description="Ids that the selectors matched.")
    not_present: tuple[str, ...] = Field(default=(), description="Selectors of a scenario file that matched nothing.")
    components: tuple[ComponentResult, ...] = Field(
        default=(), description="All components, in the order of their ids; of many the worst."
    )
    omitted: dict[State, int] = Field(
        default_factory=dict,
        description="How many components of each state are left out of `components`, the least hit.",
    )
    journeys: tuple[JourneyResult, ...] = Field(default=(), description="By tier, then verdict, then id.")
    systems: int = Field(
        default=0, description="How many systems the journeys are of, that need nothing of the user's own in common."
    )
    deadlocks: tuple[str, ...] = Field(default=(), description="Ids that could never start again from nothing.")
    unfounded: tuple[str, ...] = Field(default=(), description="Ids up under this loss only because they stood before.")
    refused: tuple[Refused, ...] = Field(
        default=(), description="Failovers that would have helped and could not happen, for what they need was down."
    )
    gaps: tuple[Gap, ...] = Field(default=(), description="Everything that was not seen.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")

    def worst(self, most: int) -> "BlastRadius":
        """The same with so many components alone: what was removed, then what is hit worst; `omitted` counts the rest."""
        if len(self.components) <= most:
            return self
        gone = frozenset(self.removed)
        order = sorted(self.components, key=lambda one: (one.id not in gone, _RANKS[one.state], not _hit(one), one.id))
        left = Counter(one.state for one in order[most:])
        kept = tuple(sorted(order[:most], key=lambda one: one.id))
        omitted = {state: left[state] + self.omitted.get(state, 0) for state in STATES}
        return self.model_copy(update={"components": kept, "omitted": {k: v for k, v in omitted.items() if v}})


_RANKS = {state: rank for rank, state in enumerate(reversed(STATES))}


def _hit(one: ComponentResult) -> bool:
    return one.exposed or bool(one.cannot) or one.degrades_at is not None


class ProofStep(Value):
    """One line of a whole proof; a redundancy that failed is followed by a step for each failed member."""

    depth: int = Field(
        ge=0, description="How far it is from the journey; a step proves the nearest earlier one of less depth."
    )
    id: str = Field(description="Id of what failed.")
    name: str = Field(description="Its name.")
    state: State = Field(description="Its state at that instant.")
    link: ChainLink | None = Field(default=None, description="How the one above needs it; none for the first.")
    note: str | None = Field(
        default=None, description="`removed`, `recovering`, `shown above`, what a failover lacked …"
    )


class Explanation(Value):
    """The whole proof for one journey or component under one scenario."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    scenario: Scenario = Field(description="What was asked.")
    subject: str = Field(description="Id of the journey or component.")
    name: str = Field(description="Its name.")
    at: int | None = Field(
        default=None, description="Second of which the proof speaks: the first onset of its worst state."
    )
    state: State = Field(description="Its state then.")
    journey: JourneyResult | None = Field(default=None, description="The journey's result, for a journey.")
    steps: tuple[ProofStep, ...] = Field(default=(), description="The proof; empty where it stands.")
    stands_by: tuple[str, ...] = Field(default=(), description="Why it stands, where it does: a line each.")
