"""Lists in reasons: the first few, and how many more there are. Records hold all of them."""

from __future__ import annotations

from collections.abc import Sequence

_FEW = 2


def few(texts: Sequence[str]) -> str:
    """The first of some texts for people to read, and how many more there are."""
    shown = _FEW if len(texts) > _FEW + 1 else len(texts)
    more = f" and {len(texts) - shown} more" if len(texts) > shown else ""
    return ", ".join(texts[:shown]) + more
