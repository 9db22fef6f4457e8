"""Gateways of several routes, and what needs them without saying by which route.

The rule: a gateway does not need what stands behind its routes, since the loss of one leaves the others. Whoever sends
requests to it (a DNS name, an origin, a caller, a member of a failover) needs the gateway and what its routes come to:

* one route: that route;
* several: all of them together, a component of its own that is degraded while any of them is lost and down once all
  are. So no backend is lost in silence: users of the whole are degraded, and those of the lost route, which is a way in
  of its own where the gateway is public, are cut off.

Where routes ask for host names, whoever calls by a name takes the routes of that name; those that ask for no name where
none asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from blastradius.model import Component, DependencyFact, Evidence, Fact, Gap, RedundancyFact, Reference

TOGETHER = "which of its routes is asked for nothing tells: without one of them some requests fail"


@dataclass(slots=True)
class Routes:
    """The routes of gateways, each with the host names it asks for; none where it takes any.

    Attributes:
        found: host names by route, by gateway.
    """

    found: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    _told: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, gateway: str, route: str, hosts: Iterable[str] = ()) -> None:
        """Note a route of a gateway."""
        self.found.setdefault(gateway, {})[route] = frozenset(one.lower() for one in hosts)

    def reached(self, gateway: str, host: str = "") -> tuple[str, ...]:
        """Routes that requests to a host take, in order; all where the host is not known."""
        routes = self.found.get(gateway, {})
        wanted = host.lower().rstrip(".")
        if not wanted:
            return tuple(sorted(routes))
        named = [one for one, hosts in routes.items() if any(_meet(wanted, host) for host in hosts)]
        return tuple(sorted(named or (one for one, hosts in routes.items() if not hosts)))

    def behind(self, gateway: Component, dependent: str, host: str = "") -> tuple[str, list[Fact]]:
        """What stands behind a gateway for who calls it.

        Args:
            gateway: that is called.
            dependent: id of who calls it.
            host: by which name, where that is known.

        Returns:
            Id of its one route, or of all of them together, empty where none is known; and what is to be written down
            for it, which is given once.
        """
        routes = self.found.get(gateway.id, {})
        whole = f"{gateway.id}#routes"
        if dependent in routes or dependent.startswith(whole):
            return "", []
        reached = self.reached(gateway.id, host)
        if not reached and routes:
            return "", self._once(("gap", gateway.id, dependent), [_unrouted(gateway, dependent, host)])
        if len(reached) < 2:
            return "".join(reached), []
        id = whole if len(reached) == len(routes) else f"{whole} of {host.lower().rstrip('.')}"
        return id, self._once((id,), _together(id, gateway, reached))

    def _once(self, key: tuple[str, ...], facts: list[Fact]) -> list[Fact]:
        if key in self._told:
            return []
        self._told.add(key)
        return facts


def _meet(name: str, host: str) -> bool:
    """Whether requests to a name may ask for a host; either may hold a `*`."""
    return fnmatchcase(name, host) or fnmatchcase(host, name)


def _together(id: str, gateway: Component, routes: Iterable[str]) -> list[Fact]:
    """Several routes of a gateway as one thing, and what it needs; it stands where the gateway does."""
    scope, evidence = gateway.scope or "", (_shown(gateway, "its routes"),)
    members = tuple(Reference(texts=(one,), scope=scope, role="resource") for one in routes)
    own = Reference(texts=(gateway.id,), scope=scope, role="resource")
    update = {"id": id, "kind": "gateway", "name": f"{gateway.name}: {len(members)} routes", "identities": (), "aliases": (),
              "attributes": {}, "evidence": evidence}  # fmt: skip
    return [
        gateway.model_copy(update=update),
        DependencyFact(dependent=id, reference=own, via="routes of", strength="hard", phase="runtime", evidence=evidence),
        RedundancyFact(
            dependent=id, members=members, full=len(members), via="routes", strength="hard", phase="runtime",
            reason=TOGETHER, evidence=evidence,
        ),
    ]  # fmt: skip


def _unrouted(gateway: Component, dependent: str, host: str) -> Gap:
    return Gap(
        scope=dependent,
        reason=f"no route of {gateway.name} asks for {host}: what answers there is not known: state it in blastradius.yaml",
        hides="dependency",
        component=dependent,
        provider=gateway.provider,
        region=gateway.region,
        evidence=(_shown(gateway, "no route of that name"),),
    )


def _shown(gateway: Component, note: str) -> Evidence:
    return gateway.evidence[0].model_copy(update={"note": note})
