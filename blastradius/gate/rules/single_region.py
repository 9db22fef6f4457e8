"""BR001: a critical journey newly falls with one region."""

from __future__ import annotations

from blastradius.gate.pinning import Pinning
from blastradius.gate.ruling import RULES


class SingleRegion(Pinning):
    """A hard need that falls with one region."""

    id = "BR001"
    name = "single-region-dependency"
    summary = "A critical journey needs something that falls with one region."
    docs = (
        "It fires for each hard dependency of a critical journey that leads to something which is in one region only, so "
        "that the journey breaks when that region is lost for good. Two such needs are two findings: who mends one is "
        "not done.\n\n"
        "It does not fire for a soft dependency, for members of a redundancy that outlives the region, nor for what was "
        "there before.\n\n"
        "Keep a copy in a second region and say so (a replica, a second member of a redundancy), or make the dependency "
        "soft under `annotate:` if the journey really goes on without. Who is in one region on purpose sets `as_well: advisory`: "
        "then one more need of a journey that fell with that region before, and still does by what it had, does not fail."
    )
    kind = "region"
    elsewhere = "region"


RULES.register("BR001")(SingleRegion)
