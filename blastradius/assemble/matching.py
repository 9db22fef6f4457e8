"""When two descriptions are of one thing: what must be equal, what may not differ, and under which id it goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence, Set

from blastradius.assemble.zones import Zones, apart
from blastradius.model import FOREIGN, Component, Value

SCOPES = ("provider", "account", "region", "zone", "environment")
"""Fields that keep two things apart where both are known."""
Keys = Callable[[Component], Set[object]]
Fits = Callable[[Component, Component], bool]


def look(component: Component) -> tuple[str, str, str] | None:
    """What must be equal for two sources to mean one thing: kind, type and physical name; None where no type is known."""
    type = component.service or component.type
    name = component.attributes.get("physical_name") or component.name
    return (component.kind, type, name) if type and name else None


def scanners(component: Component) -> frozenset[str]:
    """Who saw it."""
    return frozenset(one.scanner for one in component.evidence)


def sources_differ(one: Value, other: Value) -> bool:
    """Whether two records were seen by scanners of which none saw both."""
    mine, theirs = (frozenset(piece.scanner for piece in getattr(each, "evidence", ())) for each in (one, other))
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)


def compatible(one: Component, other: Component, zones: Zones) -> bool:
    """Whether no known scope differs.

    Args:
        one, other: components of different sources.
        zones: what names of zones mean, by account.
    """
    pairs = [(getattr(one, scope), getattr(other, scope)) for scope in SCOPES if scope != "zone"]
    pairs.append((_partition(one.id), _partition(other.id)))
    return all(mine == theirs for mine, theirs in pairs if mine and theirs) and not apart(one, other, zones)


def _partition(id: str) -> str:
    return id.split(":")[1] if id.startswith("arn:") else ""


def best_id(members: Sequence[Component], last: Collection[str] = ()) -> str:
    """The ARN where one is known, else the id of what a scanner described, else the first.

    Args:
        members: descriptions of one thing.
        last: ids whose descriptions count after those of the others.
    """
    texts = sorted({one.id for one in members} | {text for one in members for text in one.identities})
    arns = [text for text in texts if text.startswith("arn:")]
    scanned = sorted((one.id in last, one.id) for one in members if scanners(one) != {"catalog"})
    return arns[0] if arns else scanned[0][1] if scanned else texts[0]


def same_things(before: Iterable[Component], after: Iterable[Component], zones: Zones) -> dict[str, str]:
    """Ids of one inventory and those of the same things in another, where these differ.

    As in merging: an identity or an id of old is enough; without one, what looks the same to different scanners is the
    same where each is the other's only candidate.

    Args:
        before, after: components of the two.
        zones: what names of zones mean, by account.
    """
    one = {each.id: each for each in before if each.kind not in FOREIGN}
    other = {each.id: each for each in after if each.kind not in FOREIGN}
    mine, theirs = (
        [each for id, each in some.items() if id not in rest] for some, rest in ((one, other), (other, one))
    )
    found = _only_pairs(mine, theirs, lambda each: {each.id, *each.identities, *each.aliases}, _named)
    mine = [each for each in mine if each.id not in found]
    theirs = [each for each in theirs if each.id not in found.values()]

    def alike(a: Component, b: Component) -> bool:
        return sources_differ(a, b) and compatible(a, b, zones)

    return found | _only_pairs(mine, theirs, lambda each: {key} if (key := look(each)) else set(), alike)


def _named(one: Component, other: Component) -> bool:
    """Whether the one bears an id of the other, or different scanners saw one identity of both."""
    if one.id in other.aliases or other.id in one.aliases:
        return True
    shared = {one.id, *one.identities} & {other.id, *other.identities}
    return bool(shared) and sources_differ(one, other)


def _only_pairs(mine: Sequence[Component], theirs: Sequence[Component], keys: Keys, fits: Fits) -> dict[str, str]:
    """Pairs of which each is the other's only candidate among those that share a key and fit."""
    there: dict[object, list[Component]] = defaultdict(list)
    for each in theirs:
        for key in keys(each):
            there[key].append(each)
    candidates: dict[str, set[str]] = {}
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in mine:
        candidates[one.id] = {other.id for key in keys(one) for other in there.get(key, ()) if fits(one, other)}
        for id in candidates[one.id]:
            wanted[id].add(one.id)
    return {
        id: next(iter(found))
        for id, found in candidates.items()
        if len(found) == 1 and len(wanted[next(iter(found))]) == 1
    }
