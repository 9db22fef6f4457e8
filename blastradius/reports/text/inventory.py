"""What a scan found, on one screen: kinds, how everything was seen, and what was not."""

from __future__ import annotations

from collections import Counter

from blastradius.model import Inventory
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import listed, number

_MOST_KINDS = 12


def page(result: Inventory, view: View) -> list[str]:
    """Counts by kind, entry points, what was not seen."""
    needs = len(result.dependencies) + len(result.redundancies)
    roots = listed([terminal(root) for root in result.meta.roots]) or terminal(result.meta.title or "the inventory")
    lines = [
        view.tone(f"What is in {roots}?", "strong"),
        f"{number(len(result.components), 'component')}, {number(needs, 'dependency')}, "
        f"{number(len(result.journeys), 'journey')}, {number(len(result.gaps), 'gap')}",
        "",
    ]
    kinds = Counter(component.kind for component in result.components)
    names: dict[str, list[str]] = {}
    for component in result.components:
        names.setdefault(component.kind, []).append(terminal(component.name))
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    for kind, count in ordered[:_MOST_KINDS]:
        lines += wrapped(f"  {count:>6,} × {kind}: {listed(names[kind], 6)}", view.width, 11)
    if len(ordered) > _MOST_KINDS:
        lines.append(f"  and {number(len(ordered) - _MOST_KINDS, 'more kind')}")
    inferred = [terminal(journey.name) for journey in result.journeys if journey.inferred]
    if inferred:
        said = f"Nobody declared a journey; entry points stand for them: {listed(inferred)}"
        lines += ["", *wrapped(said, view.width, 4)]
    unseen = [*gap_lines((), result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *unseen] if unseen else lines


pages.register("Inventory")(page)
