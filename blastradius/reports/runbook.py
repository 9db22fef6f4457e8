"""A runbook in Markdown: what somebody who was just woken up reads from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.model import Phase, Verdict
from blastradius.reports.escape import markdown
from blastradius.reports.hands import Hands, Written, place
from blastradius.reports.wording import MARKS, ending, ground, grouped, listed, number, question, subjects

if TYPE_CHECKING:
    from blastradius.analysis.runbook import Event, Move, Need, Plan, Restored, Runbook, Talk, Watch

_MOST = 30
_AT_WORST: dict[Verdict, str] = {"breaks": "could break", "degrades": "could be degraded"}
_HAPPENINGS = {
    "lost": "**lost**", "impaired": "impaired", "back": "**back**", "moved": "moved", "degraded": "degraded",
    "down": "down", "up": "no longer down",
}  # fmt: skip

_TRIED: dict[Phase, str] = {
    "runtime": "try {} as a user",
    "startup": "start one more of {}",
    "deploy": "roll something harmless out to {}",
    "operate": "see that signals of {} arrive, and that they answer an order",
}


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
        *_notice(runbook),
        hands.at("notice"),
        "## 2. Talk to each other",
        *_talk(runbook.talks, "respond"),
        hands.at("talk"),
        "## 3. Do, in this order",
        *_moves(runbook.moves, hands),
        *_stranded(runbook),
        "## 4. Do not try",
        *_cautions(runbook),
        hands.at("do not try"),
        "## 5. Tell",
        *_tell(runbook),
        hands.at("tell"),
        "## 6. What breaks when, and how to see that it is back",
        *_events(runbook),
        *(part for plan in runbook.plans for part in _journey(plan, hands)),
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
    places = [*_FIXED, *(_moved(one) for one in runbook.moves), *(place("", id) for id in journeys)]
    return places, {f"journey {name}": place("", id) for id, name in journeys.items()}


def _moved(move: Move) -> str:
    return place("move", f"{move.id} from {', '.join(move.leave_ids)}")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns)
    return "\n".join([head, *("| " + " | ".join(row) + " |" for row in rows)])


def _list(lines: Iterable[str], mark: str = "- ") -> str:
    found = [mark + line for line in lines]
    more = [f"- … and {len(found) - _MOST:,} more"] if len(found) > _MOST else []
    return "\n".join([*found[:_MOST], *more])


def _names(names: Sequence[str], most: int = 6) -> str:
    return markdown(listed(list(names), most))


def _glance(runbook: Runbook) -> Iterator[str]:
    if _undeclared(runbook):
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
        yield _table(("tier", "journey", "what happens", "owner", "RTO"), rows)
    if runbook.doubtful:
        told = [f"{one.name} ({_AT_WORST.get(one.at_worst, one.at_worst)})" for one in runbook.doubtful]
        yield f"Not touched by what was seen, and **could be by what was not** (see 8): {_names(told, 12)}."
    if runbook.untouched:
        yield f"Not touched: {_names(runbook.untouched, 12)}."


def _notice(runbook: Runbook) -> Iterator[str]:
    probes = [plan for plan in runbook.plans if plan.probe is not None]
    if probes:
        yield "Ask from outside:\n\n" + _list(f"{markdown(plan.result.name)}: {_probe(plan)}" for plan in probes)
    watched = [one for one in runbook.watches if one.by or one.blind]
    if watched:
        yield "What is on the way of a journey that is hit, and who sees it:\n\n" + _list(map(_watched, watched))
    nobody = [one.name for one in runbook.watches if not one.by and not one.blind]
    if nobody:
        yield f"**Nothing that was seen watches:** {_names(nobody, 12)}."
    if not probes and not _undeclared(runbook):
        yield "No journey that is hit states a probe: add `probe: {url: …}` to it in `blastradius.yaml`."


def _watched(one: Watch) -> str:
    by = f" by {_names(one.by)}" if one.by else " by nothing that stands"
    blind = f"; **{_names(one.blind)} is lost as well**" if one.blind else ""
    return f"{markdown(one.name)}{by}{blind}"


def _probe(plan: Plan) -> str:
    probe = plan.probe
    if probe is None:
        return f"no probe is stated; {_TRIED[plan.phase].format(_names(plan.entries))}"
    if probe.url is not None:
        return f"`GET` {markdown(probe.url)} answers {probe.status} within {probe.timeout} s"
    return f"{markdown(' '.join(probe.command))} ends with 0 within {probe.timeout} s"


def _talk(talks: Sequence[Talk], purpose: str) -> Iterator[str]:
    chosen = [one for one in talks if one.purpose == purpose]
    if not chosen:
        what = {"respond": "how people work on an incident", "inform": "how customers are told"}[purpose]
        yield f"No journey says {what}: give one `purpose: {purpose}` in `blastradius.yaml`."
    for one in chosen:
        lost = f" Lost: {_names(one.lost)}." if one.lost else ""
        means = f" Stands: {_names(one.means)}." if one.means else ""
        yield f"**{markdown(one.journey)}** {markdown(ending(one.result))}.{lost}{means}"


def _moves(moves: Sequence[Move], hands: Hands) -> Iterator[str]:
    by_hand = [one for one in moves if one.mode == "manual" and one.happens]
    alone = [one for one in moves if one.mode == "automatic" and one.happens]
    if not by_hand:
        yield "Nothing is to be moved by hand."
    if len(by_hand) > 1:
        total = sum(one.takes or 0 for one in by_hand)
        yield f"All times below are those of beginning at once and side by side; one after the other these take {format_duration(total)}."
    for at, one in enumerate(by_hand, 1):
        yield f"### {at}. Move {markdown(one.name)} to {_names(one.enter)}"
        yield _list(_move(one), "- [ ] ")
        yield hands.at(_moved(one))
    if alone:
        yield "These move by themselves; see that they do:\n\n" + _list(map(_by_itself, alone))


def _stranded(runbook: Runbook) -> Iterator[str]:
    if runbook.stranded:
        yield (
            f"**No way around was seen for {_names(runbook.stranded, 12)}**: down until what is lost is back. Before the next "
            "time: `blastradius fixes` names the smallest changes that would mend it."
        )


def _move(one: Move) -> Iterator[str]:
    yield f"away from {_names(one.leave)}" + (f"; {_names(one.lost)} is lost as well" if one.lost else "")
    long = "nobody said how long it takes" if one.takes is None else f"takes {format_duration(one.takes)}"
    tried = f"last rehearsed on {one.rehearsed}" if one.rehearsed else "**never rehearsed**"
    yield f"{long}; {tried}" + (" (too long ago)" if one.old and one.rehearsed else "")
    if one.spare is not None and one.spare >= 0:
        yield f"**begin within {format_duration(one.spare)}**: later, an RTO is missed"
    elif one.spare is not None:
        yield f"**begin at once**: an RTO is missed by {format_duration(-one.spare)} even so"
    yield f"procedure: {markdown(one.runbook)}" if one.runbook else "procedure: none is written down; write it below"
    for need in one.needs:
        yield f"needs {_need(need)}"
    if not one.needs:
        yield "needs nothing that was seen"
    if one.lag:
        yield f"**up to {format_duration(one.lag)} of data is lost**: say so before you do it"
    who = f"; ask {_names(one.owners)}" if one.owners else ""
    yield f"for {_names(one.journeys) if one.journeys else 'no journey that is hit'}{who}"


def _need(need: Need) -> str:
    if need.stands:
        return f"{markdown(need.name)}, which stands"
    because = f" ({' → '.join(map(markdown, need.because))})" if len(need.because) > 1 else ""
    return f"{markdown(need.name)}, **which is down when this is called for**{because}: wait until it is back"


def _by_itself(one: Move) -> str:
    within = f" within {format_duration(one.takes)}" if one.takes else " at once"
    needs = "".join(f", with {_need(need)}" for need in one.needs)
    lag = f"; up to {format_duration(one.lag)} of data is lost" if one.lag else ""
    return f"{markdown(one.name)} to {_names(one.enter)}{within}{needs}{lag}"


def _cautions(runbook: Runbook) -> Iterator[str]:
    if not runbook.cautions:
        yield "Nothing that was seen speaks against restarting or changing what stands."
    else:
        yield _list(f"**{markdown(one.text)}**: {markdown(one.because)}." for one in runbook.cautions)


def _tell(runbook: Runbook) -> Iterator[str]:
    if runbook.owners:
        yield _table(("whom", "of what"), ((markdown(team), _names(what)) for team, what in runbook.owners))
    else:
        yield "No owner is stated for anything that is hit."
    yield from _talk(runbook.talks, "inform")


def _events(runbook: Runbook) -> Iterator[str]:
    rows = [(f"+{format_duration(event.at)}", _event(event)) for event in runbook.events]
    more = (
        f"\n\n… and {len(rows) - 100:,} more; `blastradius simulate --format json` has all." if len(rows) > 100 else ""
    )
    yield _table(("when", "what"), rows[:100]) + more


def _event(event: Event) -> str:
    note = f" ({markdown(event.note)})" if event.note else ""
    return f"{_HAPPENINGS[event.what]}: {_names(event.names, 12)}{note}"


def _journey(plan: Plan, hands: Hands) -> Iterator[str]:
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
    yield _list(lines)
    yield hands.at(place("", plan.result.id))


def _restore(runbook: Runbook) -> Iterator[str]:
    if not runbook.restored:
        yield "Nothing of your own is still down when the loss ends."
    else:
        yield "\n".join(f"{at}. {_wave(one)}" for at, one in enumerate(runbook.restored, 1))
    if runbook.moved_back:
        back = (f"{markdown(name)} to {_names(home)}" for name, home in runbook.moved_back)
        yield "Then move back, at a quiet hour:\n\n" + _list(back)
    if runbook.deadlocks:
        yield f"**Cold-start deadlock:** from nothing these could not start: {_names(runbook.deadlocks, 12)}."


def _wave(one: Restored) -> str:
    slow = [f"{markdown(name)} (takes {format_duration(seconds)})" for name, seconds in one.slow]
    names = [*(markdown(name) for name in one.names[:_MOST]), *slow[:_MOST]]
    more = len(one.names) + len(slow) - len(names)
    text = ", ".join(names) + (f" and {more:,} more" if more else "")
    together = "; they need each other: start them together" if one.together else ""
    cold = f"; cold, only once all that it starts with is back: {_names(one.cold)}" if one.cold else ""
    return text + together + cold


def _unseen(runbook: Runbook) -> Iterator[str]:
    if _undeclared(runbook):
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
            yield f"{said}\n\n" + _list(map(markdown, groups))
    unanswered = sum(call.status != "ok" for call in runbook.coverage.calls)
    if unanswered:
        yield f"{number(unanswered, 'call')} of {len(runbook.coverage.calls):,} to accounts {'was' if unanswered == 1 else 'were'} not answered."


def _undeclared(runbook: Runbook) -> bool:
    return not (runbook.plans or runbook.untouched or runbook.doubtful)
