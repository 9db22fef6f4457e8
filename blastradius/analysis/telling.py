"""The most telling loss of a system: the one thing whose loss breaks most journeys."""

from __future__ import annotations

from collections import Counter

from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, Component
from blastradius.selectors import ComponentIndex, select
from blastradius.simulate import scenario, simulate

#: What people ask about first; a whole provider is left out, for its loss tells nothing.
_ORDER = ("region", "vendor", "platform", "control-plane", "zone", "account")
_MOST = 40
_BUDGET = 40_000


def telling_loss(graph: DependencyGraph) -> str | None:
    """A selector of the loss that breaks most journeys or, where none breaks, takes most components down.

    A component that a journey names as its entry is left out: that its loss breaks the journey goes without saying.

    Args:
        graph: the system.

    Returns:
        The selector, or none where nothing can be lost.
    """
    candidates = _candidates(graph)
    if not candidates:
        return None
    best = max(candidates, key=lambda component: _score(graph, component))
    return _selector(graph, best)


def _candidates(graph: DependencyGraph) -> list[Component]:
    """Those most needed, the likeliest first; fewer of them in a larger system, so that it takes seconds at most."""
    needed = Counter(dependency.dependency for dependency in graph.inventory.dependencies)
    needed.update(member for redundancy in graph.inventory.redundancies for member in redundancy.members)
    entries = {entry.component for journey in graph.journeys.values() for entry in journey.entries}
    able = [c for c in graph.components.values() if needed[c.id] and c.id not in entries and c.kind != "provider"]
    able.sort(key=lambda c: (_rank(c), -needed[c.id], c.id))
    return able[: max(3, min(_MOST, _BUDGET // max(len(graph.components), 1)))]


def _rank(component: Component) -> int:
    """Places and vendors first, then the user's own; a host that nobody knows comes last."""
    if component.kind == "external":
        return len(_ORDER) + 1
    return _ORDER.index(component.kind) if component.kind in _ORDER else len(_ORDER)


def _score(graph: DependencyGraph, component: Component) -> tuple[int, ...]:
    result = simulate(graph, scenario([f"id:{component.id}"]))
    return (*_hit(result), sum(found.state == "down" for found in result.components))


def _hit(result: BlastRadius) -> tuple[int, ...]:
    verdicts = Counter(journey.verdict for journey in result.journeys)
    return verdicts["breaks"], verdicts["unknown"], verdicts["degrades"]


def _selector(graph: DependencyGraph, component: Component) -> str:
    """The shortest text that means this component alone."""
    pool = ComponentIndex(graph.components.values())
    short = f"{component.kind}:{component.name}"
    return short if select(short, pool) == [component.id] else f"id:{component.id}"
