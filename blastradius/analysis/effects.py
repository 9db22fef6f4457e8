"""What an incident file says became of whom and when, as selectors over a graph: the ground of a replay.

A severity word becomes a state of a plane: `down` and `major` are down, `launch_only` and `control_plane_only` are the
control plane down and the data plane untouched, `degraded`, `partial`, `minor` and `async_delay` are degraded. What a
list names without saying how it was hit (`unknown`) has no effect and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from blastradius.catalog.incidents import Affected, Incident
from blastradius.model import Scenario, ScenarioPhase

Plane = Literal["data", "control"]
CLOUDS = frozenset({"aws", "gcp", "azure"})
DOWN = frozenset({"down", "major"})
CONTROL_ONLY = frozenset({"launch_only", "control_plane_only"})
IMPAIRED = frozenset({"degraded", "partial", "minor", "async_delay"})
EVERYWHERE = "@all-regions"
AFTER = 3600
"""Seconds that a replay looks on after the last recorded recovery: what waits for a timer recovers later."""
UNENDED = 86_400
"""Seconds that a replay looks on where no end is told."""


@dataclass(frozen=True)
class Effect:
    """One stretch in which something was not as it should be, as the file records it.

    Attributes:
        subject: the file's own id of it.
        severity: the file's own word.
        plane: which plane of it.
        state: what it is in a simulation.
        texts: selectors of what stands for it.
        start: seconds after the incident began.
        end: second at which it was over; none where that is not told.
        row: the record, none where the trigger or a phase has none of its own.
        trigger: whether it is what failed first.
        assumed: whether nothing tells its own times, so that those of the whole incident stand for them.
    """

    subject: str
    severity: str
    plane: Plane
    state: Literal["down", "degraded"]
    texts: tuple[str, ...]
    start: int
    end: int | None
    row: Affected | None
    trigger: bool = False
    assumed: bool = False


def effects(incident: Incident) -> list[Effect]:
    """Every recorded effect: the trigger first, then by start, then what was hit through others after these.

    Args:
        incident: the incident.
    """
    found = list(_effects(incident))
    depth = _depths(incident)
    return sorted(
        found, key=lambda one: (one.start, not one.trigger, depth.get(one.subject, 0), one.subject, one.plane)
    )


def _effects(incident: Incident) -> Iterator[Effect]:
    rows = {row.id: row for row in incident.affected_services}
    if incident.trigger.component not in rows:
        for plane in trigger_planes(incident):
            texts = service_texts(incident, incident.trigger.component, plane)
            start, end = 0, _offset(incident, incident.end_utc)
            yield Effect(incident.trigger.component, "down", plane, "down", texts, start, end, None, True)
    for row in incident.affected_services:
        yield from _row(incident, row, vendor=False)
    for row in incident.affected_vendors:
        yield from _row(incident, row, vendor=True)
    for phase in incident.phases:
        for service in phase.services:
            if service not in rows and service != incident.trigger.component:
                start, end = _offset(incident, phase.start_utc) or 0, _offset(incident, phase.end_utc)
                texts = service_texts(incident, service, "data")
                yield Effect(service, "degraded", "data", "degraded", texts, start, end, None)


def _row(incident: Incident, row: Affected, *, vendor: bool) -> Iterator[Effect]:
    trigger = not vendor and row.id == incident.trigger.component
    stretches, assumed = _stretches(incident, row)
    for plane, state in planes(row, incident if trigger else None):
        texts = (f"vendor:{row.id}",) if vendor else service_texts(incident, row.id, plane)
        for start, end in stretches:
            yield Effect(row.id, row.severity, plane, state, texts, start, end, row, trigger, assumed)


def planes(row: Affected, triggered: Incident | None = None) -> list[tuple[Plane, Literal["down", "degraded"]]]:
    """Which planes a row says were how bad; none for a word that does not tell.

    Args:
        row: the record.
        triggered: the incident, where the row is its trigger: that may have lost both planes.
    """
    if row.severity in CONTROL_ONLY:
        return [("control", "down")]
    if row.severity not in DOWN | IMPAIRED:
        return []
    state: Literal["down", "degraded"] = "down" if row.severity in DOWN else "degraded"
    if triggered is not None:
        return [(plane, state) for plane in trigger_planes(triggered)]
    own: Plane = "control" if row.plane == "control" and row.severity != "async_delay" else "data"
    return [(own, state)]


def trigger_planes(incident: Incident) -> list[Plane]:
    """The planes that the trigger names: the data plane, unless it speaks of the control plane alone."""
    words = incident.trigger.plane.lower()
    if "control" not in words:
        return ["data"]
    return ["data", "control"] if "data" in words else ["control"]


def service_texts(incident: Incident, service: str, plane: Plane) -> tuple[str, ...]:
    """Selectors of a provider's service, in the regions of an incident.

    A provider that is no cloud may stand in an inventory as a vendor, whole or product by product.
    """
    service, everywhere = service.removesuffix(EVERYWHERE), service.endswith(EVERYWHERE)
    kind = "control-plane" if plane == "control" else "platform"
    texts = []
    for name in dict.fromkeys((service, service.removeprefix(f"{incident.provider}-"))):
        for place in ("global",) if everywhere else incident.places:
            exact = f"{incident.provider}:{kind}/{place}/{name}"
            texts.append(exact if place != "global" else f"{kind}:{incident.provider}:{kind}/*/{name}")
    if service in incident.regions and service != "global":
        texts = [f"{incident.provider}:region/{service}"]
    if incident.provider not in CLOUDS:
        texts.append(f"vendor:{service}")
        if service.startswith(f"{incident.provider}-"):
            texts.append(f"vendor:{incident.provider}")
    return tuple(dict.fromkeys(texts))


def _stretches(incident: Incident, row: Affected) -> tuple[list[tuple[int, int | None]], bool]:
    """From when to when, by the row or by a phase that speaks of it; and whether only the whole incident's times are left."""
    if row.windows:
        return [
            _span(incident, one.start_utc, one.end_utc or row.end_utc or incident.end_utc) for one in row.windows
        ], False
    if row.start_utc is not None:
        return [_span(incident, row.start_utc, row.end_utc or incident.end_utc)], False
    named = [one for one in incident.phases if speaks_of(one.name, one.services, row.id) and one.start_utc is not None]
    spans = [_span(incident, one.start_utc, one.end_utc or incident.end_utc) for one in named]
    return (_united(spans), False) if spans else ([_span(incident, None, row.end_utc or incident.end_utc)], True)


