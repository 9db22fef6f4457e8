"""Puts a runbook together from one walked scenario."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from blastradius.analysis.runbook.cautioning import cautions
from blastradius.analysis.runbook.moving import moves
from blastradius.analysis.runbook.restoring import restored
from blastradius.analysis.runbook.result import Event, Happening, Move, Plan, Runbook, Talk, Watch
from blastradius.analysis.walked import walked
from blastradius.circuit import Circuit
from blastradius.engine import DOWN
from blastradius.graph import DependencyGraph
from blastradius.model import FOREIGN, BlastRadius, ChainLink, Journey, JourneyResult, Policy, Scenario
from blastradius.simulate.run import Run
from blastradius.simulate.story import Story

_LOST: Happening = "lost"
_IMPAIRED: Happening = "impaired"
_ORDER: tuple[Happening, ...] = ("lost", "impaired", "moved", "back", "degraded", "down", "up")
_OWNER_TAGS = ("owner", "team")


def runbook(
    graph: DependencyGraph,
    scenario: Scenario,
    *,
    typed: bool = True,
    today: date | None = None,
    policy: Policy | None = None,
) -> Runbook:
    """What to do when something is lost: everything follows from the simulation and the inventory's own records.

    Args:
        graph: the system.
        scenario: what is lost.
        typed: whether a person typed the selectors just now: then one that matches nothing is an error.
        today: day on which rehearsals are judged old.
        policy: how old a rehearsal may be.

    Raises:
        UsageError: when a selector is malformed, or typed and matches nothing.
    """
    loss = walked(graph, scenario, typed, today, policy)
    result, run = _labelled(graph, loss.result), loss.run
    touched = [one for one in result.journeys if _touched(one)]
    ways = _limited(graph, touched, moves(loss, [graph.journeys[one.id] for one in touched], alone=True))
    return Runbook(
        scenario=scenario,
        removed=result.removed,
        plans=tuple(_plan(graph, one) for one in sorted(touched, key=_urgency)),
        untouched=tuple(one.name for one in result.journeys if not _touched(one) and one.at_worst == one.verdict),
        doubtful=tuple(one for one in result.journeys if not _touched(one) and one.at_worst != one.verdict),
        events=tuple(_events(run, result.journeys, ways)),
        watches=tuple(_watches(run, touched)),
        moves=tuple(ways),
        cautions=tuple(cautions(run, result, ways)),
        talks=tuple(_talks(run, result.journeys)),
        owners=tuple(_owners(run, touched)),
        restored=tuple(restored(run)),
        moved_back=tuple((way.name, way.leave) for way in ways if way.happens),
        stranded=tuple(one.name for one in touched if one.verdict == "breaks"),
        deadlocks=tuple(graph.called(one) for one in result.deadlocks),
        gaps=tuple({gap.model_dump_json(): gap for one in result.journeys for gap in one.gaps}.values()),
        unseen=() if result.journeys else result.gaps,
        unseen_count=len(result.gaps),
        coverage=result.coverage,
    )


def _labelled(graph: DependencyGraph, result: BlastRadius) -> BlastRadius:
    """An answer whose journeys go by what tells them apart."""
    journeys = (one.model_copy(update={"name": graph.called(one.id)}) for one in result.journeys)
    return result.model_copy(update={"journeys": tuple(journeys)})


def _limited(graph: DependencyGraph, touched: Iterable[JourneyResult], ways: Iterable[Move]) -> list[Move]:
    """Failovers by hand with how long somebody may wait before they begin.

    What an RTO leaves beyond the longest interruption of a journey with all of them begun at once: cautious for one that
    is not the slowest.
    """
    left = {}
    for one in touched:
        rto = graph.journeys[one.id].rto
        if rto is not None and one.interrupted_for is not None:
            left[one.name] = rto - one.interrupted_for
    found = []
    for way in ways:
        waits = [left[name] for name in way.journeys if name in left] if way.mode == "manual" and way.happens else []
        found.append(way.model_copy(update={"spare": min(waits)}) if waits else way)
    return found


def _touched(result: JourneyResult) -> bool:
    return result.verdict != "survives" or bool(result.interrupted_for) or result.by_hand or bool(result.exposed)


def _urgency(result: JourneyResult) -> tuple[bool, int, int, str]:
    order = ("breaks", "unknown", "degrades", "survives")
    return result.tier is None, result.tier or 0, order.index(result.verdict), result.id


def _plan(graph: DependencyGraph, result: JourneyResult) -> Plan:
    journey = graph.journeys[result.id]
    links = result.chain or result.chain_at_worst
    chain = [links[0].dependent, *(link.dependency for link in links)] if links else []
    groups = [one for one in graph.inventory.redundancies if one.dependent == journey.id]
    entries = [entry.component for entry in journey.entries] + [one for group in groups for one in group.members]
    return Plan(
        result=result,
        owner=journey.owner,
        rto=journey.rto,
        rpo=journey.rpo,
        probe=journey.probe,
        phase=journey.phase,
        entries=tuple(graph.called(one) for one in dict.fromkeys(entries)),
        chain=tuple(graph.called(one) for one in chain),
    )


def _events(run: Run, journeys: Iterable[JourneyResult], ways: Iterable[Move]) -> Iterable[Event]:
    found: dict[tuple[int, Happening, str | None], list[str]] = {}

    def happens(at: int, what: Happening, names: Iterable[str], note: str | None = None) -> None:
        found.setdefault((at, what, note), []).extend(names)

    for phase in run.scenario.phases:
        for names, what in ((phase.remove, _LOST), (phase.degrade, _IMPAIRED)):
            if names:
                happens(phase.at, what, names, phase.note)
        if phase.duration is not None:
            happens(phase.at + phase.duration, "back", (*phase.remove, *phase.degrade))
    for way in ways:
        if way.ends is not None:
            by_hand = "by hand, where it is begun at once" if way.mode == "manual" else None
            happens(way.ends, "moved", [way.name], by_hand)
    for journey in journeys:
        story = run.stories.get(run.circuit.index[journey.id])
        for at, what in _told(story) if story is not None else ():
            happens(at, what, [journey.name])
    ordered = sorted(found.items(), key=lambda one: (one[0][0], _ORDER.index(one[0][1]), one[0][2] or "", one[1]))
    return (Event(at=at, what=what, names=tuple(names), note=note) for (at, what, note), names in ordered)


def _told(story: Story) -> Iterable[tuple[int, Happening]]:
    first = story.downs[0].start.time if story.downs else None
    if story.degraded is not None and (first is None or story.degraded.time < first):
        yield story.degraded.time, "degraded"
    for down in story.downs:
        yield down.start.time, "down"
        if down.end is not None:
            yield down.end, "up"


def _watches(run: Run, touched: Iterable[JourneyResult]) -> Iterable[Watch]:
    """What is on the proof of a journey that is hit, and who would see it."""
    graph, last = run.graph, run.seen.last.state
    critical = {id for one in touched for link in one.chain for id in _own(graph, link)}
    for one in sorted(critical):
        seen = dict.fromkeys(_seen_by(graph, one))
        lost = [id for id in seen if last[run.circuit.index[id]] == DOWN]
        yield Watch(
            id=one,
            name=graph.called(one),
            by=tuple(graph.called(id) for id in seen if id not in lost),
            blind=tuple(graph.called(id) for id in lost),
        )


def _own(graph: DependencyGraph, link: ChainLink) -> Iterable[str]:
    for id in (link.dependent, link.dependency):
        component = graph.components.get(id)
        if component is not None and component.kind not in FOREIGN:
            yield id


def _seen_by(graph: DependencyGraph, id: str) -> Iterable[str]:
    for dependency in graph.inventory.dependencies:
        if dependency.dependent == id and dependency.phase == "operate":
            yield dependency.dependency
    for group in graph.inventory.redundancies:
        if group.dependent == id and group.phase == "operate":
            yield from group.members


def _talks(run: Run, journeys: Iterable[JourneyResult]) -> Iterable[Talk]:
    graph, last = run.graph, run.seen.last.state
    for one in journeys:
        journey = graph.journeys[one.id]
        if journey.purpose not in ("respond", "inform"):
            continue
        means = _means(run, journey)
        lost = [id for id in means if last[run.circuit.index[id]] == DOWN]
        yield Talk(
            journey=one.name,
            purpose=journey.purpose,
            owner=journey.owner,
            result=one,
            means=tuple(graph.called(id) for id in means if id not in lost),
            lost=tuple(graph.called(id) for id in lost),
        )


def _means(run: Run, journey: Journey) -> list[str]:
    """The tools at the ends of a journey: what it needs that itself needs nothing but places."""
    circuit: Circuit = run.circuit
    found = []
    for node in sorted(run.closure(circuit.index[journey.id])):
        if node >= circuit.component_count:
            continue
        component = run.graph.components[circuit.ids[node]]
        if component.kind in ("vendor", "external") or component.kind not in FOREIGN:
            inner = (circuit.node_of(n) for n in circuit.runtime_inputs(node))
            if all(run.graph.components[circuit.ids[n]].kind in FOREIGN - {"vendor", "external"} for n in inner):
                found.append(component.id)
    return found


def _owners(run: Run, touched: Iterable[JourneyResult]) -> Iterable[tuple[str, tuple[str, ...]]]:
    teams: dict[str, dict[str, None]] = {}
    for one in touched:
        journey = run.graph.journeys[one.id]
        if journey.owner:
            teams.setdefault(journey.owner, {})[one.name] = None
    for id in sorted(run.fallen & run.graph.components.keys()):
        component = run.graph.components[id]
        owner = next((component.tags[tag] for tag in _OWNER_TAGS if component.tags.get(tag)), None)
        if owner and component.kind not in FOREIGN:
            teams.setdefault(owner, {})[run.graph.called(id)] = None
    return ((team, tuple(names)) for team, names in sorted(teams.items()))
