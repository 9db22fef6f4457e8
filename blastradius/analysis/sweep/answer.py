"""What a sweep answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from blastradius.model import SCHEMA_VERSION, Coverage, Kind, Value


class SweptJourney(Value):
    """A journey that was judged under every loss."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    tier: int | None = Field(default=None, description="1 is the most critical.")
    revenue_per_hour: float | None = Field(default=None, description="What an hour of it is worth.")
    inferred: bool = Field(default=False, description="Nobody declared this journey.")
    breaks: int = Field(default=0, description="How many of the losses break it.")
    degrades: int = Field(default=0, description="How many degrade it.")
    unknown: int = Field(default=0, description="How many break it if what was not seen is in the way.")


class _Ends(Value):
    """How journeys end."""

    breaks: tuple[str, ...] = Field(default=(), description="Ids of the journeys that break.")
    degrades: tuple[str, ...] = Field(default=(), description="Ids of those that are degraded.")
    unknown: tuple[str, ...] = Field(
        default=(), description="Ids of those that break if what was not seen is in the way."
    )


class SweptLoss(_Ends):
    """What one loss for ever does."""

    id: str = Field(description="Id of what is lost.")
    name: str = Field(description="Its name.")
    kind: Kind = Field(description="Its kind.")
    tier: int | None = Field(default=None, description="Lowest tier number among the journeys that break.")
    revenue_per_hour: float | None = Field(
        default=None, description="What an hour of the journeys that break is worth, as far as stated."
    )
    down: int = Field(description="Components down in the end, those lost included.")
    degraded: int = Field(description="Components degraded in the end.")
    exposed: int = Field(description="Components not down and without the spare they had.")


class SweptPair(_Ends):
    """What two losses together do beyond what each does alone: only what is worse than under either is named."""

    ids: tuple[str, str] = Field(description="Ids of what is lost.")
    names: tuple[str, str] = Field(description="Their names.")
    tier: int | None = Field(default=None, description="Lowest tier number among the journeys that break.")
    revenue_per_hour: float | None = Field(
        default=None, description="What an hour of the journeys that break is worth, as far as stated."
    )
    down: int = Field(description="Components down that are down under neither alone.")
    degraded: int = Field(description="Components degraded that are all right under either alone.")


class Sweep(Value):
    """Every single loss of a kind and, where asked, every pair; each is for ever, as `simulate` without `--for`."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    by: str = Field(description="What was lost, one at a time: a kind, `domain`, `component`.")
    order: Literal[1, 2] = Field(default=1, description="How many are lost together.")
    components: int = Field(description="How many components there are.")
    journeys: tuple[SweptJourney, ...] = Field(default=(), description="By tier, then id.")
    losses: tuple[SweptLoss, ...] = Field(
        default=(), description="Every single loss, the worst first: by tier, revenue, journeys and components hit."
    )
    pairs: tuple[SweptPair, ...] = Field(
        default=(), description="Pairs that do more than both losses apart, in the same order."
    )
    pairs_simulated: int = Field(
        default=0, description="Pairs that were evaluated; the others cannot do more than both losses apart."
    )
    pairs_seen_only: bool = Field(
        default=False,
        description="There are too many pairs to look for journeys that break only if what was not seen is in the way.",
    )
    pairs_possible: int = Field(default=0, description="How many pairs there are.")
    omitted: int = Field(default=0, description="Losses left out here, the least ones.")
    omitted_pairs: int = Field(default=0, description="Pairs left out here, the least ones.")
    gaps: int = Field(default=0, description="Places where nobody could look.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")

    def worst(self, top: int) -> Sweep:
        """The same with the first so many losses and pairs alone."""
        return self.model_copy(
            update={
                "losses": self.losses[:top],
                "pairs": self.pairs[:top],
                "omitted": self.omitted + max(0, len(self.losses) - top),
                "omitted_pairs": self.omitted_pairs + max(0, len(self.pairs) - top),
            }
        )
