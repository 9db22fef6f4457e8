"""What rests on whom, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import listed, number

if TYPE_CHECKING:
    from blastradius.analysis.concentration import Concentrated, Concentration, Critical

_MOST = 8
_HEAD = f"{'critical':>10}{'direct':>8}{'times':>7}{'uses':>7}"


def page(result: Concentration, view: View) -> list[str]:
    """For each kind those that most rests on, each with the journey that proves it."""
    title = view.tone("On whom do the journeys rest?", "strong")
    lines = [f"{title} {_scale(result)}"]
    if not result.journeys:
        lines += [
            "",
            "No journeys are declared, so nothing can be counted: write blastradius.yaml beside the inventory",
        ]
    money = any(one.revenue_per_hour is not None for one in result.providers)
    for kind in result.by:
        found = [one for one in result.providers if one.kind == kind and (one.uses or one.unknown)]
        if not found:
            continue
        lines += ["", view.tone(f"  {_HEAD}{'an hour' if money else '':>11}  {kind}", "dim")]
        for one in found[:_MOST]:
            lines += _provider(one, result, view, money)
        if len(found) > _MOST:
            lines.append(f"  and {len(found) - _MOST:,} more: --format json or csv has all")
    lines += ["", *wrapped(_METHOD, view.width)]
    unseen = [*gap_lines((), result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *unseen] if unseen else lines


_METHOD = (
    "critical: down for good without it. direct: of these, over what is your own alone. times: what others bring along "
    "(critical / direct). uses: reach it at all. Measures of Kashaf et al., IMC 2020."
)


def _scale(result: Concentration) -> str:
    said = number(result.journeys, "journey")
    if result.inferred:
        said += f" ({result.inferred:,} inferred)"
    if result.revenue_per_hour is not None:
        said += f", {result.revenue_per_hour:,.0f} an hour"
        said += f" ({number(result.unstated, 'journey')} not counted)" if result.unstated else ""
    return said


def _provider(one: Concentrated, result: Concentration, view: View, money: bool) -> list[str]:
    direct = sum(found.direct for found in one.critical)
    times = "" if not one.critical else f"{one.impact_amplification:g}×" if one.impact_amplification else "others"
    counts = f"{f'{len(one.critical)} of {result.journeys}':>10}{direct:>8}{times:>7}{len(one.uses):>7}"
    revenue = (f"{one.revenue_per_hour:,.0f}" if one.revenue_per_hour is not None else "") if money else ""
    tone: Tone = "bad" if one.critical else "good"
    doubt = f"  {view.tone(f'and perhaps {len(one.unknown)} more', 'unknown')}" if one.unknown else ""
    lines = [f"  {view.tone(counts, tone)}{revenue:>11}  {terminal(one.id)}{doubt}"]
    if one.critical:
        told = [_proof(one.critical[0], result), *([f"through {_some(one.through)}"] if one.through else [])]
        lines += [view.tone(line, "dim") for text in told for line in wrapped(" " * 6 + text, view.width, 8)]
    return lines


def _some(ids: tuple[str, ...]) -> str:
    return listed([terminal(id) for id in ids], 4)


def _proof(critical: Critical, result: Concentration) -> str:
    hops = [
        result.names[critical.journey],
        *(result.names.get(link.dependency, link.dependency) for link in critical.chain),
    ]
    if len(hops) > 5:
        hops = [*hops[:2], "…", *hops[-2:]]
    return terminal(" → ".join(hops))


pages.register("Concentration")(page)
