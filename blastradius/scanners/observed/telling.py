"""Writes down what was seen as mentions, dependencies and gaps."""

from __future__ import annotations

from collections.abc import Iterable

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
from blastradius.scanners.base import Scanned
from blastradius.scanners.observed.graph import Call, Graph, Seen
from blastradius.scanners.observed.model import Known, Named
from blastradius.scanners.observed.reading import Read
from blastradius.scanners.observed.spelling import canonical
from blastradius.scanners.observed.values import UNNAMED

_FOLLOWS = "the trace says that the caller does not wait for it"
_ON_BROKER = "what is on a broker is gone with it"


def told(graph: Graph, files: Read, notes: dict[str, int]) -> Scanned:
    """The result of a scanner; files that were of its format and name nothing are a gap.

    Args:
        graph: everything that it saw.
        files: what became of its files.
        notes: what it left out, with how often.
    """
    facts = _Telling(graph).facts()
    if not facts:
        facts += [
            Gap(
                scope=path,
                reason="names no service of which anything could be told: record the names of services",
                hides="dependency",
                evidence=(Evidence(scanner=graph.scanner, locator=f"{path}:1", basis="observed"),),
            )
            for path in files.paths
        ]
    return Scanned((*facts, *files.gaps), len(files.paths), len(files.gaps), notes)


class _Telling:
    """Writes down one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def facts(self) -> list[Fact]:
        """Mentions of all that was seen, what they need, and what was not named."""
        graph = self._graph
        names = canonical(graph.things)
        merged: dict[Named, Seen] = {}
        for what, seen in graph.things.items():
            merged.setdefault(names[what], Seen()).join(seen)
        found: list[Fact] = []
        for what, seen in merged.items():
            found += self._described(what, seen)
        found += self._platforms()
        calls: dict[tuple[Named, Named | Known], Call] = {}
        for (dependent, dependency), call in graph.calls.items():
            ends = names[dependent], names[dependency] if isinstance(dependency, Named) else dependency
            if ends[0] != ends[1]:
                calls.setdefault(ends, Call()).join(call)
        found += [self._need(ends, call) for ends, call in calls.items()]
        found += self._several(names)
        for (queue, broker), call in graph.on_broker.items():
            ends = names[queue], names[broker] if isinstance(broker, Named) else broker
            if ends[0] != ends[1]:
                found.append(self._need(ends, call, "hard", _ON_BROKER))
        found += [self._hidden_queue(names[what], call) for what, call in graph.hidden_queues.items()]
        return found

    def _need(
        self,
        ends: tuple[Named, Named | Known],
        call: Call,
        strength: Strength | None = None,
        reason: str | None = None,
    ) -> DependencyFact:
        if not call.waits and strength is None:
            strength, reason = "soft", _FOLLOWS
        return DependencyFact(
            dependent=self._id_of(ends[0]),
            reference=self._reference(ends[1]),
            via="call",
            strength=strength,
            phase="runtime" if strength else None,
            reason=reason,
            evidence=self._evidence(call),
        )

    def _several(self, names: dict[Named, Named]) -> Iterable[RedundancyFact]:
        groups: dict[tuple[Named, tuple[Named, ...]], Call] = {}
        for (dependent, members), call in self._graph.groups.items():
            ids = tuple(dict.fromkeys(names[one] for one in members))
            groups.setdefault((names[dependent], ids), Call()).join(call)
        for (dependent, members), call in groups.items():
            yield RedundancyFact(
                dependent=self._id_of(dependent),
                members=tuple(self._reference(one) for one in members),
                full=len(members),
                via="call",
                reason="they were called by one name, and each of them answers to it",
                evidence=self._evidence(call),
            )

    def _reference(self, what: Named | Known) -> Reference:
        if isinstance(what, Known):
            return Reference(texts=(what.text,), role="address" if what.address else "any")
        return Reference(texts=(self._id_of(what),), role="resource")

    def _evidence(self, call: Call) -> tuple[Evidence, ...]:
        note = {0: "calls", 1: "a call"}.get(call.count, f"{call.count:,} calls")
        return tuple(
            Evidence(scanner=self._graph.scanner, locator=where, basis="observed", note=note if not n else None)
            for n, where in enumerate(call.places)
        )

    def _id_of(self, what: Named) -> str:
        """The id of something: the same for all scanners of this wing."""
        scopes = (what.cluster, what.environment, what.namespace, what.account, what.region)
        parts = [one for one in scopes if one]
        if what.kind not in ("service", "function") and not what.addressed:
            parts.append(what.service or what.kind)
        return f"observed:{self._graph.root}/{'/'.join([*parts, what.name])}"

    def _platforms(self) -> Iterable[Component]:
        for id, (where, aliases) in self._graph.platforms.items():
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
                        Evidence(scanner=self._graph.scanner, locator=where, basis="observed", note="seen at run time"),
                    ),
                )

    def _described(self, what: Named, seen: Seen) -> Iterable[Fact]:
        where = tuple(
            Evidence(scanner=self._graph.scanner, locator=one, basis="observed", note="seen at run time")
            for one in seen.places
        )
        regions = seen.values("region")
        attributes = {"regions": ", ".join(regions)} if len(regions) > 1 else {}
        clusters = seen.values("cluster")
        if clusters:
            attributes["clusters"] = ", ".join(clusters)
        accounts, providers = seen.values("account"), seen.values("provider")
        also = {alias for place in seen.resources for alias in place.also} | seen.aliases
        component = Component(
            id=self._id_of(what),
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
        if what in self._graph.people:
            yield component.model_copy(update={"customer_facing": False, "attributes": {"role": "users"}})
            return
        orchestrated = not seen.resources or any(place.orchestrated for place in seen.resources)
        yield Mention(
            component=component, namespace=what.namespace or None if orchestrated else None, addressed=what.addressed
        )
        if len(regions) > 1 and component.provider is None:  # else `assemble` tells of the missing place
            yield self._scattered(component, regions)
        if what.name == UNNAMED:
            yield self._unshown(component)
        for why, places in seen.unnamed.items():
            yield self._nameless(component, why, places)

    def _unshown(self, component: Component) -> Gap:
        return Gap(
            scope=component.id,
            reason="is recorded under what is no name: a URL, a statement, or what looks like a credential, which is not "
            "shown; all that are recorded so are one here: record a plain `service.name`",
            hides="dependency",
            component=component.id,
            evidence=component.evidence[:1],
        )

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
            evidence=(Evidence(scanner=self._graph.scanner, locator=places[0], basis="observed"),),
        )

    def _hidden_queue(self, what: Named, call: Call) -> Gap:
        return Gap(
            scope=self._id_of(what),
            reason="sends or takes messages by a queue that the record does not name: record `messaging.destination.name`",
            hides="dependency",
            component=self._id_of(what),
            evidence=self._evidence(call)[:1],
        )
