"""Durations as people write them: `90s`, `15m`, `3h`, `2d`, in whole seconds inside."""

from __future__ import annotations

import re

MAX_SECONDS = 315_360_000
"""Ten years: past it a duration is a typing error, not a plan."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"(\d{1,9})([smhdw])")
_WHOLE = re.compile(r"(?:\d{1,9}[smhdw])+")


def parse_duration(text: str) -> int:
    """Read a duration such as `90s`, `15m`, `3h`, `2d` or `1h30m`.

    Args:
        text: digits and units (s, m, h, d, w); spaces around are ignored.

    Returns:
        Whole seconds.

    Raises:
        ValueError: when the text is not a duration, is negative, or is longer than ten years.
    """
    compact = text.strip().lower()
    if not _WHOLE.fullmatch(compact):
        raise ValueError(f"{text!r} is not a duration: write 90s, 15m, 3h or 2d")
    seconds = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(compact))
    if seconds > MAX_SECONDS:
        raise ValueError(f"{text!r} is longer than ten years: write 90s, 15m, 3h or 2d")
    return seconds


def format_duration(seconds: int | None) -> str:
    """Write whole seconds the way people do: `1h30m`; `for ever` where there is no end."""
    if seconds is None:
        return "for ever"
    if seconds == 0:
        return "0s"
    parts = []
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)
