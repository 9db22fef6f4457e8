"""The whole proof for one journey or component: every failed member of every redundancy, edge by edge."""

from __future__ import annotations

from blastradius.durations import format_duration
from blastradius.engine import DOWN
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import STATES, Explanation, Journey, JourneyResult, ProofStep, Scenario
from blastradius.selectors import ComponentIndex, require
from blastradius.simulate.instants import Instant
from blastradius.simulate.judging import journey_result
from blastradius.simulate.proof import guilty, link, relevant
from blastradius.simulate.run import Run
from blastradius.simulate.story import Story, telling

_PURPOSES = {"startup": "be started", "deploy": "be changed", "operate": "be operated"}
MAX_STEPS = 2000
"""A proof longer than that is read by nobody; the last step says that it goes on."""


def explain(graph: DependencyGraph, scenario: Scenario, subject: str, *, typed: bool = True) -> Explanation:
    """Prove what a scenario does to one journey or component.

    Args:
        graph: the system.
        scenario: what is removed or degraded.
        subject: a journey's name or id, or a selector that matches one component.
        typed: whether a person typed the scenario's selectors just now.

    Returns:
        The proof at the first onset of the worst state; where the subject stands, why it does.

    Raises:
        UsageError: when the subject or a selector matches nothing, or the subject more than one component.
    """
    node_id = find_subject(graph, subject)
    run = Run(graph, scenario, typed)
    node = graph.circuit.index[node_id]
    journey = graph.journeys.get(node_id)
    result = journey_result(run, journey) if journey is not None else None
    story = run.stories.get(node)
    instant = telling(story, journey.rto if journey else None) if story is not None else None
    steps = _Tree(run, instant).steps(node) if instant is not None else ()
    if result is not None and result.verdict == "unknown":
        steps += _unseen_steps(run, node, journey)
    return Explanation(
        scenario=scenario,
        subject=node_id,
        name=graph.name(node_id),
        at=instant.time if instant is not None else None,
        state=STATES[instant.state[node]] if instant is not None else "up",
        journey=result,
        steps=steps,
        stands_by=tuple(_stands_by(run, node, story, result)),
    )


def find_subject(graph: DependencyGraph, text: str) -> str:
    """The id of the one journey or component that a person names.

    Raises:
        UsageError: when nothing or more than one thing is called so.
    """
    bare = text.removeprefix("journey:")
    for journey in graph.journeys.values():
        if text == journey.id or bare in (journey.id.removeprefix("journey:"), journey.name):
            return journey.id
    if text in graph.components:
        return text
    if ":" not in text or text.startswith("journey:"):
        names = [journey.id.removeprefix("journey:") for journey in graph.journeys.values()]
        found = [id for id in graph.components if graph.told(id)[0] == text]
        if len(found) == 1:
            return found[0]
        if not found:
            import difflib

            near = difflib.get_close_matches(bare, names, n=3, cutoff=0.3) or sorted(names)[:5]
            hint = f"the nearest journeys: {', '.join(near)}" if near else "no journey is declared or inferred here"
            raise UsageError(f"{text!r} is no journey and no component; {hint}")
    else:
        found = require(text, ComponentIndex(graph.inventory.components))
    if len(found) > 1:
        raise UsageError(f"{text!r} means {len(found)} components: name one, such as id:{found[0]}")
    return found[0]


