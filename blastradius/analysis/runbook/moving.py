"""The failovers that a loss calls for: who, how long, what they need, and whether that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from blastradius.analysis.runbook.result import Move, Need
from blastradius.analysis.walked import Walked
from blastradius.circuit import Group
from blastradius.durations import format_duration
from blastradius.engine import DOWN
from blastradius.engine.solve import group_value
from blastradius.model import Journey
from blastradius.simulate.instants import Instant
from blastradius.simulate.promises import unrehearsed
from blastradius.simulate.run import Run

_LAST = (99, 99, "")
_PURPOSES = ("respond", "change", "inform", "serve")


def moves(loss: Walked, journeys: Sequence[Journey], *, alone: bool = False) -> list[Move]:
    """Failovers below some journeys whose active members are lost, in the order in which people need them.

    Those by which people work together come first, then those by which changes get out, then the rest by tier; but what
    another one needs, or moves to a member that stands on, comes before that one.

    Args:
        loss: the loss, walked.
        journeys: those that it touches.
        alone: also those for which none of these waits, last.
    """
    run = loss.run
    found: dict[int, tuple[_Key, Move]] = {}
    for number, group in enumerate(run.circuit.groups):
        if not group.active or group.record.failover is None:
            continue
        called = next((one for one in run.seen.instants if _active_lost(group, one)), None)
        waiting = [one for one in journeys if _rests_on(run, one, group)] if called else []
        if called is not None and (waiting or alone):
            key = (min(map(_rank, waiting), default=_LAST), called.time, group.record.dependent, number)
            way = _move(run, number, called, waiting)
            found[number] = (
                key,
                way.model_copy(update={"old": unrehearsed(run.circuit, number, loss.today, loss.policy)}),
            )
    return [found[number][1] for number in _ordered(run, {number: key for number, (key, _) in found.items()})]


_Key = tuple[tuple[int, int, str], int, str, int]


def _ordered(run: Run, keys: Mapping[int, _Key]) -> list[int]:
    """By their keys, each after those that it needs; where these go in a circle, by their keys alone."""
    by_node: dict[int, list[int]] = {}
    for number in keys:
        by_node.setdefault(run.circuit.rules[run.circuit.groups[number].rule].node, []).append(number)
    after: dict[int, set[int]] = {}
    for number in keys:
        group = run.circuit.groups[number]
        rests = {*group.needs, *(node for node in group.members if node not in group.active)}
        below = set[int]().union(*(run.closure(node) for node in rests))
        after[number] = {one for node in by_node.keys() & below for one in by_node[node]} - {number}
    ordered: list[int] = []
    left = sorted(keys, key=keys.__getitem__)
    while left:
        following = next((one for one in left if after[one].isdisjoint(left)), left[0])
        left.remove(following)
        ordered.append(following)
    return ordered


def _rank(journey: Journey) -> tuple[int, int, str]:
    return _PURPOSES.index(journey.purpose), journey.tier or 99, journey.id


def _rests_on(run: Run, journey: Journey, group: Group) -> bool:
    return run.circuit.rule_node[group.rule] in run.closure(run.circuit.index[journey.id])


def _active_lost(group: Group, instant: Instant) -> bool:
    return group_value(group, bytearray(instant.state), moved=False, standby=False) == DOWN


def _move(run: Run, number: int, called: Instant, waiting: Iterable[Journey]) -> Move:
    group, graph, circuit = run.circuit.groups[number], run.graph, run.circuit
    record, failover = group.record, group.record.failover
    assert failover is not None
    state = called.state

    def names(nodes: Iterable[int], down: bool) -> tuple[str, ...]:
        return tuple(graph.called(circuit.ids[circuit.node_of(n)]) for n in nodes if (state[n] == DOWN) == down)

    standby = [node for node in group.members if node not in group.active]
    needs = tuple(_need(run, called, node) for node in group.needs)
    why_not = _why_not(run, number, called, names(standby, False), needs)
    dependent = record.dependent
    owners = [graph.components[dependent].tags.get("owner")] if dependent in graph.components else []
    owners += [journey.owner for journey in waiting]
    return Move(
        id=dependent,
        name=graph.called(dependent),
        leave=names(group.active, True),
        leave_ids=tuple(sorted({circuit.ids[circuit.node_of(node)] for node in group.active})),
        enter=names(standby, False) or names(standby, True),
        enter_ids=tuple(circuit.ids[circuit.node_of(node)] for node in standby if state[node] != DOWN),
        lost=names(standby, True) if names(standby, False) else (),
        mode=failover.mode,
        happens=why_not is None,
        why_not=why_not,
        starts=called.time,
        takes=failover.takes if group.manual else group.takes,
        ends=next((one.time for one in run.seen.instants if number in one.moves), None),
        lag=failover.lag,
        rehearsed=failover.rehearsed,
        runbook=failover.runbook,
        needs=needs,
        owners=tuple(dict.fromkeys(one for one in owners if one)),
        journeys=tuple(graph.called(journey.id) for journey in waiting),
        evidence=record.evidence,
    )


def _need(run: Run, called: Instant, node: int) -> Need:
    id = run.circuit.ids[node]
    down = called.state[node] == DOWN
    chain = run.proofs(called).ids(node) if down else ()
    return Need(id=id, name=run.graph.called(id), stands=not down, because=chain)


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
