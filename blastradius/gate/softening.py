"""Statements of the user's file that make findings go away in the very change that brings them.

Each statement that a change adds, alters or takes out is undone, and the rules are asked again: what they find then and
do not find now went away by it. So nothing is told of a statement that hides nothing, and no kind of statement has to be
known to soften.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blastradius.errors import BlastradiusError
from blastradius.gate.policies import loosened
from blastradius.gate.ruling import Active, Match
from blastradius.gate.system import Softened, System
from blastradius.gate.vanished import left_out
from blastradius.graph import DependencyGraph

if TYPE_CHECKING:
    from blastradius.overlay.models import Overlay

#: Sections in which statements stand one by one, with the keys that say whom one is about.
_SECTIONS: dict[str, tuple[str, ...]] = {
    "annotate": ("component", "dependent", "dependency"),
    "ignore": ("component", "dependent", "dependency", "gap"),
    "place": ("match",),
    "redundancies": ("dependent", "phase"),
    "same": (),
    "rehearsals": ("dependent", "to"),
}
#: What a statement says of itself, and nothing of the system.
_SAID = frozenset({"reason", "observed"})
_ALONE = 6
"""Statements that are undone one by one; more are undone together."""
_TOLD = 3
_ALL_TOLD = 20


@dataclass(frozen=True, slots=True)
class _Statement:
    """One statement of a change.

    Attributes:
        section: key of the user's file.
        now: its place in head, if it is there: a number, or the name of a journey.
        before: its place in the base, if it was there.
        about: what it says, in words.
    """

    section: str
    now: int | str | None
    before: int | str | None
    about: str

    @property
    def how(self) -> str:
        """What became of it."""
        return "new" if self.before is None else "removed" if self.now is None else "changed"


def softened(base: System, head: System, run: Sequence[Active]) -> Iterator[Softened]:
    """All that a change softens: what it is held to, what it leaves out, statements by which findings go away.

    Args:
        base: what head is compared with.
        head: what is judged; both held alike.
        run: the rules.
    """
    yield from loosened(base, head)
    yield from left_out(base, head)
    if base.overlay is None and head.overlay is None:
        return
    found = list(_changed(*_both(base, head)))
    if found:
        yield from _hiding(
            found, base, head, [one for one in run if one.level != "advisory" and one.rule.id != "BR011"]
        )


def _both(base: System, head: System) -> tuple[Overlay, Overlay]:
    """The user's file of each side; an empty one where there is none."""
    from blastradius.overlay.models import Overlay

    return base.overlay or Overlay(), head.overlay or Overlay()


def _changed(old: Overlay, new: Overlay) -> Iterator[_Statement]:
    for section, keys in _SECTIONS.items():
        before, now = (
            [(number, _plain(one)) for number, one in enumerate(getattr(side, section))] for side in (old, new)
        )
        same = Counter(_text(one) for _, one in before) & Counter(_text(one) for _, one in now)
        before, now = (_without(ones, Counter(same)) for ones in (before, now))
        for number, said in now:
            fitting = (one for one in before if keys and _about(one[1], keys) == _about(said, keys))
            was = next(fitting, None)
            if was is not None:
                before.remove(was)
            yield _Statement(section, number, was[0] if was is not None else None, _words(said))
        for number, said in before:
            yield _Statement(section, None, number, _words(said))
    for name in sorted(old.journeys.keys() & new.journeys.keys()):
        if old.journeys[name] != new.journeys[name]:
            yield _Statement("journeys", name, name, name)


def _plain(statement: Any) -> Any:
    if isinstance(statement, tuple):
        return list(statement)
    return {
        key: value for key, value in statement.model_dump(mode="json", exclude_none=True).items() if key not in _SAID
    }


def _text(said: Any) -> str:
    return json.dumps(said, sort_keys=True)


def _without(ones: list[tuple[int, Any]], same: Counter[str]) -> list[tuple[int, Any]]:
    left = []
    for number, said in ones:
        if same[_text(said)]:
            same[_text(said)] -= 1
        else:
            left.append((number, said))
    return left


def _about(said: Any, keys: Iterable[str]) -> list[object]:
    return [said.get(key) for key in keys]


def _words(said: Any) -> str:
    """A statement in one short line: whom it is about, then what it sets."""
    if isinstance(said, list):
        return " and ".join(said)[:200]
    ends = " → ".join(str(said[key]) for key in ("match", "component", "dependent", "dependency", "gap") if key in said)
    named = ("match", "component", "dependent", "dependency", "gap")
    rest = (
        f"{key} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in sorted(said.items())
        if key not in named and isinstance(value, str | int | list) and value not in ("", [])
    )
    sets = ", ".join(rest)
    return f"{ends} ({sets})"[:300] if sets else ends[:300]


