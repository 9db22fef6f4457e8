"""Predictions put to the test: what a drill is to show, and what one has shown."""

from blastradius.analysis.drill.learning import Learned, Lesson, learn
from blastradius.analysis.drill.predicting import Drill, Prediction, drill

__all__ = ["Drill", "Learned", "Lesson", "Prediction", "drill", "learn"]
