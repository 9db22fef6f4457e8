"""What not to try while a loss lasts, of the whole system: whoever restarts something asks no journey first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from blastradius.analysis.runbook.result import Caution, Move
from blastradius.engine import DOWN
from blastradius.model import BlastRadius
from blastradius.simulate.instants import Instant
from blastradius.simulate.run import Run

_STUCK = {
    "startup": "Do not restart, scale in or move {}: what is stopped now could not start again",
    "deploy": "Do not count on changing {}: nothing can be rolled out there",
    "operate": "Do not count on seeing or steering {}: what does so is lost",
}
_MOST = 30


def cautions(run: Run, result: BlastRadius, ways: Iterable[Move]) -> Iterator[Caution]:
    """What does not work meanwhile, or makes it worse.

    Args:
        run: the loss, walked.
        result: what it does.
        ways: the failovers that it calls for.
    """
    for way in ways:
        if not way.happens and way.why_not:
            yield Caution(text=f"Do not wait for {way.name} to move to {', '.join(way.enter)}", because=way.why_not)
    told: set[str] = set()
    for phase, text in _STUCK.items():
        same: dict[str, list[str]] = {}
        for component, state, instant in _stuck(run, phase):
            id = run.circuit.ids[component]
            if phase == "startup":
                told.add(id)
            same.setdefault(" → ".join(run.proofs(instant).ids(state)[1:]), []).append(id)
        for because, ids in sorted(same.items()):
            yield Caution(text=text.format(_few(run, ids)), because=f"that needs {because}")
    yield from _from_nothing(run, result, told)


def _stuck(run: Run, phase: str) -> Iterator[tuple[int, int, Instant]]:
    """Components that run at an instant at which something cannot be done with them, each with the first such."""
    circuit = run.circuit
    for (component, which), state in sorted(circuit.phase_nodes.items()):
        if which != phase or component >= circuit.component_count:
            continue
        for instant in run.seen.instants:
            if instant.state[state] == DOWN and instant.state[component] != DOWN:
                yield component, state, instant
                break


def _from_nothing(run: Run, result: BlastRadius, told: set[str]) -> Iterator[Caution]:
    unfounded = [id for id in result.unfounded if id not in told]
    if unfounded:
        yield Caution(
            text=f"Do not restart {_few(run, unfounded)}: it would not come up again while this lasts",
            because="it stands only because it was running already; something that it needs could not start now",
        )
    down = {one.id for one in result.components if one.state == "down"}
    standing = [id for id in result.deadlocks if id not in down]
    if standing:
        yield Caution(
            text=f"Do not take all of {_few(run, standing)} down together",
            because="from nothing they could not start again (cold-start deadlock)",
        )


def _few(run: Run, ids: Sequence[str]) -> str:
    names = [run.graph.called(id) for id in ids]
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
