"""Everything nobody saw that may put a component in doubt, whatever is lost.

The one list of it: `unseen` asks which of it a removal touches, and an analysis that asks about every loss takes it all, so
that what one of them calls unknown the other does not call known.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from blastradius.graph import DependencyGraph
from blastradius.model import Component, Gap

HOSTED: frozenset[str] = frozenset(
    {"database", "cache", "queue", "topic", "stream", "bucket", "function", "load-balancer", "gateway"}
)
"""Kinds that providers sell as services."""

Ties = dict[str, list[tuple[str, Gap]]]
"""Who may fall with a component by what nobody saw, and the gap that says so, by the component's id."""


class Grounds:
    """What was not seen of a system.

    Args:
        graph: the system.
    """

    def __init__(self, graph: DependencyGraph) -> None:
        self.graph = graph
        self.roaming = graph.roaming
        """Components without a place."""

    @cached_property
    def unhosted(self) -> tuple[Component, ...]:
        """Components of known place of which nothing tells what they run on."""
        return unhosted(self.graph)

    @cached_property
    def areas(self) -> tuple[Gap, ...]:
        """Areas that could not be read: each may hold what a reference means."""
        return tuple(gap for gap in self.graph.inventory.gaps if not gap.uncertain and gap.hides == "dependency")

    @cached_property
    def _told(self) -> dict[str, Gap]:
        gaps = self.graph.inventory.gaps
        return {gap.scope: gap for gap in gaps if not gap.uncertain and gap.hides == "location"}

    def bounded(self) -> Iterator[tuple[Gap, list[str]]]:
        """Gaps of which bounds say what touches them, with the components that each leaves uncertain."""
        for gap in self.graph.inventory.gaps:
            ids = [id for id in gap.uncertain if id in self.graph.components]
            if ids and gap.same_as is None and not names_one(gap, self.graph):
                yield gap, ids

    def ties(self) -> Ties:
        """The gaps that hang on the fall of one component."""
        graph = self.graph
        found: Ties = {}
        for gap in graph.inventory.gaps:
            pairs = []
            for id in gap.uncertain:
                if id not in graph.components:
                    continue
                if gap.same_as is not None:
                    if gap.same_as in graph.components:
                        pairs += [(gap.same_as, id), (id, gap.same_as)]
                elif gap.reference is not None and names_one(gap, graph) and not _stated(graph, id, gap.reference):
                    # what may be needed is known: it alone, and not where somebody said how it is needed
                    pairs.append((gap.reference, id))
            for one, other in pairs:
                found.setdefault(one, []).append((other, gap))
        return found

    @cached_property
    def anything(self) -> bool:
        """Whether a loss may put any component in doubt."""
        return bool(self.graph.inventory.gaps or self.roaming or self.unhosted)

    def of_components(self) -> dict[str, list[Gap]]:
        """All gaps that may put a component in doubt by what is lost, by its id; not those that hang on another's fall."""
        found: dict[str, list[Gap]] = {}
        for component in self.roaming:
            found.setdefault(component.id, []).append(self.place(component))
        for component in self.unhosted:
            found.setdefault(component.id, []).append(host_gap(component))
        for gap, ids in self.bounded():
            gaps = [gap, *(area for area in self.areas if refers(gap) and bounds_agree(area, gap))]
            for id in ids:
                found.setdefault(id, []).extend(gaps)
        return found

    def place(self, component: Component) -> Gap:
        """What is not known of a component without a place: what a gap says of its whole area, else of it alone."""
        return self._told.get(component.scope or "inventory") or place_gap(component)


def refers(gap: Gap) -> bool:
    """Whether a gap is a reference of one component, which an area that could not be read may hold."""
    return gap.component is not None and gap.reference is not None


def bounds_agree(area: Gap, gap: Gap) -> bool:
    """Whether what a reference means may lie in an area that could not be read.

    Args:
        area: the gap of the area.
        gap: that of the reference.
    """
    pairs = ((getattr(area, bound), getattr(gap, bound)) for bound in ("provider", "region", "zone", "account", "kind"))
    return all(a is None or b is None or a == b for a, b in pairs)


def names_one(gap: Gap, graph: DependencyGraph) -> bool:
    """Whether a gap names the component that may be needed."""
    return gap.hides == "dependency" and gap.reference in graph.components


def place_gap(component: Component) -> Gap:
    """What is not known of a component without a place, where no gap says it of its whole area."""
    return Gap(
        scope=component.id,
        component=component.id,
        hides="location",
        reason="where it runs is not known: state it with `place:` in blastradius.yaml",
        evidence=component.evidence[:1],
    )


def host_gap(component: Component) -> Gap:
    """What is not known of a component of known place of which nothing tells what it runs on."""
    return Gap(
        scope=component.id,
        component=component.id,
        hides="dependency",
        provider=component.provider,
        region=component.region,
        reason=f"nothing tells on which service of {component.provider} it runs: state it with `service:` in the inventory",
        evidence=component.evidence[:1],
    )


def unhosted(graph: DependencyGraph) -> tuple[Component, ...]:
    """Components of kinds that providers sell, of known place, of which nothing tells what they run on; by id."""
    some = [one for one in graph.unsold(HOSTED) if one.provider and one.region]
    if not some:
        return ()
    circuit = graph.circuit
    hosts = {graph.index[one.id] for one in graph.of_kind(("platform", "cluster"))}
    # the name of a choice among things of its own kind runs on nothing: each of them is asked
    choices = {
        group.dependent
        for group in graph.inventory.redundancies
        if group.phase == "runtime"
        and group.dependent in graph.components
        and {graph.components[one].kind for one in group.members} == {graph.components[group.dependent].kind}
    }

    def hosted(id: str) -> bool:
        return id in choices or any(circuit.rule_source[rule] in hosts for rule in circuit.feeds[graph.index[id]])

    return tuple(sorted((one for one in some if not hosted(one.id)), key=lambda one: one.id))


def _stated(graph: DependencyGraph, dependent: str, dependency: str) -> bool:
    """Whether somebody said how the one needs the other at run time."""
    circuit = graph.circuit
    needed = circuit.index[dependency]
    return any(circuit.rule_source[rule] == needed for rule in circuit.feeds[circuit.index[dependent]])
