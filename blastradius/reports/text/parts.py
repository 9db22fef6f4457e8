"""Lines that several pages share: what was not seen, what was read, how to declare a journey."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from blastradius.model import PLACES, Coverage, Gap
from blastradius.reports.escape import terminal
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import Names, grouped, number, subjects

if TYPE_CHECKING:
    from blastradius.model import BlastRadius, ComponentResult

_MOST_GROUPS = 6
_NOT_OWN = PLACES | {"vendor", "external", "platform", "control-plane"}


def gap_lines(touching: Iterable[Gap], gaps: Sequence[Gap], view: View, names: Names | None = None) -> list[str]:
    """What was not seen, by reason and with whom it is about: what could change an answer first, then the rest.

    Args:
        touching: gaps that could change an answer.
        gaps: all of them.
        view: how wide and colourful.
        names: what components are called; their ids where unset.
    """
    could = list({_key(gap): gap for gap in touching}.values())
    known = {_key(gap) for gap in could}
    rest = [gap for gap in gaps if _key(gap) not in known]
    total = len(could) + len(rest)
    if not total:
        return []
    lines = [
        f"Not seen: {number(total, 'gap')}"
        + (f", {len(could):,} of which could change an answer above" if could else "")
    ]
    groups = [("could change an answer", *found) for found in grouped(could)]
    groups += [("", *found) for found in grouped(rest)]
    for mark, reason, group in groups[:_MOST_GROUPS]:
        line = f"  {len(group):,} × {reason}{f' ({mark})' if mark else ''}: {subjects(group, names)}"
        shown = wrapped(line, view.width, 6)
        lines += [view.tone(part, "unknown") for part in shown] if mark else shown
    if len(groups) > _MOST_GROUPS:
        lines.append(f"  and {number(len(groups) - _MOST_GROUPS, 'more reason')}; `--format json` lists every gap")
    return lines


def _key(gap: Gap) -> tuple[object, ...]:
    return (gap.component, gap.scope, gap.reason, gap.reference, gap.hides, gap.same_as)


def coverage_line(coverage: Coverage, view: View) -> list[str]:
    """What was read, in one line; nothing for an inventory that nobody scanned."""
    parts = []
    for scanner in coverage.scanners:
        failed = f", {scanner.failed:,} not readable" if scanner.failed else ""
        unmapped = sum(scanner.unmapped.values())
        types = (
            f", {number(unmapped, 'object')} of {number(len(scanner.unmapped), 'type')} not mapped" if unmapped else ""
        )
        parts.append(f"{terminal(scanner.scanner)} {number(scanner.parsed, 'file')}{failed}{types}")
    calls = sum(call.status == "ok" for call in coverage.calls)
    if coverage.calls:
        parts.append(f"{number(calls, 'call')} answered, {len(coverage.calls) - calls:,} not")
    said = ["Read: " + "; ".join(parts)] if parts else []
    said += skipped_line(coverage)
    return [view.tone(line, "dim") for text in said for line in wrapped(text, view.width, 6)]


def skipped_line(coverage: Coverage) -> list[str]:
    """What a rule left out of the scan; nothing where nothing was."""
    parts = [f"{count:,} {terminal(reason)}" for reason, count in coverage.skipped.items()]
    return [f"Skipped: {', '.join(parts)}"] if parts else []


def no_journeys(result: BlastRadius, names: Names, view: View) -> list[str]:
    """What fell by kind, and how to say what matters."""
    lines = []
    for state in ("down", "degraded"):
        kinds: dict[str, list[str]] = {}
        for component in result.components:
            if component.state == state:
                kinds.setdefault(component.kind, []).append(component.id)
        ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
        for kind, ids in ordered[:6]:
            lines += wrapped(f"  {state}: {len(ids):,} × {kind}: {names.some(ids)}", view.width, 4)
    return [
        *lines,
        "",
        "No journeys are declared, so nobody can say what this means to users. Write blastradius.yaml beside it:",
        "",
        *("    " + line for line in declaration(result)),
    ]


def declaration(result: BlastRadius) -> list[str]:
    """A `blastradius.yaml` of ten lines at most for the inventory at hand; a test reads it."""
    entry = _entry(result)
    lines = [
        "journeys:",
        "  checkout:",
        f"    entries: [{_quoted(_selector(entry, result))}]",
        "    tier: 1",
        "    rto: 15m",
    ]
    if not any(gap.hides == "location" and gap.component is None for gap in result.gaps):
        return lines
    # what carries no place: the most likely one is where the rest lies
    regions = sorted(c.id for c in result.components if c.kind == "region")
    provider, _, region = regions[0].partition(":region/") if regions else ("aws", "", "us-east-1")
    lines += ["place:", f'  - match: "{entry.kind if entry else "service"}:*"', f"    provider: {_quoted(provider)}"]
    return [*lines, f"    region: {_quoted(region)}", "    reason: it runs there  # or wherever it does"]


def _entry(result: BlastRadius) -> ComponentResult | None:
    """What users may reach: of the user's own, what fell farthest from what was removed, else the first."""
    own = [c for c in result.components if c.kind not in _NOT_OWN]
    hit = [c for c in own if c.because and c.id not in result.removed]
    return max(hit, key=lambda c: len(c.because), default=own[0] if own else None)


def _selector(entry: ComponentResult | None, result: BlastRadius) -> str:
    if entry is None:
        return "service:frontend"
    alike = [c for c in result.components if c.kind == entry.kind and c.name == entry.name]
    plain = len(alike) == 1 and not set("*?[]@") & set(entry.name)
    return f"{entry.kind}:{entry.name}" if plain else f"id:{entry.id}"


def _quoted(text: str) -> str:
    return json.dumps(terminal(text), ensure_ascii=False)
