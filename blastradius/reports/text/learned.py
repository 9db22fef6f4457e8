"""What a drill showed, on one screen, with what may be written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.overlay.writing import one_line
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.view import Tone, View, columns, wrapped
from blastradius.reports.wording import question

if TYPE_CHECKING:
    from blastradius.analysis.drill import Learned, Lesson

_MARKS: dict[str, tuple[str, Tone]] = {
    "as predicted": ("✓", "good"),
    "better": ("✓", "good"),
    "worse": ("✗", "bad"),
    "not predicted": ("?", "unknown"),
    "not seen": ("?", "unknown"),
}


def page(result: Learned, view: View) -> list[str]:
    """Lines for a screen."""
    head = f"What did the drill of {result.on} show, in which {question(result.scenario)}?"
    lines = [view.tone(line, "strong") for line in wrapped(head, view.width)]
    if not result.valid:
        return [*lines, *wrapped(terminal(f"Nothing: {result.why_not}"), view.width)]
    width = max((columns(terminal(one.name)) for one in result.lessons), default=0)
    lines += ["", *(_lesson(one, width, view) for one in result.lessons)]
    entries = {section: found for section, found in result.entries().items() if found}
    if entries:
        lines += ["", "To write down in blastradius.yaml (`--into blastradius.yaml` does):"]
        for section, found in entries.items():
            lines += [f"  {section}:", *(f"    - {terminal(one_line(entry))}" for entry in found)]
    return lines


def _lesson(one: Lesson, width: int, view: View) -> str:
    mark, tone = _MARKS[one.outcome]
    name = terminal(one.name)
    said = view.tone(f"{mark} {one.outcome}", tone)
    return f"  {name}{' ' * (width - columns(name))}  {said}: predicted “{one.predicted}”, seen “{one.seen}”"


pages.register("Learned")(page)
