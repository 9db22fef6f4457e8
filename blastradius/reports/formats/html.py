"""HTML: one file to open from disk, to send and to print; it asks nobody for anything."""

from __future__ import annotations

from blastradius.errors import UsageError
from blastradius.model import Value
from blastradius.reports import FORMATS
from blastradius.reports.view import View


class Html:
    """The page of `blastradius report`."""

    suffixes: tuple[str, ...] = (".html", ".htm")

    def render(self, result: Value, view: View) -> str:
        """Write a report."""
        from blastradius.analysis.report import Report

        if not isinstance(result, Report):
            raise UsageError("--format html: only `blastradius report` writes it: choose text, json, markdown or csv")
        from blastradius.reports.html.rendering import html

        return html(result, view)


FORMATS.register("html")(Html())
