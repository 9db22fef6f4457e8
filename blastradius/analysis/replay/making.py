"""Replays a published outage over the hours, on an inventory or on the catalog itself.

What the incident file records of each service and vendor is removed or degraded when it began and comes back when it
ended; everything else follows from the graph, with its proof. Of what it records, the file knows better than the catalog
(`accounts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from os import PathLike, fspath

from blastradius.analysis.accounts import as_told
from blastradius.analysis.effects import EVERYWHERE, Effect, clock, effects, scenario
from blastradius.analysis.replay.result import (
    CitedPage,
    ComponentReplay,
    FailoverBlocked,
    Followed,
    JourneyReplay,
    Recorded,
    Replay,
    State,
)
from blastradius.analysis.untried import untried, with_products
from blastradius.catalog.incidents import Affected, Incident, written
from blastradius.catalog.incidents import incident as read_incident
from blastradius.engine import DOWN
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import FOREIGN, PHASES, Inventory, Policy
from blastradius.selectors import ComponentIndex, select
from blastradius.simulate.judging import journey_results
from blastradius.simulate.run import Run
from blastradius.simulate.spells import Spell, blocked, spells

_CANNOT: dict[str, State] = {"startup": "cannot start", "deploy": "cannot be changed", "operate": "cannot be operated"}
ELSEWHERE = ("eu-west-1", "us-west-2")
"""Regions that stand for all others where a cloud is replayed without an inventory: the first that was not hit."""


def replay(
    incident: Incident | str | PathLike[str],
    graph: DependencyGraph | Inventory | None = None,
    *,
    today: date | None = None,
    policy: Policy | None = None,
) -> Replay:
    """What breaks when and what recovers when, as an outage goes on.

    Args:
        incident: the outage: the id of a shipped one such as `2025-10-20-aws-dynamodb-dns`, or the path of a file.
        graph: the system; the catalog itself where unset, in the incident's regions and one that was not hit.
        today: day on which rehearsals are judged old; none judges only their absence.
        policy: how old a rehearsal may be.

    Raises:
        InputError: when the file cannot be read.
        UsageError: when no shipped incident is called so.
    """
    if not isinstance(incident, Incident):
        incident = read_incident(fspath(incident))
    system = graph_of(graph) if graph is not None else _catalog(incident)
    told = effects(incident)
    asked = scenario(incident, told)
    account = as_told(system, incident, told)
    run = Run(with_products(account.graph, incident, told), asked, typed=False)
    pool = ComponentIndex(system.components.values())
    found = spells(run.seen)
    journeys = journey_results(run, today, policy)
    recorded = [_recorded(incident, one, pool) for one in told]
    horizon = asked.horizon or 0
    return Replay(
        incident=incident.id,
        title=incident.title or incident.id,
        provider=incident.provider,
        regions=incident.regions,
        root_cause=incident.root_cause,
        start_utc=written(incident.start_utc),
        end_utc=None if incident.end_utc is None else written(incident.end_utc),
        horizon=horizon,
        horizon_utc=written(clock(incident, horizon)),
        inventory=None if graph is None else (system.inventory.meta.title or ""),
        recorded=tuple(recorded),
        untold=_untold(incident),
        journeys=tuple(JourneyReplay(result=one, spells=_journey(incident, run, found, one.id)) for one in journeys),
        components=tuple(one for one in _components(incident, run, found) if one.id in system.components),
        blocked=_blocked(incident, run),
        overruled=account.overruled,
        untried=untried(incident, system, told) if graph is not None else (),
        notes=tuple(_notes(incident, system, recorded, account.overruled)),
        names={c.id: c.name for c in sorted(system.components.values(), key=lambda c: c.id) if c.kind not in FOREIGN},
        sources={key: CitedPage(title=one.title, url=one.url) for key, one in sorted(incident.sources.items())},
        gaps=system.inventory.gaps,
        coverage=system.inventory.coverage,
    )


def elsewhere(incident: Incident) -> str:
    """A region of the same cloud that was not hit, to stand for all others."""
    return next(one for one in ELSEWHERE if one not in incident.regions)


def _catalog(incident: Incident) -> DependencyGraph:
    from blastradius.analysis.cloud import cloud

    regions = incident.places
    return cloud(regions if regions == ("global",) else (*regions, elsewhere(incident)), provider=incident.provider)


def _untold(incident: Incident) -> tuple[str, ...]:
    from blastradius.analysis.effects import planes

    rows: tuple[Affected, ...] = (*incident.affected_services, *incident.affected_vendors)
    return tuple(row.id for row in rows if not planes(row))


def _time(incident: Incident, start: int, end: int | None) -> dict[str, object]:
    return {
        "start": start,
        "end": end,
        "start_utc": written(clock(incident, start)),
        "end_utc": None if end is None else written(clock(incident, end)),
    }


def _recorded(incident: Incident, effect: Effect, pool: ComponentIndex) -> Recorded:
    row = effect.row
    return Recorded.model_validate(
        {
            **_time(incident, effect.start, effect.end),
            "subject": effect.subject,
            "severity": effect.severity,
            "plane": effect.plane,
            "state": effect.state,
            "trigger": effect.trigger,
            "present": _present(incident, effect, pool),
            "times_assumed": effect.assumed,
            "via": row.via if row else None,
            "note": row.note if row else incident.trigger.detail if effect.trigger else None,
            "source": row.source if row else (),
            "confidence": row.confidence if row else None,
        }
    )


def _present(incident: Incident, effect: Effect, pool: ComponentIndex) -> tuple[str, ...]:
    """Ids of what stands for it; what is told of other regions is not told of those of the incident."""
    found = {id for text in effect.texts for id in select(text, pool)}
    if effect.subject.endswith(EVERYWHERE):
        found = {id for id in found if not any(f"/{region}/" in id for region in incident.regions)}
    return tuple(sorted(found))


def _journey(incident: Incident, run: Run, found: dict[int, list[Spell]], id: str) -> tuple[Followed, ...]:
    node = run.circuit.index[id]
    return tuple(_followed(incident, run, node, spell) for spell in found.get(node, ()))


def _followed(incident: Incident, run: Run, node: int, spell: Spell, state: State | None = None) -> Followed:
    said: State = state or ("down" if spell.state == DOWN else "degraded")
    chain = run.proofs(spell.start).links(node)
    return Followed.model_validate({**_time(incident, spell.start.time, spell.end), "state": said, "chain": chain})


def _components(incident: Incident, run: Run, found: dict[int, list[Spell]]) -> tuple[ComponentReplay, ...]:
    circuit = run.circuit
    made = []
    for node in range(circuit.component_count):
        parts = [_followed(incident, run, node, spell) for spell in found.get(node, ())]
        for phase in PHASES[1:]:
            other = circuit.phase_node(node, phase)
            stuck = [spell for spell in found.get(other, ()) if spell.state == DOWN] if other is not None else []
            if other is not None:
                parts += [_followed(incident, run, other, spell, _CANNOT[phase]) for spell in stuck]
        if parts:
            parts.sort(key=lambda one: (one.start, one.state))
            component = run.graph.components[circuit.ids[node]]
            made.append(ComponentReplay(id=component.id, name=component.name, kind=component.kind, spells=tuple(parts)))
    return tuple(sorted(made, key=lambda one: (one.spells[0].start, len(one.spells[0].chain), one.id)))


def _blocked(incident: Incident, run: Run) -> tuple[FailoverBlocked, ...]:
    circuit = run.circuit
    made = []
    for one in blocked(run.seen):
        group = circuit.groups[one.group]
        made.append(
            FailoverBlocked.model_validate(
                {
                    **_time(incident, one.start, one.end),
                    "dependent": group.record.dependent,
                    "members": group.record.members,
                    "needs": tuple(circuit.ids[need] for need in one.needs),
                    "manual": group.manual,
                }
            )
        )
    return tuple(made)


def _notes(
    incident: Incident, graph: DependencyGraph, recorded: Sequence[Recorded], overruled: Sequence[str]
) -> Iterable[str]:
    early = [row.id for row in incident.affected_services if row.start_utc and row.start_utc < incident.start_utc]
    if early:
        yield (
            f"{_listed(early)}: recorded from some minutes before the trigger, as coarser lists do; counted from it: "
            "nothing falls before its cause"
        )
    if overruled:
        yield f"{_listed(overruled)}: as the file tells of them, also where the catalog in general would say otherwise"
    whole = f"vendor:{incident.provider}"
    if whole in graph.components and not any(whole in one.present for one in recorded):
        yield f"{whole} is here; which of its products is used is not told: who needs it is unknown where one was lost"
    if incident.end_utc is None and any(one.end is None for one in recorded):
        yield "no end is told: looked at for a day after the last record"


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:4]) + (f" and {len(ids) - 4} more" if len(ids) > 4 else "")
