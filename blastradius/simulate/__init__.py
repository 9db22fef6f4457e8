"""Remove something and see what falls: scenarios, the timed walk, verdicts with their proof."""

from blastradius.simulate.explain import explain
from blastradius.simulate.run import simulate
from blastradius.simulate.scenarios import read_scenario, scenario

__all__ = ["explain", "read_scenario", "scenario", "simulate"]
