"""The answer for one scenario: walk it as seen, walk it with everything unseen in the way, and judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from blastradius.circuit import Circuit
from blastradius.engine import DOWN
from blastradius.graph import DependencyGraph
from blastradius.model import (
    STATES,
    BlastRadius,
    ChainLink,
    ComponentResult,
    Gap,
    Journey,
    JourneyResult,
    Refused,
    Scenario,
    Verdict,
    basis_of_links,
)
from blastradius.simulate.doubt import doubted, tied_to
from blastradius.simulate.hearsay import on_word
from blastradius.simulate.instants import Instant, Trace
from blastradius.simulate.promises import meets_rpo, meets_rto, unrehearsed
from blastradius.simulate.proof import Proofs, closure
from blastradius.simulate.restart import has_startup_rules, startable
from blastradius.simulate.spares import cannot, exposed, moved_groups
from blastradius.simulate.spells import blocked
from blastradius.simulate.story import VERDICT_ORDER, Story, stories, telling, verdict, worse
from blastradius.simulate.targets import Targets, targets
from blastradius.simulate.unseen import Touched, blind
from blastradius.simulate.walk import trace

if TYPE_CHECKING:
    from blastradius.model import Policy


MOST_KEPT = 2_000_000
"""Nodes of closures that are kept at most."""
MAX_BECAUSE = 100
"""Most ids of a chain that the result of one component carries."""


@dataclass
class Run:
    """One scenario walked: everything that the answer and its explanation are read from.

    Attributes:
        graph: the system.
        scenario: what was asked.
        typed: whether a person typed the selectors just now.
    """

    graph: DependencyGraph
    scenario: Scenario
    typed: bool = True

    def __post_init__(self) -> None:
        self._proofs: dict[int, Proofs] = {}
        self._closures: dict[tuple[int, bool], set[int]] = {}

    @property
    def circuit(self) -> Circuit:
        """The circuit of the graph."""
        return self.graph.circuit

    @cached_property
    def targets(self) -> Targets:
        """What the selectors mean."""
        return targets(self.graph, self.scenario, typed=self.typed)

    @cached_property
    def seen(self) -> Trace:
        """The walk over what was seen."""
        return trace(self.graph, self.targets.phases, self.scenario.horizon)

    @cached_property
    def stories(self) -> dict[int, Story]:
        """What became of each node, by what was seen."""
        return stories(self.seen)

    @cached_property
    def fallen(self) -> set[str]:
        """Ids seen down at any instant."""
        return {self.circuit.ids[node] for node, story in self.stories.items() if story.downs}

    @cached_property
    def _doubted(self) -> tuple[Touched, Trace]:
        return doubted(self.graph, self.scenario, self.targets, self.seen, self.blind)

    @property
    def touched(self) -> Touched:
        """What nobody saw and the removal can reach."""
        return self._doubted[0]

    @property
    def worst(self) -> Trace:
        """The walk with everything unseen in the way; the same as `seen` where nothing is."""
        return self._doubted[1]

    @cached_property
    def blind(self) -> dict[int, Gap]:
        """Phase nodes of journeys of which nothing tells what they need, by number."""
        return blind(self.graph)

    @cached_property
    def worst_stories(self) -> dict[int, Story]:
        """What became of each node with everything unseen in the way."""
        return self.stories if self.worst is self.seen else stories(self.worst)

    @cached_property
    def without_hands(self) -> dict[int, Story]:
        """What would have become of each node had nobody failed over by hand."""
        manual = any(self.circuit.groups[number].manual for number in moved_groups(self.seen))
        if not manual:
            return self.stories
        return stories(trace(self.graph, self.targets.phases, self.scenario.horizon, by_hand=False))

    @cached_property
    def exposed(self) -> set[int]:
        """Nodes that lost their spare."""
        return exposed(self.circuit, self.seen.last)

    def proofs(self, instant: Instant) -> Proofs:
        """The shortest chains of an instant, made once."""
        key = id(instant)
        if key not in self._proofs:
            self._proofs[key] = Proofs(self.circuit, instant)
        return self._proofs[key]

    def closure(self, node: int, *, hard: bool = False) -> set[int]:
        """What a node needs, directly or through others; made once where it is small or asked for again soon."""
        key = (node, hard)
        if key not in self._closures:
            if sum(map(len, self._closures.values())) > MOST_KEPT:
                self._closures.clear()
            self._closures[key] = closure(self.circuit, node, hard=hard)
        return self._closures[key]


def simulate(
    graph: DependencyGraph,
    scenario: Scenario,
    *,
    typed: bool = True,
    today: date | None = None,
    policy: Policy | None = None,
) -> BlastRadius:
    """Remove what a scenario removes and say which journeys break, when and why.

    Args:
        graph: the system.
        scenario: what is removed or degraded, from when and for how long.
        typed: whether a person typed the selectors just now: then one that matches nothing is an error.
        today: day on which rehearsals are judged old; none judges only their absence.
        policy: how old a rehearsal may be.

    Returns:
        The answer, deterministic for the same input.

    Raises:
        UsageError: when a selector is malformed, or typed and matches nothing.
    """
    run = Run(graph, scenario, typed)
    startup = has_startup_rules(graph.circuit)
    alive = startable(graph.circuit, ()) if startup else set(range(graph.circuit.component_count))
    journeys = [journey_result(run, journey, today, policy) for journey in graph.inventory.journeys]
    journeys.sort(key=lambda j: (j.tier is None, j.tier or 0, -VERDICT_ORDER.index(j.verdict), j.id))
    told = on_word(graph, journeys, lambda other, ids: _broken(Run(other, scenario, typed=False), ids))
    journeys = [one.model_copy(update={"on_word": told[one.id]}) if one.id in told else one for one in journeys]
    return BlastRadius(
        scenario=scenario,
        removed=run.targets.removed,
        not_present=run.targets.not_present,
        components=tuple(_component(run, node) for node in range(graph.circuit.component_count)),
        journeys=tuple(journeys),
        systems=graph.systems,
        deadlocks=_ids(graph, set(range(graph.circuit.component_count)) - alive),
        unfounded=_unfounded(run, alive) if startup else (),
        refused=_refused(run),
        gaps=graph.inventory.gaps,
        coverage=graph.inventory.coverage,
    )


def _broken(run: Run, ids: Iterable[str]) -> set[str]:
    """Which of some journeys break."""
    index, journeys = run.circuit.index, run.graph.journeys
    return {id for id in ids if verdict(run.stories.get(index[id], Story()), journeys[id]) == "breaks"}


def _refused(run: Run) -> tuple[Refused, ...]:
    """Failovers that lacked something at any instant, each dependent with all that its failovers lacked."""
    lacking: dict[str, set[str]] = {}
    for one in blocked(run.seen) if any(group.active for group in run.circuit.groups) else ():
        group = run.circuit.groups[one.group]
        lacking.setdefault(group.record.dependent, set()).update(run.circuit.ids[need] for need in one.needs)
    return tuple(Refused(dependent=id, needs=tuple(sorted(needs))) for id, needs in sorted(lacking.items()))


def _ids(graph: DependencyGraph, nodes: set[int]) -> tuple[str, ...]:
    return tuple(graph.circuit.ids[node] for node in sorted(nodes))


def _unfounded(run: Run, alive: set[int]) -> tuple[str, ...]:
    """Up under the loss only because it stood before: it could not be started under that loss."""
    state = run.seen.last.state
    removed = [run.circuit.index[node] for node in run.targets.removed]
    able = startable(run.circuit, [node for node in removed if state[node] == DOWN])
    return _ids(run.graph, {node for node in alive - able if state[node] != DOWN})


def _component(run: Run, node: int) -> ComponentResult:
    id = run.circuit.ids[node]
    name, kind = run.graph.told(id)
    story = run.stories.get(node)
    last = run.seen.last.state
    instant = telling(story, None) if story is not None else None
    chain = run.proofs(instant).ids(node) if instant is not None else ()
    return ComponentResult(
        id=id,
        name=name,
        kind=kind,
        state=STATES[last[node]],
        exposed=node in run.exposed,
        cannot=tuple(cannot(run.circuit, node, last)),
        degrades_at=story.bad.time if story and story.bad else None,
        breaks_at=story.downs[0].start.time if story and story.downs else None,
        interrupted_for=story.interrupted_for if story else None,
        because=_shortened(chain) if len(chain) > 1 else (),
    )


def _shortened(chain: tuple[str, ...]) -> tuple[str, ...]:
    """A chain's ends: every component's whole chain would take the square of a deep system; `explain` has it all."""
    return chain if len(chain) <= MAX_BECAUSE else (*chain[: MAX_BECAUSE // 2], *chain[-MAX_BECAUSE // 2 :])


def judged(run: Run, journey: Journey) -> tuple[Verdict, Verdict, bool]:
    """How a journey ends by what was seen, how at worst, and whether it stands only by somebody's hand.

    Args:
        run: the scenario, walked.
        journey: the journey.
    """
    node = run.circuit.index[journey.id]
    seen = verdict(run.stories.get(node, Story()), journey)
    at_worst = worse(seen, verdict(run.worst_stories.get(node), journey))
    return seen, at_worst, seen != "breaks" and verdict(run.without_hands.get(node), journey) == "breaks"


def journey_result(
    run: Run, journey: Journey, today: date | None = None, policy: Policy | None = None
) -> JourneyResult:
    """Judge one journey of a scenario that was walked.

    Args:
        run: the scenario, walked.
        journey: the journey.
        today: day on which rehearsals are judged old; none judges only their absence.
        policy: how old a rehearsal may be.
    """
    node = run.circuit.index[journey.id]
    story = run.stories.get(node, Story())
    seen, at_worst, by_hand = judged(run, journey)
    horizon = run.scenario.horizon
    downtime = story.downtime(horizon)
    proved = telling(story, journey.rto)
    chain = run.proofs(proved).links(node) if proved is not None else ()
    rests = run.closure(node, hard=True)
    used = [n for n in moved_groups(run.seen) if run.circuit.rules[run.circuit.groups[n].rule].node in rests]
    revenue = journey.revenue_per_hour
    return JourneyResult(
        id=journey.id,
        name=journey.name,
        tier=journey.tier,
        verdict="unknown" if at_worst == "breaks" and seen != "breaks" else seen,
        at_worst=at_worst,
        by_hand=by_hand,
        unrehearsed=by_hand and any(unrehearsed(run.circuit, number, today, policy) for number in used),
        degrades_at=story.bad.time if story.bad else None,
        breaks_at=story.downs[0].start.time if story.downs else None,
        interrupted_for=story.interrupted_for,
        downtime=downtime,
        cost=None if revenue is None or downtime is None else round(downtime / 3600 * revenue, 2),
        meets_rto=meets_rto(story, journey, horizon, certain=at_worst == seen or at_worst != "breaks"),
        meets_rpo=meets_rpo(run.circuit, used, journey),
        exposed=_ids(run.graph, {n for n in run.closure(node, hard=True) if n in run.exposed}) if run.exposed else (),
        inferred=journey.inferred,
        basis=basis_of_links(chain) if chain else None,
        chain=chain,
        chain_at=proved.time if proved is not None else None,
        gaps=_gaps(run, node) if at_worst != seen else (),
        chain_at_worst=_chain_at_worst(run, node, journey) if at_worst != seen else (),
    )


def _chain_at_worst(run: Run, node: int, journey: Journey) -> tuple[ChainLink, ...]:
    story = run.worst_stories.get(node)
    instant = telling(story, journey.rto) if story is not None else None
    return run.proofs(instant).links(node) if instant is not None else ()


def _gaps(run: Run, node: int) -> tuple[Gap, ...]:
    """The gaps that the removal touches on anything that a journey needs, and those that these hang on in turn."""
    gaps: dict[str, Gap] = {}
    certain = run.fallen
    work = [node]
    done: set[int] = set()
    while work:
        needed = run.closure(work.pop()) - done
        done |= needed
        names = {run.circuit.ids[run.circuit.node_of(n)] for n in needed}
        for component in sorted(names & run.touched.keys()):
            for gap in run.touched[component]:
                gaps.setdefault(gap.model_dump_json(), gap)
                other = tied_to(gap, component)
                if other is not None and other in run.graph.components and other not in certain:
                    work.append(run.circuit.index[other])
        for number in sorted(needed & run.blind.keys()):
            gaps.setdefault(run.blind[number].model_dump_json(), run.blind[number])
    return tuple(gaps.values())
