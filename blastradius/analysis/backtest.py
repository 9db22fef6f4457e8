"""Back-tests: remove what failed first in a published outage, and nothing else, and compare what the catalog says falls.

Each incident is scored twice: with the whole catalog, and with every dependency left out whose only evidence is that very
event, so that nothing is fitted and scored on one outage. The trigger counts as wholly lost for as long as the incident
lasted, also where only a part of it failed: that is the question that users ask, and severities are then an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from blastradius.analysis.cloud import cloud, node_id
from blastradius.analysis.effects import (
    CONTROL_ONLY,
    DOWN,
    EVERYWHERE,
    IMPAIRED,
    effects,
    service_texts,
    trigger_planes,
)
from blastradius.analysis.replay import elsewhere
from blastradius.analysis.scoring import Claim, Predicted, RecordedAs, Score, score, total
from blastradius.catalog.incidents import Affected, Incident
from blastradius.catalog.places import GLOBAL
from blastradius.catalog.records import Service
from blastradius.catalog.services import service_dependencies, services, vendors
from blastradius.engine import DOWN as IS_DOWN
from blastradius.graph import DependencyGraph
from blastradius.model import SCHEMA_VERSION, Value
from blastradius.selectors import ComponentIndex, select
from blastradius.simulate.proof import Proofs
from blastradius.simulate.story import Story, stories
from blastradius.simulate.walk import trace

RUNNING = ("running-instances", "running-tasks", "running", "existing-clusters")
"""What a file may call the data plane of a service."""
AWAY = "other-regions"
UNKNOWN_SERVICE = "the catalog does not know it"
UNKNOWN_NEEDS = "the catalog knows nothing that this vendor needs"
FINER = "finer than the catalog tells apart"
UNSTATED = "named without saying how it was hit"
WEAK = "only absent from a list"
UNSURE = "at low confidence in the file"
OTHER = "its severity is no word that can be scored"


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
    needs = sum(one.without(without) for one in service_dependencies())
    return needs + sum(need.without(without) for vendor in vendors().values() for need in vendor.needs)


def _tested(incident: Incident, without: frozenset[str], away: str | None) -> Trial:
    graph = cloud([*incident.places, *([away] if away else [])], without)
    trigger = _trigger(incident, graph)
    if not trigger:
        return Trial(trigger=(), left_out=_left_out(without))
    outcome = _Outcome(incident, graph, trigger)
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
    pool = ComponentIndex(graph.components.values())
    found = {
        id
        for plane in trigger_planes(incident)
        for text in service_texts(incident, incident.trigger.component, plane)
        for id in select(text, pool)
    }
    service = known_service(incident, incident.trigger.component)
    if not found and service is not None:
        found = {
            id
            for plane in trigger_planes(incident)
            for place in incident.places
            if (id := node_id(service, plane, place)) in graph.components
        }
    return tuple(sorted(found))


def known_service(incident: Incident, id: str, name: str | None = None) -> Service | None:
    """The catalog's service that a file means: by id, without the provider's name before it, by name, by the end of the id.

    Args:
        incident: whose services are meant.
        id: the file's id.
        name: what the file calls it, if it does.
    """
    own = {one.id: one for one in services().values() if one.provider == incident.provider}
    tails = [id, id.removeprefix(f"{incident.provider}-"), *(id.split("-", n)[-1] for n in range(1, id.count("-") + 1))]
    for tail in tails:
        if tail in own:
            return own[tail]
    wanted = {_slug(text) for text in (id, name or id)}
    return next((one for one in own.values() if _slug(one.name) in wanted), None)


def _slug(text: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return " ".join(word for word in words if word not in ("aws", "amazon", "azure", "google", "cloud"))


@dataclass
class _Outcome:
    """What falls with the trigger, as long as the incident lasted."""

    incident: Incident
    graph: DependencyGraph
    trigger: tuple[str, ...]

    def __post_init__(self) -> None:
        incident = self.incident
        end = incident.end_utc
        length = None if end is None else max(int((end - incident.start_utc).total_seconds()), 60)
        self.walked = trace(self.graph, [(0, length, self.trigger, ())], length)
        self.stories = stories(self.walked)
        self.starts: dict[str, int] = {}
        for one in effects(incident):
            if not one.assumed:
                self.starts.setdefault(one.subject, one.start)

    def service(self, row: Affected, away: str | None, *, hit: bool) -> Claim:
        """One row about a service of the provider."""
        id, part = row.id, ""
        recorded: RecordedAs = recorded_as(row) if hit else unhit_as(row)
        everywhere = id.endswith(EVERYWHERE)
        service = known_service(self.incident, id.removesuffix(EVERYWHERE), row.name) if hit or everywhere else None
        if not hit:
            service, part = self._denied(id)
        about_others = everywhere or part == AWAY
        why = self._unscored(row, recorded, service, part)
        if about_others and away is None:
            why = why or FINER
        if service is None:
            return Claim(id=id, of="service", recorded=recorded, confidence=row.confidence, unscored=why)
        region = away if about_others and away else self.incident.places[0]
        data_only = not hit and (part in RUNNING or row.plane == "data")
        predicted, telling = self._said(service, region, data_only=data_only)
        return Claim(
            id=id,
            of="service",
            component=node_id(service, "data", region),
            elsewhere=about_others,
            recorded=recorded,
            confidence=row.confidence,
            predicted=predicted,
            unscored=why,
            because=self._because(telling),
            start=self.starts.get(id),
            onset=self._onset(telling),
        )

    def _denied(self, id: str) -> tuple[Service | None, str]:
        """The service that was not hit, and which part or place of it."""
        own = {one.id: one for one in services().values() if one.provider == self.incident.provider}
        pieces = id.split("-")
        for length in range(len(pieces), 0, -1):
            head, part = "-".join(pieces[:length]), "-".join(pieces[length:])
            service = own.get(head) or own.get(head.removeprefix(f"{self.incident.provider}-"))
            if service is not None:
                return service, part
        return known_service(self.incident, id), ""

    def _unscored(self, row: Affected, recorded: RecordedAs, service: Service | None, part: str) -> str | None:
        if recorded == "listed":
            return UNSTATED
        if recorded == "not listed":
            return WEAK if row.severity == "none_listed" else OTHER
        if service is None:
            return UNKNOWN_SERVICE
        if part and part not in (*RUNNING, AWAY):
            return FINER
        return UNSURE if row.confidence == "low" else None

    def _said(self, service: Service, region: str, *, data_only: bool) -> tuple[Predicted, str]:
        """How a service is said to be hit, and the plane that tells."""
        data, control = (node_id(service, plane, region) for plane in ("data", "control"))
        data_state = self._worst(data)
        control_state = 0 if data_only else self._worst(control)
        if data_state == IS_DOWN:
            return "down", data
        if service.launches and control_state == IS_DOWN:
            return "launch-only", control
        if data_state:
            return "degraded", data
        return ("control-plane-only", control) if control_state else ("none", data)

    def vendor(self, row: Affected, *, hit: bool) -> Claim:
        """One row about somebody else."""
        id = f"vendor:{row.id}"
        recorded: RecordedAs = recorded_as(row) if hit else unhit_as(row)
        known = vendors().get(row.id)
        why = None
        if recorded == "listed":
            why = UNSTATED
        elif recorded == "not listed":
            why = OTHER
        elif known is None or id not in self.graph.components:
            why = UNKNOWN_SERVICE
        elif not known.needs:
            why = UNKNOWN_NEEDS
        elif row.confidence == "low":
            why = UNSURE
        state = self._worst(id)
        predicted: Predicted = "down" if state == IS_DOWN else "degraded" if state else "none"
        return Claim(
            id=row.id,
            of="vendor",
            component=id if id in self.graph.components else None,
            recorded=recorded,
            confidence=row.confidence,
            predicted=predicted if id in self.graph.components else None,
            unscored=why,
            because=self._because(id),
            onset=self._onset(id),
        )

    def unmentioned(self, claims: Iterable[Claim]) -> int:
        """Services of the provider, in the incident's own places, that are said to be hit and that no claim is about."""
        told = {one.component for one in claims if one.of == "service"}
        own = (one for one in services().values() if one.provider == self.incident.provider)
        places = self.incident.places
        return sum(
            any(
                node_id(one, "data", place) not in {*told, *self.trigger}
                and self._said(one, place, data_only=False)[0] != "none"
                for place in places
            )
            for one in own
        )

    def _story(self, id: str) -> Story | None:
        number = self.graph.index.get(id)
        return None if number is None else self.stories.get(number)

    def _worst(self, id: str) -> int:
        story = self._story(id)
        if story is None:
            return 0
        return IS_DOWN if story.downs else 1

    def _onset(self, id: str) -> int | None:
        story = self._story(id)
        return story.bad.time if story and story.bad else None

    def _because(self, id: str) -> tuple[str, ...]:
        story = self._story(id)
        if story is None or story.bad is None:
            return ()
        instant = story.downs[0].start if story.downs else story.bad
        return Proofs(self.graph.circuit, instant).ids(self.graph.index[id])


def recorded_as(row: Affected) -> RecordedAs:
    """The class of a severity word; whatever befell the control plane alone is control-plane-only."""
    if row.severity == "launch_only":
        return "launch-only"
    if row.severity == "async_delay":
        return "delayed"
    if row.severity in CONTROL_ONLY or (row.plane == "control" and row.severity in DOWN | IMPAIRED):
        return "control-plane-only"
    if row.severity in DOWN | IMPAIRED:
        return "down" if row.severity in DOWN else "degraded"
    return "none" if row.severity == "none" else "listed"


def unhit_as(row: Affected) -> RecordedAs:
    """`none` where the file says so in that word; anything else is weaker."""
    return "none" if row.severity == "none" else "not listed"

