"""The gate on one screen: each new finding with its path, then the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.gate._folding import behind, folded
from blastradius.reports.text import pages
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import covered, number

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult, Seen
    from blastradius.model import ChainLink

_MOST = 30
_LONGEST = 6
_SHOWN = ("new", "expired", "waived")


def page(result: GateResult, view: View) -> list[str]:
    """New findings with their paths, what is let through, then what was counted and seen."""
    shown = folded(one for one in result.findings if one.status in _SHOWN)
    lines: list[str] = []
    for finding, rest in shown[:_MOST]:
        lines += _finding(finding, behind(rest, result.names), result.names, view)
    if len(shown) > _MOST:
        left = sum(1 + len(rest) for _, rest in shown[_MOST:])
        lines.append(f"and {left:,} more: `--format json` lists each finding")
    for notice in result.notices:
        lines += [view.tone(line, "warn") for line in wrapped(f"note: {terminal(notice)}", view.width, 6)]
    return [*lines, *wrapped(_last(result, view), view.width, 2)]


def _finding(one: GateFinding, more: str, names: dict[str, str], view: View) -> list[str]:
    tone: Tone = "dim" if one.status == "waived" else "bad" if one.fails else "warn"
    mark = {"waived": " (waived)", "expired": " (its waiver is over)"}.get(one.status, "")
    if one.status == "new" and not one.fails:
        mark = f" ({one.level})"
    head = f"{view.tone(one.rule, tone)} {terminal(one.name):<26} {terminal(one.message)}{mark}"
    lines = wrapped(head, view.width, 6)
    where = f"{one.location.path}:{one.location.line}" if one.location is not None else ""
    proof = _path(one, names)
    if where or proof:
        lines += wrapped(terminal("  " + "  ".join(part for part in (where, proof) if part)), view.width, 6)
    lines += wrapped(f"  {more}", view.width, 6) if more else []
    beside = "      ".join(
        f"{word}: {terminal(text)}" for word, text in (("was", one.was), ("fix", one.fix)) if text is not None
    )
    if beside and one.status != "waived":
        lines += [view.tone(line, "dim") for line in wrapped(f"  {beside}", view.width, 6)]
    if one.waiver is not None and one.status != "known":
        waiver = one.waiver.waiver
        text = f"  {one.waiver.where}: {waiver.reason} ({waiver.owner}, until {waiver.until})"
        lines += [view.tone(line, "dim") for line in wrapped(terminal(text), view.width, 6)]
    return lines


def _path(one: GateFinding, names: dict[str, str]) -> str:
    """The proof from the dependency that brought it about: `function:price → table:prices (hard, runtime, declared) → …`."""
    at = _start(one)
    links = one.chain[at:]
    if not links:
        ends = [names.get(end, end) for end in (one.dependent, one.dependency) if end is not None]
        return " → ".join(ends)
    parts = [names.get(links[0].dependent, links[0].dependent)]
    parts.append(f"{names.get(links[0].dependency, links[0].dependency)} ({_words(links[0])})")
    parts += [names.get(link.dependency, link.dependency) for link in links[1:]]
    if len(parts) > _LONGEST:
        parts = [*parts[: _LONGEST - 3], "…", *parts[-2:]]
    return " → ".join(parts)


def _start(one: GateFinding) -> int:
    ends = (one.dependent, one.dependency)
    return next((n for n, link in enumerate(one.chain) if (link.dependent, link.dependency) == ends), 0)


def _words(link: ChainLink) -> str:
    return f"{link.strength}, {link.phase}, {link.basis}"


def _last(result: GateResult, view: View) -> str:
    counts = result.counts
    parts = [f"{counts.new:,} new"]
    parts += [f"{counts.expired:,} with a waiver that is over"] if counts.expired else []
    parts += [f"{counts.known:,} known"] if counts.known else []
    parts += [f"{counts.accepted:,} accepted"] if counts.accepted else []
    if counts.waived:
        ends = sorted({one.waiver.waiver.until for one in result.findings if one.status == "waived" and one.waiver})
        parts.append(f"{counts.waived:,} waived" + (f" (expires {ends[0]})" if ends else ""))
    parts += [f"{counts.fixed:,} fixed"] if counts.fixed else []
    text = ", ".join(parts)
    tone: Tone = "bad" if not result.passed else "good"
    return f"{view.tone(text, tone)}      {_seen(result.seen)}{_journeys(result)}"


def _seen(seen: Seen) -> str:
    share = covered(seen.share)
    if not seen.gaps:
        return f"coverage {share} %"
    on = "none" if not seen.critical else f"{seen.critical:,}"
    return f"coverage {share} % ({number(seen.gaps, 'gap')}, {on} on a critical journey)"


def _journeys(result: GateResult) -> str:
    return "" if result.head.journeys else "      no journey to judge: declare one in blastradius.yaml"


pages.register("GateResult")(page)
