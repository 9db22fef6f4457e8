"""Remove something and see what falls: scenarios, the timed walk, verdicts with their proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.simulate.run import simulate
from blastradius.simulate.scenarios import read_scenario, scenario

if TYPE_CHECKING:
    from blastradius.simulate.explaining import explain as explain

__all__ = ["explain", "read_scenario", "scenario", "simulate"]


def __getattr__(name: str) -> Any:
    """Import `explain` when it is asked for: most runs do without."""
    if name != "explain":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return import_module("blastradius.simulate.explaining").explain
