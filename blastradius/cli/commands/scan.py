"""`blastradius scan`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import INTERRUPTED, accounts, options

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
    aws: accounts.Aws = False,
    profile: accounts.Profile = None,
    role_arn: accounts.RoleArn = None,
    members: accounts.Accounts = None,
    role_name: accounts.RoleName = None,
    regions: accounts.Regions = None,
    resume: accounts.Resume = None,
    print_policy: accounts.PrintPolicy = False,
) -> int:
    """Read files, folders and live accounts into an inventory.

    Every dependency in it has its file and line, or the API call that told it; what could not be read is listed. Left
    out, and counted: what .gitignore and .blastradiusignore (same syntax, and the last word) leave out, and folders named
    like tests, examples or vendored code. A path that you name is read all the same.

    Returns:
        The exit code.
    """
    from blastradius import pipeline, storage
    from blastradius.analysis.observed import is_comparable
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, done, emit, line, progress

    asked = accounts.Asked(profile, role_arn, members, role_name, regions, resume, print_policy)
    accounts.check(aws, asked)
    if print_policy:
        return accounts.policy()
    chosen(form, None)
    folders = paths or ([] if aws else ["."])
    live = None
    try:
        live = accounts.read(asked, output) if aws else None
        inventory = pipeline.scan(
            *folders, include_tests=include_tests, progress=progress(), beside=live.result if live else None
        )
    finally:
        done()
    if output is not None:
        storage.write(output, inventory)
    name = output or (folders[0] if folders else "INVENTORY")
    following = [line("blastradius", "regions", name)]
    if live is not None:
        following = accounts.following(live, asked, output) or following
    elif output is None and len(folders) > 1:
        following = [line("blastradius", "scan", *folders, "-o", "inventory.json")]
    elif is_comparable(inventory):
        following.append(line("blastradius", "observed", name))
    emit(inventory, form, None, name, following)
    if live is not None and live.interrupted:
        return INTERRUPTED
    return opening.completeness(require_complete, inventory.gaps, inventory.coverage)