class _Tree:
    """A proof as lines with a depth."""

    def __init__(self, run: Run, instant: Instant, note: str | None = None) -> None:
        self.run, self.instant, self.first_note = run, instant, note
        self.circuit = run.circuit
        self.proofs = run.proofs(instant)

    def steps(self, node: int) -> tuple[ProofStep, ...]:
        """All steps from a node down to what was removed, each node proved once."""
        lines: list[ProofStep] = []
        shown: set[int] = set()
        work: list[tuple[int, int, int | None]] = [(0, node, None)]
        while work:
            depth, current, rule = work.pop()
            if len(lines) >= MAX_STEPS:
                lines[-1] = lines[-1].model_copy(update={"note": "the proof goes on"})
                break
            again = current in shown
            lines.append(self._line(depth, current, rule, again))
            if again:
                continue
            shown.add(current)
            step = self.proofs.step.get(current)
            if step is None:
                continue
            causes = guilty(self.circuit, self.instant, step.rule)
            causes.sort(key=lambda cause: (cause != step.cause, cause))
            work += [(depth + 1, cause, step.rule) for cause in reversed(causes)]
        return tuple(lines)

    def _line(self, depth: int, node: int, rule: int | None, again: bool) -> ProofStep:
        owner = self.circuit.ids[self.circuit.node_of(node)]
        note = self.first_note if depth == 0 else None
        if again:
            note = "proved above"
        elif self.proofs.step.get(node) is None:
            note = self._cause(node)
        else:
            note = note or self._lacks(node)
        return ProofStep(
            depth=depth,
            id=owner,
            name=self.run.graph.name(owner),
            state=STATES[self.instant.state[node]],
            link=link(self.circuit, rule, node) if rule is not None else None,
            note=note,
        )

    def _cause(self, node: int) -> str:
        name = self.circuit.ids[node]
        if name in self.run.targets.removed:
            return "removed"
        if node in self.run.blind:
            return "not seen: " + self.run.blind[node].reason
        if name in self.run.touched:
            return "not seen: " + self.run.touched[name][0].reason
        return "degraded by the scenario" if self.instant.state[node] != DOWN else "still recovering"

    def _lacks(self, node: int) -> str | None:
        """Why the failover of a failed redundancy does not help, where it has one."""
        step = self.proofs.step[node]
        group_number = self.circuit.rules[step.rule].group if step is not None else -1
        if group_number < 0:
            return None
        group = self.circuit.groups[group_number]
        if not group.active or self.instant.moved[group_number]:
            return None
        if not group.fails_over:
            return "its failover is by hand and says not how long it takes: counted as not happening"
        lost = [self.circuit.ids[need] for need in group.needs if self.instant.state[need] == DOWN]
        if lost:
            return f"its failover needs {', '.join(lost)}, which is down"
        return f"its failover takes {format_duration(group.takes)}"


def _unseen_steps(run: Run, node: int, journey: Journey | None) -> tuple[ProofStep, ...]:
    """How what was not seen could break it."""
    story = run.worst_stories.get(node)
    instant = telling(story, journey.rto if journey else None) if story is not None else None
    return _Tree(run, instant, "if what was not seen is in the way").steps(node) if instant is not None else ()


def _stands_by(run: Run, node: int, story: Story | None, result: JourneyResult | None) -> list[str]:
    """Why it stands, where it does: a line for each redundancy, tolerance or soft need that took a blow."""
    if story is not None and story.downs and (result is None or result.verdict == "breaks"):
        return []
    circuit, last = run.circuit, run.seen.last
    lines = []
    needed = run.closure(node)
    for number, fed in enumerate(circuit.rule_node):
        if fed not in needed or last.state[fed] == DOWN:
            continue
        rule = circuit.rules[number]
        who = circuit.ids[circuit.node_of(rule.node)]
        if rule.group >= 0:
            lines += _redundancy_stands(run, rule.group, who)
        elif last.state[rule.source] == DOWN:
            what = circuit.ids[circuit.node_of(rule.source)]
            if not rule.hard:
                lines.append(f"{who} needs {what} only softly")
            elif rule.down_after > 0:
                lines.append(f"{who} goes on without {what} for {format_duration(rule.down_after)}")
    if not lines and story is None and (result is None or result.verdict != "unknown"):
        removed = {circuit.index[gone] for gone in run.targets.removed}
        phase = run.graph.journeys[circuit.ids[node]].phase if result is not None else "runtime"
        if removed & {circuit.node_of(n) for n in needed} and phase != "runtime":
            lines.append(f"what it needs to {_PURPOSES[phase]} stands, whether or not it serves meanwhile")
        else:
            lines.append("nothing that it needs is touched, as far as was seen")
    return list(dict.fromkeys(lines))


def _redundancy_stands(run: Run, number: int, who: str) -> list[str]:
    circuit, last = run.circuit, run.seen.last
    group = circuit.groups[number]
    state = last.state
    lost = [circuit.ids[n] for n in relevant(group, moved=bool(last.moved[number])) if state[n] == DOWN]
    if not lost or last.groups[number] == DOWN:
        return []
    alive = [circuit.ids[n] for n in group.members if state[n] != DOWN]
    if last.moved[number]:
        how = "by hand" if group.manual else "by itself"
        return [f"{who} failed over {how} to {', '.join(alive)} in {format_duration(group.takes)}"]
    needs = f"{who} needs {group.required} of {len(group.members)}"
    return [f"{needs}: up are {', '.join(alive)}; down are {', '.join(lost)}"]
