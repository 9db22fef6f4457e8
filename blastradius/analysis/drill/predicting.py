"""A simulated loss as a drill: what to take away, what to look at, and what the simulation says will be seen."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pydantic import Field

from blastradius.analysis.runbook.moving import moves
from blastradius.analysis.walked import Walked, walked
from blastradius.engine import DOWN
from blastradius.graph import DependencyGraph
from blastradius.model import SCHEMA_VERSION, Component, JourneyResult, Policy, Probe, Scenario, Value, Verdict
from blastradius.simulate.proof import surely
from blastradius.simulate.run import Run


class Way(Value):
    """A failover that a prediction rests on."""

    dependent: str = Field(description="Id of what fails over.")
    to: str = Field(description="Id of a standing member.")
    mode: Literal["automatic", "manual"] = Field(description="Whether a person has to act.")
    takes: int | None = Field(default=None, description="Seconds it takes.")


class Prediction(Value):
    """What the simulation says of one journey."""

    journey: str = Field(description="Id of the journey.")
    name: str = Field(description="Its name.")
    verdict: Verdict = Field(description="The verdict.")
    breaks_at: int | None = Field(default=None, description="Second at which it is first down.")
    up_again: int | None = Field(default=None, description="Second from which it is no longer down.")
    down_at_end: bool = Field(default=False, description="Whether it is down when the drill ends.")
    probe: Probe | None = Field(default=None, description="How to see whether it works.")
    ways: tuple[Way, ...] = Field(default=(), description="Failovers by which it stands.")
    soft: tuple[tuple[str, str], ...] = Field(
        default=(), description="Needs that are said to be soft and that it stands without: dependent and dependency."
    )


class Removal(Value):
    """What to take away, and how where configuration tells."""

    selector: str = Field(description="Selector, as the scenario states it.")
    at: int = Field(default=0, description="Seconds after the start.")
    duration: int | None = Field(default=None, description="Seconds until it is given back.")
    ids: tuple[str, ...] = Field(default=(), description="Ids of what it matches.")
    how: Literal["remove", "degrade"] = Field(default="remove", description="Whether it is taken away or impaired.")
    workload: tuple[str, ...] = Field(
        default=(), description="`kubernetes`, namespace, kind/name, replicas; or `compose`, project, service."
    )


class Drill(Value):
    """A loss that can be rehearsed, with what is predicted."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    scenario: Scenario = Field(description="What is lost.")
    removals: tuple[Removal, ...] = Field(default=(), description="What to take away.")
    predictions: tuple[Prediction, ...] = Field(default=(), description="One for each journey.")


def drill(
    graph: DependencyGraph,
    scenario: Scenario,
    *,
    typed: bool = True,
    today: date | None = None,
    policy: Policy | None = None,
) -> Drill:
    """Turn a loss into a drill.

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
    return Drill(
        scenario=scenario,
        removals=tuple(_removals(loss.run)),
        predictions=tuple(_prediction(loss, one) for one in loss.result.journeys),
    )


def _removals(run: Run) -> list[Removal]:
    from blastradius.selectors import ComponentIndex, select

    index = ComponentIndex(run.graph.components.values())
    found = []
    for phase in run.scenario.phases:
        for texts, how in ((phase.remove, "remove"), (phase.degrade, "degrade")):
            for text in texts:
                ids = tuple(select(text, index))
                workload = _workload(run.graph.components[ids[0]]) if len(ids) == 1 and how == "remove" else ()
                values = {"selector": text, "at": phase.at, "duration": phase.duration, "ids": ids, "how": how}
                found.append(Removal(**values, workload=workload))
    return found


def _workload(component: Component) -> tuple[str, ...]:
    """Where a workload runs, as far as its id says so and there is a way back."""
    parts = component.id.partition(":")
    words = parts[2].split("/")
    replicas = component.attributes.get("replicas", "")
    kinds = ("Deployment", "StatefulSet")
    if parts[0] == "k8s" and len(words) >= 4 and words[-2] in kinds and replicas.isdecimal() and replicas.isascii():
        if words[-3].startswith("-"):
            return ()
        return "kubernetes", words[-3], f"{words[-2].lower()}/{words[-1]}", replicas
    if parts[0] == "compose" and len(words) == 2:
        project = component.attributes.get("compose_project", words[0])
        # a name that begins with a dash would be an option of the tool; what is no name of compose's own is unknown to it
        known = re.fullmatch(r"[a-z0-9][a-z0-9_-]*", project) is not None
        return ("compose", project, words[1]) if known and not words[1].startswith("-") else ()
    return ()


def _prediction(loss: Walked, result: JourneyResult) -> Prediction:
    run, graph = loss.run, loss.run.graph
    journey = graph.journeys[result.id]
    node = run.circuit.index[result.id]
    story = run.stories.get(node)
    downs = story.downs if story else []
    certain = surely(run.circuit, node)
    rests = {run.circuit.ids[number] for number in certain}
    ways = [way for way in moves(loss, [journey]) if way.happens and way.id in rests]
    return Prediction(
        journey=result.id,
        name=result.name,
        verdict=result.verdict,
        breaks_at=result.breaks_at,
        up_again=downs[-1].end if downs else None,
        down_at_end=bool(downs) and downs[-1].end is None,
        probe=journey.probe,
        ways=tuple(
            Way(dependent=way.id, to=way.enter_ids[0], mode=way.mode, takes=way.takes) for way in ways if way.enter_ids
        ),
        soft=tuple(_soft(run, certain)) if result.verdict in ("survives", "degrades") else (),
    )


def _soft(run: Run, certain: set[int]) -> list[tuple[str, str]]:
    """Soft needs of what is down in the end, where the one who needs stands and surely worked."""
    last, circuit = run.seen.last.state, run.circuit
    found = {
        (circuit.ids[rule.node], circuit.ids[circuit.node_of(rule.source)])
        for rule in circuit.rules
        if rule.group < 0 and not rule.hard and rule.node in certain and rule.node < circuit.component_count
        if last[rule.source] == DOWN and last[rule.node] != DOWN
    }
    return sorted(found)
