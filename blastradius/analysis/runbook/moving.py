"""The failovers that a loss calls for: who, how long, what they need, and whether that stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from blastradius.analysis.runbook.result import Move, Need
from blastradius.circuit import Group
from blastradius.durations import format_duration
from blastradius.engine import DOWN
from blastradius.engine.solve import group_value
from blastradius.model import Journey, Policy
from blastradius.simulate.instants import Instant
from blastradius.simulate.promises import unrehearsed
from blastradius.simulate.run import Run

_PURPOSES = ("respond", "change", "inform", "serve")


def moves(run: Run, journeys: Sequence[Journey], today: date | None, policy: Policy | None) -> list[Move]:
    """Failovers below some journeys whose active members are lost, in the order in which people need them.

    Those by which people work together come first, then those by which changes get out, then the rest by tier.

    Args:
        run: the scenario, walked.
        journeys: those that the loss touches.
        today: day on which rehearsals are judged old.
        policy: how old a rehearsal may be.
    """
    found = []
    for number, group in enumerate(run.circuit.groups):
        if not group.active or group.record.failover is None:
            continue
        called = next((one for one in run.seen.instants if _active_lost(group, one)), None)
        waiting = [one for one in journeys if _rests_on(run, one, group)] if called else []
        if called is not None and waiting:
            first = min(waiting, key=_rank)
            found.append((_rank(first), called.time, group.record.dependent, _move(run, number, called, waiting)))
    found.sort(key=lambda one: one[:3])
    return [
        way.model_copy(update={"old": unrehearsed(run.circuit, number, today, policy)})
        for way, number in ((one[3][0], one[3][1]) for one in found)
    ]


def _rank(journey: Journey) -> tuple[int, int, str]:
    return _PURPOSES.index(journey.purpose), journey.tier or 99, journey.id


def _rests_on(run: Run, journey: Journey, group: Group) -> bool:
    return run.circuit.rules[group.rule].node in run.closure(run.circuit.index[journey.id])


def _active_lost(group: Group, instant: Instant) -> bool:
    return group_value(group, bytearray(instant.state), moved=False, standby=False) == DOWN


def _move(run: Run, number: int, called: Instant, waiting: Iterable[Journey]) -> tuple[Move, int]:
    group, graph, circuit = run.circuit.groups[number], run.graph, run.circuit
    record, failover = group.record, group.record.failover
    assert failover is not None
    state = called.state

    def names(nodes: Iterable[int], down: bool) -> tuple[str, ...]:
        return tuple(graph.name(circuit.ids[circuit.node_of(n)]) for n in nodes if (state[n] == DOWN) == down)

    standby = [node for node in group.members if node not in group.active]
    needs = tuple(_need(run, called, node) for node in group.needs)
    why_not = _why_not(run, number, called, names(standby, False), needs)
    dependent = record.dependent
    owners = [graph.components[dependent].tags.get("owner")] if dependent in graph.components else []
    owners += [journey.owner for journey in waiting]
    way = Move(
        id=dependent,
        name=graph.name(dependent),
        leave=names(group.active, True),
        enter=names(standby, False) or names(standby, True),
        enter_ids=tuple(circuit.ids[circuit.node_of(node)] for node in standby if state[node] != DOWN),
        lost=names(standby, True) if names(standby, False) else (),
        mode=failover.mode,
        happens=why_not is None,
        why_not=why_not,
        starts=called.time,
        takes=failover.takes if group.manual else group.takes,
        lag=failover.lag,
        rehearsed=failover.rehearsed,
        runbook=failover.runbook,
        needs=needs,
        owners=tuple(dict.fromkeys(one for one in owners if one)),
        journeys=tuple(journey.name for journey in waiting),
        evidence=record.evidence,
    )
    return way, number


def _need(run: Run, called: Instant, node: int) -> Need:
    id = run.circuit.ids[node]
    down = called.state[node] == DOWN
    chain = run.proofs(called).ids(node) if down else ()
    return Need(id=id, name=run.graph.name(id), stands=not down, because=chain)


def _why_not(run: Run, number: int, called: Instant, standing: Sequence[str], needs: Sequence[Need]) -> str | None:
    """Why it does not happen; nothing where it does."""
    group = run.circuit.groups[number]
    if run.seen.last.moved[number]:
        return None
    missing = [need for need in needs if not need.stands]
    if missing:
        chains = "; ".join(" → ".join(need.because) or need.id for need in missing)
        return f"it needs what is lost: {chains}"
    if group_value(group, bytearray(called.state), moved=True, standby=True) == DOWN:
        return "what should take over is lost as well" if not standing else "too few of what should take over stand"
    if not group.fails_over:
        return "nobody has said how long it takes by hand, so that nothing counts on it: state `takes` and rehearse it"
    horizon = run.scenario.horizon
    if horizon is not None and called.time + group.takes >= horizon:
        return f"it takes {format_duration(group.takes)}, and by then the loss is over"
    return "what it moves away from comes back first, or what it needs or moves to does not stand long enough"
