"""What an incident file tells of a service or vendor in that incident, in place of what the catalog says of it in general.

A report of the very event is stronger evidence than a general need: where it says that a service was degraded from then to
then, or not touched at all, a hard need that would take it down, or for longer, is not believed of it in this replay. Only
the catalog's own word gives way: what a person or a scanner saw of a system stays, and so does where things are placed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from blastradius.analysis.effects import Effect, service_texts
from blastradius.assemble.citing import is_cited
from blastradius.catalog.incidents import Affected, Incident
from blastradius.catalog.records import RECOLLECTION
from blastradius.graph import DependencyGraph
from blastradius.model import Dependency
from blastradius.selectors import ComponentIndex, select

_UNTOUCHED = ("none", "near-none")
_KINDS = ("platform", "control-plane", "vendor")


class Told(NamedTuple):
    """A system as an incident file tells of it.

    Attributes:
        graph: the system, without the needs that the file knows better about.
        overruled: ids of what the catalog's word gave way for.
    """

    graph: DependencyGraph
    overruled: tuple[str, ...]


def as_told(graph: DependencyGraph, incident: Incident, told: Iterable[Effect]) -> Told:
    """The system with what the incident file tells in place of the catalog's general word.

    A record with times of its own is the whole account of its plane; one without says how badly at most. A record at low
    confidence, a recollection, or one that a list merely lacks overrules nothing.

    Args:
        graph: the system.
        incident: the outage.
        told: its recorded effects.
    """
    whole, capped = _accounts(graph, incident, told)
    kept: list[Dependency] = []
    overruled = set()
    for one in graph.inventory.dependencies:
        if one.dependent not in whole | capped or not is_cited(one):
            kept.append(one)
        elif one.dependent in capped - whole:
            made = one.model_copy(update={"strength": "soft", "hardens_after": None})
            kept.append(made)
            if one.strength == "hard" or one.hardens_after is not None:
                overruled.add(one.dependent)
        else:
            overruled.add(one.dependent)
    if not overruled:
        return Told(graph, ())
    changed = graph.inventory.model_copy(update={"dependencies": tuple(kept)})
    return Told(DependencyGraph(changed), tuple(sorted(overruled)))


def _accounts(graph: DependencyGraph, incident: Incident, told: Iterable[Effect]) -> tuple[set[str], set[str]]:
    """Ids of which the file gives the whole account, and of which it says that they were at most degraded."""
    pool = ComponentIndex(graph.components.values())

    def meant(texts: Iterable[str]) -> set[str]:
        found = {id for text in texts for id in select(text, pool)}
        return {id for id in found if graph.components[id].kind in _KINDS}

    whole: set[str] = set()
    capped: set[str] = set()
    for one in told:
        if one.row is None or not _is_sure(one.row):
            continue
        if not one.assumed:
            whole |= meant(one.texts)
        elif one.state == "degraded":
            capped |= meant(one.texts)
    for texts in _untouched(incident):
        whole |= meant(texts)
    return whole, capped


def _untouched(incident: Incident) -> Iterator[tuple[str, ...]]:
    """Selectors of what the file says was not touched."""

    for row in incident.unaffected_services:
        if row.severity in _UNTOUCHED and _is_sure(row):
            yield service_texts(incident, row.id, "control" if row.plane == "control" else "data")
    for row in incident.unaffected_vendors:
        if row.severity in _UNTOUCHED and _is_sure(row):
            yield (f"vendor:{row.id}",)


def _is_sure(row: Affected) -> bool:
    """Whether a record is worth more than the catalog: somebody published it, and it is no mere hint."""
    return row.confidence in ("high", "medium") and set(row.source) != {RECOLLECTION}
