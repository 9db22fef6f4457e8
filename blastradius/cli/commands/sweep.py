"""`blastradius sweep`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import FINDINGS, options

if TYPE_CHECKING:
    from blastradius.analysis.sweep import Sweep

PLACE = 45

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="KIND",
        help="What is lost, one at a time: region, zone, provider, vendor, platform, account, service or another kind; "
        "domain for every place, vendor and platform; component for everything.",
    ),
]
Order = Annotated[int, typer.Option("--order", min=1, max=2, help="2 loses every two of them together as well.")]
Top = Annotated[
    int | None, typer.Option("--top", min=1, metavar="N", help="Keep the N worst losses and pairs, in every format.")
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="VERDICT",
        help="End with 1 where any loss breaks, degrades (or breaks) or leaves unknown (or breaks) a journey; repeatable.",
    ),
]


def run(
    inventory: options.Inventory,
    by: By = "domain",
    order: Order = 1,
    top: Top = None,
    scheduler: options.Scheduler = None,
    overlay: options.Overlay = None,
    fail_on: FailOn = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Lose everything of a kind, one at a time: what breaks, and how much falls?

    Each loss is for ever; a journey ends as `simulate` without `--for` says.

    Returns:
        The exit code.
    """
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, done, emit, progress

    wanted = options.failing(fail_on)
    kind = chosen(form, output)
    from blastradius.analysis.sweep import check_by, sweep

    check_by(by)
    system = opening.opened(inventory, overlay)
    if wanted:
        opening.check_judgeable(system.graph)
    try:
        result = sweep(system.graph, by, 2 if order == 2 else 1, progress=progress(), scheduler=scheduler)
    finally:
        done()
    found = any(getattr(one, verdict) for one in (*result.losses, *result.pairs) for verdict in wanted)
    shown = result.worst(top) if top else result
    beside = ["--overlay", overlay] if overlay else []
    emit(shown, form, output, inventory, _following(result, inventory, beside) if kind in ("text", "markdown") else [])
    if found:
        return FINDINGS
    return opening.completeness(require_complete, system.graph.inventory.gaps, result.coverage)


def _following(result: Sweep, inventory: str, beside: list[str]) -> list[str]:
    """The proof of the worst of it."""
    from blastradius.cli.output import line

    if not result.losses or not result.losses[0].breaks:
        return []
    worst = result.losses[0]
    first = next(one.id for one in result.journeys if one.id in worst.breaks)
    asked = [first.removeprefix("journey:"), *beside, "--remove", f"id:{worst.id}"]
    return [line("blastradius", "explain", inventory, *asked)]
