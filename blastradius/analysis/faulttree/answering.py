"""Minimal cut sets and probabilities of fault trees."""

from __future__ import annotations

from collections.abc import Sequence

from blastradius.analysis.cuts import LIMIT, Cuts, JourneyCuts, Listing, Sort
from blastradius.analysis.faulttree.reading import FaultTrees
from blastradius.engine.diagrams.probability import probability, told
from blastradius.engine.diagrams.solving import BUDGET, solve


def fault_tree_cuts(
    trees: FaultTrees,
    tops: Sequence[str] = (),
    *,
    max_order: int | None = None,
    limit: int = LIMIT,
    sort: Sort = "order",
    budget: int = BUDGET,
) -> Cuts:
    """The minimal cut sets of top events, and their probabilities where every basic event has one.

    Args:
        trees: the model.
        tops: gates; those that no gate reads where none.
        max_order: elements of a listed set at most.
        limit: sets to list per top.
        sort: list by order or by probability.
        budget: nodes of a decision diagram at most.

    Raises:
        UsageError: when there is no such gate.
    """
    found = []
    missing = set[str]()
    for top in tuple(dict.fromkeys(tops)) or trees.tops:
        solution = solve(trees.formula(top), budget)
        formula = solution.formula
        labels = formula.labels.values()
        without = set(labels) - trees.chance.keys()
        missing |= without
        names = dict(zip(labels, labels, strict=True))
        listing = Listing(solution, names, trees.chance if sort == "probability" else None)
        chance = None
        if solution.exact and not without:
            chance = told(probability(solution, {node: trees.chance[label] for node, label in formula.labels.items()}))
        answer: JourneyCuts = listing.answer(limit, max_order)
        found.append(answer.model_copy(update={"id": top, "name": top, "probability": chance}))
    return Cuts(
        by=("basic-event",),
        when="eventually",
        effect="breaks",
        sort=sort,
        journeys=tuple(found),
        without_figure=tuple(sorted(missing)) if sort == "probability" else (),
    )
