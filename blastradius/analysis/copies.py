"""Which components are one thing in several places: declared copies, alternatives, and the same stack put up twice.

Two things are *declared* copies where one is said to be a copy of the other, or where something is content with either.
They are *alike* where they are declared copies, or of one sort with one name but for words that tell a place or a turn
(`web-use1` and `web-euw1`, `module.eu.aws_lb.this` and `module.us.aws_lb.this`), or the only ones of their sort in two
regions that hold much the same sorts of things. A name alone never makes two things alike: an alarm's function is no
copy of the checkout's, and two tables of one name hold different data.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from blastradius.model import Component, Inventory, Redundancy

#: Words of names that tell a continent, a country or a city where providers have regions.
_PLACE_WORDS: frozenset[str] = frozenset(
    {
        *("america", "americas", "asia", "apac", "emea", "europe", "pacific", "africa", "global", "region"),
        *("north", "south", "east", "west", "central", "northeast", "southeast", "southcentral", "northwest"),
        *("virginia", "ohio", "oregon", "california", "iowa", "canada", "montreal", "brazil", "paulo"),
        *("ireland", "dublin", "london", "paris", "frankfurt", "stockholm", "milan", "zurich", "spain", "madrid"),
        *("belgium", "netherlands", "finland", "tokyo", "seoul", "osaka", "singapore", "sydney", "melbourne"),
        *("mumbai", "hyderabad", "jakarta", "bahrain", "uae"),
    }
)
#: Words of names that tell the turn of one of several.
_TURN_WORDS: frozenset[str] = frozenset(
    {
        *("primary", "secondary", "tertiary", "main", "replica", "standby", "failover", "dr", "disaster", "recovery"),
        *("active", "passive", "first", "second", "third", "a", "b", "c"),
    }
)
#: Words of ids that tell a stage: what runs for developers is no copy of what runs for users.
_STAGE_WORDS: frozenset[str] = frozenset(
    {
        *("dev", "develop", "development", "sandbox", "test", "testing", "qa", "uat", "integration", "int"),
        *("stage", "staging", "preprod", "preproduction", "demo", "prod", "production", "prd", "live"),
    }
)
_CODE = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx|cn|uk)(gov)?([nsewc]{1,2}|east|west|north|south|central)?\d*|\d+")
_FEWEST_SORTS = 3


class Sets:
    """Ids in disjoint sets."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, one: str) -> str:
        """The id that stands for the set of another."""
        while (parent := self._parent.get(one, one)) != one:
            self._parent[one] = self._parent.get(parent, parent)
            one = parent
        return one

    def join(self, members: Iterable[str]) -> None:
        """Put some ids into one set."""
        found = sorted({self.of(one) for one in members})
        for other in found[1:]:
            self._parent[other] = found[0]


def declared(inventory: Inventory, placed: Mapping[str, Component]) -> Sets:
    """Sets of placed components that are said to be copies of each other, or either of which will do.

    Args:
        inventory: assembled facts.
        placed: components with a region, by id.
    """
    sets = Sets()
    for one in placed.values():
        original = one.attributes.get("copy_of", "")
        if original in placed:
            sets.join((one.id, original))
    for group in inventory.redundancies:
        if group.phase == "runtime":
            sets.join(alternatives(group, {one: placed[one].region for one in group.members if one in placed}))
    return sets


def alternatives(group: Redundancy, regions: Mapping[str, str | None]) -> list[str]:
    """Those members of a group without whose region it still has as many as it requires.

    Args:
        group: the group.
        regions: regions of its members that have one, by id.
    """
    count = Counter(regions.values())
    return [one for one, region in regions.items() if len(group.members) - count[region] >= group.required]


def alike(sets: Sets, declared: Sets, placed: Mapping[str, Component]) -> Sets:
    """Fill a set of sets: declared copies, and things of one sort that are the same stack in several regions.

    Args:
        sets: an empty one, which is returned.
        declared: sets of declared copies.
        placed: components with a region, by id.
    """
    same: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in placed.values():
        same["declared", declared.of(one.id)].append(one.id)
        same["id", *sort_of(one), *_stem(one.id)].append(one.id)
        if one.name and not one.id.endswith(one.name):
            same["name", *sort_of(one), *_stage(one.id), "", *_stem(one.name)].append(one.id)
    for found in same.values():
        sets.join(found)
    _join_stacks(sets, placed)
    return sets


def sort_of(component: Component) -> tuple[str, str]:
    """What sort of thing a component is: kind and type."""
    return component.kind, component.type or ""


def _stem(text: str) -> tuple[str, ...]:
    """The words of a name or an id that tell neither a place nor a turn."""
    left = {one.rstrip("0123456789") for one in _words(text) if not is_place(one)}
    return tuple(sorted(left - _TURN_WORDS))


def _stage(text: str) -> tuple[str, ...]:
    """The words of an id that tell a stage."""
    return tuple(sorted(set(_words(text)) & _STAGE_WORDS))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+[0-9]*|[0-9]+", re.sub(r"([a-z])([A-Z])", r"\1-\2", text[:2048]).lower())


def is_place(word: str) -> bool:
    """Whether a word of a name, in small letters, tells a place: `us`, `euw1`, `east`, `frankfurt`, `1`."""
    return bool(_CODE.fullmatch(word)) or word.rstrip("0123456789") in _PLACE_WORDS


def _join_stacks(sets: Sets, placed: Mapping[str, Component]) -> None:
    """Join the only ones of a sort in two regions of which most sorts of things are in both."""
    stacks: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in placed.values():
        stacks[str(one.region)][sort_of(one)].append(one.id)
    for first, second in combinations(sorted(stacks), 2):
        shared = stacks[first].keys() & stacks[second].keys()
        if len(shared) < _FEWEST_SORTS or 3 * len(shared) < 2 * len(stacks[first].keys() | stacks[second].keys()):
            continue
        for sort in sorted(shared):
            pair = (*stacks[first][sort], *stacks[second][sort])
            if len(stacks[first][sort]) == len(stacks[second][sort]) == 1 and len({*map(_stage, pair)}) == 1:
                sets.join(pair)
