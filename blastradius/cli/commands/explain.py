"""`blastradius explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import options

PLACE = 50

Subject = Annotated[
    str, typer.Argument(metavar="JOURNEY", help="A journey by its name, or a selector of one component.")
]


def run(
    inventory: options.Inventory,
    subject: Subject,
    remove: options.Remove = None,
    degrade: options.Degrade = None,
    duration: options.For = None,
    horizon: options.Horizon = None,
    scenario: options.ScenarioFile = None,
    overlay: options.Overlay = None,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Prove why a journey falls or stands, with file and line.

    Returns:
        The exit code.
    """
    about = options.text(subject, "JOURNEY")
    from blastradius import pipeline
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit, line

    lost = opening.loss(remove, degrade, duration, horizon, scenario)
    chosen(form, output)
    pipeline.question(lost.remove, lost.degrade, lost.duration, lost.horizon, lost.scenario)
    graph = opening.opened(inventory, overlay).graph
    result = pipeline.explain(
        graph, about, lost.remove, degrade=lost.degrade, duration=lost.duration, horizon=lost.horizon, scenario=scenario
    )
    beside = ["--overlay", overlay] if overlay else []
    emit(result, form, output, inventory, [line("blastradius", "simulate", inventory, *beside, *lost.words)])
    return 0
