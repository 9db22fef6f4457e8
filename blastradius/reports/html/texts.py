"""Texts as a page shows them: harmless, and cut where nobody would read on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from blastradius.model.called import distinct
from blastradius.reports.escape import terminal


def short(text: str, most: int = 120) -> str:
    """A text on one line, its end given up where it is too long."""
    if len(text) > 2 * most:
        text = text[: 2 * most]
    shown = terminal(text)
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def labels(names: Iterable[tuple[str, str]], most: int) -> dict[str, str]:
    """Short labels of which no two are the same: names, ids where a name stands twice, ends of what is too long.

    Args:
        names: ids, each with its name.
        most: characters of a label at most.
    """
    told = distinct(names)
    cut = {id: short(text, most) for id, text in told.items()}
    count = Counter(cut.values())
    for id, text in told.items():
        if count[cut[id]] > 1:
            cut[id] = "…" + terminal(text)[-(most - 1) :].lstrip()
    seen: dict[str, int] = {}
    for id, text in cut.items():
        seen[text] = seen.get(text, 0) + 1
        if seen[text] > 1:
            tail = f" ({seen[text]})"
            cut[id] = short(text, most - len(tail)) + tail
    return cut