def speaks_of(name: str, services: Iterable[str], id: str) -> bool:
    """Whether a phase is about a service: it lists it, or lists none and its name says all words of its id."""
    listed = tuple(services)
    if listed:
        return id in listed
    words = set("".join(c if c.isalnum() else " " for c in name.lower()).split())
    return set(id.lower().split("-")) <= words


def _united(spans: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """Spans that overlap or touch as one."""
    done: list[tuple[int, int | None]] = []
    for start, end in sorted(spans, key=lambda one: (one[0], one[1] is None, one[1] or 0)):
        last = done[-1] if done else None
        if last is not None and (last[1] is None or start <= last[1]):
            done[-1] = (last[0], None if last[1] is None or end is None else max(last[1], end))
        else:
            done.append((start, end))
    return done


def _span(incident: Incident, start: datetime | None, end: datetime | None) -> tuple[int, int | None]:
    """Seconds from the beginning; a list that is coarser than the trigger's own minute cannot put it before its cause."""
    first = max(0, _offset(incident, start) or 0)
    last = _offset(incident, end)
    return first, None if last is None else max(last, first + 60)


def _offset(incident: Incident, instant: datetime | None) -> int | None:
    return None if instant is None else int((instant - incident.start_utc).total_seconds())


def _depths(incident: Incident) -> dict[str, int]:
    """How many steps of `via` each row is from the trigger, by id."""
    depth = {incident.trigger.component: 0}
    rows = [*incident.affected_services, *incident.affected_vendors]
    via = {row.id: [part.strip().partition("(")[0] for part in (row.via or "").split(";")] for row in rows}
    for _ in rows:
        new = {
            id: 1 + min(depth[one] for one in causes if one in depth)
            for id, causes in via.items()
            if id not in depth and any(one in depth for one in causes)
        }
        if not new:
            break
        depth.update(new)
    return {**dict.fromkeys(via, len(rows)), **depth}


def scenario(incident: Incident, found: Iterable[Effect]) -> Scenario:
    """A scenario over time of recorded effects.

    Args:
        incident: the incident.
        found: its effects, at least one.
    """
    listed = list(found)
    ends = [one.end for one in listed if one.end is not None]
    unended = any(one.end is None for one in listed)
    last = max([*ends, *(one.start for one in listed)], default=0)
    phases = tuple(
        ScenarioPhase.model_validate(
            {
                "at": one.start,
                "for": None if one.end is None else one.end - one.start,
                "remove": one.texts if one.state == "down" else (),
                "degrade": one.texts if one.state == "degraded" else (),
                "note": f"{one.subject}: {one.severity}",
            }
        )
        for one in listed
    )
    pages = [source.url for key, source in sorted(incident.sources.items()) if source.url]
    return Scenario(
        name=incident.title or incident.id,
        phases=phases,
        horizon=last + (UNENDED if unended else AFTER),
        source=pages[0] if pages else None,
    )


def clock(incident: Incident, second: int) -> datetime:
    """The instant so many seconds after an incident began."""
    return incident.start_utc + timedelta(seconds=second)
