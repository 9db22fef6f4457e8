"""The user's own file, `blastradius.yaml`: what no scanner can see, and what a person knows better."""

from blastradius.overlay.apply import apply
from blastradius.overlay.models import Overlay
from blastradius.overlay.reading import FILE_NAME, find, parse, read

__all__ = ["FILE_NAME", "Overlay", "apply", "find", "parse", "read"]
