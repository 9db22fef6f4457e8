"""`blastradius gate`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import FINDINGS, OK, options

if TYPE_CHECKING:
    from blastradius.gate.baseline import Baseline
    from blastradius.gate.judging import Judged
    from blastradius.gate.opening import Opened
    from blastradius.gate.result import GateResult

PLACE = 25
_FORMATS = ("text", "json", "markdown", "csv")
_SCREENS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")

Base = Annotated[
    str | None,
    typer.Option("--base", metavar="REF|FILE", help="What to compare with: a commit of Git, an inventory, a folder."),
]
Head = Annotated[str, typer.Option("--head", metavar="PATH|FILE", help="What to judge: a folder, an inventory.")]
BaseOverlay = Annotated[
    str | None,
    typer.Option("--base-overlay", metavar="FILE", help="The blastradius.yaml of the base; the one that it has."),
]
BaselineFile = Annotated[
    str | None, typer.Option("--baseline", metavar="FILE", help="Findings that were accepted before.")
]
WriteBaseline = Annotated[
    bool, typer.Option("--write-baseline", help="Accept every finding of today: write them to --baseline.")
]
Prune = Annotated[bool, typer.Option("--prune", help="Take what is no more out of --baseline; nothing is added.")]
NoWaivers = Annotated[bool, typer.Option("--no-waivers", help="For an audit: let nothing through.")]
SoftFail = Annotated[bool, typer.Option("--soft-fail", help="End with 0 where there are findings.")]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORM=PATH",
        help="Also write this form to this file: json, sarif, junit, github, gitlab, markdown, text; repeatable.",
    ),
]
Today = Annotated[str | None, typer.Option("--today", metavar="DATE", help="Day by which waivers end, in UTC. Today.")]


def run(
    base: Base = None,
    head: Head = ".",
    overlay: options.Overlay = None,
    base_overlay: BaseOverlay = None,
    baseline: BaselineFile = None,
    write_baseline: WriteBaseline = False,
    prune: Prune = False,
    no_waivers: NoWaivers = False,
    today: Today = None,
    soft_fail: SoftFail = False,
    report: Reports = None,
    require_complete: options.RequireComplete = False,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Reject new dependencies that a critical journey falls with, by name, with the line that made them.

    Ends with 1 where a rule of level `block` finds something that the base did not have.

    Returns:
        The exit code.
    """
    from blastradius import pipeline
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, done, emit, progress
    from blastradius.errors import UsageError
    from blastradius.gate.opening import opened

    if chosen(form, output) not in _FORMATS:
        raise UsageError(
            f"--format: the gate has no {chosen(form, output)}: choose one of {', '.join(_FORMATS)}; --report also writes "
            "sarif, junit, github and gitlab"
        )
    wanted = _wanted(options.texts(report, "--report"), (("-o", output), ("--baseline", baseline)))
    day = options.today(today)
    if base is None and baseline is None:
        raise UsageError("nothing to compare with: name --base, such as origin/main, or --baseline")
    if base_overlay is not None and base is None:
        raise UsageError("--base-overlay: there is no base: name it by --base")
    if (write_baseline or prune) and baseline is None:
        raise UsageError(f"{'--write-baseline' if write_baseline else '--prune'}: name the file by --baseline")
    if write_baseline and prune:
        raise UsageError("--write-baseline and --prune: one accepts all of today, the other adds nothing: choose one")
    if wanted and (write_baseline or prune):
        what = "--write-baseline" if write_baseline else "--prune"
        raise UsageError(f"--report: {what} writes a baseline and judges nothing: leave one of them out")
    accepted = _accepted(baseline, write_baseline)
    show = progress()
    try:
        with opened(base, head, overlay, lambda path: pipeline.read_inventory(path, show), base_overlay) as both:
            judged = _judged(both, accepted, day, no_waivers)
    finally:
        done()
    if baseline is not None and (write_baseline or prune):
        return _rewritten(baseline, accepted, judged, both, write_baseline)
    result = judged.result
    _write_all(wanted, result)
    emit(result, form, output, head)
    if not result.passed and not soft_fail:
        return FINDINGS
    return opening.completeness(require_complete, result.gaps, result.coverage)


def _wanted(texts: tuple[str, ...], others: tuple[tuple[str, str | None], ...]) -> list[tuple[str, str]]:
    """Forms and files of `--report`.

    Args:
        texts: as they were asked for.
        others: options that name a file as well, with it.

    Raises:
        UsageError: when one is not written as a form and a file, or there is no such form, or two share a file.
    """
    from pathlib import Path

    from blastradius.errors import UsageError
    from blastradius.reports import gate

    found: list[tuple[str, str]] = []
    files: set[Path] = set()
    for text in texts:
        form, equals, path = text.partition("=")
        if not equals or not path:
            raise UsageError(f"--report: {text!r}: write a form and a file, such as sarif=blastradius.sarif")
        if form not in gate.names():
            raise UsageError(f"--report: no form {form!r}: choose one of {', '.join(gate.names())}")
        if path == "-" or path.startswith(_SCREENS):
            raise UsageError(
                f"--report: {path!r} is the screen: name a file, or choose what the screen shows by --format"
            )
        for option, other in others:
            if other is not None and Path(path).resolve() == Path(other).resolve():
                raise UsageError(f"--report: {path!r} is named by {option} as well: give each a file of its own")
        if Path(path).resolve() in files:
            raise UsageError(f"--report: {path!r} is named twice: give each form a file of its own")
        files.add(Path(path).resolve())
        found.append((form, path))
    return found


def _write_all(wanted: list[tuple[str, str]], result: GateResult) -> None:
    from blastradius.files import write_atomic
    from blastradius.reports import gate

    for form, path in wanted:
        write_atomic(path, gate.write(result, form))


def _accepted(path: str | None, writes: bool) -> Baseline:
    from pathlib import Path

    from blastradius.gate import baseline

    if path is None or (writes and not Path(path).exists()):
        return baseline.Baseline()
    return baseline.read(path)


def _judged(both: Opened, accepted: Baseline, day: date, no_waivers: bool) -> Judged:
    from blastradius.gate import comments
    from blastradius.gate.judging import Asked, judge

    said = comments.read(both.head)
    before = comments.read(both.base).written if said.written and both.base is not None else []
    asked = Asked(accepted, said.written, before, day, no_waivers)
    return judge(both.base, both.head, asked, (*both.notices, *said.notices))


def _rewritten(path: str, accepted: Baseline, judged: Judged, both: Opened, whole: bool) -> int:
    """Write a baseline anew, and say what became of it."""
    from blastradius.cli.output import write
    from blastradius.files import write_atomic
    from blastradius.gate import baseline

    waived = {one.fingerprint for one in judged.result.findings if one.status == "waived"}
    kept = [one for one in judged.met if one.fingerprint not in waived]
    made = (
        baseline.of_findings(kept, both.head) if whole else accepted.pruned(judged.met, compared=both.base is not None)
    )
    write_atomic(path, made.text())
    count, gone = len(made.findings), len(accepted.findings) - len(made.findings)
    what = "1 finding" if count == 1 else f"{count:,} findings"
    apart = f"; {len(waived):,} waived left out, for a waiver ends" if waived else ""
    write(f"{path}: {what} accepted{apart}\n" if whole else f"{path}: {what} left, {gone:,} taken out\n")
    return OK
