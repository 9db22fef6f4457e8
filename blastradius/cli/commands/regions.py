"""`blastradius regions`."""

from __future__ import annotations

from blastradius.cli import options

PLACE = 30


def run(
    inventory: options.Inventory,
    overlay: options.Overlay = None,
    require_complete: options.RequireComplete = False,
    components: options.Components = options.LISTED,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Say where everything runs and what pins it to one region.

    A region serves when it holds a part of what takes requests, or a copy that can be read. It is multi-region where
    two regions hold alternatives of such a part; each environment is answered apart, production's answer is the whole's.
    That is its shape: what losing each serving region breaks is said beside it, and `holds` in the JSON sums it up.

    Returns:
        The exit code.
    """
    from blastradius.analysis.regions import regions
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit

    kind = chosen(form, output)
    graph = opening.opened(inventory, overlay).graph
    found = regions(graph)
    emit(found if kind == "text" else found.least(components), form, output, inventory)
    return opening.completeness(require_complete, graph.inventory.gaps, graph.inventory.coverage)
