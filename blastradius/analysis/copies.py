"""Which components are one thing in several places: declared copies, alternatives, and the same stack put up twice.

Two things are *declared* copies where one is said to be a copy of the other, or where something is content with either.
They are *alike* where they are declared copies, or of one sort and

- written down once and put up several times, as by a module or a template for each region, or
- of one stack and one name in it but for words that tell a place or a part (`web-use1` and `web-euw1`, `module.eu.aws_lb.this`
  and `module.us.aws_lb.this`), or of one name where they run, but for such words, or
- the only ones of their sort in two regions that hold much the same sorts of things,

and nothing known tells them apart: a name that a thing bears where it runs, or that of its stack, outweighs the word that
its file has for it. So `Function` of the stack `orders` is no copy of `Function` of the stack `catalog`, nor a route
`POST /` of another's, nor `app2` of `app1`. An alarm's function is no copy of the checkout's, and two tables of one name
hold different data.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from blastradius.model import Component, Inventory, Redundancy
from blastradius.model.records import outlines

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
#: Turns that tell nothing between things that were written down apart: `first_login` and `login`, `a` and `b` are two.
_ORDINALS: frozenset[str] = frozenset({"recovery", "first", "second", "third", "a", "b", "c"})
#: What a route is called says nothing of whose it is, nor what the URL of a function is called.
_ROUTE = re.compile(r"(?:any|get|head|post|put|patch|delete|options|connect|trace)\b|[/*$]")
_URL = " url"
#: Where files say something, other than a call that tells of many things.
_LINE = re.compile(r":\d+$")
_INDEX = re.compile(r"(?:\[[^\]]*\])+$")
_GATES = frozenset({"gateway", "load-balancer"})
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


def alike(inventory: Inventory, declared: Sets, placed: Mapping[str, Component]) -> Sets:
    """Sets of declared copies, and of things of one sort that are the same stack in several regions.

    Args:
        inventory: assembled facts.
        declared: sets of declared copies.
        placed: components with a region, by id.
    """
    sets = Sets()
    same: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for one in placed.values():
        same["declared", declared.of(one.id)].append(one.id)
        sort, named = sort_of(one), _named(one)
        line = one.evidence[0].locator if one.evidence else ""
        if _LINE.search(line) and (not named or _stem(named, loose=True)):
            same["line", line, sort, _stem(one.id, loose=True), _stem(named, loose=True)].append(one.id)
        same["id", sort, _stem(one.id), _stem(_stack(one)), _stem(named)].append(one.id)
        if named:
            same["name", sort, _stage(one.id), _stem(named)].append(one.id)
    for found in same.values():
        sets.join(found)
    _join_stacks(sets, placed)
    _join_routes(inventory, sets, placed)
    return sets


def sort_of(component: Component) -> tuple[str, str]:
    """What sort of thing a component is: kind and type."""
    return component.kind, component.type or ""


def _named(component: Component) -> str:
    """What a thing is called where it runs; empty where only its file has a word for it, or it is a part of another."""
    name = component.name
    if _ROUTE.match(name.lower()) or name.lower().endswith(_URL):
        return ""
    word = re.split(r"[.:/]", _INDEX.sub("", component.id))[-1]
    return "" if name == word else name


def _stack(component: Component) -> str:
    """The stack that a thing was put up with, where it is told."""
    return component.attributes.get("stack", "")


def _stem(text: str, *, loose: bool = False) -> tuple[str, ...]:
    """The words of a name or an id that tell neither a place nor a turn.

    Args:
        text: the name or the id.
        loose: for what was written down once: there a number or a letter tells one of several.
    """
    words = _words(text)
    if loose:
        left = {one.rstrip("0123456789") for one in words if not is_place(one)}
        return tuple(sorted(left - _TURN_WORDS))
    left = {one for one in words if one.isdigit() or not is_place(one)}
    told = left & _ORDINALS if "disaster" not in left else set()
    return tuple(sorted(left - _TURN_WORDS | told))


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
            if len(pair) == 2 and len({*map(_stage, pair)}) == 1 and not _two(*(placed[one] for one in pair)):
                sets.join(pair)


def _join_routes(inventory: Inventory, sets: Sets, placed: Mapping[str, Component]) -> None:
    """Join routes of one name on gateways that are one thing in several places."""
    routes = {id: one for id, one in placed.items() if _ROUTE.match(one.name.lower())}
    same: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for need in outlines(inventory) if routes else ():
        one, on = routes.get(need.dependent), placed.get(need.dependency)
        if one is not None and on is not None and on.kind in _GATES:
            same[sort_of(one), one.name, sets.of(on.id)].append(one.id)
    for found in same.values():
        sets.join(found)


def _two(first: Component, second: Component) -> bool:
    """Whether what is known of two things tells them apart."""
    pairs = ((_named(first), _named(second)), (_stack(first), _stack(second)))
    return any(one and other and _stem(one) != _stem(other) for one, other in pairs)
