"""The proof of each journey, step by step with file and line."""

from __future__ import annotations

from typing import Any

from blastradius.analysis.report import Report
from blastradius.durations import format_duration
from blastradius.model import ChainLink, JourneyResult
from blastradius.reports.html.matrix import GLYPHS, anchor
from blastradius.reports.html.texts import short
from blastradius.reports.wording import Names, ending, number

_MOST = 60
_OPEN = 3
_STEPS = 40
_EVIDENCE = 4
_NEEDS = {"runtime": "needs", "startup": "needs, to start,", "deploy": "needs, to be changed,", "operate": "needs, to be operated,"}  # fmt: skip


def proofs(report: Report, names: Names) -> tuple[list[dict[str, Any]], str]:
    """What proves the verdict of each journey, the broken ones open, and what did not fit.

    Args:
        report: the report.
        names: what to call components.
        view: how the inventory was named.
    """
    if report.answer is None:
        return [], ""
    order = ("breaks", "unknown", "degrades", "survives")
    journeys = sorted(enumerate(report.answer.journeys), key=lambda item: (order.index(item[1].verdict), item[0]))
    shown = [_proof(position, journey, names) for position, journey in journeys[:_MOST]]
    for proof in [one for one in shown if one["verdict"] in ("breaks", "unknown")][:_OPEN]:
        proof["open"] = True
    left = len(journeys) - _MOST
    return shown, f"and {number(left, 'more journey')}; `blastradius explain` proves each" if left > 0 else ""


def _proof(position: int, journey: JourneyResult, names: Names) -> dict[str, Any]:
    chain = journey.chain or journey.chain_at_worst
    notes = []
    if not journey.chain and journey.chain_at_worst:
        notes.append("This is how what was not seen could break it.")
    if len(chain) > _STEPS:
        notes.append(f"{number(len(chain) - _STEPS, 'more step')} between; `blastradius explain` shows all.")
    others = [names[one] for one in journey.exposed if one != journey.id]
    if others:
        notes.append(f"Without a spare now: {', '.join(short(name, 60) for name in others[:8])}")
    notes += [f"Not seen: {short(gap.reason, 300)}" for gap in journey.gaps[:6]]
    if len(journey.gaps) > 6:
        notes.append(f"and {number(len(journey.gaps) - 6, 'more gap')}")
    if len(chain) > _STEPS:
        chain = (*chain[: _STEPS // 2], *chain[-_STEPS // 2 :])
    return {
        "anchor": anchor(position),
        "name": short(names[journey.id], 80),
        "verdict": journey.verdict,
        "glyph": GLYPHS[journey.verdict],
        "ending": ending(journey),
        "steps": [_step(link, names) for link in chain],
        "notes": notes,
        "open": False,
    }


def _step(link: ChainLink, names: Names) -> dict[str, Any]:
    ground: list[str] = [link.strength, link.basis]
    if link.group:
        ground.append(f"one of {len(link.group)} that can serve")
    if link.tolerance:
        ground.append(f"goes on without it for {format_duration(link.tolerance)}")
    said = ", ".join(ground)
    dependent, dependency = names[link.dependent], names[link.dependency]
    return {
        # an inferred journey is called like the service by which it comes in
        "dependent": short(f"journey {dependent}" if dependent == dependency else dependent, 90),
        "dependency": short(dependency, 90),
        "needs": _NEEDS[link.phase],
        "ground": f"{said}: {short(link.reason, 300)}" if link.reason else said,
        "evidence": [
            {"locator": short(piece.locator, 200), "note": short(piece.note or "", 300)}
            for piece in link.evidence[:_EVIDENCE]
        ],
    }