def _hiding(found: Sequence[_Statement], base: System, head: System, run: Sequence[Active]) -> Iterator[Softened]:
    there = _keys(base, head, run)
    alone: dict[_Statement, dict[Key, str]] = {}
    for one in found if len(found) <= _ALONE else ():
        hidden = _hidden((one,), base, head, run, there)
        if hidden is None:
            yield _of((one,), base, head, "what it does cannot be told: the rest of the file needs it")
        else:
            alone[one] = hidden
    explained = {key for hidden in alone.values() for key in hidden}
    for one, hidden in alone.items():
        if hidden:
            yield _of((one,), base, head, _told(hidden))
    if len(found) == 1:
        return
    together = _hidden(found, base, head, run, there)
    if together is None and len(found) > _ALONE:
        yield _of(found, base, head, "what they do cannot be told: the rest of the file needs them")
    left = {key: text for key, text in (together or {}).items() if key not in explained}
    if left:
        yield _of(found, base, head, _told(left))


Key = tuple[object, ...]


def _keys(base: System, head: System, run: Sequence[Active]) -> dict[Key, tuple[Active, Match, bool]]:
    """What the rules find, by what it is called wherever it is."""
    found: dict[Key, tuple[Active, Match, bool]] = {}
    for one in run:
        for matches, compared in ((one.rule.matches(head), False), (one.rule.changes(base, head), True)):
            for match in matches:
                ends = (head.loose(end) if end is not None else "" for end in (match.dependent, match.dependency))
                found.setdefault(
                    (one.rule.id, match.journey, match.domain, *ends, match.subject), (one, match, compared)
                )
    return found


def _hidden(
    undone: Sequence[_Statement], base: System, head: System, run: Sequence[Active], there: dict[Key, Any]
) -> dict[Key, str] | None:
    """What is found without some statements and is not found with them; none where head cannot be read without them."""
    from blastradius import overlay as overlays

    said = _undone(undone, *_both(base, head))
    try:
        inventory = overlays.apply(head.read or head.graph.inventory, said)
        other = System(
            DependencyGraph(inventory), head.name, head.policy, overlay=said, prefix=head.prefix, today=head.today,
            overlay_path=head.overlay_path, before=head.before, own_policy=head.own_policy,
        )  # fmt: skip
        found = _keys(base, other, run)
    except BlastradiusError:
        return None
    hidden = {}
    for key, (one, match, compared) in found.items():
        if key not in there:
            hidden[key] = f"{one.rule.id} {one.rule.tell(match, other, base if compared else None).message}"
    return hidden


def _undone(undone: Sequence[_Statement], old: Overlay, new: Overlay) -> Overlay:
    """The file of head without what some statements changed in it."""
    journeys = dict(new.journeys)
    kept: dict[str, dict[float, Any]] = {section: dict(enumerate(getattr(new, section))) for section in _SECTIONS}
    for one in undone:
        if one.section == "journeys":
            journeys[str(one.now)] = old.journeys[str(one.before)]
            continue
        place = one.now if isinstance(one.now, int) else len(kept[one.section]) + 1_000_000
        kept[one.section].pop(place, None)
        if isinstance(one.before, int):
            kept[one.section][place + (0 if one.now is not None else one.before)] = getattr(old, one.section)[
                one.before
            ]
    sections = {section: tuple(ones[place] for place in sorted(ones)) for section, ones in kept.items()}
    return new.model_copy(update={**sections, "journeys": journeys})


def _told(hidden: dict[Key, str]) -> str:
    texts = sorted(dict.fromkeys(hidden.values()))
    more = f"; and {len(texts) - _TOLD:,} more" if len(texts) > _TOLD else ""
    return f"without {{it}}, the gate finds: {'; '.join(texts[:_TOLD])}{more}"


def _of(statements: Sequence[_Statement], base: System, head: System, text: str) -> Softened:
    """Statements and what they hide."""
    first = statements[0]
    wheres = [_where(one, base, head) for one in statements]
    if len(statements) == 1:
        named = f"the {first.how} statement under `{first.section}`, {first.about}: {text.replace('{it}', 'it')}"
    else:
        others = ", ".join(wheres[1:_ALL_TOLD])
        more = f" and {len(wheres) - _ALL_TOLD:,} more" if len(wheres) > _ALL_TOLD else ""
        named = f"this and other changed statements ({others}{more}): {text.replace('{it}', 'them')}"
    what = tuple(sorted(f"{one.section} {one.about}" for one in statements))
    evidence = head.softens(what, named, first.section, first.now).evidence if first.now is not None else ()
    return Softened(what, wheres[0], named, evidence)


def _where(one: _Statement, base: System, head: System) -> str:
    if one.now is not None:
        return head.stands(one.section, one.now)
    return f"{base.name}:{base.stands(one.section, one.before if one.before is not None else 0)}"
