"""Markdown for a pull request or a wiki: a title, a headline, tables, and what was not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.model import Value
from blastradius.reports import FORMATS, escape
from blastradius.reports.view import View

if TYPE_CHECKING:
    from blastradius.reports.tables import Table

_MOST_ROWS = 200


class Markdown:
    """GitHub-flavoured Markdown; long tables are cut and say so."""

    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, result: Value, view: View) -> str:
        """Write a result."""
        from blastradius.reports.tables import sheets_of

        sheets = sheets_of(result)
        title, *notes = sheets.title(result)
        parts = [f"# {escape.markdown(title)}", *(escape.markdown(note) for note in notes)]
        for table in sheets.tables(result):
            parts += _section(table)
        if view.next:
            # Four spaces make a code block, which needs no fence that an input could close.
            parts += ["Next:", "\n".join("    " + escape.terminal(line) for line in view.next)]
        return "\n\n".join(parts) + "\n"


def _section(table: Table) -> list[str]:
    if not table.rows:
        return []
    columns = [n for n in range(len(table.columns)) if any(not _empty(row[n]) for row in table.rows)]
    head = "| " + " | ".join(table.columns[position].replace("_", " ") for position in columns) + " |"
    rule = "|" + " --- |" * len(columns)
    body = ["| " + " | ".join(_cell(row[position]) for position in columns) + " |" for row in table.rows[:_MOST_ROWS]]
    cut = len(table.rows) - _MOST_ROWS
    more = [f"… and {cut:,} more; JSON and CSV hold all of them."] if cut > 0 else []
    return [f"## {escape.markdown(table.title)}", "\n".join([head, rule, *body]), *more]


def _empty(value: object) -> bool:
    return value is None or value is False or value == ""


def _cell(value: object) -> str:
    if _empty(value):
        return ""
    return "yes" if value is True else escape.markdown(str(value))


FORMATS.register("markdown")(Markdown())
