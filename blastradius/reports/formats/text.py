"""Plain text for a terminal; colours only where the view allows them."""

from __future__ import annotations

from blastradius.model import Value
from blastradius.reports import FORMATS
from blastradius.reports import text as package
from blastradius.reports.escape import terminal
from blastradius.reports.finding import entry
from blastradius.reports.text import pages
from blastradius.reports.view import View


class Text:
    """Lines that fit a screen."""

    suffixes: tuple[str, ...] = (".txt", ".text")

    def render(self, result: Value, view: View) -> str:
        """Write a result."""
        lines = entry(pages, package.__name__, result)(result, view)
        if view.next:
            lines = [*lines, "", *(_suggested(position, line, view) for position, line in enumerate(view.next))]
        return view.glyphs("\n".join(line.rstrip() for line in lines)) + "\n"


def _suggested(position: int, line: str, view: View) -> str:
    return ("Next: " if position == 0 else "      ") + view.tone(terminal(line), "strong")


FORMATS.register("text")(Text())
