"""`blastradius concentration`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import options

PLACE = 56


def run(
    inventory: options.Inventory,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="KIND",
            help="region, provider, vendor, platform, control-plane, zone or account; repeatable. The first four.",
        ),
    ] = None,
    overlay: options.Overlay = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Count what rests on whom: how many journeys, and how much revenue, does each region, cloud or vendor carry?

    Directly, and through others: also the vendor's vendor.

    Returns:
        The exit code.
    """
    from blastradius.analysis.concentration import USUAL, concentration, kinds
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit

    chosen(form, output)
    asked = kinds(by or USUAL)
    graph = opening.opened(inventory, overlay).graph
    emit(concentration(graph, asked), form, output, inventory)
    return opening.completeness(require_complete, graph.inventory.gaps, graph.inventory.coverage)
