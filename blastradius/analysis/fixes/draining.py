"""Evacuating a place on purpose: what has to move, what moves already, and what cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from blastradius.analysis.fixes.finding import guilty
from blastradius.circuit import Circuit
from blastradius.engine import DOWN, Solution, settings, solve
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import (
    PLACES,
    SCHEMA_VERSION,
    Coverage,
    Dependency,
    Evidence,
    Failover,
    Gap,
    Inventory,
    Redundancy,
    Scenario,
    ScenarioPhase,
    Value,
)
from blastradius.simulate.run import Run
from blastradius.simulate.targets import targets

Action = Literal[
    "covered", "fail over", "build elsewhere", "replace", "cannot be moved", "keep until moved", "for changes",
    "go without", "not needed",
]  # fmt: skip
_ORDER: tuple[Action, ...] = (
    "cannot be moved", "replace", "build elsewhere", "fail over", "keep until moved", "for changes", "covered",
    "go without", "not needed",
)  # fmt: skip
#: Kinds whose place is their provider's business.
_OTHERS = frozenset({"vendor", "external"})
_PROVIDERS = frozenset({"platform", "control-plane"})


class DrainStep(Value):
    """What to do about one thing that lives in the place."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    kind: str = Field(description="Kind.")
    action: Action = Field(
        description="`covered`: others serve already. `fail over`: its standing members take over, while the place still "
        "stands. `keep until moved`: a failover needs it. `build elsewhere`: there is nothing that could take over. "
        "`replace`: a vendor's or host's place is not yours to move. `cannot be moved`: a provider's service that lives "
        "there alone. `for changes`: nothing serves through it, but something cannot be started, changed or watched "
        "without. `go without`: a journey is degraded without it. `not needed`: no journey rests on it."
    )
    journeys: tuple[str, ...] = Field(
        default=(), description="Ids of the journeys that fall through it where the whole place is left."
    )
    takes: int | None = Field(default=None, description="Seconds that the failover takes.")
    by_hand: bool = Field(default=False, description="Whether somebody has to do it.")
    lag: int | None = Field(default=None, description="Seconds of data that an unplanned failover may lose.")
    needed_by: tuple[str, ...] = Field(default=(), description="Ids of those that need it and are in the place, too.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it stands.")


class Drain(Value):
    """The answer: what of a place has to move, in the order in which to do it."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    selectors: tuple[str, ...] = Field(description="What is to be evacuated.")
    removed: tuple[str, ...] = Field(default=(), description="Ids of that.")
    steps: tuple[DrainStep, ...] = Field(
        default=(), description="What lives there: first what cannot be moved, then needs before what needs them."
    )
    breaks: tuple[str, ...] = Field(
        default=(), description="Ids of journeys that break all the same once everything has moved that can."
    )
    gaps: tuple[Gap, ...] = Field(default=(), description="Things of which nobody knows whether they live there.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def drain(graph: DependencyGraph | Inventory, remove: str | Iterable[str]) -> Drain:
    """What must move to evacuate a place on purpose, and what cannot.

    Everything that is in the place by its own containment is a step. Whether it matters is simulated: all that can fail
    over has done so on purpose, the place is gone for ever, and a step matters to the journeys that fall through it.

    Args:
        graph: the system.
        remove: selectors of the place, one or several, such as `region:us-east-1`; or of anything else to be given up.

    Raises:
        UsageError: when a selector is malformed or matches nothing, or there is no journey to judge by.
    """
    graph = graph_of(graph)
    if not graph.journeys:
        raise UsageError("there is no journey to move for: declare one in blastradius.yaml beside the inventory")
    asked = (remove,) if isinstance(remove, str) else tuple(remove)
    scenario = Scenario(phases=(ScenarioPhase(remove=asked),))
    removed = targets(graph, scenario, typed=True).removed
    inside = _inside(graph, removed)
    order = _needs_first(graph, inside)
    run = Run(graph, scenario, typed=True)
    circuit = graph.circuit
    codes = settings(circuit, "eventually")
    moved = bytearray(group.fails_over or group.manual for group in circuit.groups)
    settled = solve(circuit, {circuit.index[id]: DOWN for id in removed}, codes, moved=moved)
    breaks = [id for id in sorted(graph.journeys) if settled.state[graph.index[id]] == DOWN]
    fall: dict[str, list[str]] = {}
    for id in breaks:
        for below in _fallen(circuit, codes, settled, graph.index[id]):
            fall.setdefault(below, []).append(id)
    view = _View(graph, inside, inside | set(removed), _below(run, hard=False), _below(run, hard=True))
    steps = [view.step(id, tuple(fall.get(id, ()))) for id in order]
    steps.sort(key=lambda one: _ORDER.index(one.action))  # stable: needs stay before what needs them
    touched = {gap.model_dump_json(): gap for gaps in run.touched.values() for gap in gaps if gap.hides == "location"}
    return Drain(
        selectors=asked,
        removed=removed,
        steps=tuple(steps),
        breaks=tuple(breaks),
        gaps=tuple(touched[key] for key in sorted(touched)),
        coverage=graph.inventory.coverage,
    )


def _inside(graph: DependencyGraph, removed: Iterable[str]) -> set[str]:
    """What lives in the place: itself where it is no place, and all that is contained in it, through places alone."""
    from blastradius.assemble.contain import is_derived

    users: dict[str, list[str]] = {}
    for one in graph.inventory.dependencies:
        if is_derived(one) or (one.dependency in graph.components and graph.components[one.dependency].kind in PLACES):
            users.setdefault(one.dependency, []).append(one.dependent)
    found, work = set(), list(removed)
    seen = set(work)
    while work:
        id = work.pop()
        component = graph.components[id]
        if component.kind not in PLACES:
            found.add(id)
        if component.kind not in PLACES | _PROVIDERS and id not in removed:
            continue  # what an own thing contains falls with it, it does not live in the place
        for user in users.get(id, ()):
            if user not in seen and user in graph.components:
                seen.add(user)
                work.append(user)
    return {id for id in found if not (graph.components[id].kind in _PROVIDERS and _is_regional(graph, id))}


def _is_regional(graph: DependencyGraph, id: str) -> bool:
    """Whether a provider's service is one that other regions have as well, so that nothing of it is to be moved."""
    component = graph.components[id]
    return component.kind == "platform" and component.region not in (None, "global")


