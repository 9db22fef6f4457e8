"""The same steps compiled by numba, kept on disk where that can be written."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from blastradius.engine.packed.words import kernel
from blastradius.engine.timed import steps, whole

_ORDER = (
    "numbers", "passes", "rank", "shown", "wants_over", "given", "assign", "spread", "hanging", "move", "fire", "tick", "watch",
    "settle", "note", "run", "clear", "spares", "batch",
)  # fmt: skip


def _compiled() -> Any:
    """Each step as a kernel that calls the kernels before it."""
    names = {**vars(steps), **vars(whole)}
    for name in _ORDER:
        step = names[name]
        copy = FunctionType(step.__code__, names, name, step.__defaults__)
        copy.__module__, copy.__qualname__ = step.__module__, name
        names[name] = kernel(copy)
    return names["batch"]


batch = _compiled()
