"""Walks of calls in one line, as all reports write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blastradius.analysis.amplification import Call, Worst


def times(worst: Worst) -> str:
    """How often a call is made: `27×`, `unbounded`."""
    if worst.factor is None:
        return "unbounded"
    return f"{'≥' if worst.at_least else ''}{worst.factor:,}×"


def walk_text(calls: Sequence[Call], omitted: int = 0) -> str:
    """A walk by its ids, each arrow with the attempts that a setting states and `|` where something stops calls."""
    if not calls:
        return ""
    parts = [f"({omitted:,} calls before) …" if omitted else "", calls[0].dependent]
    for call in calls:
        attempts = f" {call.attempts}×" if call.attempts and call.attempts > 1 else ""
        stop = f" |{call.breaker.kind}|" if call.breaker else ""
        parts += [f"→{attempts}{stop}", call.dependency]
    return " ".join(part for part in parts if part)
