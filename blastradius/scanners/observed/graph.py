"""Gathers who was seen and who called what, and writes it down as mentions and dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from blastradius.model import (
    Component,
    DependencyFact,
    Evidence,
    Fact,
    Gap,
    Mention,
    RedundancyFact,
    Reference,
    Strength,
)
from blastradius.scanners.observed.model import Known, Named, Place

_MOST_PLACES = 3
_FOLLOWS = "the trace says that the caller does not wait for it"
_NAMELESS = "calls something that its spans do not name: record `peer.service` or `server.address`"
_ON_BROKER = "what is on a broker is gone with it"


@dataclass(slots=True)
class _Call:
    """Where a call was seen and how often."""

    count: int = 0
    places: list[str] = field(default_factory=list)
    waits: bool = False

    def add(self, where: str, count: int, waits: bool) -> None:
        self.count += count
        self.waits = self.waits or waits
        if len(self.places) < _MOST_PLACES and where not in self.places:
            self.places.append(where)


@dataclass(slots=True)
class _Seen:
    """What is known of one thing from all places where it was seen."""

    places: list[str] = field(default_factory=list)
    resources: dict[Place, None] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    unnamed: dict[str, list[str]] = field(default_factory=dict)


class Graph:
    """What one scanner saw.

    Args:
        scanner: its name, for evidence.
        root: name of what is scanned, for ids.
    """

    def __init__(self, scanner: str, root: str) -> None:
        self._scanner = scanner
        self._root = root
        self._seen: dict[Named, _Seen] = {}
        self._calls: dict[tuple[Named, Named | Known], _Call] = {}
        self._groups: dict[tuple[Named, tuple[Named, ...]], _Call] = {}
        self._on: dict[tuple[Named, Named | Known], _Call] = {}
        self._queued: dict[Named, _Call] = {}
        self._users: set[Named] = set()
        self._known: dict[str, tuple[str, set[str]]] = {}

    def seen(self, what: Named, where: str, *, place: Place | None = None, alias: str = "") -> None:
        """Something was there.

        Args:
            what: it.
            where: `path:line`.
            place: its resource.
            alias: another text for it.
        """
        found = self._seen.setdefault(what, _Seen())
        if len(found.places) < _MOST_PLACES and where not in found.places:
            found.places.append(where)
        if place is not None:
            found.resources[place] = None
        if alias:
            found.aliases.add(alias)

    def users(self, what: Named, where: str, alias: str) -> None:
        """Users called something: they are no part of the system, and nothing needs them."""
        self.seen(what, where, alias=alias)
        self._users.add(what)

    def known(self, what: Known, where: str, alias: str) -> None:
        """Something whose id is the same for everybody was there, under a name of this source."""
        self._known.setdefault(what.text, (where, set()))[1].add(alias)

    def call(
        self, *, dependent: Named, dependency: Named | Known, where: str, count: int = 1, waits: bool = True
    ) -> None:
        """Something was called.

        Args:
            dependent: who called.
            dependency: what was called.
            where: `path:line`.
            count: how often.
            waits: whether the caller waits for the answer.
        """
        self.seen(dependent, where)
        if isinstance(dependency, Named):
            self.seen(dependency, where)
        self._calls.setdefault((dependent, dependency), _Call()).add(where, count, waits)

    def call_any(self, *, dependent: Named, members: Sequence[Named], where: str) -> None:
        """Something was called by one name behind which several stand."""
        self.seen(dependent, where)
        for one in members:
            self.seen(one, where)
        self._groups.setdefault((dependent, tuple(members)), _Call()).add(where, 0, True)

    def lies_on(self, *, queue: Named, broker: Named | Known, where: str) -> None:
        """A queue or topic is on a broker."""
        self.seen(queue, where)
        if isinstance(broker, Named):
            self.seen(broker, where)
        self._on.setdefault((queue, broker), _Call()).add(where, 1, True)

    def unnamed(self, dependent: Named, where: str, why: str = _NAMELESS) -> None:
        """Something called what its record does not name.

        Args:
            dependent: who called.
            where: `path:line`.
            why: what is not named, and what to do.
        """
        self.seen(dependent, where)
        self._seen[dependent].unnamed.setdefault(why, []).append(where)

    def queued(self, what: Named, where: str) -> None:
        """Something sends or takes messages by a queue that nothing names."""
        self.seen(what, where)
        self._queued.setdefault(what, _Call()).add(where, 1, True)

    def facts(self) -> list[Fact]:
        """Mentions of all that was seen, what they need, and what was not named."""
        names = _canonical(self._seen)
        merged: dict[Named, _Seen] = {}
        for what, seen in self._seen.items():
            _join(merged.setdefault(names[what], _Seen()), seen)
        found: list[Fact] = []
        for what, seen in merged.items():
            found += self._described(what, seen)
        found += self._platforms()
        calls: dict[tuple[Named, Named | Known], _Call] = {}
        for (dependent, dependency), call in self._calls.items():
            ends = names[dependent], names[dependency] if isinstance(dependency, Named) else dependency
            if ends[0] != ends[1]:
                _add(calls.setdefault(ends, _Call()), call)
        found += [self._need(ends, call) for ends, call in calls.items()]
        found += self._several(names)
        for (queue, broker), call in self._on.items():
            ends = names[queue], names[broker] if isinstance(broker, Named) else broker
            if ends[0] != ends[1]:
                found.append(self._need(ends, call, "hard", _ON_BROKER))
        found += [self._hidden_queue(names[what], call) for what, call in self._queued.items()]
        return found

    def _need(
        self,
        ends: tuple[Named, Named | Known],
        call: _Call,
        strength: Strength | None = None,
        reason: str | None = None,
    ) -> DependencyFact:
        if not call.waits and strength is None:
            strength, reason = "soft", _FOLLOWS
        return DependencyFact(
            dependent=self.id_of(ends[0]),
            reference=self._reference(ends[1]),
            via="call",
            strength=strength,
            phase="runtime" if strength else None,
            reason=reason,
            evidence=self._evidence(call),
        )

    def _several(self, names: dict[Named, Named]) -> Iterable[RedundancyFact]:
        groups: dict[tuple[Named, tuple[Named, ...]], _Call] = {}
        for (dependent, members), call in self._groups.items():
            ids = tuple(dict.fromkeys(names[one] for one in members))
            _add(groups.setdefault((names[dependent], ids), _Call()), call)
        for (dependent, members), call in groups.items():
            yield RedundancyFact(
                dependent=self.id_of(dependent),
                members=tuple(self._reference(one) for one in members),
                full=len(members),
                via="call",
                reason="they were called by one name, and each of them answers to it",
                evidence=self._evidence(call),
            )

    def _reference(self, what: Named | Known) -> Reference:
        if isinstance(what, Known):
            return Reference(texts=(what.text,), role="address" if what.address else "any")
        return Reference(texts=(self.id_of(what),), role="resource")

    def _evidence(self, call: _Call) -> tuple[Evidence, ...]:
        note = {0: "calls", 1: "a call"}.get(call.count, f"{call.count:,} calls")
        return tuple(
            Evidence(scanner=self._scanner, locator=where, basis="observed", note=note if not n else None)
            for n, where in enumerate(call.places)
        )

    def id_of(self, what: Named) -> str:
        """The id of something: the same for all scanners of this wing."""
        parts = [one for one in (what.cluster, what.environment, what.namespace) if one]
        if what.kind not in ("service", "function") and not what.addressed:
            parts += [one for one in (what.account, what.region) if one] + [what.service or what.kind]
        return f"observed:{self._root}/{'/'.join([*parts, what.name])}"

    def _platforms(self) -> Iterable[Component]:
        for id, (where, aliases) in self._known.items():
            provider, _, rest = id.partition(":platform/")
            if rest:
                yield Component(
                    id=id,
                    kind="platform",
                    name=rest.rpartition("/")[2],
                    service=rest.rpartition("/")[2],
                    provider=provider,
                    aliases=tuple(sorted(aliases)),
                    evidence=(
                        Evidence(scanner=self._scanner, locator=where, basis="observed", note="seen at run time"),
                    ),
                )

    def _described(self, what: Named, seen: _Seen) -> Iterable[Fact]:
        where = tuple(
            Evidence(scanner=self._scanner, locator=one, basis="observed", note="seen at run time")
            for one in seen.places
        )
        regions = _values(seen, "region")
        attributes = {"regions": ", ".join(regions)} if len(regions) > 1 else {}
        clusters = _values(seen, "cluster")
        if clusters:
            attributes["clusters"] = ", ".join(clusters)
        accounts, providers = _values(seen, "account"), _values(seen, "provider")
        also = {alias for place in seen.resources for alias in place.also} | seen.aliases
        component = Component(
            id=self.id_of(what),
            kind=what.kind,
            name=what.name,
            type=what.type or None,
            service=what.service or None,
            provider=what.provider or (providers[0] if len(providers) == 1 else None),
            region=what.region or (regions[0] if len(regions) == 1 else None),
            account=what.account or (accounts[0] if len(accounts) == 1 else None),
            environment=what.environment or None,
            identities=tuple(sorted({one for place in seen.resources for one in place.identities})),
            aliases=tuple(sorted(also)),
            attributes=attributes,
            evidence=where,
        )
        if what in self._users:
            yield component.model_copy(update={"customer_facing": False, "attributes": {"role": "users"}})
            return
        orchestrated = not seen.resources or any(place.orchestrated for place in seen.resources)
        yield Mention(
            component=component, namespace=what.namespace or None if orchestrated else None, addressed=what.addressed
        )
        if len(regions) > 1 and component.provider is None:  # else `assemble` tells of the missing place
            yield self._scattered(component, regions)
        for why, places in seen.unnamed.items():
            yield self._nameless(component, why, places)

    def _scattered(self, component: Component, regions: list[str]) -> Gap:
        return Gap(
            scope=component.id,
            reason=f"was seen in {', '.join(regions)}: nothing says whether each stands alone; describe one component for each",
            hides="location",
            component=component.id,
            evidence=component.evidence[:1],
        )

    def _nameless(self, component: Component, why: str, places: list[str]) -> Gap:
        often = "" if len(places) == 1 else f" ({len(places):,} times)"
        return Gap(
            scope=component.id,
            reason=why.replace(":", f"{often}:", 1),
            hides="dependency",
            component=component.id,
            evidence=(Evidence(scanner=self._scanner, locator=places[0], basis="observed"),),
        )

    def _hidden_queue(self, what: Named, call: _Call) -> Gap:
        return Gap(
            scope=self.id_of(what),
            reason="sends or takes messages by a queue that the record does not name: record `messaging.destination.name`",
            hides="dependency",
            component=self.id_of(what),
            evidence=self._evidence(call)[:1],
        )


def _canonical(seen: dict[Named, _Seen]) -> dict[Named, Named]:
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
        fitting = [other for other in by_name[one.name] if _means(one, other)]
        most = [other for other in fitting if all(_means(third, other) for third in fitting)]
        found[one] = min(most, key=_plainness) if most else one
    return found


def _means(one: Named, other: Named) -> bool:
    """Whether a name may be a less exact spelling of another, or the same."""
    scopes = ("namespace", "environment", "cluster", "service", "provider", "region", "account")
    if any(getattr(one, scope) not in ("", getattr(other, scope)) for scope in scopes):
        return False
    return one.kind == other.kind or one.addressed or (other.addressed and one.kind == "service")


def _plainness(one: Named) -> tuple[object, ...]:
    """What to prefer among equals: the more exact kind, then the text."""
    return one.kind == "service", one.addressed, repr(one)


def _join(into: _Seen, seen: _Seen) -> None:
    into.places = list(dict.fromkeys([*into.places, *seen.places]))[:_MOST_PLACES]
    into.resources.update(seen.resources)
    into.aliases |= seen.aliases
    for why, places in seen.unnamed.items():
        into.unnamed.setdefault(why, []).extend(places)


def _add(into: _Call, call: _Call) -> None:
    for where in call.places:
        into.add(where, 0, call.waits)
    into.count += call.count


def _values(seen: _Seen, name: str) -> list[str]:
    return sorted({value for place in seen.resources if (value := getattr(place, name))})
