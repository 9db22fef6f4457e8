"""`blastradius amplification`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import options

PLACE = 60


def run(
    inventory: options.Inventory,
    overlay: options.Overlay = None,
    fail_above: Annotated[
        int | None,
        typer.Option(
            "--fail-above", min=1, metavar="N", help="End with 1 where more than N calls come of one, unstopped."
        ),
    ] = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Multiply retries: how many calls can one call become?

    Returns:
        The exit code.
    """
    from blastradius.analysis.amplification import amplification
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit

    chosen(form, output)
    graph = opening.opened(inventory, overlay).graph
    found = amplification(graph)
    emit(found, form, output, inventory)
    if fail_above is not None and any(
        one.unprotected.factor is None or one.unprotected.factor > fail_above for one in found.components
    ):
        return 1
    return opening.completeness(require_complete, graph.inventory.gaps, graph.inventory.coverage)
