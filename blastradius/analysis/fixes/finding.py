"""Which changes could help: everything on the ways by which a loss takes journeys down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blastradius.analysis.fixes.result import EFFORTS, WEIGHTS, Change, ChangeKind, Effort
from blastradius.assemble.contain import is_derived
from blastradius.circuit import Circuit, Group, Rule
from blastradius.durations import format_duration
from blastradius.engine import DOWN, Solution
from blastradius.engine.solve import PASSES, group_value
from blastradius.graph import DependencyGraph
from blastradius.model import FOREIGN, PLACES, Dependency, Redundancy

MAX_CANDIDATES = 48
"""More than these are not tried at once; the cheapest are."""
_OTHERS = frozenset({"vendor", "external"})
#: Kinds that are parts of what the product does, not helpers: going on without one has to be thought up.
_PARTS = frozenset({"service", "function", "database", "bucket", "stream", "gateway", "load-balancer", "identity"})
#: Kinds of which a copy elsewhere is a thing to run; what merely names or guards something is none.
_RUN = frozenset(
    {"service", "function", "database", "cache", "queue", "topic", "stream", "bucket", "load-balancer", "gateway", "cdn",
     "cluster", "secret", "key", "identity", "registry", "dns"}
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A change and the record that it changes.

    Attributes:
        change: what to tell people.
        rule: number of the rule that it changes, of those about one need.
        component: id of what gets one more member, of those about a component.
        more: how many members are missing, of those that add members to a group.
    """

    change: Change
    rule: int | None = None
    component: str | None = None
    more: int = 1

    @property
    def weight(self) -> int:
        """What it costs in the search."""
        return WEIGHTS[self.change.effort] * self.more


def candidates(
    graph: DependencyGraph,
    failing: Mapping[int, Solution],
    codes: bytes,
    slow: Iterable[int],
    length: int | None,
) -> list[Candidate]:
    """Changes on the ways by which journeys fall, each once.

    Args:
        graph: the system.
        failing: journeys that break, by node, with the settled state in which they do.
        codes: which rules act.
        slow: groups whose failover takes too long for a journey.
        length: seconds that the loss lasts; none for ever.
    """
    limits = [graph.journeys[id].rto for id in graph.journeys if graph.index[id] in failing]
    finder = _Finder(graph, codes, length, min((rto for rto in limits if rto is not None), default=None))
    found: dict[tuple[str, str, str], Candidate] = {}
    for node, solution in sorted(failing.items()):
        for one in finder.below(node, solution):
            found.setdefault((one.change.kind, one.change.subject, one.change.about or ""), one)
    for number in slow:
        one = finder.hot(graph.circuit.groups[number])
        found.setdefault((one.change.kind, one.change.subject, ""), one)
    return [found[key] for key in sorted(found)]


def guilty(circuit: Circuit, codes: bytes | bytearray, solution: Solution, journey: int) -> Iterator[int]:
    """Numbers of all rules by which a journey and what is below it are down.

    Args:
        circuit: the system.
        codes: which rules act.
        solution: a settled state.
        journey: a node that is down in it.
    """
    seen, work = {journey}, [journey]
    while work:
        for number in circuit.feeds[work.pop()]:
            rule = circuit.rules[number]
            group = circuit.groups[rule.group] if rule.group >= 0 else None
            value = solution.groups[rule.group] if group else solution.state[rule.source]
            if PASSES[codes[number]][value] != DOWN:
                continue
            yield number
            for below in (*group.members, *group.needs) if group else (rule.source,):
                if solution.state[below] == DOWN and below not in seen:
                    seen.add(below)
                    work.append(below)


