"""Which critical journeys break when a region, vendor or service goes away, when and why.

import blastradius as br

graph = br.load("deploy/")
print(br.simulate(graph, remove=["region:us-east-1"], duration="3h").journeys)
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from blastradius.released import VERSION

if TYPE_CHECKING:
    from blastradius.analysis.amplification import amplification
    from blastradius.analysis.availability import availability
    from blastradius.analysis.backtest import backtest
    from blastradius.analysis.concentration import concentration
    from blastradius.analysis.cuts import cuts
    from blastradius.analysis.dns import dns
    from blastradius.analysis.figures import Figures
    from blastradius.analysis.fixes import drain, fixes
    from blastradius.analysis.observed import observed
    from blastradius.analysis.regions import regions
    from blastradius.analysis.replay import replay
    from blastradius.analysis.report import report
    from blastradius.analysis.sweep import sweep
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
    from blastradius.notebook.frames import frame
    from blastradius.notebook.heat import heatmap
    from blastradius.notebook.showing import show
    from blastradius.pipeline import diff, explain, load, scan, simulate


__version__ = VERSION

#: Where each public name stands; it is imported when it is first used, so that a start costs nothing.
_HOMES = {
    "BlastRadius": "blastradius.model",
    "BlastradiusError": "blastradius.errors",
    "Component": "blastradius.model",
    "Dependency": "blastradius.model",
    "DependencyGraph": "blastradius.graph",
    "Evidence": "blastradius.model",
    "Explanation": "blastradius.model",
    "Figures": "blastradius.analysis.figures",
    "Gap": "blastradius.model",
    "IncompleteError": "blastradius.errors",
    "InputError": "blastradius.errors",
    "Inventory": "blastradius.model",
    "Journey": "blastradius.model",
    "Redundancy": "blastradius.model",
    "Scenario": "blastradius.model",
    "UsageError": "blastradius.errors",
    "amplification": "blastradius.analysis.amplification",
    "availability": "blastradius.analysis.availability",
    "backtest": "blastradius.analysis.backtest",
    "concentration": "blastradius.analysis.concentration",
    "cuts": "blastradius.analysis.cuts",
    "diff": "blastradius.pipeline",
    "dns": "blastradius.analysis.dns",
    "drain": "blastradius.analysis.fixes",
    "explain": "blastradius.pipeline",
    "fixes": "blastradius.analysis.fixes",
    "frame": "blastradius.notebook.frames",
    "gate": "blastradius.gate.judging",
    "heatmap": "blastradius.notebook.heat",
    "load": "blastradius.pipeline",
    "observed": "blastradius.analysis.observed",
    "regions": "blastradius.analysis.regions",
    "replay": "blastradius.analysis.replay",
    "report": "blastradius.analysis.report",
    "scan": "blastradius.pipeline",
    "show": "blastradius.notebook.showing",
    "simulate": "blastradius.pipeline",
    "sweep": "blastradius.analysis.sweep",
}

__all__ = [
    "BlastRadius",
    "BlastradiusError",
    "Component",
    "Dependency",
    "DependencyGraph",
    "Evidence",
    "Explanation",
    "Figures",
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
    "availability",
    "backtest",
    "concentration",
    "cuts",
    "diff",
    "dns",
    "drain",
    "explain",
    "fixes",
    "frame",
    "gate",
    "heatmap",
    "load",
    "observed",
    "regions",
    "replay",
    "report",
    "scan",
    "show",
    "simulate",
    "sweep",
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
