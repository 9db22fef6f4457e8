"""Which critical journeys break when a region, vendor or service goes away, when and why.

import blastradius as br

graph = br.load("deploy/")
print(br.simulate(graph, remove=["region:us-east-1"], duration="3h").journeys)
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blastradius.errors import BlastradiusError, IncompleteError, InputError, UsageError
    from blastradius.gate.judging import gate
    from blastradius.graph import DependencyGraph
    from blastradius.model import (
        BlastRadius,
        Component,
        Dependency,
        Evidence,
        Explanation,
        Gap,
        Inventory,
        Journey,
        Redundancy,
        Scenario,
    )
    from blastradius.pipeline import amplification, diff, dns, explain, load, observed, regions, scan, simulate

__version__ = "0.1.0"

#: Where each public name stands; it is imported when it is first used, so that a start costs nothing.
_HOMES = {
    **dict.fromkeys(
        ("scan", "load", "simulate", "explain", "diff", "regions", "amplification", "dns", "observed"),
        "blastradius.pipeline",
    ),
    **dict.fromkeys(("BlastRadius", "Component", "Dependency", "Evidence", "Explanation", "Gap"), "blastradius.model"),
    **dict.fromkeys(("Inventory", "Journey", "Redundancy", "Scenario"), "blastradius.model"),
    **dict.fromkeys(("BlastradiusError", "IncompleteError", "InputError", "UsageError"), "blastradius.errors"),
    "DependencyGraph": "blastradius.graph",
    "gate": "blastradius.gate.judging",
}

__all__ = [
    "BlastRadius",
    "BlastradiusError",
    "Component",
    "Dependency",
    "DependencyGraph",
    "Evidence",
    "Explanation",
    "Gap",
    "IncompleteError",
    "InputError",
    "Inventory",
    "Journey",
    "Redundancy",
    "Scenario",
    "UsageError",
    "__version__",
    "amplification",
    "diff",
    "dns",
    "explain",
    "gate",
    "load",
    "observed",
    "regions",
    "scan",
    "simulate",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


class _Face(ModuleType):
    """Keeps a room from hiding the public function of its name: `blastradius.simulate` is both."""

    def __setattr__(self, name: str, value: object) -> None:
        # The import system binds a submodule in its package; the submodule stays in sys.modules all the same.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
