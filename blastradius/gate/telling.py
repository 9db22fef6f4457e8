"""A match of a rule as a finding: in words, with its proof and its place."""

from __future__ import annotations

from blastradius.gate.result import GateFinding
from blastradius.gate.ruling import Active, Match
from blastradius.gate.system import System


def finding(active: Active, match: Match, fingerprint: str, system: System, base: System | None) -> GateFinding:
    """A match as a finding.

    Args:
        active: its rule.
        match: the match.
        fingerprint: its identity.
        system: where it was met.
        base: what that is compared with, for what is new.
    """
    told = active.rule.tell(match, system, base)
    journey = system.graph.journeys.get(match.journey or "")
    evidence = told.evidence or (told.introduced.evidence if told.introduced is not None else ())
    if not evidence and match.dependent is not None:
        evidence = tuple(
            piece
            for record in system.needs.get((system.end(match.dependent), system.end(match.dependency or "")), ())
            for piece in record.evidence
        )
    link = told.introduced
    return GateFinding(
        rule=active.rule.id,
        name=active.rule.name,
        level=active.level,
        fingerprint=fingerprint,
        message=told.message,
        journey=match.journey,
        journey_name=journey.name if journey is not None else None,
        tier=journey.tier if journey is not None else None,
        domain=match.domain,
        domain_name=system.graph.name(match.domain) if match.domain is not None else None,
        dependent=link.dependent if link is not None else match.dependent,
        dependency=link.dependency if link is not None else match.dependency,
        chain=told.chain,
        path=tuple(system.location(one.evidence) for one in told.chain),
        evidence=evidence,
        location=system.location(evidence, base),
        was=told.was,
        fix=told.fix,
    )
