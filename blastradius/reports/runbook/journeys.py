"""What a runbook says of journeys that are hit: how to notice, because of what, and how to see that they are back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.model import Phase
from blastradius.reports.escape import markdown
from blastradius.reports.runbook.hands import Hands, place
from blastradius.reports.runbook.parts import items, named, undeclared
from blastradius.reports.wording import MARKS, ground

if TYPE_CHECKING:
    from blastradius.analysis.runbook import Plan, Runbook, Watch

_TRIED: dict[Phase, str] = {
    "runtime": "try {} as a user",
    "startup": "start one more of {}",
    "deploy": "roll something harmless out to {}",
    "operate": "see that signals of {} arrive, and that they answer an order",
}


def notice(runbook: Runbook) -> Iterator[str]:
    """Probes of the journeys that are hit, and who watches what is on their way."""
    probes = [plan for plan in runbook.plans if plan.probe is not None]
    if probes:
        yield "Ask from outside:\n\n" + items(f"{markdown(plan.result.name)}: {_probe(plan)}" for plan in probes)
    watched = [one for one in runbook.watches if one.by or one.blind]
    if watched:
        yield "What is on the way of a journey that is hit, and who sees it:\n\n" + items(map(_watched, watched))
    nobody = [one.name for one in runbook.watches if not one.by and not one.blind]
    if nobody:
        yield f"**Nothing that was seen watches:** {named(nobody, 12)}."
    if not probes and not undeclared(runbook):
        yield "No journey that is hit states a probe: add `probe: {url: …}` to it in `blastradius.yaml`."


def _watched(one: Watch) -> str:
    by = f" by {named(one.by)}" if one.by else " by nothing that stands"
    blind = f"; **{named(one.blind)} is lost as well**" if one.blind else ""
    return f"{markdown(one.name)}{by}{blind}"


def _probe(plan: Plan) -> str:
    probe = plan.probe
    if probe is None:
        return f"no probe is stated; {_TRIED[plan.phase].format(named(plan.entries))}"
    if probe.url is not None:
        return f"`GET` {markdown(probe.url)} answers {probe.status} within {probe.timeout} s"
    return f"{markdown(' '.join(probe.command))} ends with 0 within {probe.timeout} s"


def journey(plan: Plan, hands: Hands) -> Iterator[str]:
    """One journey that is hit: because of what, whether its objectives are kept, and how to see that it works."""
    name = plan.result.name
    yield f"### {MARKS[plan.result.verdict][0]} {markdown(name)}"
    lines = []
    if plan.chain:
        links = plan.result.chain or plan.result.chain_at_worst
        lines.append(f"because of {' → '.join(map(markdown, plan.chain))} ({markdown(ground(links))})")
    lines.append(f"see that it works: {_probe(plan)}")
    if plan.rto is not None:
        met = {True: "kept", False: "**missed**", None: "not known"}[plan.result.meets_rto]
        lines.append(f"RTO {format_duration(plan.rto)}: {met}")
    if plan.rpo is not None:
        met = {True: "kept", False: "**missed**", None: "not known"}[plan.result.meets_rpo]
        lines.append(f"RPO {format_duration(plan.rpo)}: {met}")
    if plan.result.cost:
        lines.append(f"costs {plan.result.cost:,.0f}")
    yield items(lines)
    yield hands.at(place("", plan.result.id))
