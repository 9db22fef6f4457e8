"""`blastradius availability`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import FINDINGS, options

PLACE = 56

FailOn = Annotated[
    str | None,
    typer.Option("--fail-on", metavar="WHAT", help="slo: end with 1 where a journey does not surely keep its SLO."),
]


def run(
    inventory: options.Inventory,
    journeys: Annotated[
        list[str] | None, typer.Argument(metavar="[JOURNEY]...", help="Journeys by name; all where none is named.")
    ] = None,
    figures: options.Figures = None,
    published: Annotated[
        bool,
        typer.Option(
            "--published",
            help="Take published service levels of the catalog for platforms and vendors: promises, not measurements.",
        ),
    ] = False,
    assume: Annotated[
        str | None,
        typer.Option("--assume", metavar="SHARE", help="Availability of whatever has no figure, such as 99.9%."),
    ] = None,
    when: options.When = "eventually",
    check: Annotated[
        int,
        typer.Option("--check", min=0, max=100_000_000, metavar="N", help="Also draw failures N times, as a check."),
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Where the drawing begins.")] = 0,
    scheduler: options.Scheduler = None,
    budget: options.Budget = None,
    fail_on: FailOn = None,
    overlay: options.Overlay = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Compute how available each journey is, from figures of its parts.

    Exact: what several parts share fails once. With downtime a year, the SLO, and what contributes most.

    Returns:
        The exit code.
    """
    from blastradius.cli.output import chosen, done, emit, progress
    from blastradius.errors import UsageError

    moment = options.when(when)
    chosen(form, output)
    if fail_on not in (None, "slo"):
        raise UsageError(f"--fail-on: no word {fail_on!r}: write slo")
    if figures is None and assume is None and not published:
        raise UsageError(
            "no figures: give --figures FILE, --published for service levels of the catalog, or --assume 99.9% for an answer "
            "on assumed figures that says so"
        )
    from blastradius.analysis.availability import availability
    from blastradius.analysis.figures import stated
    from blastradius.cli import opening

    known = stated(figures, assume, published)
    graph = opening.opened(inventory, overlay).graph
    if fail_on and not any(journey.slo is not None for journey in graph.journeys.values()):
        raise UsageError("--fail-on slo: no journey has an SLO: write slo: 0.999 under journeys in blastradius.yaml")
    try:
        result = availability(
            graph, options.texts(journeys, "JOURNEY"), figures=known, when=moment, check=check, seed=seed,
            progress=progress(), scheduler=scheduler, **options.budgeted(budget),
        )  # fmt: skip
    finally:
        done()
    emit(result, form, output, inventory)
    if fail_on and any(one.slo is not None and not one.meets_slo for one in result.journeys):
        return FINDINGS
    return opening.completeness(require_complete, result.gaps, result.coverage)
