"""What to change so that journeys survive: candidate changes, tried together, and the smallest sets that do."""

from blastradius.analysis.fixes.draining import Drain, DrainStep, drain
from blastradius.analysis.fixes.making import fixes
from blastradius.analysis.fixes.result import Change, Fixes, LossFixes, Way

__all__ = ["Change", "Drain", "DrainStep", "Fixes", "LossFixes", "Way", "drain", "fixes"]
