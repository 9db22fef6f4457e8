"""`blastradius backtest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import options

if TYPE_CHECKING:
    from blastradius.catalog.incidents import Read

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

    from blastradius.cli.opening import INCOMPLETE
    from blastradius.cli.output import chosen, emit
    from blastradius.reports.escape import terminal

    chosen(form, output)
    read = _read(options.texts(incident, "INCIDENT"), incidents)
    for line in read.unread:
        print(terminal(f"blastradius: {line}"), file=sys.stderr)
    from blastradius.analysis.backtest import backtest

    result = backtest(read.incidents, read.unread, read.remarks)
    emit(result, form, output)
    missing = result.unread or any(not one.whole.trigger for one in result.incidents)
    return INCOMPLETE if require_complete and missing else 0


def _read(names: tuple[str, ...], folder: str | None) -> Read:
    """The incidents that are asked for; a folder of which nothing can be read is an error."""
    from pathlib import Path

    from blastradius.catalog import incidents as known
    from blastradius.complaints import near
    from blastradius.errors import InputError, UsageError

    if folder is None:
        chosen = {one.id: one for one in map(known.incident, names)}
        return known.Read(tuple(chosen[id] for id in sorted(chosen))) if names else known.Read(known.shipped())
    found = known.folder(Path(options.text(folder, "--incidents")))
    if not found.incidents:
        raise InputError(
            found.unread[0] + (f" (and {len(found.unread) - 1} more files)" if len(found.unread) > 1 else "")
        )
    own = {one.id: one for one in found.incidents}
    for name in names:
        if name not in own:
            raise UsageError(f"{folder}: no incident {name!r}{near(name, own)}")
    return known.Read(tuple(own[name] for name in sorted(set(names) or own)), found.unread, found.remarks)
