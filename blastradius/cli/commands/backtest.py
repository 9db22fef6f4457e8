"""`blastradius backtest`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import options

PLACE = 86


def run(
    incident: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INCIDENT]...", help="Only these: a shipped outage, one of --incidents, or a file."),
    ] = None,
    incidents: Annotated[
        str | None,
        typer.Option("--incidents", metavar="DIR", help="A folder of incident files, in place of the shipped."),
    ] = None,
    require_complete: Annotated[
        bool, typer.Option("--require-complete", help="End with 4 where a file could not be read or scored.")
    ] = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Score the catalog against published outages: would it have foretold what fell?

    Returns:
        The exit code.
    """
    import sys

    from blastradius.catalog.incidents import chosen as incidents_of
    from blastradius.cli.opening import INCOMPLETE
    from blastradius.cli.output import chosen, emit
    from blastradius.reports.escape import terminal

    chosen(form, output)
    folder = None if incidents is None else options.text(incidents, "--incidents")
    read = incidents_of(options.texts(incident, "INCIDENT"), folder)
    for line in read.unread:
        print(terminal(f"blastradius: {line}"), file=sys.stderr)
    from blastradius.analysis.backtest import backtest

    result = backtest(read.incidents, read.unread, read.remarks)
    emit(result, form, output)
    missing = result.unread or any(not one.whole.trigger for one in result.incidents)
    return INCOMPLETE if require_complete and missing else 0
