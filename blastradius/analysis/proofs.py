"""The proofs of one answer as a picture: what a result can draw of itself, without the system that it is about."""

from __future__ import annotations

from collections.abc import Mapping

from blastradius.analysis.picture import Picture, PictureEdge, PictureNode, mark_of
from blastradius.model import BlastRadius, ChainLink, ComponentResult, JourneyResult

_ORDER = ("breaks", "unknown", "degrades", "survives")
_EVIDENCE = 5


def proofs(answer: BlastRadius, *, most: int) -> Picture:
    """Draw the chain of each journey that has one, the worst verdicts first, each chain whole.

    Args:
        answer: what a loss does.
        most: nodes at most; journeys whose chain does not fit any more are counted.
    """
    known = {one.id: one for one in answer.components}
    kept: list[JourneyResult] = []
    ends: set[str] = set()
    for journey in sorted(answer.journeys, key=lambda one: _ORDER.index(one.verdict)):
        chain = _chain(journey)
        more = ends | {id for link in chain for id in (link.dependent, link.dependency)}
        if chain and len(more) <= most:
            kept.append(journey)
            ends = more
    verdicts: dict[str, JourneyResult] = {one.id: one for one in kept}
    edges: dict[tuple[str, str], PictureEdge] = {}
    for journey in kept:
        for link in _chain(journey):
            edges.setdefault((link.dependent, link.dependency), _edge(link))
    removed = set(answer.removed)
    nodes = [PictureNode(id=one.id, name=one.name, kind="journey", mark=one.verdict, proven=True) for one in kept]
    nodes.sort(key=lambda one: one.id)
    nodes += [_component(id, known, removed) for id in sorted(ends - set(verdicts))]
    return Picture(
        nodes=tuple(nodes),
        edges=tuple(edges[ends] for ends in sorted(edges)),
        journeys=sum(bool(_chain(one)) for one in answer.journeys) - len(kept),
    )


def _chain(journey: JourneyResult) -> tuple[ChainLink, ...]:
    return journey.chain or journey.chain_at_worst


def _component(id: str, known: Mapping[str, ComponentResult], removed: set[str]) -> PictureNode:
    one = known.get(id)
    if one is None:
        return PictureNode(id=id, name=id, kind="component", proven=True)
    return PictureNode(id=id, name=one.name, kind=one.kind, mark=mark_of(one, removed), proven=True)


def _edge(link: ChainLink) -> PictureEdge:
    return PictureEdge(
        dependent=link.dependent,
        dependency=link.dependency,
        strength=link.strength,
        phase=link.phase,
        alternative=bool(link.group),
        basis=link.basis,
        proven=True,
        reason=link.reason,
        evidence=link.evidence[:_EVIDENCE],
    )
