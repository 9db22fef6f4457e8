"""Jobs that are run several times: what their variables are in each run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.model import items

MOST = 32
"""Runs of one job that are looked at."""


def product(axes: Mapping[str, Any], exclude: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Every choice of one value for each axis, without those that are left out.

    Args:
        axes: values by name; one that is no list is the only one.
        exclude: mappings; a choice that has all that one of them says is left out.
    """
    names = list(axes)
    chosen = itertools.islice(itertools.product(*(items(axes[name])[:MOST] for name in names)), MOST * MOST)
    found = (dict(zip(names, one, strict=True)) for one in chosen)
    left = (one for one in found if not any(_has(one, mapping(other)) for other in exclude))
    return list(itertools.islice(left, MOST))


def _has(choice: Any, part: Any) -> bool:
    """Whether a choice has all that a mapping says; values that are mappings themselves are looked into."""
    if isinstance(part, dict):
        return isinstance(choice, dict) and bool(part) and all(_has(choice.get(key), one) for key, one in part.items())
    return text(choice) == text(part)
