"""What to do when something is lost, written before it is: noticing, moving, waiting, telling, restoring."""

from blastradius.analysis.runbook.making import runbook
from blastradius.analysis.runbook.result import Caution, Event, Move, Need, Plan, Restored, Runbook, Talk, Watch

__all__ = ["Caution", "Event", "Move", "Need", "Plan", "Restored", "Runbook", "Talk", "Watch", "runbook"]
