"""A published outage over the hours: what breaks when and what recovers when, on an inventory or on the catalog itself."""

from blastradius.analysis.replay.making import elsewhere, replay
from blastradius.analysis.replay.result import Followed, JourneyReplay, Recorded, Replay

__all__ = ["Followed", "JourneyReplay", "Recorded", "Replay", "elsewhere", "replay"]
