"""`blastradius scan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import options

if TYPE_CHECKING:
    from blastradius.model import Inventory

PLACE = 20

Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH…]", help="Files and folders; this one where none.")]
Target = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the inventory here: .json or .json.gz.")
]
Shown = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", metavar="FORMAT", help="What to print: text, markdown or csv of what was found; json: all."
    ),
]
Tests = Annotated[
    bool, typer.Option("--include-tests", help="Also read folders of tests, examples and vendored code below PATH.")
]


def run(
    paths: Paths = None,
    output: Target = None,
    include_tests: Tests = False,
    require_complete: options.RequireComplete = False,
    form: Shown = None,
) -> int:
    """Read files and folders into an inventory.

    Every dependency in it has its file and line; what could not be read is listed. Left out, and counted: what
    .gitignore and .blastradiusignore (same syntax, and the last word) leave out, and folders named like tests, examples
    or vendored code. A path that you name is read all the same.

    Returns:
        The exit code.
    """
    from blastradius import pipeline, storage
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, done, emit, line, progress

    chosen(form, None)
    folders = paths or ["."]
    try:
        inventory = pipeline.scan(*folders, include_tests=include_tests, progress=progress())
    finally:
        done()
    if output is not None:
        storage.write(output, inventory)
    name = output or folders[0]
    following = [line("blastradius", "regions", name)]
    if output is None and len(folders) > 1:
        following = [line("blastradius", "scan", *folders, "-o", "inventory.json")]
    elif _recorded(inventory):
        following.append(line("blastradius", "observed", name))
    emit(inventory, form, None, name, following)
    return opening.completeness(require_complete, inventory.gaps, inventory.coverage)


def _recorded(inventory: Inventory) -> bool:
    """Whether both configuration and records of calls say something, so that comparing them tells something."""
    from blastradius import pipeline
    from blastradius.reports.text.observed import in_short

    if all(one.basis != "observed" for one in (*inventory.dependencies, *inventory.redundancies)):
        return False
    return in_short(pipeline.observed(inventory)) is not None
