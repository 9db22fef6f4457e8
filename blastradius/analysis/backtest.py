"""Back-tests: remove what failed first in a published outage, and nothing else, and compare what the catalog says falls.

Each incident is scored twice: with the whole catalog, and with every dependency left out whose only evidence is that very
event, so that nothing is fitted and scored on one outage. The trigger counts as wholly lost for as long as the incident
lasted, also where only a part of it failed: that is the question that users ask, and severities are then an upper bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from blastradius.analysis.cloud import cloud, node_of
from blastradius.analysis.effects import DOWN, service_texts, trigger_planes
from blastradius.analysis.foretelling import Outcome, known_service
from blastradius.analysis.replay import elsewhere
from blastradius.analysis.scoring import Claim, Score, score, total
from blastradius.catalog.incidents import Incident
from blastradius.catalog.places import GLOBAL
from blastradius.catalog.reach import KINDS
from blastradius.catalog.services import service_dependencies, vendors
from blastradius.graph import DependencyGraph
from blastradius.model import SCHEMA_VERSION, Value
from blastradius.selectors import ComponentIndex, select


class Trial(Value):
    """One incident, by one catalog."""

    trigger: tuple[str, ...] = Field(description="Ids of what was removed; none: the catalog does not know it.")
    left_out: int = Field(default=0, description="Needs of the catalog that only this event showed, left out here.")
    claims: tuple[Claim, ...] = Field(default=(), description="Every claim of the file but the trigger's own.")
    score: Score | None = Field(default=None, description="The counts; null where the trigger is not known.")


class IncidentTest(Value):
    """One incident, by both catalogs."""

    incident: str = Field(description="Id.")
    title: str = Field(description="What people call it.")
    provider: str = Field(description="Whose outage it was.")
    partial: bool = Field(default=False, description="Only a part of the trigger failed; it is taken as wholly lost.")
    elsewhere: str | None = Field(default=None, description="Region that stands for all others.")
    whole: Trial = Field(description="With the whole catalog.")
    left_one_out: Trial = Field(description="Without what only this event showed.")


class Backtest(Value):
    """The answer."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    incidents: tuple[IncidentTest, ...] = Field(default=(), description="By id.")
    whole: Score = Field(description="Sum with the whole catalog.")
    left_one_out: Score = Field(description="Sum without what only the scored event showed.")
    unread: tuple[str, ...] = Field(default=(), description="Files that could not be read, and why.")
    remarks: tuple[str, ...] = Field(default=(), description="Keys of files that were passed over.")


def backtest(incidents: Sequence[Incident], unread: Sequence[str] = (), remarks: Sequence[str] = ()) -> Backtest:
    """Score the catalog against published outages.

    Args:
        incidents: the outages, such as `blastradius.catalog.incidents.shipped()`.
        unread: what to say of files that could not be read.
        remarks: what else to say of files.
    """
    tested = [_incident(one) for one in sorted(incidents, key=lambda one: one.id)]
    return Backtest(
        incidents=tuple(tested),
        whole=total([one.whole.score for one in tested if one.whole.score]),
        left_one_out=total([one.left_one_out.score for one in tested if one.left_one_out.score]),
        unread=tuple(unread),
        remarks=tuple(remarks),
    )


def _incident(incident: Incident) -> IncidentTest:
    own = next((row for row in incident.affected_services if row.id == incident.trigger.component), None)
    away = elsewhere(incident) if incident.places != (GLOBAL,) else None
    return IncidentTest(
        incident=incident.id,
        title=incident.title or incident.id,
        provider=incident.provider,
        partial=own is not None and own.severity not in DOWN,
        elsewhere=away,
        whole=_tested(incident, frozenset(), away),
        left_one_out=_tested(incident, same_event(incident), away),
    )


def same_event(incident: Incident) -> frozenset[str]:
    """Ids by which the catalog may name an event: the file's own, that of its cause, and any of that day and provider.

    Args:
        incident: the incident.
    """
    known = {id for one in service_dependencies() for id in one.observed_in}
    known |= {id for vendor in vendors().values() for need in vendor.needs for id in need.observed_in}
    day = incident.start_utc.date().isoformat()
    alike = {id for id in known if id.startswith(f"{day}-{incident.provider}-")}
    upstream = {incident.upstream_incident} if incident.upstream_incident else set()
    return frozenset({incident.id, *upstream, *alike})


def _left_out(without: frozenset[str]) -> int:
    needs = sum(one.rests_on(without) for one in service_dependencies())
    return needs + sum(need.rests_on(without) for vendor in vendors().values() for need in vendor.needs)


def _tested(incident: Incident, without: frozenset[str], away: str | None) -> Trial:
    graph = cloud([*incident.places, *([away] if away else [])], without)
    trigger = _trigger(incident, graph)
    if not trigger:
        return Trial(trigger=(), left_out=_left_out(without))
    outcome = Outcome(incident, graph, trigger)
    rows = [(row, True) for row in incident.affected_services if row.id != incident.trigger.component]
    rows += [(row, False) for row in incident.unaffected_services]
    claims = [outcome.service(row, away, hit=hit) for row, hit in rows]
    claims += [outcome.vendor(row, hit=True) for row in incident.affected_vendors]
    claims += [outcome.vendor(row, hit=False) for row in incident.unaffected_vendors]
    steps = {one.id: max(len(one.because) - 1, 0) for one in claims}
    return Trial(
        trigger=trigger,
        left_out=_left_out(without),
        claims=tuple(claims),
        score=score(claims, steps, outcome.unmentioned(claims)),
    )


def _trigger(incident: Incident, graph: DependencyGraph) -> tuple[str, ...]:
    """What was lost: the planes that the file names, or all there is of what the catalog does not tell apart."""
    component, named = incident.trigger.component, trigger_planes(incident)
    pool = ComponentIndex(graph.components.values())
    texts = [text for plane in named for text in service_texts(incident, component, plane)]
    found = {id for text in texts for id in select(text, pool)}
    service = known_service(incident, component)
    if service is not None:
        nodes = {
            (p, id) for p in KINDS for at in incident.places if (id := node_of(service, p, at).id) in graph.components
        }
        found |= {id for plane, id in nodes if plane in named}
        if not any(_is_needed(graph, id) for id in found):
            found |= {id for _, id in nodes}
    whole = f"vendor:{incident.provider}"
    return tuple(sorted(found)) or ((whole,) if whole in graph.components else ())


def _is_needed(graph: DependencyGraph, id: str) -> bool:
    """Whether anything but the other plane of the same service needs it."""
    own = graph.components[id]
    return any(
        one.dependency == id and graph.components[one.dependent].service != own.service
        for one in graph.inventory.dependencies
    )
