"""`blastradius report`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from blastradius.analysis.report import Report
    from blastradius.model import Scenario
    from blastradius.pipeline import Opened

PLACE = 75

Sweep = Annotated[
    list[str] | None,
    typer.Option(
        "--sweep",
        metavar="KIND",
        help="Lose everything of a kind, one after the other: region, vendor, zone, provider, platform, account, "
        "service; repeatable. Regions and vendors where unset.",
    ),
]
ReportFormat = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", metavar="FORMAT",
        help="html, text, json, markdown, csv, mermaid, dot or graphml; with a loss also runbook or chaos-toolkit. By "
        "the suffix of -o, or text.",
    ),
]  # fmt: skip


def run(
    inventory: options.Inventory,
    remove: options.Remove = None,
    degrade: options.Degrade = None,
    duration: options.For = None,
    horizon: options.Horizon = None,
    scenario: options.ScenarioFile = None,
    sweep: Sweep = None,
    overlay: options.Overlay = None,
    require_complete: options.RequireComplete = False,
    today: options.Today = None,
    form: ReportFormat = None,
    output: options.Output = None,
) -> int:
    """Put it on a page: the verdicts, every loss, the picture with its proofs, and what was not seen.

    With --remove or --scenario one loss is looked at closely. `-o report.html` is one file that opens from disk and
    asks nobody for anything; csv holds every component, mermaid and dot the picture, graphml the whole graph. runbook is
    what to do when it happens; what people wrote into the file before stays. chaos-toolkit is a drill of it.

    Returns:
        The exit code.
    """
    from pathlib import PurePath

    from blastradius.analysis.report import report
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit
    from blastradius.errors import UsageError

    lost = opening.loss(remove, degrade, duration, horizon, scenario)
    by, now = options.texts(sweep, "--sweep"), options.today(today)
    kind = form if form in _PROCEDURES else chosen(form, output)
    asked, typed = lost.question() or (None, True)
    if form in _PROCEDURES and asked is None:
        raise UsageError(f"--format {form}: is made for a loss: name it by --remove or --scenario")
    system = opening.opened(inventory, overlay)
    if form in _PROCEDURES and asked is not None:
        return _procedure(form, system, asked, typed, now, output)
    title = PurePath(inventory).name
    found = report(system.graph, asked, by=by, title=title, typed=typed, today=now, policy=system.policy)
    following = _following(found, inventory, ["--overlay", overlay] if overlay else [], lost.words)
    if kind == "json" and found.answer is not None:
        found = found.model_copy(update={"answer": found.answer.worst(options.LISTED)})
    emit(found, form, output, inventory, following)
    return opening.completeness(require_complete, found.gaps, found.coverage)


def _following(found: Report, inventory: str, beside: list[str], words: Sequence[str]) -> list[str]:
    """The proof of the first verdict that somebody will ask about; where nothing is lost, a loss that tells something."""
    from blastradius.cli.opening import worst_journey
    from blastradius.cli.output import line

    if found.answer is None:
        losses = [loss for sweep in found.sweeps for loss in sweep.losses]
        telling = max(losses, key=lambda loss: (len(loss.breaks), loss.down), default=None)
        return [line("blastradius", "report", inventory, *beside, "--remove", f"id:{telling.id}")] if telling else []
    worst = worst_journey(found.answer)
    if worst is None:
        return []
    return [line("blastradius", "explain", inventory, worst.id.removeprefix("journey:"), *beside, *words)]


_PROCEDURES = ("runbook", "chaos-toolkit")


def _procedure(form: str, system: Opened, asked: Scenario, typed: bool, now: date, output: str | None) -> int:
    """Write what to do about a loss, or a drill of it; a runbook keeps what people wrote into the file before."""
    from pathlib import Path

    from blastradius.cli.output import write
    from blastradius.files import read_bytes, write_atomic

    if form == "runbook":
        from blastradius.analysis.runbook import runbook
        from blastradius.reports import runbook as pages
        from blastradius.reports.runbook.hands import Written, decoded, kept

        there = output is not None and Path(output).is_file()
        before = kept(decoded(read_bytes(output), output), output) if output and there else Written()
        made = runbook(system.graph, asked, typed=typed, today=now, policy=system.policy)
        text = pages.write(made, before)
    else:
        from blastradius.analysis.drill import drill
        from blastradius.reports import chaos_toolkit

        text = chaos_toolkit.write(drill(system.graph, asked, typed=typed, today=now, policy=system.policy))
    if output is not None:
        write_atomic(output, text)
    else:
        write(text, exact=True)
    return 0
