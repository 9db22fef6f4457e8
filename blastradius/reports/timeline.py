"""A replay as a list of moments in the order of time and cause, for every format that shows one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from blastradius.analysis.replay import Followed, Recorded, Replay
    from blastradius.model import ChainLink

Record = Literal["recorded", "component", "failover", "journey"]
_RANK: dict[Record, int] = {"recorded": 0, "component": 1, "failover": 2, "journey": 3}
_STATES = ("down", "degraded")
_AGAIN = {
    "down": "recovers",
    "degraded": "recovers",
    "cannot start": "can start again",
    "cannot be changed": "can be changed again",
    "cannot be operated": "can be operated again",
}


@dataclass(frozen=True)
class Moment:
    """Something that begins or ends.

    Attributes:
        at: seconds after the incident began.
        utc: the same.
        record: whether the file says it, or of whom it follows.
        id: of whom.
        state: `down`, `recovers`, `cannot start` …
        chain: the proof, where it follows.
        detail: what the file notes, or what a failover lacked.
        source: keys of the file's sources.
        assumed: whether the time is that of the whole incident, for want of its own.
    """

    at: int
    utc: str
    record: Record
    id: str
    state: str
    chain: tuple[ChainLink, ...] = ()
    detail: str = ""
    source: tuple[str, ...] = ()
    assumed: bool = False

    @property
    def ends(self) -> bool:
        """Whether something is over."""
        return self.state == "recovers" or self.state.endswith("again")


def moments(result: Replay) -> list[Moment]:
    """All moments: what the file records of what is here, and what follows."""
    numbered = list(enumerate(_moments(result)))
    order = {one.subject: place for place, one in enumerate(result.recorded)}
    numbered.sort(
        key=lambda item: (
            item[1].at,
            not item[1].ends,
            _RANK[item[1].record],
            order.get(item[1].id, 0) if item[1].record == "recorded" else len(item[1].chain),
            item[0],
        )
    )
    return [one for _, one in numbered]


def _moments(result: Replay) -> Iterator[Moment]:
    given: dict[str, set[int | None]] = {}
    spells = {one.id: one.spells for one in result.components}
    for one in result.recorded:
        if one.present:
            for id in one.present:
                given.setdefault(id, set()).add(one.end)
            lasting = [spell for id in one.present for spell in spells.get(id, ()) if _lasts(spell, one.end)]
            yield from _recorded(one, min((spell.state for spell in lasting), key=_STATES.index, default=None))
    for component in result.components:
        ends = given.get(component.id)
        shown = [spell for spell in component.spells if spell.chain or ends is None or spell.end not in ends]
        yield from _followed("component", component.id, shown)
    for journey in result.journeys:
        yield from _followed("journey", journey.result.id, journey.spells)
    for stuck in result.blocked:
        lacked = f"it calls {', '.join(stuck.needs)}"
        yield Moment(stuck.start, stuck.start_utc, "failover", stuck.dependent, "failover does not happen", (), lacked)


def _lasts(spell: Followed, end: int | None) -> bool:
    """Whether something is still not up when its record ends."""
    begun = end is not None and spell.start <= end and spell.state in _STATES
    return begun and (spell.end is None or spell.end > (end or 0))


def _recorded(one: Recorded, still: str | None) -> Iterator[Moment]:
    plane = " (control plane)" if one.plane == "control" else ""
    trigger = ", the trigger" if one.trigger else ""
    state = f"{one.state}{plane}{trigger}"
    through = f"through {', '.join(part.strip() for part in one.via.split(';'))}" if one.via else ""
    note = ": ".join(part for part in (through, one.note) if part)
    yield Moment(one.start, one.start_utc, "recorded", one.subject, state, (), note, one.source, one.times_assumed)
    if one.end is not None and one.end_utc is not None and still is not None:
        state = f"still {still}{plane}, its own record over"
        yield Moment(one.end, one.end_utc, "recorded", one.subject, state, (), "", (), one.times_assumed)
    elif one.end is not None and one.end_utc is not None:
        yield Moment(
            one.end, one.end_utc, "recorded", one.subject, "recovers", (), plane.strip(), (), one.times_assumed
        )


def _followed(record: Record, id: str, spells: Sequence[Followed]) -> Iterator[Moment]:
    """A stretch that ends because a better or worse one begins is not over."""
    begun = {(spell.start, spell.state in _STATES) for spell in spells}
    for spell in spells:
        yield Moment(spell.start, spell.start_utc, record, id, spell.state, spell.chain)
        over = (spell.end, spell.state in _STATES) not in begun
        if over and spell.end is not None and spell.end_utc is not None:
            yield Moment(spell.end, spell.end_utc, record, id, _AGAIN[spell.state])
