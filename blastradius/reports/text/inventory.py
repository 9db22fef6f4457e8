"""What a scan found, on one screen: kinds, how everything was seen, and what was not."""

from __future__ import annotations

from collections import Counter

from blastradius.model import Inventory
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import gap_lines, skipped_line
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import Names, components_of, listed, number

_MOST_KINDS = 12
_MOST_TYPES = 4


def page(result: Inventory, view: View) -> list[str]:
    """Counts by kind, entry points, what was not seen, what each scanner read."""
    needs = len(result.dependencies) + len(result.redundancies)
    roots = listed([terminal(root) for root in result.meta.roots]) or terminal(result.meta.title or "the inventory")
    lines = [
        view.tone(f"What is in {roots}?", "strong"),
        f"{components_of(result)}, {number(needs, 'dependency')}, "
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
    for part in (gap_lines((), result.gaps, view, Names(result)), _coverage(result, view)):
        lines += ["", *part] if part else []
    return lines


def _coverage(result: Inventory, view: View) -> list[str]:
    """A table of what each scanner read and found, the types that it does not map, and what was skipped."""
    if not result.coverage.scanners and not result.coverage.calls:
        return []
    rows: list[tuple[str, ...]] = [("Read by", "files", "failed", "components", "dependencies")]
    rows += [
        (terminal(one.scanner), *(f"{count:,}" for count in (one.parsed, one.failed, one.components, one.dependencies)))
        for one in result.coverage.scanners
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    for one in result.coverage.scanners:
        if one.unmapped:
            ordered = sorted(one.unmapped.items(), key=lambda item: (-item[1], item[0]))
            types = listed([f"{terminal(name)} ({count:,})" for name, count in ordered], _MOST_TYPES)
            lines += wrapped(f"Not mapped or left out by {terminal(one.scanner)}: {types}", view.width, 4)
    calls = sum(call.status == "ok" for call in result.coverage.calls)
    if result.coverage.calls:
        lines.append(f"{number(calls, 'call')} answered, {len(result.coverage.calls) - calls:,} not")
    for line in skipped_line(result.coverage):
        lines += wrapped(f"{line} (see `blastradius scan --help`)", view.width, 4)
    return [view.tone(line, "dim") for line in lines]


pages.register("Inventory")(page)
