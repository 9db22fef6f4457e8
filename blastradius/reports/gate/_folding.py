"""Findings that one way in brings with it, told with that: in what people read; other forms list each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding

_BEHIND = 3


def folded(found: Iterable[GateFinding]) -> list[tuple[GateFinding, list[GateFinding]]]:
    """Findings in their order, each with those of its rule, journey and place that lie behind its dependency.

    A new service brings what it needs with it: people are told of the way in, and of the rest beside it.
    """
    ones = list(found)
    by_need: dict[tuple[object, ...], int] = {}
    for number, one in enumerate(ones):
        by_need.setdefault((*_alike(one), one.dependent, one.dependency), number)
    under = {number: outer for number, one in enumerate(ones) if (outer := _outer(one, by_need)) is not None}
    heads: dict[int, list[GateFinding]] = {number: [] for number in range(len(ones)) if number not in under}
    for number, outer in sorted(under.items()):
        seen = {number}
        while outer in under and outer not in seen:
            seen.add(outer)
            outer = under[outer]
        if outer in under:  # each lies behind the other
            heads[number] = []
        else:
            heads[outer].append(ones[number])
    return [(ones[number], heads[number]) for number in sorted(heads)]


def _outer(one: GateFinding, by_need: dict[tuple[object, ...], int]) -> int | None:
    """The number of the finding whose dependency comes first on the way to this one's."""
    for link in one.chain:
        if (link.dependent, link.dependency) == (one.dependent, one.dependency):
            return None
        found = by_need.get((*_alike(one), link.dependent, link.dependency))
        if found is not None:
            return found
    return None


def behind(ones: Sequence[GateFinding], names: dict[str, str]) -> str:
    """Findings that stand behind another, in one sentence."""
    if not ones:
        return ""
    said = []
    for one in ones[:_BEHIND]:
        where = f" ({one.location.path}:{one.location.line})" if one.location is not None else ""
        said.append(f"{names.get(one.dependency or '', one.dependency or '')}{where}")
    more = f" and {len(ones) - _BEHIND:,} more" if len(ones) > _BEHIND else ""
    return terminal(f"and {len(ones):,} more behind it: {', '.join(said)}{more}")


def _alike(one: GateFinding) -> tuple[object, ...]:
    return one.rule, one.journey, one.domain, one.status, one.level
