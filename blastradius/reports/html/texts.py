"""Texts as a page shows them: harmless, and cut where nobody would read on."""

from __future__ import annotations

from blastradius.reports.escape import terminal


def short(text: str, most: int = 120) -> str:
    """A text on one line, its end given up where it is too long."""
    if len(text) > 2 * most:
        text = text[: 2 * most]
    shown = terminal(text)
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"
