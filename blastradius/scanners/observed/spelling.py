"""Which names mean one thing: a record that says less of a service than another still means that service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from blastradius.scanners.observed.graph import Seen
from blastradius.scanners.observed.model import Named

_SCOPES = ("namespace", "environment", "cluster", "service", "provider", "region", "account")
#: Things of one name among which nobody could tell.
_MOST_ALIKE = 500


def canonical(seen: Mapping[Named, Seen]) -> dict[Named, Named]:
    """For each name the one that all spellings of it share: one without a scope is the only one with it."""
    by_name: dict[str, list[Named]] = {}
    for one in seen:
        by_name.setdefault(one.name, []).append(one)
    working = {one.name for one, found in seen.items() if found.resources}
    found: dict[Named, Named] = {}
    for one in seen:
        if one.addressed and one.kind != "service" and one.name in working:
            # a store that is called like a service which does work of its own: `orders` keeps its rows in `orders`
            found[one] = replace(one, addressed=False)
            continue
        same = by_name[one.name]
        fitting = [other for other in same if _means(one, other)] if len(same) <= _MOST_ALIKE else [one]
        exactness = max(map(_exactness, fitting))
        best = sorted((other for other in fitting if _exactness(other) == exactness), key=_plainness)
        found[one] = next((other for other in best if all(_means(third, other) for third in fitting)), one)
    return found


def _means(one: Named, other: Named) -> bool:
    """Whether a name may be a less exact spelling of another, or the same."""
    if any(getattr(one, scope) not in ("", getattr(other, scope)) for scope in _SCOPES):
        return False
    return (
        one.kind == other.kind
        or one.addressed
        or (one.kind == "service" and (other.addressed or other.kind == "function"))
    )


def _exactness(one: Named) -> int:
    return sum(bool(getattr(one, scope)) for scope in _SCOPES)


def _plainness(one: Named) -> tuple[object, ...]:
    """What to prefer among equals: the more exact kind, then the text."""
    return one.kind == "service", one.addressed, repr(one)
