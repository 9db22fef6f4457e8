"""How a journey ends under a loss that was walked: by what was seen, at worst, and by whose hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from blastradius.model import ChainLink, Gap, Journey, JourneyResult, Verdict, basis_of_links
from blastradius.simulate.doubt import tied_to
from blastradius.simulate.promises import meets_rpo, meets_rto, unrehearsed
from blastradius.simulate.run import Run
from blastradius.simulate.spares import moved_groups
from blastradius.simulate.story import VERDICT_ORDER, Story, telling, verdict, worse

if TYPE_CHECKING:
    from blastradius.model import Policy


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


def journey_results(run: Run, today: date | None = None, policy: Policy | None = None) -> list[JourneyResult]:
    """Judge all journeys of a scenario that was walked: by tier, then the worst verdict first, then id.

    Args:
        run: the scenario, walked.
        today: day on which rehearsals are judged old; none judges only their absence.
        policy: how old a rehearsal may be.
    """
    found = [journey_result(run, journey, today, policy) for journey in run.graph.inventory.journeys]
    return sorted(found, key=lambda j: (j.tier is None, j.tier or 0, -VERDICT_ORDER.index(j.verdict), j.id))


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
        exposed=run.ids(rests & run.exposed) if run.exposed else (),
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
