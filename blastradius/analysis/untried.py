"""What of an outage a replay could not try here, so that no journey is said to survive what never happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blastradius.analysis.effects import CLOUDS, EVERYWHERE, Effect
from blastradius.catalog.incidents import Incident
from blastradius.catalog.services import services_of
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Gap
from blastradius.selectors import ComponentIndex, select


def with_products(graph: DependencyGraph, incident: Incident, told: Iterable[Effect]) -> DependencyGraph:
    """The system with what a vendor lost beside the vendor, where nobody told which of its products is used.

    Each product that went down stands for itself, and a gap says that the vendor as it is used here may be it.

    Args:
        graph: the system.
        incident: the outage.
        told: its recorded effects.
    """
    whole = f"vendor:{incident.provider}"
    pool = ComponentIndex(graph.components.values())
    listed = [one for one in told if one.state == "down" and f"vendor:{one.subject}" in one.texts]
    named = any(whole in select(text, pool) for one in listed for text in one.texts)
    lost = sorted({one.subject for one in listed} - {incident.provider})
    lost = [one for one in lost if f"vendor:{one}" not in graph.components]
    if whole not in graph.components or named or not lost:
        return graph
    vendor = graph.components[whole]
    made = tuple(Component(id=f"vendor:{one}", kind="vendor", name=one) for one in lost)
    gaps = tuple(
        Gap(
            scope=whole,
            component=whole,
            hides="dependency",
            reference=one.id,
            reason=f"which products of {vendor.name} are used is not told, and {one.name} was lost: "
            f"state a dependency on {one.id} or on what is used",
            evidence=vendor.evidence[:1],
        )
        for one in made
    )
    inventory = graph.inventory
    changed = {"components": (*inventory.components, *made), "gaps": (*inventory.gaps, *gaps)}
    return DependencyGraph(inventory.model_copy(update=changed))


def untried(incident: Incident, graph: DependencyGraph, told: Sequence[Effect]) -> tuple[str, ...]:
    """Why the verdicts may be too good, one sentence each.

    Args:
        incident: the outage.
        graph: the system.
        told: its recorded effects.
    """
    pool = ComponentIndex(graph.components.values())
    present = {one.subject for one in told if any(select(text, pool) for text in one.texts)}
    found = []
    if not present:
        found.append(
            "Nothing that this outage took away is named here, so nothing was tried: a journey that survives says only that"
        )
    unknown = _unknown(incident, [one for one in told if one.state == "down" and one.subject not in present])
    if unknown:
        from blastradius.complaints import near

        known = [one.removeprefix(f"{incident.provider}:") for one in services_of(incident.provider)]
        shown = [f"{one}{near(one, known)}" for one in unknown[:4]]
        more = f" and {len(unknown) - 4} more" if len(unknown) > 4 else ""
        found.append(f"Not known to the catalog, so their loss was not tried: {', '.join(shown)}{more}")
    return tuple(found)


def _unknown(incident: Incident, down: Iterable[Effect]) -> list[str]:
    """What was down and is no service of the cloud that the catalog knows, nor a Region."""
    if incident.provider not in CLOUDS:
        return []
    services = services_of(incident.provider)
    names = dict.fromkeys(
        one.subject.removesuffix(EVERYWHERE) for one in down if f"vendor:{one.subject}" not in one.texts
    )
    own = f"{incident.provider}-"
    return [
        one
        for one in names
        if one not in incident.regions
        and not any(f"{incident.provider}:{word}" in services for word in (one, one.removeprefix(own)))
    ]
