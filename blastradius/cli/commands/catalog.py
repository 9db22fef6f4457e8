"""`blastradius catalog`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import options

PLACE = 75

_ACTIONS = ("show", "search", "sources", "check")
Action = Annotated[str, typer.Argument(metavar="ACTION", help="show, search, sources or check.")]
Asked = Annotated[
    str | None, typer.Argument(metavar="[ID|TEXT]", help="What to show (dynamodb, vendor:stripe) or to search for.")
]


def run(
    action: Action,
    asked: Asked = None,
    catalog: options.Catalog = None,
    incidents: Annotated[
        str | None,
        typer.Option("--incidents", metavar="DIR", help="With check: a folder of incident files of your own."),
    ] = None,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Ask the catalog: what services and vendors need themselves, on whose word.

    `check` proves that every record says its source, confidence and day, that what it names is there and that its
    patterns recognise what they say, incident files included (those in the folder `incidents` of --catalog, too); it
    ends with 1 where one does not.

    Returns:
        The exit code.
    """
    from pathlib import Path

    from blastradius.catalog import asking, data
    from blastradius.cli.output import chosen, emit
    from blastradius.errors import UsageError

    if action not in _ACTIONS:
        raise UsageError(f"catalog: no action {action!r}: choose one of {', '.join(_ACTIONS)}")
    needs = action in ("show", "search")
    if needs != (asked is not None):
        raise UsageError(f"catalog {action}: " + ("name what" if needs else f"takes no {asked!r}"))
    if incidents is not None and action != "check":
        raise UsageError(f"catalog {action}: takes no --incidents: it is for check")
    chosen(form, output)
    if action == "check":
        own = None if incidents is None else Path(options.text(incidents, "--incidents"))
        answer = asking.checked(Path(catalog) if catalog else None, own)
        emit(answer, form, output)
        return 1 if answer.complaints else 0
    if catalog is not None:
        data.use(Path(catalog))
    try:
        text = options.text(asked, action) if asked else ""
        answer = {"show": asking.show, "search": asking.search}[action](text) if needs else asking.sources()
    finally:
        if catalog is not None:
            data.use(None)
    emit(answer, form, output)
    return 0
