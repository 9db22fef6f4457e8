"""`blastradius cuts`."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import isdir
from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import options

if TYPE_CHECKING:
    from blastradius.analysis.cuts import Cuts, Sort
    from blastradius.analysis.faulttree import FaultTree

PLACE = 55
_FAULT_TREE = "open-psa"

Journeys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[JOURNEY]...",
        help="Journeys by name, or gates of a model; all where none is named. A name in .xml is another file of the model.",
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="KIND",
        help="What is lost: region, zone, provider, vendor, platform, account, service, or component for everything "
        "there is; repeatable. component where unset.",
    ),
]

CutsFormat = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", metavar="FORMAT",
        help="text, json, markdown, csv; or open-psa for the fault tree of one journey. By the suffix of -o, or text.",
    ),
]  # fmt: skip


def run(
    inventory: Annotated[
        str,
        typer.Argument(metavar="INVENTORY", help="An inventory file, a folder to scan, or an Open-PSA model (.xml)."),
    ],
    journeys: Journeys = None,
    by: By = None,
    when: options.When = "eventually",
    degrades: Annotated[
        bool, typer.Option("--degrades", help="What degrades it (or breaks it), not what breaks it.")
    ] = False,
    max_order: Annotated[
        int | None, typer.Option("--max-order", min=1, metavar="N", help="List sets of at most so many losses.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, max=100_000, metavar="N", help="List so many per journey.")
    ] = 20,
    sort: Annotated[
        str, typer.Option("--sort", metavar="KEY", help="List by order, or by probability (see --figures).")
    ] = "order",
    figures: options.Figures = None,
    mission_time: Annotated[
        float | None,
        typer.Option(
            "--mission-time",
            metavar="HOURS",
            help="Of an Open-PSA model: the time of its expressions; 8760 where unset.",
        ),
    ] = None,
    budget: options.Budget = None,
    overlay: options.Overlay = None,
    require_complete: options.RequireComplete = False,
    form: CutsFormat = None,
    output: options.Output = None,
) -> int:
    """List what must be lost together to break a journey.

    Minimal cut sets: how many there are of each size, the smallest first. Those of one are single points of failure.
    open-psa writes the fault tree itself, for programs that read that format.

    Returns:
        The exit code.
    """
    from blastradius.cli.output import chosen, emit
    from blastradius.errors import UsageError

    moment = options.when(when)
    kind = form if form == _FAULT_TREE else chosen(form, output)
    key = _key(sort)
    named = options.texts(journeys, "JOURNEY")
    if inventory.lower().endswith(".xml") and not isdir(inventory):
        if by or degrades or figures:
            raise UsageError(
                "a fault tree has basic events and probabilities of its own: leave out --by, --degrades, --figures"
            )
        if kind == _FAULT_TREE:
            raise UsageError(f"--format {_FAULT_TREE}: {inventory} is one already")
        files = [inventory, *(one for one in named if one.lower().endswith(".xml"))]
        tops = tuple(one for one in named if one not in files)
        result = _of_fault_tree(files, tops, mission_time, max_order, limit, key, budget)
        emit(result, form, output, inventory)
        return 0
    if mission_time is not None:
        raise UsageError("--mission-time is for expressions of an Open-PSA model (.xml): leave it out")
    from blastradius.analysis.cuts import cuts
    from blastradius.analysis.faulttree import fault_trees_of
    from blastradius.analysis.figures import read_figures
    from blastradius.cli import opening

    stated = read_figures(figures) if figures else None
    if key == "probability" and stated is None:
        raise UsageError("--sort probability: give --figures FILE: how available things are")
    graph = opening.opened(inventory, overlay).graph
    kinds = options.texts(by, "--by") or ("component",)
    if kind == _FAULT_TREE:
        _write_fault_tree(
            fault_trees_of(graph, named, by=kinds, when=moment, degrades=degrades, figures=stated), output
        )
        return opening.completeness(require_complete, graph.inventory.gaps, graph.inventory.coverage)
    result = cuts(
        graph, named, by=kinds, when=moment, degrades=degrades,
        max_order=max_order, limit=limit, sort=key, figures=stated, **options.budgeted(budget),
    )  # fmt: skip
    beside = ["--overlay", overlay] if overlay else []
    emit(result, form, output, inventory, _following(result, inventory, beside) if kind == "text" else ())
    return opening.completeness(require_complete, result.gaps, result.coverage)


def _of_fault_tree(
    files: list[str],
    tops: tuple[str, ...],
    mission_time: float | None,
    max_order: int | None,
    limit: int,
    sort: Sort,
    budget: int | None,
) -> Cuts:
    from blastradius.analysis.faulttree import fault_tree_cuts, read_fault_trees

    trees = read_fault_trees(files, **({} if mission_time is None else {"mission_time": mission_time}))
    return fault_tree_cuts(trees, tops, max_order=max_order, limit=limit, sort=sort, **options.budgeted(budget))


def _write_fault_tree(trees: Sequence[FaultTree], output: str | None) -> None:
    from blastradius.cli.output import write
    from blastradius.errors import UsageError
    from blastradius.files import write_atomic
    from blastradius.reports import open_psa

    if len(trees) != 1:
        names = ", ".join(tree.name for tree in trees[:5]) or "and none is declared"
        raise UsageError(f"--format {_FAULT_TREE}: a file holds one journey: name it ({names})")
    text = open_psa.write(trees[0])
    if output is not None:
        write_atomic(output, text)
    else:
        write(text, exact=True)


def _following(result: Cuts, inventory: str, beside: list[str]) -> list[str]:
    """The proof of the first set."""
    from blastradius.cli.output import line

    for journey in result.journeys:
        if journey.sets:
            lost = [word for id in journey.sets[0].ids for word in ("--remove", f"id:{id}")]
            # a loss so short that nothing with a tolerance notices
            lost += ["--for", "1s"] if result.when == "at_once" else []
            return [line("blastradius", "explain", inventory, journey.id.removeprefix("journey:"), *beside, *lost)]
    return []


def _key(sort: str) -> Sort:
    from blastradius.errors import UsageError

    if sort == "probability":
        return "probability"
    if sort != "order":
        raise UsageError(f"--sort: no key {sort!r}: write order or probability")
    return "order"