def _needs_first(graph: DependencyGraph, inside: set[str]) -> list[str]:
    """Those inside so that what is needed comes before what needs it; cycles by id."""
    from blastradius.engine.cycles import strongly_connected

    ids = sorted(inside)
    number = {id: position for position, id in enumerate(ids)}
    needs: list[set[int]] = [set() for _ in ids]
    rules: tuple[Dependency | Redundancy, ...] = (*graph.inventory.dependencies, *graph.inventory.redundancies)
    for one in rules:
        if one.dependent in number and one.phase == "runtime":
            members = one.members if isinstance(one, Redundancy) else (one.dependency,)
            needs[number[one.dependent]].update(number[id] for id in members if id in number)
            if isinstance(one, Redundancy) and one.failover is not None:
                needs[number[one.dependent]].update(number[id] for id in one.failover.needs if id in number)
    groups = strongly_connected(len(ids), lambda node: sorted(needs[node]))
    done: dict[int, None] = {}

    def place(start: int) -> None:
        work = [(start, False)]
        while work:
            node, ready = work.pop()
            if node in done:
                continue
            if ready:
                done.update(dict.fromkeys(groups[node]))
                continue
            work.append((node, True))
            outer = {below for one in groups[node] for below in needs[one]} - set(groups[node])
            work += [(below, False) for below in sorted(outer, reverse=True) if below not in done]

    for node in range(len(ids)):
        place(node)
    return [ids[node] for node in done]


def _fallen(circuit: Circuit, codes: bytearray, settled: Solution, journey: int) -> set[str]:
    """Ids of everything through which a journey falls."""
    found = set()
    for number in guilty(circuit, codes, settled, journey):
        rule = circuit.rules[number]
        group = circuit.groups[rule.group] if rule.group >= 0 else None
        nodes = (*group.members, *group.needs) if group else (rule.source,)
        found |= {circuit.ids[circuit.node_of(node)] for node in nodes if settled.state[node] == DOWN}
    return found


def _below(run: Run, *, hard: bool) -> set[str]:
    """Ids of everything that any journey needs, whether or not it falls."""
    circuit = run.circuit
    below = (run.closure(circuit.index[id], hard=hard) for id in run.graph.journeys)
    return {circuit.ids[circuit.node_of(node)] for nodes in below for node in nodes}


@dataclass(frozen=True)
class _View:
    """What a step is judged by.

    Attributes:
        graph: the system.
        inside: ids of what lives in the place.
        gone: those and the place itself.
        rested_on: ids of what any journey needs.
        hard: those that it cannot do without, members of alternatives included.
    """

    graph: DependencyGraph
    inside: set[str]
    gone: set[str]
    rested_on: set[str]
    hard: set[str]

    def step(self, id: str, journeys: tuple[str, ...]) -> DrainStep:
        """What to do about one thing through which some journeys fall."""
        component = self.graph.components[id]
        action, failover = self._action(id, component.kind, journeys)
        return DrainStep(
            id=id,
            name=component.name,
            kind=component.kind,
            action=action,
            journeys=journeys,
            takes=failover.takes if failover is not None else None,
            by_hand=failover is not None and failover.mode == "manual",
            lag=failover.lag if failover is not None else None,
            needed_by=tuple(sorted(set(_users(self.graph, id)) & self.inside)),
            evidence=component.evidence,
        )

    def _action(self, id: str, kind: str, journeys: Sequence[str]) -> tuple[Action, Failover | None]:
        """What is to be done, and the failover that does it."""
        if journeys:
            if kind in _PROVIDERS:
                return "cannot be moved", None
            return ("replace" if kind in _OTHERS else "build elsewhere"), None
        for group in self.graph.inventory.redundancies:
            stands = len(set(group.members) - self.gone) >= group.required
            if group.failover is not None and id in group.active and group.phase == "runtime" and stands:
                return "fail over", group.failover
        return self._beside(id), None

    def _beside(self, id: str) -> Action:
        """What becomes of something through which no journey falls."""
        inventory = self.graph.inventory
        groups = [one for one in inventory.redundancies if id in one.members and one.phase == "runtime"]
        if any(id in one.failover.needs for one in inventory.redundancies if one.failover is not None):
            return "keep until moved"
        if id in self.hard and groups:
            return "covered"
        rules: tuple[Dependency | Redundancy, ...] = (*inventory.dependencies, *inventory.redundancies)
        for one in rules:
            needed = one.members if isinstance(one, Redundancy) else (one.dependency,)
            if id in needed and one.phase != "runtime" and one.dependent in self.rested_on | self.graph.journeys.keys():
                return "for changes"
        return "go without" if id in self.rested_on else "not needed"


def _users(graph: DependencyGraph, id: str) -> Iterator[str]:
    for one in graph.inventory.dependencies:
        if one.dependency == id:
            yield one.dependent
    for group in graph.inventory.redundancies:
        if id in group.members:
            yield group.dependent
