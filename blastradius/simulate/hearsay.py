"""Breaks that rest on what the catalog says of a vendor, and on nothing else that was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from blastradius.graph import DependencyGraph
from blastradius.model import ChainLink, Dependency, JourneyResult

_CITED = "catalog: "
"""How the evidence of the catalog's own word begins, see `assemble.citing`."""


def on_word(
    graph: DependencyGraph,
    journeys: Sequence[JourneyResult],
    breaks: Callable[[DependencyGraph, Iterable[str]], set[str]],
) -> dict[str, tuple[str, ...]]:
    """For each journey that breaks by the catalog's word of vendors alone these vendors.

    Args:
        graph: the system.
        journeys: what became of them.
        breaks: which of some journeys break in another system under the same loss.

    Returns:
        Ids of vendors by id of the journey: those on its proof; none for a journey that breaks without that word, too.
    """
    named = {
        one.id: tuple(dict.fromkeys(link.dependent for link in one.chain if _is_word(graph, link)))
        for one in journeys
        if one.verdict == "breaks"
    }
    named = {id: vendors for id, vendors in named.items() if vendors}
    if not named:
        return {}
    kept = tuple(one for one in graph.inventory.dependencies if not _is_word(graph, one))
    other = DependencyGraph(graph.inventory.model_copy(update={"dependencies": kept}))
    still = breaks(other, named)
    return {id: vendors for id, vendors in named.items() if id not in still}


def _is_word(graph: DependencyGraph, need: Dependency | ChainLink) -> bool:
    """Whether a vendor's need is the catalog's word alone."""
    said = need.evidence
    if len(said) != 1 or not said[0].locator.startswith(_CITED):
        return False
    vendor = graph.components.get(need.dependent)
    return vendor is not None and vendor.kind == "vendor"
