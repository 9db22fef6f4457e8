"""A loss that was asked about, simulated once and walked, for whoever needs both the answer and the walk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, Policy, Scenario
from blastradius.simulate import simulate
from blastradius.simulate.run import Run


@dataclass(frozen=True)
class Walked:
    """A loss, what it does, and how.

    Attributes:
        result: the answer.
        run: the walk through time, with its proofs.
        today: day on which rehearsals are judged old; none judges only their absence.
        policy: how old a rehearsal may be.
    """

    result: BlastRadius
    run: Run
    today: date | None
    policy: Policy | None


def walked(
    graph: DependencyGraph, scenario: Scenario, typed: bool, today: date | None, policy: Policy | None
) -> Walked:
    """Simulate a loss and walk it.

    Args:
        graph: the system.
        scenario: what is lost.
        typed: whether a person typed the selectors just now: then one that matches nothing is an error.
        today: day on which rehearsals are judged old.
        policy: how old a rehearsal may be.

    Raises:
        UsageError: when a selector is malformed, or typed and matches nothing.
    """
    result = simulate(graph, scenario, typed=typed, today=today, policy=policy)
    return Walked(result, Run(graph, scenario, typed), today, policy)
