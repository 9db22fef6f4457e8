"""What the forms of the gate share: how a finding is said and where it is put."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.wording import covered

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult, Location

#: Findings that a change is to be told about.
TOLD = ("new", "expired")


def told(result: GateResult) -> list[GateFinding]:
    """New findings and those whose waiver is over, those that fail first."""
    return [one for one in result.findings if one.status in TOLD]


def hops(one: GateFinding, names: dict[str, str]) -> list[str]:
    """Names along the proof, from the journey to what is lost."""
    ids = [one.chain[0].dependent, *(link.dependency for link in one.chain)] if one.chain else []
    return [terminal(names.get(id, id)) for id in ids]


def sentences(one: GateFinding, names: dict[str, str]) -> list[str]:
    """All there is to say of a finding, a sentence each."""
    said = [one.message]
    path = hops(one, names)
    if path:
        said.append(" → ".join(path))
    said += [f"Was: {one.was}"] if one.was else []
    said += [f"Fix: {one.fix}"] if one.fix else []
    if one.waiver is not None and one.status == "expired":
        said.append(f"Its waiver ({one.waiver.where}) ended on {one.waiver.waiver.until}")
    return [terminal(text) for text in said]


def place(one: GateFinding) -> Location | None:
    """Where a finding is shown: the line that introduced it, else the last line of its proof that is known."""
    if one.location is not None:
        return one.location
    return next((step for step in reversed(one.path) if step is not None), None)


def verdict(result: GateResult) -> str:
    """The answer in one line."""
    counts = result.counts
    parts = [f"{counts.new:,} new"]
    rest = (("with a waiver that is over", counts.expired), ("known", counts.known), ("waived", counts.waived))
    parts += [
        f"{count:,} {word}" for word, count in (*rest, ("accepted", counts.accepted), ("fixed", counts.fixed)) if count
    ]
    seen = result.seen
    gaps = f"{seen.gaps:,} gap{'' if seen.gaps == 1 else 's'}"
    critical = f", {seen.critical:,} on a critical journey" if seen.critical else ", none on a critical journey"
    return f"{', '.join(parts)} · coverage {covered(seen.share)} % ({gaps}{critical if seen.gaps else ''})"
