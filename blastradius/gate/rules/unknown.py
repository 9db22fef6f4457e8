"""BR005: whether a critical journey survives the loss of a region is no longer known.

A region is one that is seen, or any other: what nobody saw may lie where nothing else does, and a system in one region
would else never learn that it has a foot in a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blastradius.gate.coverage import called
from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import System
from blastradius.gate.vanished import excused, is_missing
from blastradius.model import Evidence, Gap


class Unknown(GateRule):
    """A verdict that something unseen leaves open."""

    id = "BR005"
    name = "became-unknown"
    summary = "Whether a critical journey survives the loss of a region is not known."
    docs = (
        "It fires where the answer for the loss of a region, a seen one or any other, is `unknown` and was not: a file that cannot be read, a "
        "workload without a place, an address that leads nowhere, on something that the journey needs.\n\n"
        "It does not fire where the answer was unknown before, nor where the journey breaks anyway.\n\n"
        "Make it visible: mend the file, state the place with `place:`, say what the address means, or ignore the gap "
        "with a reason."
    )

    def matches(self, system: System) -> Iterable[Match]:
        """Each judged journey and region of which the answer is unknown."""
        if not _in_doubt(system):
            return
        from blastradius.simulate import scenario
        from blastradius.simulate.judging import judged
        from blastradius.simulate.run import Run

        for domain in sorted(one.id for one in system.graph.components.values() if one.kind == "region"):
            run = Run(system.graph, scenario([f"id:{domain}"]))
            for journey in system.critical:
                seen, at_worst, _ = judged(run, journey)
                if at_worst == "breaks" and seen != "breaks":
                    yield Match(journey.id, domain, detail=run)
        from blastradius.simulate.elsewhere import elsewhere

        run = elsewhere(system.graph)
        for journey in system.critical:
            if judged(run, journey)[1] == "breaks":
                yield Match(journey.id, subject=_ELSEWHERE, detail=run)

    def gathered(self, new: Sequence[Match], base: System, head: System) -> Iterable[tuple[Match, Sequence[Match]]]:
        """Without what is so only because this machine lacks a program, and without any other region beside a seen one."""
        had = {called(one, base) for one in base.graph.inventory.gaps}
        known = excused(base, head)
        there = {one.journey for one in new if one.subject != _ELSEWHERE}
        for one in new:
            if one.subject == _ELSEWHERE and one.journey in there:
                continue
            gaps = [gap for gap in _gaps(one, head) if called(gap, head) not in had]
            if not gaps or not all(is_missing(gap) or gap.component in known for gap in gaps):
                yield one, ()

    def mended(self, match: Match, base: System, head: System) -> bool:
        """Not where the journey is known now to break: that is the worse of the two answers that it left open."""
        if match.domain is None or match.domain not in head.graph.components:
            return True
        return match.journey in head.losses.journeys and not head.losses.of(match.domain).breaks(match.journey)

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Names what was not seen and how it could break the journey."""
        journey = system.graph.name(match.journey or "")
        place = system.graph.name(match.domain) if match.domain is not None else "a region that is not seen here"
        if base is None:
            return Told(f"whether {journey} survives the loss of {place} is not known")
        from blastradius.simulate.judging import journey_result

        result = journey_result(match.detail, system.graph.journeys[match.journey or ""])
        gaps = _new(result.gaps, system, base)
        reasons = "; ".join(dict.fromkeys(one.reason for one in gaps[:2]))
        more = f" and {len(gaps) - 2:,} more" if len(gaps) > 2 else ""
        there = match.journey in base.graph.journeys
        return Told(
            f"whether {journey} survives the loss of {place} is {'no longer' if there else 'not'} known: {reasons}{more}",
            f"it was known whether {journey} survives it" if there else f"there was no journey {journey}",
            "make it visible: mend the file, or state what is missing in blastradius.yaml",
            result.chain_at_worst,
            evidence=tuple(piece for gap in gaps for piece in _where(gap, system)),
        )


_ELSEWHERE = ("elsewhere",)
"""What tells the match for all regions in which nothing was seen."""


def _gaps(match: Match, system: System) -> tuple[Gap, ...]:
    from blastradius.simulate.judging import journey_result

    return journey_result(match.detail, system.graph.journeys[match.journey or ""]).gaps


def _in_doubt(system: System) -> bool:
    """Whether anything that a judged journey needs was not seen whole: else no answer can be unknown."""
    subjects = {one.id for one in system.graph.roaming}
    subjects |= {one for gap in system.graph.inventory.gaps for one in (*gap.uncertain, gap.same_as) if one is not None}
    waiting = any(one.phase != "runtime" for one in system.critical)
    return waiting or any(system.losses.needs(one) for one in subjects)


def _new(gaps: tuple[Gap, ...], system: System, base: System) -> list[Gap]:
    """The gaps that the base did not have, or all where it had all of them: then the graph around them changed."""
    old = {called(one, base) for one in base.graph.inventory.gaps}
    new = [one for one in gaps if called(one, system) not in old]
    return new or list(gaps)


def _where(gap: Gap, system: System) -> tuple[Evidence, ...]:
    component = system.graph.components.get(gap.component or "")
    return (*gap.evidence, *(component.evidence if component is not None else ()))


RULES.register("BR005")(Unknown)
