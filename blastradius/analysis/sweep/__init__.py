"""Every single loss of a kind at once, and every pair: which journeys break, how much falls, what is left without a spare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal, get_args

from blastradius.analysis.sweep.answer import Sweep, SweptJourney, SweptLoss, SweptPair
from blastradius.analysis.sweep.judging import Judge, Judged
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import Component, Inventory, Journey, Kind, Verdict

if TYPE_CHECKING:
    from blastradius.analysis.sweep.pairs import Added

__all__ = ["DOMAINS", "Sweep", "SweptJourney", "SweptLoss", "SweptPair", "check_by", "losses_of", "sweep"]

DOMAINS: tuple[Kind, ...] = ("region", "zone", "provider", "vendor", "platform", "control-plane", "account")
"""Kinds that many things fall with: what `domain` means."""


def sweep(
    graph: DependencyGraph | Inventory,
    by: str = "domain",
    order: Literal[1, 2] = 1,
    *,
    top: int | None = None,
    progress: Callable[[str], None] | None = None,
    scheduler: str | None = None,
) -> Sweep:
    """Lose everything of a kind, one at a time, for ever.

    The verdict on each journey is that of `simulate` for the same loss without a duration.

    Args:
        graph: the system.
        by: a kind such as `region` or `service`; `domain` for every place, vendor and platform; `component` for all.
        order: 2 to lose also every two of them together.
        top: how many losses and how many pairs to keep, the worst; all where unset.
        progress: called with a line of text now and then.
        scheduler: address of a Dask scheduler whose workers compute, such as `tcp://127.0.0.1:8786`; this
            process does where unset. The answer is the same.

    Raises:
        UsageError: when there is no such kind, or `top` or `order` make no sense.
        InputError: when the scheduler or its workers cannot be reached, or are lost.
    """
    graph = graph_of(graph)
    if order not in (1, 2):
        raise UsageError(f"order: {order} losses together are not swept: choose 1 or 2")
    if top is not None and top < 1:
        raise UsageError("top: name at least 1")
    lost = losses_of(graph, by)
    count = len(lost) * (len(lost) if order == 2 else 1)
    with ExitStack() as stack:
        hands = None
        if scheduler is not None:
            from blastradius.analysis.sweep.spreading import Workers
            from blastradius.engine.cluster import connected

            hands = Workers(stack.enter_context(connected(scheduler)))
        judge = Judge(graph, count, progress, hands)
        nodes = [(graph.index[component.id],) for component in lost]
        judged = judge.judge(nodes, keep=order == 2)
        names = Ranking(graph)
        pairs, added = _pairs(judge, lost, judged, names, top) if order == 2 else ([], None)
    losses = sorted((_loss(names, one, judged, place) for place, one in enumerate(lost)), key=names.key)
    result = Sweep(
        by=by,
        order=order,
        components=len(graph.components),
        journeys=_journeys(graph, judged),
        losses=tuple(losses),
        pairs=tuple(pairs),
        pairs_simulated=added.evaluated if added else 0,
        pairs_seen_only=added.seen_only if added else False,
        omitted_pairs=added.first.size - len(pairs) if added else 0,
        pairs_possible=len(lost) * (len(lost) - 1) // 2 if order == 2 else 0,
        gaps=len(graph.inventory.gaps),
        coverage=graph.inventory.coverage,
    )
    return result.worst(top) if top else result


def check_by(by: str) -> tuple[Kind, ...]:
    """The kinds that are lost.

    Args:
        by: as for `sweep`.

    Raises:
        UsageError: when there is no such kind.
    """
    kinds = get_args(Kind)
    if by in ("domain", "component"):
        return DOMAINS if by == "domain" else kinds
    if by not in kinds:
        raise UsageError(f"--by: no kind {by!r}: choose domain, component or one of {', '.join(kinds)}")
    return tuple(kind for kind in kinds if kind == by)


def losses_of(graph: DependencyGraph, by: str) -> list[Component]:
    """The components of a kind, by id.

    Args:
        graph: the system.
        by: as for `sweep`.

    Raises:
        UsageError: when there is no such kind.
    """
    return list(graph.of_kind(check_by(by)))


class Ranking:
    """Journeys by node, and the order in which losses are listed."""

    def __init__(self, graph: DependencyGraph) -> None:
        self.graph = graph
        self.journeys: dict[int, Journey] = {graph.index[one.id]: one for one in graph.inventory.journeys}

    def ends(self, ends: Mapping[int, Verdict]) -> dict[str, object]:
        """The journeys that end one way or another, and what the broken ones are worth."""
        told: dict[str, list[str]] = {"breaks": [], "degrades": [], "unknown": []}
        for node in sorted(ends):
            told[ends[node]].append(self.journeys[node].id)
        broken = [self.journeys[node] for node, end in ends.items() if end == "breaks"]
        revenues = [one.revenue_per_hour for one in broken if one.revenue_per_hour is not None]
        return {
            **{verdict: tuple(ids) for verdict, ids in told.items()},
            "tier": min((one.tier for one in broken if one.tier is not None), default=None),
            "revenue_per_hour": sum(revenues) if revenues else None,
        }

    @staticmethod
    def key(one: SweptLoss | SweptPair) -> tuple[object, ...]:
        """The worst first: what breaks journeys by tier and revenue, then by how many journeys and components it hits."""
        return (
            not one.breaks,
            one.tier if one.tier is not None else 10,
            -(one.revenue_per_hour or 0),
            -len(one.breaks),
            -len(one.unknown),
            -len(one.degrades),
            -one.down,
            -one.degraded,
            one.id if isinstance(one, SweptLoss) else one.ids,
        )


def _loss(names: Ranking, component: Component, judged: Judged, place: int) -> SweptLoss:
    counted = judged.counted
    return SweptLoss.model_validate(
        {
            "id": component.id,
            "name": component.name,
            "kind": component.kind,
            **names.ends(judged.ends[place]),
            "down": counted.down[place],
            "degraded": counted.degraded[place],
            "exposed": counted.exposed[place],
        }
    )


def _journeys(graph: DependencyGraph, judged: Judged) -> tuple[SweptJourney, ...]:
    counts: dict[int, dict[Verdict, int]] = {}
    for ends in judged.ends:
        for node, end in ends.items():
            of = counts.setdefault(node, {})
            of[end] = of.get(end, 0) + 1
    found = []
    for journey in sorted(graph.inventory.journeys, key=lambda one: (one.tier is None, one.tier or 0, one.id)):
        of = counts.get(graph.index[journey.id], {})
        found.append(
            SweptJourney(
                id=journey.id,
                name=journey.name,
                tier=journey.tier,
                revenue_per_hour=journey.revenue_per_hour,
                inferred=journey.inferred,
                breaks=of.get("breaks", 0),
                degrades=of.get("degrades", 0),
                unknown=of.get("unknown", 0),
            )
        )
    return tuple(found)


def _pairs(
    judge: Judge, lost: Sequence[Component], judged: Judged, names: Ranking, top: int | None
) -> tuple[list[SweptPair], Added]:
    """Pairs that do more than both losses apart, in the order of losses, the first so many; and all of them."""
    from blastradius.analysis.sweep.pairs import added

    found = added(judge, [judge.graph.index[one.id] for one in lost], judged)
    pairs = [
        SweptPair.model_validate(
            {
                "ids": (lost[first].id, lost[second].id),
                "names": (lost[first].name, lost[second].name),
                **names.ends(found.ends.get(place, {})),
                "down": down,
                "degraded": degraded,
            }
        )
        for place, first, second, down, degraded in found.worst(top)
    ]
    return sorted(pairs, key=names.key), found
