"""Remove something and see what falls: scenarios, the timed walk, verdicts with their proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from blastradius.simulate.answering import simulate as simulate
    from blastradius.simulate.explaining import explain as explain
    from blastradius.simulate.scenarios import read_scenario as read_scenario
    from blastradius.simulate.scenarios import scenario as scenario

__all__ = ["explain", "read_scenario", "scenario", "simulate"]

_HOMES = {"explain": "explaining", "simulate": "answering", "read_scenario": "scenarios", "scenario": "scenarios"}


def __getattr__(name: str) -> Any:
    """Import each when it is asked for: most runs do with one of them, and the gate with none."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
