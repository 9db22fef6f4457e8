"""DNS per journey, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import ground, listed, number

if TYPE_CHECKING:
    from blastradius.analysis.dns import Dns
    from blastradius.model import ChainLink, Finding

_MOST = 20
_LONGEST = 8


def page(result: Dns, view: View) -> list[str]:
    """Findings with their proofs, then what each journey rests on, then what was not seen."""
    names = {one.id: one.name for one in result.names}
    names |= {one.id: one.name for one in result.zones} | {one.id: one.name for one in result.journeys}
    lines = [_headline(result, view)]
    for finding in result.findings[:_MOST]:
        tone = view.tone(finding.rule, "bad" if finding.level == "block" else "warn")
        lines += ["", *wrapped(f"  {tone} {terminal(finding.message)}", view.width, 6)]
        lines += [view.tone(line, "dim") for line in wrapped(_proof(finding, names), view.width, 6)]
        if finding.fix:
            lines += wrapped(f"    {terminal(finding.fix)}", view.width, 6)
    lines += _more(len(result.findings), "finding")
    journeys = _journeys(result, names, view)
    lines += ["", *journeys] if journeys else []
    lines += _unseen(result, names, view)
    end = [*gap_lines((), result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *end] if end else lines


def _headline(result: Dns, view: View) -> str:
    head = view.tone("What of DNS do the journeys rest on?", "strong")
    if not result.journeys:
        return f"{head} No journey is declared, and no entry point was seen"
    judged = f"{number(len(result.findings), 'finding')} in {number(len(result.journeys), 'journey')}"
    without = sum(one.rto is None for one in result.journeys)
    return f"{head} {judged}" + (f"; {without:,} without an RTO, by which no TTL is judged" if without else "")


def _proof(finding: Finding, names: dict[str, str]) -> str:
    chain: tuple[ChainLink, ...] = finding.chain
    hops = [names.get(id, id) for id in (chain[0].dependent, *(one.dependency for one in chain))]
    if len(hops) > _LONGEST:
        hops = [*hops[: _LONGEST - 4], "…", *hops[-3:]]
    return terminal(f"    {' → '.join(hops)} ({ground(chain)})")


def _journeys(result: Dns, names: dict[str, str], view: View) -> list[str]:
    zones = {one.id: one for one in result.zones}
    kept = {one.id: one.ttl for one in result.names}
    lines = []
    # a journey of which nothing was seen is told of below, with the reason
    told = {one.journey for one in result.unseen}
    seen = [one for one in result.journeys if one.names or one.zones or one.id not in told]
    for journey in seen[:_MOST]:
        rto = "" if journey.rto is None else f" (RTO {format_duration(journey.rto)})"
        asked = [
            names[id] + (f" {format_duration(ttl)}" if (ttl := kept[id]) is not None else " TTL not seen")
            for id in journey.names
        ]
        served = [f"{zones[id].name} by {', '.join(zones[id].providers) or 'nobody seen'}" for id in journey.zones]
        parts = [listed(asked) if asked else "no name seen", listed(served) if served else "no zone seen"]
        lines += wrapped(terminal(f"  {journey.name}{rto}: {'; '.join(parts)}"), view.width, 6)
    return [*lines, *_more(len(seen), "journey")]


def _unseen(result: Dns, names: dict[str, str], view: View) -> list[str]:
    lines = []
    for one in result.unseen[:_MOST]:
        where = f" ({one.evidence[0].locator})" if one.evidence else ""
        text = terminal(f"  {names[one.journey]}: {one.what}: {one.reason}{where}")
        lines += [view.tone(part, "unknown") for part in wrapped(text, view.width, 6)]
    return ["", "Not seen, and so not judged:", *lines, *_more(len(result.unseen), "name or zone")] if lines else []


def _more(count: int, thing: str) -> list[str]:
    return [f"  and {count - _MOST:,} more: `--format json` lists each {thing}"] if count > _MOST else []


pages.register("Dns")(page)
