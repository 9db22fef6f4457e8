"""Which components a scenario's selectors mean."""

from __future__ import annotations

from dataclasses import dataclass

from blastradius.graph import DependencyGraph
from blastradius.model import Component, Scenario
from blastradius.selectors import ComponentIndex, Selector, parse, require, select
from blastradius.simulate.grounds import unhosted
from blastradius.simulate.unseen import PLANES

Phases = list[tuple[int, int | None, list[str], list[str]]]


@dataclass(frozen=True)
class Targets:
    """A scenario in ids.

    Attributes:
        phases: start, length, ids removed and ids degraded.
        removed: every id removed at any time, sorted.
        not_present: selectors that matched nothing.
        absent: places and services that were removed and on which nobody saw anything.
    """

    phases: Phases
    removed: tuple[str, ...]
    not_present: tuple[str, ...]
    absent: tuple[Component, ...]


def targets(graph: DependencyGraph, scenario: Scenario, *, typed: bool) -> Targets:
    """Resolve the selectors of a scenario.

    Args:
        graph: the system.
        scenario: what is removed and degraded.
        typed: whether a person typed the selectors just now: then one that matches nothing is an error.

    Raises:
        UsageError: when a selector is malformed, or typed and matches nothing.
    """
    finder = _Finder(graph, typed)
    phases: Phases = []
    removed: set[str] = set()
    for phase in scenario.phases:
        gone = sorted({node for text in phase.remove for node in finder.ids(text, removed=True)})
        hurt = sorted({node for text in phase.degrade for node in finder.ids(text)})
        removed.update(gone)
        phases.append((phase.at, phase.duration, gone, hurt))
    return Targets(phases, tuple(sorted(removed)), tuple(finder.missing), tuple(finder.absent))


class _Finder:
    def __init__(self, graph: DependencyGraph, typed: bool) -> None:
        self.graph, self.typed = graph, typed
        self.pool = ComponentIndex(graph.inventory.components)
        self.missing: list[str] = []
        self.absent: list[Component] = []

    def ids(self, text: str, *, removed: bool = False) -> list[str]:
        found = select(text, self.pool)
        if found:
            return found
        place = self._known_place(text)
        if place is None and self.typed:
            return require(text, self.pool)
        if place is not None and (removed or place.kind not in PLANES):
            self.absent.append(place)
        if text not in self.missing:
            self.missing.append(text)
        return []

    def _known_place(self, text: str) -> Component | None:
        """A region or provider that the catalog knows, a zone or account that a gap names, where something unseen may be.

        Losing it is a fair question: whatever has no known place may run there, and the answer is `unknown`.
        """
        selector = parse(text)
        if selector.kind in ("zone", "account"):
            return self._named_by_gaps(selector)
        uncertain = self.graph.roaming or any(gap.hides == "location" for gap in self.graph.inventory.gaps)
        if plane := self._known_plane(selector):
            return plane if uncertain or unhosted(self.graph) else None
        exact = selector.text == f"{selector.kind}:{selector.glob}"
        if selector.kind not in ("region", "provider") or not exact or not uncertain:
            return None
        from blastradius.catalog import load

        return load().place(selector.kind, selector.glob)

    def _known_plane(self, selector: Selector) -> Component | None:
        """A provider's service that the catalog knows, which something unseen may use; named by its whole id."""
        if not any(f"{one}/" in selector.text for one in PLANES):
            return None
        from blastradius.catalog import load
        from blastradius.catalog.reach import service

        text = selector.text.removeprefix("id:")
        found = load().component_for_id(text.removeprefix("platform:").removeprefix("control-plane:"))
        if found is None or found.kind not in PLANES or service(f"{found.provider}:{found.service}") is None:
            return None
        return found

    def _named_by_gaps(self, selector: Selector) -> Component | None:
        """A zone or account that a gap names, or a zone of a region of which a gap hides the zones."""
        from blastradius.catalog import load

        named = selector.glob.rpartition("/")[2]
        place = load().component_for_id(f"{selector.kind}:{named}")
        if place is None or selector.text != f"{selector.kind}:{selector.glob}":
            return None
        naming = [gap for gap in self.graph.inventory.gaps if getattr(gap, selector.kind) == named]
        around = [gap for gap in self.graph.inventory.gaps if selector.kind == "zone" and gap.region]
        if not naming and place.region not in {gap.region for gap in around if gap.hides == "location"}:
            return None
        provider = next((gap.provider for gap in naming if gap.provider), place.provider)
        return place.model_copy(update={"provider": provider})
