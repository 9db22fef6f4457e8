"""`blastradius observed`."""

from __future__ import annotations

from blastradius.cli import options

PLACE = 32


def run(
    inventory: options.Inventory,
    overlay: options.Overlay = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Say which calls were seen at run time and are not in configuration, and the reverse.

    Returns:
        The exit code.
    """
    from blastradius.analysis.observed import observed
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit

    chosen(form, output)
    graph = opening.opened(inventory, overlay).graph
    emit(observed(graph), form, output, inventory)
    return opening.completeness(require_complete, graph.inventory.gaps, graph.inventory.coverage)
