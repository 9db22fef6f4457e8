"""What a journey promises, and whether a loss lets it keep that: RTO, RPO, rehearsed failovers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from blastradius.circuit import Circuit
from blastradius.model import Journey
from blastradius.simulate.story import Story

if TYPE_CHECKING:
    from blastradius.model import Policy


def unrehearsed(circuit: Circuit, number: int, today: date | None, policy: Policy | None) -> bool:
    """Whether a manual failover was never tried, or longer ago than the policy allows.

    Args:
        circuit: of the system.
        number: of the group that fails over.
        today: day by which a rehearsal is judged old; none judges only its absence.
        policy: how old a rehearsal may be.
    """
    group = circuit.groups[number]
    failover = group.record.failover
    if failover is None or not group.manual:
        return False
    if failover.rehearsed is None or (today is not None and failover.rehearsed > today):
        return True
    if today is None or policy is None or policy.rehearsed_within is None:
        return False
    return failover.rehearsed + timedelta(seconds=policy.rehearsed_within) < today


def meets_rto(story: Story, journey: Journey, horizon: int | None, *, certain: bool) -> bool | None:
    """Whether the longest stretch down is within the RTO; none where what was not seen may miss it.

    Args:
        story: what became of the journey, as far as was seen.
        journey: whose RTO it is; without one there is no answer.
        horizon: second to which was looked; none for ever.
        certain: whether nothing that was not seen can make it worse.
    """
    if journey.rto is None:
        return None
    lengths: Sequence[int | None] = [story.length(down, horizon) for down in story.downs]
    if any(length is None or length > journey.rto for length in lengths):
        return False
    return True if certain else None


def meets_rpo(circuit: Circuit, used: list[int], journey: Journey) -> bool | None:
    """Whether the worst lag of a failover used is within the RPO; none where a lag is not known."""
    if journey.rpo is None:
        return None
    failovers = [circuit.groups[number].record.failover for number in used]
    lags = [failover.lag for failover in failovers if failover is not None]
    if any(lag is not None and lag > journey.rpo for lag in lags):
        return False
    return None if any(lag is None for lag in lags) else True
