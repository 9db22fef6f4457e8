"""CSV: everything in one table, safe to open in a spreadsheet."""

from __future__ import annotations

from blastradius.model import Value
from blastradius.reports import FORMATS, escape
from blastradius.reports.view import View


class Csv:
    """RFC 4180 with a header line; numbers stay numbers, durations are seconds."""

    suffixes: tuple[str, ...] = (".csv",)

    def render(self, result: Value, view: View) -> str:
        """Write a result."""
        import csv
        import io

        from blastradius.reports.tables import sheets_of

        table = sheets_of(result).flat(result)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows([_cell(value) for value in row] for row in table.rows)
        return out.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | float) else escape.csv(str(value))


FORMATS.register("csv")(Csv())
