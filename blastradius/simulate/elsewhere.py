"""The loss of a region in which nothing was seen: nothing falls by what is known, and what nobody saw may lie there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from blastradius.graph import DependencyGraph
from blastradius.model import Component
from blastradius.simulate.run import Run
from blastradius.simulate.scenarios import scenario
from blastradius.simulate.targets import Targets

_NAME = "a region that is not seen here"


def elsewhere(graph: DependencyGraph) -> Run:
    """A region that stands for all those in which nothing was seen, lost for good.

    Args:
        graph: the system.
    """
    return _Elsewhere(graph, scenario([f"region:{_NAME}"]), typed=False)


@dataclass
class _Elsewhere(Run):
    @cached_property
    def targets(self) -> Targets:
        """The region, of no provider and no name that anything is known to be in."""
        return replace(super().targets, absent=(Component(id=_NAME, kind="region", name=_NAME),))