class _Finder:
    def __init__(self, graph: DependencyGraph, codes: bytes, length: int | None, rto: int | None) -> None:
        self.graph, self.circuit, self.codes = graph, graph.circuit, codes
        self.within = "" if rto is None else f", at most {format_duration(rto)},"
        self.span = "" if length is None else f" for {format_duration(length)}"

    def below(self, journey: int, solution: Solution) -> Iterator[Candidate]:
        """Changes along every rule that is guilty of a journey's fall."""
        for number in guilty(self.circuit, self.codes, solution, journey):
            yield from self._changes(number, self.circuit.rules[number], solution)

    def _changes(self, number: int, rule: Rule, solution: Solution) -> Iterator[Candidate]:
        record = rule.record
        component = self.graph.components.get(record.dependent)
        if component is not None and component.kind in FOREIGN:
            return  # what a vendor or a cloud rests on is not ours to change
        if isinstance(record, Redundancy):
            yield from self._group(number, self.circuit.groups[rule.group], solution)
        elif isinstance(record, Dependency):
            yield from self._need(number, record)

    def _need(self, number: int, record: Dependency) -> Iterator[Candidate]:
        needed = self.graph.components[record.dependency]
        if is_derived(record):
            yield from self._member(record.dependent)
            return
        if record.dependent.startswith("journey:") or record.phase != "runtime":
            return
        if needed.kind in PLACES:
            yield from self._member(record.dependent)
            return
        who, what = self._name(record.dependent), self._name(record.dependency)
        if needed.kind in _OTHERS:
            text = f"give {who} a fallback for {what}, or let it go on without{self.span} (cache, queue, default)"
            yield self._candidate("fallback", record, record.dependency, text, number)
        else:
            text = f"let {who} go on without {what}{self.span} (cache, queue, default), degraded"
            effort: Effort = "design" if needed.kind in _PARTS else EFFORTS["tolerate"]
            yield self._candidate("tolerate", record, record.dependency, text, number, effort)

    def _group(self, number: int, group: Group, solution: Solution) -> Iterator[Candidate]:
        record, state = group.record, solution.state
        who = self._name(record.dependent)
        lost = [self._name(self.circuit.ids[self.circuit.node_of(need)]) for need in group.needs if state[need] == DOWN]
        stands = group_value(group, state, moved=True, standby=True) != DOWN
        if group.active and stands and lost and group.fails_over:
            text = f"let the failover of {who} do without {', '.join(lost)}, which falls with what it should save"
            yield self._candidate("need", record, None, text, number)
        elif group.active and stands and not group.fails_over:
            text = f"write down how long the failover of {who} takes by hand{self.within} and rehearse it"
            yield self._candidate("rehearse", record, None, text, number)
        if record.dependent.startswith("journey:") or record.phase != "runtime":
            return
        standing = sum(state[member] != DOWN for member in group.members)
        missing = max(group.required - standing, 1)
        members = ", ".join(map(self._name, record.members[:3])) + (" …" if len(record.members) > 3 else "")
        text = f"give {who} {missing if missing > 1 else 'one'} more of {members} outside of what is lost"
        found = self._candidate("member", record, "|".join(record.members), text, number)
        yield Candidate(found.change, rule=number, more=missing)

    def hot(self, group: Group) -> Candidate:
        """Serving from standing members without a failover, for one that takes too long."""
        record = group.record
        number = group.rule
        text = f"serve {self._name(record.dependent)} from its standing members at once: the failover takes too long"
        return self._candidate("hot", record, None, text, number)

    def _member(self, id: str) -> Iterator[Candidate]:
        component = self.graph.components.get(id)
        if component is None or component.kind not in _RUN:
            return
        text = f"run a second {component.name} ({component.kind}) outside of what is lost, and use either"
        change = self._change("member", id, None, text, component.evidence, EFFORTS["member"])
        yield Candidate(change, component=id)

    def _candidate(
        self,
        kind: ChangeKind,
        record: Dependency | Redundancy,
        about: str | None,
        text: str,
        number: int,
        effort: Effort | None = None,
    ) -> Candidate:
        change = self._change(kind, record.dependent, about, text, record.evidence, effort or EFFORTS[kind])
        return Candidate(change, rule=number)

    def _change(
        self, kind: ChangeKind, subject: str, about: str | None, text: str, evidence: object, effort: Effort
    ) -> Change:
        id = f"{kind}:{subject}" + (f"→{about}" if about else "")
        values = {"id": id, "kind": kind, "effort": effort, "subject": subject, "about": about, "text": text}
        return Change.model_validate({**values, "evidence": evidence})

    def _name(self, id: str) -> str:
        return self.graph.name(id)


def nearest(found: list[Candidate]) -> tuple[list[Candidate], int]:
    """As many candidates as are tried, the cheapest first, and how many are left out."""
    ordered = sorted(found, key=lambda one: (one.weight, one.change.id))
    return ordered[:MAX_CANDIDATES], max(len(ordered) - MAX_CANDIDATES, 0)
