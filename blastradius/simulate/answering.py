"""The answer for one scenario: what is down, which journeys break, and what could not be started again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from blastradius.engine import DOWN
from blastradius.graph import DependencyGraph
from blastradius.model import STATES, BlastRadius, ComponentResult, Refused, Scenario
from blastradius.simulate.hearsay import on_word
from blastradius.simulate.judging import journey_results
from blastradius.simulate.restart import has_startup_rules, startable
from blastradius.simulate.run import Run
from blastradius.simulate.spares import cannot
from blastradius.simulate.spells import blocked
from blastradius.simulate.story import Story, telling, verdict

if TYPE_CHECKING:
    from blastradius.model import Policy

MAX_BECAUSE = 100
"""Most ids of a chain that the result of one component carries."""


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
    journeys = journey_results(run, today, policy)
    told = on_word(graph, journeys, lambda other, ids: _broken(Run(other, scenario, typed=False), ids))
    journeys = [one.model_copy(update={"on_word": told[one.id]}) if one.id in told else one for one in journeys]
    return BlastRadius(
        scenario=scenario,
        removed=run.targets.removed,
        not_present=run.targets.not_present,
        components=tuple(_component(run, node) for node in range(graph.circuit.component_count)),
        journeys=tuple(journeys),
        systems=graph.systems,
        deadlocks=run.ids(set(range(graph.circuit.component_count)) - alive),
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


def _unfounded(run: Run, alive: set[int]) -> tuple[str, ...]:
    """Up under the loss only because it stood before: it could not be started under that loss."""
    state = run.seen.last.state
    removed = [run.circuit.index[node] for node in run.targets.removed]
    able = startable(run.circuit, [node for node in removed if state[node] == DOWN])
    return run.ids({node for node in alive - able if state[node] != DOWN})


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
