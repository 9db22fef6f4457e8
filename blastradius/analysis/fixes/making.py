"""Puts the answer together: losses, candidates, the smallest sets, and what each change is worth."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from blastradius.analysis.fixes.extending import extended
from blastradius.analysis.fixes.finding import Candidate, candidates, nearest
from blastradius.analysis.fixes.result import WEIGHTS, Change, Fixes, LossFixes, Ranked, Rehearsable, Unknown, Way
from blastradius.analysis.fixes.searching import Found, Set, smallest
from blastradius.analysis.fixes.trying import Trials, acting, length_of, lost
from blastradius.engine import DOWN, Solution, found
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import BlastRadius, Gap, Inventory, JourneyResult, Scenario, ScenarioPhase
from blastradius.simulate import scenario as loss
from blastradius.simulate import simulate
from blastradius.simulate.run import Run
from blastradius.simulate.scenarios import Length, seconds
from blastradius.simulate.spares import moved_groups

MAX_LOSSES = 500
"""Domains of a kind that are looked at; more are an error that says so."""


def fixes(
    graph: DependencyGraph | Inventory,
    *,
    remove: Sequence[str] = (),
    scenario: Scenario | None = None,
    by: str | None = None,
    journeys: Sequence[str] = (),
    duration: Length | None = None,
    typed: bool = True,
    only: Container[str] = (),
) -> Fixes:
    """The smallest sets of changes by which journeys survive a loss, or every loss of a kind.

    Candidates stand on the ways by which journeys fall. All of them are put into one system, each with a switch, so that
    every combination is simulated by the same rules; the search is exact as long as its budget lasts.

    Args:
        graph: the system.
        remove: selectors of what is lost together.
        scenario: what is lost, told in full.
        by: kind of which each component is lost, one after the other; `region` where nothing else is said.
        journeys: ids or names of those that are to survive; all where none.
        duration: how long each loss lasts, in seconds, as `3h` or as a `timedelta`; for ever where none.
        typed: whether a person typed the selectors of the scenario just now.
        only: kinds of changes that are tried; all where none.

    Raises:
        UsageError: when a journey is not there, there is nothing of the kind, a selector matches nothing, a duration is
            absurd, or what is lost is told in two ways.
    """
    graph = graph_of(graph)
    chosen = _chosen(graph, journeys)
    length = seconds(duration)
    if sum((bool(remove), scenario is not None, by is not None)) > 1:
        raise UsageError("what is lost is told in two ways: choose remove, a scenario, or all of a kind")
    if scenario is not None and length is not None:
        raise UsageError("a scenario says how long it lasts: leave out the duration")
    if remove:
        scenario = loss(remove, duration=length)
    losses = [scenario] if scenario is not None else _losses(graph, by or "region", length)
    book = _Book(graph, only)
    answers: list[LossFixes] = []
    held = []
    for one in losses:
        answer = _answer(graph, one, chosen, typed, book)
        if answer is None:
            if _name(one) not in book.unknown:
                held.append(_name(one))
        else:
            answers.append(answer)
    answers.sort(key=lambda one: (-one.revenue_per_hour, -len(one.breaks), one.name))
    return Fixes(
        losses=tuple(answers),
        held=tuple(held),
        unknown=tuple(Unknown(name=name, journeys=ids) for name, ids in book.unknown.items()),
        changes=tuple(book.ranked()),
        rehearse=tuple(book.rehearsable()),
        gaps=tuple(book.gaps.values()),
        coverage=graph.inventory.coverage,
    )


def _chosen(graph: DependencyGraph, journeys: Sequence[str]) -> list[str]:
    if not graph.journeys:
        raise UsageError("there is no journey to mend: declare one in blastradius.yaml beside the inventory")
    found = []
    for text in journeys:
        id = text if text in graph.journeys else f"journey:{text}"
        if id not in graph.journeys:
            known = ", ".join(sorted(one.removeprefix("journey:") for one in graph.journeys)[:5])
            raise UsageError(f"{text}: no such journey; there are {known}")
        found.append(id)
    return sorted(set(found)) or sorted(graph.journeys)


def _losses(graph: DependencyGraph, by: str, duration: int | None) -> list[Scenario]:
    ids = sorted(one.id for one in graph.components.values() if one.kind == by)
    if not ids:
        raise UsageError(f"--by {by}: nothing of that kind is in the inventory")
    if len(ids) > MAX_LOSSES:
        raise UsageError(
            f"--by {by}: {len(ids):,} of them are more than {MAX_LOSSES}: name those that matter by --remove"
        )
    if duration is not None and duration <= 0:
        raise UsageError("a loss must last longer than 0s: write 90s, 15m, 3h or 2d")
    phases = [ScenarioPhase(remove=(f"id:{id}",), duration=duration) for id in ids]
    return [Scenario(name=id, phases=(phase,), horizon=duration) for id, phase in zip(ids, phases, strict=True)]


def _name(scenario: Scenario) -> str:
    if scenario.source is not None:
        return scenario.name
    texts = (text for phase in scenario.phases for text in (*phase.remove, *phase.degrade))
    return ", ".join(text.removeprefix("id:") for text in texts)


def _answer(
    graph: DependencyGraph, scenario: Scenario, chosen: Sequence[str], typed: bool, book: _Book
) -> LossFixes | None:
    """What to do about one loss; nothing where none of the journeys breaks."""
    result = simulate(graph, scenario, typed=typed)
    book.note(result, chosen, _name(scenario))
    broken = [one for one in result.journeys if one.verdict == "breaks" and one.id in chosen]
    if not broken:
        return None
    run = Run(graph, scenario, typed)
    removed = lost(graph, scenario, typed)
    possible = _candidates(graph, run, broken, removed, length_of(scenario))
    tried, left_out = nearest([one for one in possible if not book.only or one.change.kind in book.only])
    kinds = {graph.components[id].kind for id in removed}
    # An account is of one provider: who loses that starts in another account as well.
    kept = frozenset({"provider", "account"} - kinds) if "provider" not in kinds else frozenset[str]()
    trials = Trials(extended(graph, tried, kept), scenario, removed)
    sets, beyond = _sets(trials, tried, [one.id for one in broken])
    ways = [_way(trials, tried, one, [j.id for j in broken if j.id not in beyond]) for one in sets.sets]
    book.add(trials, tried, [one for one in ways if one], [one.id for one in broken if one.id not in beyond])
    return LossFixes(
        scenario=scenario,
        name=_name(scenario),
        breaks=tuple(one.id for one in broken),
        revenue_per_hour=_revenue(graph, (one.id for one in broken)),
        ways=tuple(sorted((one for one in ways if one), key=lambda one: (one.effort, len(one.changes), one.changes))),
        exact=sets.exact and not left_out,
        beyond=tuple(beyond),
        other_phases=tuple(id for id in beyond if graph.journeys[id].phase != "runtime"),
        candidates=len(tried),
        left_out=left_out,
    )


def _candidates(
    graph: DependencyGraph, run: Run, broken: Iterable[JourneyResult], removed: Iterable[str], length: int | None
) -> list[Candidate]:
    codes = acting(graph.circuit, length)
    settled: Solution = found(graph.circuit, {graph.index[id]: DOWN for id in removed}, codes)
    failing, slow = {}, set()
    moved = set(moved_groups(run.seen))
    for one in broken:
        node = graph.index[one.id]
        if settled.state[node] == DOWN:
            failing[node] = settled
        # an interruption that a failover ends too late, or a failover that does not end at all
        below = run.closure(node)
        slow |= {n for n in moved if graph.circuit.rules[graph.circuit.groups[n].rule].node in below}
        slow |= {
            number
            for number, group in enumerate(graph.circuit.groups)
            if group.active and length is not None and group.takes >= length
            if graph.circuit.rule_node[group.rule] in below
        }
    return candidates(graph, failing, bytes(codes), sorted(slow), length)


def _sets(trials: Trials, tried: Sequence[Candidate], broken: Sequence[str]) -> tuple[Found, list[str]]:
    """The smallest sets that repair whatever all changes together repair, and what even these do not."""
    everything = frozenset(range(len(tried)))
    with_all = trials.verdicts(everything)
    beyond = [id for id in broken if with_all[id] == "breaks"]
    wanted = [id for id in broken if id not in beyond]
    if not wanted:
        return Found((), exact=True), beyond

    def suffices(sets: Sequence[Set]) -> list[bool]:
        # the untimed answer is quick and says no first; only what passes it is walked through in time
        answers = trials.stand(sets, wanted)
        return [ok and _stands(trials, one, wanted) for ok, one in zip(answers, sets, strict=True)]

    return smallest([one.weight for one in tried], suffices), beyond


def _stands(trials: Trials, chosen: Set, wanted: Sequence[str]) -> bool:
    """Whether some journeys do not break with some changes, walked through in time."""
    verdicts = trials.verdicts(chosen)
    return all(verdicts[id] != "breaks" for id in wanted)


def _way(trials: Trials, tried: Sequence[Candidate], chosen: Set, repaired: Sequence[str]) -> Way | None:
    """A set as an answer, simulated once more as a whole."""
    verdicts = trials.verdicts(chosen)
    if any(verdicts[id] == "breaks" for id in repaired):
        return None
    return Way(
        changes=tuple(tried[number].change.id for number in sorted(chosen)),
        effort=sum(tried[number].weight for number in chosen),
        degrades=tuple(id for id in sorted(repaired) if verdicts[id] == "degrades"),
    )


def _revenue(graph: DependencyGraph, journeys: Iterable[str]) -> float:
    return sum(graph.journeys[id].revenue_per_hour or 0 for id in journeys)


@dataclass
class _Book:
    """What every change did over all losses."""

    graph: DependencyGraph
    only: Container[str] = ()
    changes: dict[str, Change] = field(default_factory=dict)
    alone: dict[str, int] = field(default_factory=dict)
    helps: dict[str, int] = field(default_factory=dict)
    journeys: dict[str, set[str]] = field(default_factory=dict)
    by_hand: dict[str, set[str]] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def note(self, result: BlastRadius, chosen: Sequence[str], name: str) -> None:
        """What stands only on a failover that nobody tried, what was not seen, and what that leaves unknown."""
        unknown = tuple(one.id for one in result.journeys if one.verdict == "unknown" and one.id in chosen)
        if unknown:
            self.unknown[name] = unknown
        for one in result.journeys:
            if one.id not in chosen:
                continue
            self.gaps.update({gap.model_dump_json(): gap for gap in one.gaps})
            if one.unrehearsed:
                for group in self._manual(one):
                    self.by_hand.setdefault(group, set()).add(one.id)

    def _manual(self, journey: JourneyResult) -> list[str]:
        names = {link.dependent for link in journey.chain}
        return [
            group.record.dependent
            for group in self.graph.circuit.groups
            if group.manual and group.record.dependent in names
        ]

    def add(self, trials: Trials, tried: Sequence[Candidate], ways: Iterable[Way], broken: Sequence[str]) -> None:
        """Take in what the changes of one loss do, alone and together."""
        for number, one in enumerate(tried):
            id = one.change.id
            self.changes[id] = one.change
            state = trials.solve(frozenset({number})).state
            mended = [j for j in broken if state[trials.extended.graph.index[j]] != DOWN]
            self.alone[id] = self.alone.get(id, 0) + len(mended)
            self.journeys.setdefault(id, set()).update(mended)
        numbers = {one.change.id: position for position, one in enumerate(tried)}
        for way in ways:
            whole = frozenset(numbers[id] for id in way.changes)
            for id in way.changes:
                # what falls again where this one is left out is what it is there for
                state = trials.solve(whole - {numbers[id]}).state
                self.helps[id] = self.helps.get(id, 0) + 1
                self.journeys.setdefault(id, set()).update(
                    one for one in broken if state[trials.extended.graph.index[one]] == DOWN
                )

    def ranked(self) -> list[Ranked]:
        """Those that repair or help, by what they are worth for what they take."""
        found = []
        for id, change in self.changes.items():
            journeys = self.journeys.get(id, set())
            if self.alone.get(id, 0) or self.helps.get(id, 0):
                found.append(
                    Ranked(
                        change=change,
                        alone=self.alone.get(id, 0),
                        helps=self.helps.get(id, 0),
                        journeys=tuple(sorted(journeys)),
                        revenue_per_hour=_revenue(self.graph, journeys),
                    )
                )
        return sorted(found, key=_worth)

    def rehearsable(self) -> list[Rehearsable]:
        """Failovers by hand that nobody tried and on which a journey stands."""
        records = {one.dependent: one for one in self.graph.inventory.redundancies if one.failover is not None}
        return [
            Rehearsable(dependent=id, journeys=tuple(sorted(journeys)), evidence=records[id].evidence)
            for id, journeys in sorted(self.by_hand.items())
        ]


def _worth(one: Ranked) -> tuple[float, float, str]:
    weight = WEIGHTS[one.change.effort]
    count = one.alone + one.helps
    return -(one.revenue_per_hour / weight), -(count / weight), one.change.id
