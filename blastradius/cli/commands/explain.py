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
    gone, hurt = options.texts(remove, "--remove"), options.texts(degrade, "--degrade")
    length, look = options.seconds(duration, "--for"), options.seconds(horizon, "--horizon")
    from blastradius import pipeline
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit, line

    chosen(form, output)
    pipeline.question(gone, hurt, length, look, scenario)
    graph = opening.opened(inventory, overlay).graph
    result = pipeline.explain(graph, about, gone, degrade=hurt, duration=length, horizon=look, scenario=scenario)
    again = opening.asked_again(gone, hurt, duration, horizon, scenario)
    beside = ["--overlay", overlay] if overlay else []
    emit(result, form, output, inventory, [line("blastradius", "simulate", inventory, *beside, *again)])
    return 0
