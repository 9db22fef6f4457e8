"""`blastradius replay`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import options

PLACE = 46


def run(
    incident: Annotated[
        str,
        typer.Argument(metavar="INCIDENT", help="A shipped outage (its id or a part of it), or an incident file."),
    ],
    inventory: Annotated[
        str | None,
        typer.Argument(metavar="[INVENTORY]", help="An inventory file or a folder; the catalog itself where unset."),
    ] = None,
    incidents: Annotated[
        str | None,
        typer.Option("--incidents", metavar="DIR", help="A folder of incident files, in place of the shipped."),
    ] = None,
    overlay: options.Overlay = None,
    today: options.Today = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Replay a published outage: what breaks when, and what recovers when?

    `blastradius replay list` names the outages that are shipped.

    Returns:
        The exit code.
    """
    from blastradius.catalog.incidents import chosen as incidents_of
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit, write

    chosen(form, output)
    folder = None if incidents is None else options.text(incidents, "--incidents")
    if incident == "list":
        write("".join(f"{one.id}\n" for one in incidents_of((), folder).incidents))
        return 0
    (outage,) = incidents_of((options.text(incident, "INCIDENT"),), folder).incidents
    now = options.today(today)
    from blastradius.analysis.replay import replay

    if inventory is None:
        result = replay(outage)
    else:
        system = opening.opened(inventory, overlay)
        result = replay(outage, system.graph, today=now, policy=system.policy)
    emit(result, form, output, inventory or "INVENTORY")
    return opening.completeness(require_complete, result.gaps, result.coverage)
