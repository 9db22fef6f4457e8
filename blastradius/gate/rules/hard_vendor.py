"""BR003: a critical journey newly breaks without a vendor."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.gate.pinning import breaking, introduced
from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import System


class HardVendor(GateRule):
    """A vendor that a journey cannot do without."""

    id = "BR003"
    name = "new-hard-vendor"
    summary = "A critical journey breaks without a vendor."
    docs = (
        "It fires where a critical journey breaks when a vendor is lost, and did not before. A second place that needs the "
        "same vendor is no finding: the journey fell with it anyway.\n\n"
        "It does not fire for vendors that are needed only to start, change or observe something (unless that is what "
        "the journey asks), nor for soft dependencies.\n\n"
        "Give the call a fallback and say so (a redundancy, or `strength: soft` under `annotate:`)."
    )

    def matches(self, system: System) -> Iterable[Match]:
        """Each vendor that a judged journey breaks without."""
        for journey, domain, step in breaking(system, "vendor"):
            yield Match(journey, domain, detail=step)

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Names the journey, the vendor and the dependency that leads to it."""
        journey, vendor = system.graph.name(match.journey or ""), system.graph.name(match.domain or "")
        fix = f"a fallback for {vendor}, or make the dependency soft"
        if base is None:
            return Told(f"{journey} breaks without {vendor}", fix=fix)
        chain = system.losses.of(match.domain or "").chain(match.journey or "", match.detail)
        was = f"{journey} stood without {vendor}"
        if match.journey not in base.graph.journeys:
            was = f"there was no journey {journey}"
        link = introduced(chain, chain[-1], system, base)
        return Told(f"{journey} now breaks without {vendor}", was, fix, chain, link)


RULES.register("BR003")(HardVendor)
