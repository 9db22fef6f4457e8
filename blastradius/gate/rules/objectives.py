"""BR009: a critical journey misses its RTO or RPO, or stands only by a failover that nobody tried."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.durations import format_duration
from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import System, places_only
from blastradius.model import Evidence, JourneyResult


class Objectives(GateRule):
    """A promise that a loss breaks."""

    id = "BR009"
    name = "objective-missed"
    summary = "A critical journey misses its RTO or RPO, or stands only by an unrehearsed failover."
    docs = (
        "It fires where the loss of one region or zone keeps a critical journey down for longer than its RTO, loses more "
        "data than its RPO allows, or is survived only by a manual failover that was never rehearsed (or longer ago than "
        "`policy: {rehearsed_within: …}`).\n\n"
        "It does not fire for journeys that promise nothing and stand by no hand.\n\n"
        "Make the failover faster or automatic, shorten its lag, rehearse it and write down when."
    )

    def matches(self, system: System) -> Iterable[Match]:
        """Each promise of a judged journey that the loss of a domain breaks."""
        by_hand = any(group.manual for group in system.graph.circuit.groups)
        journeys = [one for one in system.critical if by_hand or one.rto is not None or one.rpo is not None]
        if not journeys:
            return
        from blastradius.simulate import scenario
        from blastradius.simulate.judging import journey_result
        from blastradius.simulate.run import Run

        for domain in system.of_kind("region", "zone"):
            run = Run(system.graph, scenario([f"id:{domain}"]))
            for journey in journeys:
                result = journey_result(run, journey, system.today, system.policy)
                for what in _missed(result):
                    yield Match(journey.id, domain, subject=(what,), detail=result)

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Says which promise, and by how much."""
        result: JourneyResult = match.detail
        journey, place = result.name, system.graph.name(match.domain or "")
        promised = system.graph.journeys[result.id]
        if match.subject == ("rto",):
            long = "for as long as it lasts" if result.downtime is None else f"for {format_duration(result.downtime)}"
            message = f"{journey} is down {long} when {place} is lost; its RTO is {format_duration(promised.rto or 0)}"
            was, fix = (
                f"{journey} kept its RTO then",
                f"a way out of {place} within {format_duration(promised.rto or 0)}",
            )
        elif match.subject == ("rpo",):
            message = (
                f"{journey} loses more data than its RPO of {format_duration(promised.rpo or 0)} when {place} is lost"
            )
            was, fix = f"{journey} kept its RPO then", "a standby that lags less"
        else:
            message = f"{journey} outlives {place} only by a failover by hand that was not rehearsed"
            was, fix = f"{journey} did not stand by that alone", "rehearse it and state when (`rehearsed:`)"
        if base is not None and match.journey not in base.graph.journeys:
            was = f"there was no journey {journey}"
        return Told(
            message, was if base is not None else None, fix, result.chain, evidence=_stands(result, system, base)
        )


def _missed(result: JourneyResult) -> Iterable[str]:
    if result.meets_rto is False:
        yield "rto"
    if result.meets_rpo is False:
        yield "rpo"
    if result.by_hand and result.unrehearsed:
        yield "unrehearsed"


def _stands(result: JourneyResult, system: System, base: System | None) -> tuple[Evidence, ...]:
    """Where the nearest need on the proof stands that a person wrote, of those that the base did not have if any; else
    the journey: one comment in that line speaks of what falls and of the promise that it breaks."""
    written = [one for one in reversed(result.chain) if system.location(one.evidence) is not None]
    new = [one for one in written if base is not None and not places_only(one) and not base.has_alone(system, one)]
    return next((one.evidence for one in (*new, *written)), system.graph.journeys[result.id].evidence)


RULES.register("BR009")(Objectives)
