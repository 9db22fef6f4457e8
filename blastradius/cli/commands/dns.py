"""`blastradius dns`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import FINDINGS, options

PLACE = 35

FailOn = Annotated[
    list[str] | None,
    typer.Option("--fail-on", metavar="WHAT", help="End with 1 where there are findings: the only word is `findings`."),
]


def run(
    inventory: options.Inventory,
    overlay: options.Overlay = None,
    fail_on: FailOn = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Say on which names, zones and DNS providers each journey rests.

    A finding is a journey on a single DNS provider, and a TTL above the RTO of the journey whose traffic it holds up.

    Returns:
        The exit code.
    """
    from blastradius.errors import UsageError

    for word in fail_on or ():
        if word != "findings":
            raise UsageError(f"--fail-on: no word {word!r}: write findings")
    from blastradius.analysis.dns import dns
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit

    chosen(form, output)
    graph = opening.opened(inventory, overlay).graph
    if fail_on:
        opening.check_judgeable(graph)
    result = dns(graph)
    emit(result, form, output, inventory)
    if fail_on and result.findings:
        return FINDINGS
    if require_complete and result.unseen:
        return opening.INCOMPLETE
    return opening.completeness(require_complete, result.gaps, result.coverage)
