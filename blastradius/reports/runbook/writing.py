"""A runbook in Markdown: what somebody who was just woken up reads from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.model import Verdict
from blastradius.reports.escape import markdown
from blastradius.reports.runbook.hands import Hands, Written, place
from blastradius.reports.runbook.journeys import journey, notice
from blastradius.reports.runbook.moving import moved, moves_in_order, stranded
from blastradius.reports.runbook.parts import MOST, items, named, table, undeclared
from blastradius.reports.wording import MARKS, ending, grouped, number, question, subjects

if TYPE_CHECKING:
    from blastradius.analysis.runbook import Event, Restored, Runbook, Talk

_AT_WORST: dict[Verdict, str] = {"breaks": "could break", "degrades": "could be degraded"}
_HAPPENINGS = {
    "lost": "**lost**", "impaired": "impaired", "back": "**back**", "moved": "moved", "degraded": "degraded",
    "down": "down", "up": "no longer down",
}  # fmt: skip


def write(runbook: Runbook, yours: Written | None = None) -> str:
    """A runbook as a Markdown document.

    Args:
        runbook: what it says.
        yours: what people wrote into an earlier one; what has no place any more stands at the end.

    Raises:
        InputError: when nothing tells whether a line of the earlier one is a person's.
    """
    hands = Hands(yours or Written(), *_places(runbook))
    parts = [
        f"# When {markdown(question(runbook.scenario))}",
        "Made by `blastradius report --format runbook`. What you write between two marks `yours` and `end of yours` "
        "of this file's source stays where it is when it is made anew; what you write elsewhere is kept at the end.",
        *_glance(runbook),
        hands.at("at a glance"),
        "## 1. Notice",
        *notice(runbook),
        hands.at("notice"),
        "## 2. Talk to each other",
        *_talk(runbook.talks, "respond"),
        hands.at("talk"),
        "## 3. Do, in this order",
        *moves_in_order(runbook.moves, hands),
        *stranded(runbook),
        "## 4. Do not try",
        *_cautions(runbook),
        hands.at("do not try"),
        "## 5. Tell",
        *_tell(runbook),
        hands.at("tell"),
        "## 6. What breaks when, and how to see that it is back",
        *_events(runbook),
        *(part for plan in runbook.plans for part in journey(plan, hands)),
        "## 7. When it is back: restore in this order",
        *_restore(runbook),
        hands.at("restore"),
        "## 8. Not seen",
        *_unseen(runbook),
        *hands.rest(),
    ]
    return hands.sealed("\n\n".join(part for part in parts if part) + "\n")


_FIXED = ("at a glance", "notice", "talk", "do not try", "tell", "restore")


def _places(runbook: Runbook) -> tuple[list[str], dict[str, str]]:
    """Where people may write, and what these places were once called, by display name."""
    journeys = {plan.result.id: plan.result.name for plan in runbook.plans}
    places = [*_FIXED, *(moved(one) for one in runbook.moves), *(place("", id) for id in journeys)]
    return places, {f"journey {name}": place("", id) for id, name in journeys.items()}


def _glance(runbook: Runbook) -> Iterator[str]:
    if undeclared(runbook):
        yield (
            "**No journeys are declared, so nobody can say what this loss means to users**: declare them under "
            "`journeys:` in `blastradius.yaml`. What follows is about components alone."
        )
    elif not runbook.plans:
        yield "No journey is touched by what was seen."
    else:
        rows = [
            (
                "" if plan.result.tier is None else str(plan.result.tier),
                f"**{markdown(plan.result.name)}**",
                f"{MARKS[plan.result.verdict][0]} {markdown(ending(plan.result))}",
                markdown(plan.owner or "nobody stated"),
                "" if plan.rto is None else format_duration(plan.rto),
            )
            for plan in runbook.plans
        ]
        yield table(("tier", "journey", "what happens", "owner", "RTO"), rows)
    if runbook.doubtful:
        told = [f"{one.name} ({_AT_WORST.get(one.at_worst, one.at_worst)})" for one in runbook.doubtful]
        yield f"Not touched by what was seen, and **could be by what was not** (see 8): {named(told, 12)}."
    if runbook.untouched:
        yield f"Not touched: {named(runbook.untouched, 12)}."


def _talk(talks: Sequence[Talk], purpose: str) -> Iterator[str]:
    chosen = [one for one in talks if one.purpose == purpose]
    if not chosen:
        what = {"respond": "how people work on an incident", "inform": "how customers are told"}[purpose]
        yield f"No journey says {what}: give one `purpose: {purpose}` in `blastradius.yaml`."
    for one in chosen:
        lost = f" Lost: {named(one.lost)}." if one.lost else ""
        means = f" Stands: {named(one.means)}." if one.means else ""
        yield f"**{markdown(one.journey)}** {markdown(ending(one.result))}.{lost}{means}"


def _cautions(runbook: Runbook) -> Iterator[str]:
    if not runbook.cautions:
        yield "Nothing that was seen speaks against restarting or changing what stands."
    else:
        yield items(f"**{markdown(one.text)}**: {markdown(one.because)}." for one in runbook.cautions)


def _tell(runbook: Runbook) -> Iterator[str]:
    if runbook.owners:
        yield table(("whom", "of what"), ((markdown(team), named(what)) for team, what in runbook.owners))
    else:
        yield "No owner is stated for anything that is hit."
    yield from _talk(runbook.talks, "inform")


def _events(runbook: Runbook) -> Iterator[str]:
    rows = [(f"+{format_duration(event.at)}", _event(event)) for event in runbook.events]
    more = (
        f"\n\n… and {len(rows) - 100:,} more; `blastradius simulate --format json` has all." if len(rows) > 100 else ""
    )
    yield table(("when", "what"), rows[:100]) + more


def _event(event: Event) -> str:
    note = f" ({markdown(event.note)})" if event.note else ""
    return f"{_HAPPENINGS[event.what]}: {named(event.names, 12)}{note}"


def _restore(runbook: Runbook) -> Iterator[str]:
    if not runbook.restored:
        yield "Nothing of your own is still down when the loss ends."
    else:
        yield "\n".join(f"{at}. {_wave(one)}" for at, one in enumerate(runbook.restored, 1))
    if runbook.moved_back:
        back = (f"{markdown(name)} to {named(home)}" for name, home in runbook.moved_back)
        yield "Then move back, at a quiet hour:\n\n" + items(back)
    if runbook.deadlocks:
        yield f"**Cold-start deadlock:** from nothing these could not start: {named(runbook.deadlocks, 12)}."


def _wave(one: Restored) -> str:
    slow = [f"{markdown(name)} (takes {format_duration(seconds)})" for name, seconds in one.slow]
    names = [*(markdown(name) for name in one.names[:MOST]), *slow[:MOST]]
    more = len(one.names) + len(slow) - len(names)
    text = ", ".join(names) + (f" and {more:,} more" if more else "")
    together = "; they need each other: start them together" if one.together else ""
    cold = f"; cold, only once all that it starts with is back: {named(one.cold)}" if one.cold else ""
    return text + together + cold


def _unseen(runbook: Runbook) -> Iterator[str]:
    if undeclared(runbook):
        yield "No journeys are declared, so nobody can say which of what was not seen matters."
    elif not runbook.unseen_count:
        yield "Nothing that was not seen could make this worse."
    elif not runbook.gaps:
        yield f"Of {number(runbook.unseen_count, 'gap')} in what was seen none could change what becomes of a journey under this loss."
    for gaps, said in (
        (runbook.gaps, "What nobody could see and could make this worse:"),
        (runbook.unseen, "What nobody could see:"),
    ):
        groups = (f"{len(same)} × {reason}: {subjects(same)}" for reason, same in grouped(gaps))
        if gaps:
            yield f"{said}\n\n" + items(map(markdown, groups))
    unanswered = sum(call.status != "ok" for call in runbook.coverage.calls)
    if unanswered:
        yield f"{number(unanswered, 'call')} of {len(runbook.coverage.calls):,} to accounts {'was' if unanswered == 1 else 'were'} not answered."
