"""`blastradius simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import FINDINGS, options

if TYPE_CHECKING:
    from blastradius.graph import DependencyGraph
    from blastradius.model import BlastRadius

PLACE = 40

FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="VERDICT",
        help="End with 1 where a journey breaks, degrades (or breaks), is unknown (or breaks); repeatable.",
    ),
]


def run(
    inventory: options.Inventory,
    remove: options.Remove = None,
    degrade: options.Degrade = None,
    duration: options.For = None,
    horizon: options.Horizon = None,
    scenario: options.ScenarioFile = None,
    overlay: options.Overlay = None,
    fail_on: FailOn = None,
    require_complete: options.RequireComplete = False,
    today: options.Today = None,
    components: options.Components = options.LISTED,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Remove something: which journeys break, when and why?

    A region, zone, provider, vendor, account, a platform service or any component, for some time or for ever.

    Returns:
        The exit code.
    """
    from blastradius import pipeline
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit

    lost = opening.loss(remove, degrade, duration, horizon, scenario)
    now, wanted = options.today(today), options.failing(fail_on)
    kind = chosen(form, output)
    pipeline.question(lost.remove, lost.degrade, lost.duration, lost.horizon, lost.scenario)
    system = opening.opened(inventory, overlay)
    if wanted:
        opening.check_judgeable(system.graph)
    result = pipeline.simulate(
        system.graph, lost.remove, degrade=lost.degrade, duration=lost.duration, horizon=lost.horizon,
        scenario=scenario, today=now, policy=system.policy,
    )  # fmt: skip
    again = list(lost.words)
    beside = ["--overlay", overlay] if overlay else []
    following = _following(result, system.graph, inventory, beside, again) if kind in ("text", "markdown") else []
    emit(result if kind == "text" else result.worst(components), form, output, inventory, following)
    if any(journey.verdict in wanted for journey in result.journeys):
        return FINDINGS
    return opening.completeness(require_complete, result.gaps, result.coverage)


def _following(
    result: BlastRadius, graph: DependencyGraph, inventory: str, beside: list[str], again: list[str]
) -> list[str]:
    """The proof of the first verdict that somebody will ask about; another loss where all journeys survive this one."""
    from blastradius.cli.opening import worst_journey
    from blastradius.cli.output import line

    worst = worst_journey(result)
    if worst is not None and worst.verdict != "survives":
        return [line("blastradius", "explain", inventory, worst.id.removeprefix("journey:"), *beside, *again)]
    if worst is not None:
        from blastradius.analysis.telling import telling_loss

        loss = telling_loss(graph)
        if loss is None or loss in again:
            return []
        return [line("blastradius", "simulate", inventory, *beside, "--remove", loss)]
    fallen = next((c for c in result.components if c.state == "down" and c.id not in result.removed), None)
    return [line("blastradius", "explain", inventory, f"id:{fallen.id}", *beside, *again)] if fallen else []
