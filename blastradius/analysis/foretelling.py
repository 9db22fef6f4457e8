"""What the catalog says falls with a trigger, claim by claim of an incident file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blastradius.analysis.cloud import node_of
from blastradius.analysis.effects import CONTROL_ONLY, DOWN, EVERYWHERE, IMPAIRED, effects
from blastradius.analysis.scoring import Claim, Predicted, RecordedAs
from blastradius.catalog.incidents import Affected, Incident
from blastradius.catalog.records import Service
from blastradius.catalog.services import services, vendors
from blastradius.engine import DOWN as IS_DOWN
from blastradius.graph import DependencyGraph
from blastradius.simulate.proof import Proofs
from blastradius.simulate.story import Story, stories
from blastradius.simulate.walk import trace

RUNNING = ("running-instances", "running-tasks", "running", "existing-clusters")
"""What a file may call the data plane of a service."""
CHANGING = ("-api", "-control-plane", "-launches")
"""What a file may call the control plane of a service."""
AWAY = "other-regions"
UNKNOWN_SERVICE = "the catalog does not know it"
UNKNOWN_NEEDS = "the catalog knows nothing that this vendor needs"
FINER = "finer than the catalog tells apart"
UNSTATED = "named without saying how it was hit"
WEAK = "only absent from a list"
UNSURE = "at low confidence in the file"
OTHER = "its severity is no word that can be scored"


def known_service(incident: Incident, id: str, name: str | None = None) -> Service | None:
    """The catalog's service that a file means: by id, without the provider's name before it, by name, by the end of the id.

    Args:
        incident: whose services are meant.
        id: the file's id.
        name: what the file calls it, if it does.
    """
    own = {one.id: one for one in services().values() if one.provider == incident.provider}
    tails = [id, id.removeprefix(f"{incident.provider}-"), *(id.split("-", n)[-1] for n in range(1, id.count("-") + 1))]
    tails += [id.removesuffix(part) for part in CHANGING if id.endswith(part)]
    for tail in tails:
        if tail in own:
            return own[tail]
    wanted = {_slug(text) for text in (id, name or id)}
    return next((one for one in own.values() if _slug(one.name) in wanted), None)


def _slug(text: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return " ".join(word for word in words if word not in ("aws", "amazon", "azure", "google", "cloud"))


@dataclass
class Outcome:
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
            component=node_of(service, "data", region).id,
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
        data, control = (node_of(service, plane, region).id for plane in ("data", "control"))
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
                node_of(one, "data", place).id not in {*told, *self.trigger}
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
