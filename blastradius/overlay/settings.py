"""`place` and `annotate`: values that a person sets on components and dependencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.catalog.places import SAID
from blastradius.errors import UsageError
from blastradius.model import FOREIGN, PLACES, Basis, Component, Evidence, Gap
from blastradius.overlay.draft import Draft, Rule, is_containment
from blastradius.overlay.models import Annotation, Placement
from blastradius.selectors import Selector, parse

#: Kinds of others' things: a wildcard over all kinds does not place them, a selector that names the kind does.
PLACE_FIELDS = ("provider", "region", "zone", "account", "environment")
RULE_FIELDS = ("strength", "tolerance", "phase", "hardens_after")
COMPONENT_FIELDS = ("recovery", "restart", "customer_facing")


@dataclass(frozen=True)
class _Offer:
    rank: int
    value: Any
    number: int


@dataclass
class Choices:
    """Values offered for fields of records, in any order: the most exact selector wins, equals must agree.

    Attributes:
        draft: names lines in errors.
        section: key of the overlay whose entries offer.
    """

    draft: Draft
    section: str
    offers: dict[Hashable, dict[str, list[_Offer]]] = field(default_factory=dict)

    def offer(self, target: Hashable, name: str, value: Any, rank: int, number: int) -> None:
        """Note that an entry wants a value for a field of a record."""
        self.offers.setdefault(target, {}).setdefault(name, []).append(_Offer(rank, value, number))

    def decided(self) -> Iterator[tuple[Any, dict[str, Any], list[int]]]:
        """Each record with its values and the entries that gave them.

        Raises:
            UsageError: when two entries, neither more exact, want different values.
        """
        for target, fields in self.offers.items():
            values: dict[str, Any] = {}
            numbers: set[int] = set()
            for name, offers in fields.items():
                best = max(offer.rank for offer in offers)
                first, *others = [offer for offer in offers if offer.rank == best]
                for other in others:
                    if other.value != first.value:
                        raise self._conflict(target, name, first, other)
                values[name] = first.value
                numbers |= {first.number, *(other.number for other in others)}
            yield target, values, sorted(numbers)

    def _conflict(self, target: Hashable, name: str, first: _Offer, other: _Offer) -> UsageError:
        if isinstance(target, tuple):
            rule = self.draft.dependencies[target[1]] if target[0] == "d" else self.draft.redundancies[target[1]]
            target = f"{rule.dependent} needs {rule.dependency if hasattr(rule, 'dependency') else rule.members}"
        line = self.draft.overlay.at(self.section, first.number).rpartition(":")[2]
        where = self.draft.overlay.at(self.section, other.number)
        return UsageError(
            f"{where}: {name} of {target} is {other.value} here and {first.value} on line {line}:"
            " make one selector more exact, or remove one"
        )


def rank(selector: Selector) -> int:
    """How exact a selector is: 3 an id, 2 a name without wildcards, 1 a pattern or tag, 0 everything."""
    if selector.is_exact:
        return 3
    if selector.kind == "*" and selector.glob == "*" and selector.region is None:
        return 0
    pattern = selector.glob + (selector.region or "")
    return 1 if selector.kind == "tag" or "*" in pattern or "?" in pattern else 2


def place(draft: Draft) -> None:
    """Say where components run.

    Raises:
        UsageError: when a selector matches nothing, names a place, or two entries disagree.
    """
    choices = Choices(draft, "place")
    for number, entry in enumerate(draft.overlay.place):
        found = draft.find(entry.match, "place", number, "match")
        selector = parse(entry.match)
        for identifier in _placeable(draft, entry, selector, found, number):
            for name in PLACE_FIELDS:
                if (value := getattr(entry, name)) is not None:
                    choices.offer(identifier, name, value, rank(selector), number)
    moved: set[str] = set()
    told: dict[str, dict[str, Any]] = {}
    for identifier, values, numbers in choices.decided():
        told[identifier] = values
        if _put(draft, draft.components[identifier], values, numbers):
            moved.add(identifier)
    if moved:
        draft.dependencies = [d for d in draft.dependencies if d.dependent not in moved or not is_containment(d)]
    draft.gaps = [gap for gap in draft.gaps if not _is_told(gap, told.get(gap.component or "", {}))]


def _is_told(gap: Gap, values: dict[str, Any]) -> bool:
    """Whether a place that a person states is what a gap about one component hides."""
    # bounded by a region or a zone, it asks where within that
    wanted = "region" if gap.region is None and gap.zone is None else "zone"
    return gap.hides == "location" and (wanted in values or "zone" in values)


def _placeable(draft: Draft, entry: Placement, selector: Selector, found: list[str], number: int) -> list[str]:
    where = draft.overlay.at("place", number, "match")
    sweeping = selector.kind in ("*", "tag")
    barred = FOREIGN if sweeping else PLACES
    fitting = [one for one in found if draft.components[one].kind not in barred]
    if not fitting:
        if sweeping:
            raise UsageError(f"{where}: {entry.match} matches nothing of your own; name the kind, such as vendor:")
        raise UsageError(f"{where}: {entry.match} is a place itself and cannot be placed")
    if rank(selector) > 1:
        return fitting
    # a pattern fills what nobody knows; what was seen elsewhere is moved only by name
    free = [one for one in fitting if not _is_elsewhere(draft.components[one], entry)]
    if not free:
        raise UsageError(
            f"{where}: all that {entry.match} matches is known to be elsewhere: name it exactly to move it"
        )
    return free


def _is_elsewhere(component: Component, entry: Placement) -> bool:
    known = ((getattr(component, name), getattr(entry, name)) for name in PLACE_FIELDS)
    return any(there is not None and said is not None and there != said for there, said in known)


def _put(draft: Draft, component: Component, values: dict[str, Any], numbers: list[int]) -> bool:
    """Place a component; whether that moves it from where it was seen."""
    old = {name: getattr(component, name) for name in values}
    reasons = ((draft.overlay.place[number].reason, number) for number in numbers)
    notes = [draft.overlay.evidence(f"{SAID}: {why}" if why else SAID, "place", number) for why, number in reasons]
    draft.put(component.model_copy(update={**values, "evidence": (*component.evidence, *notes)}))
    return any(before is not None and before != values[name] for name, before in old.items())


def annotate(draft: Draft) -> None:
    """Set what a person knows better about dependencies and components.

    Raises:
        UsageError: when an entry matches nothing, or two disagree.
    """
    rules, components = Choices(draft, "annotate"), Choices(draft, "annotate")
    all_rules = Rules(draft)
    for number, entry in enumerate(draft.overlay.annotate):
        if entry.component is not None:
            found = draft.find(entry.component, "annotate", number, "component")
            for identifier in found:
                _offer_all(components, identifier, entry, COMPONENT_FIELDS, rank(parse(entry.component)), number)
        else:
            _annotate_rules(draft, all_rules, rules, entry, number)
    for key, values, numbers in rules.decided():
        records: list[Any] = draft.dependencies if key[0] == "d" else draft.redundancies
        records[key[1]] = _annotated(draft, records[key[1]], values, numbers)
    for identifier, values, numbers in components.decided():
        component = draft.components[identifier]
        notes = (_note(draft, number) for number in numbers)
        draft.put(component.model_copy(update={**values, "evidence": (*component.evidence, *notes)}))


def _offer_all(
    choices: Choices, target: Hashable, entry: Annotation, names: tuple[str, ...], exactness: int, number: int
) -> None:
    for name in names:
        if (value := getattr(entry, name)) is not None:
            choices.offer(target, name, value, exactness, number)


def _annotate_rules(draft: Draft, rules: Rules, choices: Choices, entry: Annotation, number: int) -> None:
    """Offer an entry's values to the dependencies between two selectors, and to groups wholly within them."""
    assert entry.dependent is not None
    assert entry.dependency is not None
    dependents = set(draft.find(entry.dependent, "annotate", number, "dependent"))
    needed = set(draft.find(entry.dependency, "annotate", number, "dependency"))
    exactness = rank(parse(entry.dependent)) + rank(parse(entry.dependency))
    sweeping = parse(entry.dependency).kind in ("*", "tag")
    found = list(rules.between(dependents, needed, sweeping=sweeping))
    for key in found:
        _offer_all(choices, key, entry, RULE_FIELDS, exactness, number)
    if not found:
        where = draft.overlay.at("annotate", number, "dependency")
        raise draft.no_rule(entry.dependent, entry.dependency, dependents, where)


