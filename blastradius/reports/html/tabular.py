"""Tables that the page sorts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blastradius.reports.html.texts import short


def cell(value: object, key: object = None, mark: str = "", glyph: str = "") -> dict[str, Any]:
    """One cell.

    Args:
        value: what it shows.
        key: what it is sorted by, where that is not what it shows.
        mark: a state that is shown by colour and sign.
        glyph: that sign.
    """
    if value is None or value is False:
        shown = ""
    elif isinstance(value, int | float) and not isinstance(value, bool):
        shown, key = f"{value:,}", value if key is None else key
    else:
        shown = "yes" if value is True else short(str(value), 160)
    return {"text": shown, "key": key, "mark": mark, "glyph": glyph}


def table(
    title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]], more: str = "", name: str = ""
) -> dict[str, Any]:
    """A table of plain values; a column in which nothing stands is left out.

    Args:
        title: what it is called where it is read aloud.
        columns: name and sort (`name`, `text`, `figure`) of each.
        rows: values.
        more: what did not fit.
        name: its id in the page.
    """
    cells = [[one if isinstance(one, dict) else cell(one) for one in row] for row in rows]
    kept = [at for at in range(len(columns)) if at == 0 or any(row[at]["text"] for row in cells)]
    return {
        "title": title,
        "id": name,
        "columns": [{"name": columns[at][0].replace("_", " ").capitalize(), "kind": columns[at][1]} for at in kept],
        "rows": [{"cells": [row[at] for at in kept]} for row in cells],
        "more": more,
    }
