"""The second run: everything unseen in the way, and what falls with that, until nothing is added.

Some gaps hang on one component: what may be needed is known by name, or what may be the same. Such a gap is touched
when that component falls, be it only in this run; then the component in doubt counts as down as well, and so on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from blastradius.graph import DependencyGraph
from blastradius.model import Gap, Scenario
from blastradius.simulate.grounds import Grounds, Ties
from blastradius.simulate.instants import Trace
from blastradius.simulate.story import stories
from blastradius.simulate.targets import Targets
from blastradius.simulate.unseen import Touched, note, touched
from blastradius.simulate.walk import Walk, stretch


def doubted(
    graph: DependencyGraph, scenario: Scenario, targets: Targets, seen: Trace, blind: Collection[int]
) -> tuple[Touched, Trace]:
    """What a removal may take down unseen, and the walk in which it does.

    One walk in which tied components fall together goes through a chain of gaps of any length, so that the cost does
    not grow with it; a plain one, whose proofs rest on rules alone, says whether that was all.

    Args:
        graph: the system.
        scenario: what was asked.
        targets: what its selectors mean.
        seen: the walk over what was seen.
        blind: phase nodes of which nothing tells what they need, by number.

    Returns:
        The gaps by id of the component they put in doubt, and the walk: `seen` where nothing is in doubt.
    """
    found = touched(graph, targets.removed, targets.absent)
    return found, at_worst(graph, scenario, targets, seen, blind, found, Grounds(graph).ties())


def at_worst(
    graph: DependencyGraph,
    scenario: Scenario,
    targets: Targets,
    seen: Trace,
    blind: Collection[int],
    found: Touched,
    tied: Ties,
) -> Trace:
    """The walk with everything unseen in the way.

    Args:
        graph: the system.
        scenario: what was asked.
        targets: what its selectors mean.
        seen: the walk over what was seen.
        blind: phase nodes of which nothing tells what they need, by number.
        found: what the removal touches; what falls with that is added.
        tied: who may fall with whom.
    """
    removed = frozenset(targets.removed)
    tied = {one: [pair for pair in pairs if pair[0] not in removed] for one, pairs in tied.items()}
    _tie(found, tied, fallen(seen) | removed)
    if not found and not blind:
        return seen
    worst = _Worst(graph, scenario, targets, blind)
    walked = worst.walk(found)
    if not _tie(found, tied, fallen(walked)):
        return walked
    index = graph.circuit.index
    bound = {index[one]: [index[other] for other, _ in those] for one, those in tied.items()}
    while True:
        _tie(found, tied, fallen(worst.walk(found, bound)))
        walked = worst.walk(found)
        if not _tie(found, tied, fallen(walked)):
            return walked


def fallen(walked: Trace) -> set[str]:
    """Ids of components and journeys down at any instant of a walk."""
    ids = walked.graph.circuit.ids
    return {ids[node] for node, story in stories(walked).items() if story.downs}


def tied_to(gap: Gap, component: str) -> str | None:
    """The component whose fall may take this one down, by a gap; none where the gap names no one."""
    if gap.same_as is None:
        return gap.reference
    return gap.same_as if gap.component == component else gap.component


class _Worst:
    """Walks of one scenario with more down than it removes."""

    def __init__(self, graph: DependencyGraph, scenario: Scenario, targets: Targets, blind: Collection[int]) -> None:
        self.graph, self.scenario, self.targets, self.blind = graph, scenario, targets, blind

    def walk(self, found: Touched, bound: Mapping[int, list[int]] | None = None) -> Trace:
        extra = sorted(found)
        asked = zip(self.targets.phases, self.scenario.phases, strict=True)
        stretches = [
            stretch(self.graph, at, length, [*gone, *extra], hurt, self.blind)
            if phase.remove
            else stretch(self.graph, at, length, gone, hurt)
            for (at, length, gone, hurt), phase in asked
        ]
        return Walk(self.graph, stretches, self.scenario.horizon, bound=bound).run()


def _tie(found: Touched, ties: Ties, down: Iterable[str]) -> bool:
    """Touch also what may fall with what is down; whether that added a component."""
    before = len(found)
    for one in sorted(ties.keys() & set(down)):
        for other, gap in ties[one]:
            note(found, other, gap)
    return len(found) > before
