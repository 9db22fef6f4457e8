"""`blastradius fixes`."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from blastradius.cli import options

PLACE = 56


def run(
    inventory: options.Inventory,
    remove: options.Remove = None,
    duration: options.For = None,
    scenario: options.ScenarioFile = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="KIND", help="Without --remove: each component of this kind is lost in turn. region."
        ),
    ] = None,
    journey: Annotated[
        list[str] | None, typer.Option("--journey", metavar="NAME", help="What is to survive; repeatable. All.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="CHANGE",
            help="Try only such changes: rehearse, need, tolerate, fallback, hot, member; repeatable.",
        ),
    ] = None,
    drain: Annotated[
        list[str] | None,
        typer.Option("--drain", metavar="SEL", help="Instead: what has to move to leave this on purpose; repeatable."),
    ] = None,
    overlay: options.Overlay = None,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Mend it: the smallest sets of changes with which journeys survive a loss.

    Returns:
        The exit code.
    """
    gone, leaving = options.texts(remove, "--remove"), options.texts(drain, "--drain")
    length = options.seconds(duration, "--for")
    kinds = _kinds(options.texts(only, "--only"))
    kind = _kind(options.text(by, "--by")) if by is not None else None
    from blastradius import pipeline
    from blastradius.analysis import fixes
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit
    from blastradius.errors import UsageError

    chosen(form, output)
    if leaving and (gone or scenario is not None or length is not None or by is not None or journey or only):
        raise UsageError("--drain: is a question of its own: leave out all that is lost, --by, --journey and --only")
    if by is not None and (gone or scenario is not None):
        raise UsageError("--by: loses everything of a kind: leave out --remove and --scenario, or this")
    asked = None
    if gone or scenario is not None:
        asked = pipeline.question(gone, (), length, None, scenario)
    graph = opening.opened(inventory, overlay).graph
    if leaving:
        emit(fixes.drain(graph, leaving), form, output, inventory)
        return 0
    found = fixes.fixes(
        graph,
        scenario=asked[0] if asked else None,
        by=kind,
        journeys=options.texts(journey, "--journey"),
        duration=None if asked else length,
        typed=asked[1] if asked else True,
        only=kinds,
    )
    emit(found, form, output, inventory)
    return 0


def _kinds(texts: tuple[str, ...]) -> frozenset[str]:
    from blastradius.analysis.fixes.result import ChangeKind
    from blastradius.errors import UsageError

    for text in texts:
        if text not in get_args(ChangeKind):
            raise UsageError(f"--only: no change {text!r}: choose of {', '.join(get_args(ChangeKind))}")
    return frozenset(texts)


def _kind(text: str) -> str:
    from blastradius.errors import UsageError
    from blastradius.model import Kind

    if text not in get_args(Kind):
        raise UsageError(f"--by: no kind {text!r}: choose of {', '.join(get_args(Kind))}")
    return text