class Rules:
    """All rules as they are now, by their dependent: an entry looks only at those it can mean.

    Args:
        draft: holds them.
    """

    def __init__(self, draft: Draft) -> None:
        self._by_dependent: dict[str, list[tuple[tuple[str, int], Rule, tuple[str, ...]]]] = defaultdict(list)
        for number, dependency in enumerate(draft.dependencies):
            self._by_dependent[dependency.dependent].append((("d", number), dependency, (dependency.dependency,)))
        for number, group in enumerate(draft.redundancies):
            self._by_dependent[group.dependent].append((("r", number), group, group.members))

    def between(self, dependents: Iterable[str], needed: set[str], *, sweeping: bool) -> Iterator[tuple[str, int]]:
        """Kind and position of the rules by which some components need nothing but some others.

        Args:
            dependents: ids of those that need.
            needed: ids of what is needed.
            sweeping: whether these were named by a pattern over all kinds: where something is placed is not meant then.
        """
        for dependent in sorted(dependents):
            for key, rule, members in self._by_dependent.get(dependent, ()):
                if needed.issuperset(members) and not (sweeping and is_containment(rule)):
                    yield key


def _annotated(draft: Draft, rule: Rule, values: dict[str, Any], numbers: list[int]) -> Rule:
    reasons = dict.fromkeys(draft.overlay.annotate[n].reason for n in numbers)
    notes = tuple(_note(draft, number) for number in numbers)
    return rule.model_copy(update={**values, "reason": "; ".join(reasons), "evidence": (*rule.evidence, *notes)})


def _note(draft: Draft, number: int) -> Evidence:
    """Who says what an annotation says; a day on which it was seen makes it an observation."""
    entry = draft.overlay.annotate[number]
    seen = f" (seen on {entry.observed})" if entry.observed else ""
    basis: Basis = "observed" if entry.observed else "declared"
    return draft.overlay.evidence(entry.reason + seen, "annotate", number, basis=basis)
