"""Where facts are gathered: each reference once, several workloads behind one name as a redundancy."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from blastradius.model import (
    DependencyFact,
    Evidence,
    Fact,
    Failover,
    Gap,
    Kind,
    Phase,
    RedundancyFact,
    Reference,
    Role,
)
from blastradius.scanners.addresses import Address
from blastradius.scanners.kubernetes.cluster import Cluster
from blastradius.scanners.kubernetes.names import Target, follow
from blastradius.scanners.kubernetes.objects import RENDERED
from blastradius.scanners.proxies import REASON, Pool
from blastradius.scanners.proxies.model import is_open
from blastradius.scanners.settings import Setting

_LIST = "assumed: a list of hosts for one connection, of which any will do; with fewer there is less capacity"


#: Where the pattern begins in the path of an ingress controller that takes patterns: `/api(/|$)(.*)`.
_PATTERN = re.compile(r"[()\[\]*+?|^$\\]")


@dataclass(frozen=True, slots=True)
class Way:
    """A route that leads in from outside, for workloads that call each other by their public name.

    Attributes:
        id: component id of the route.
        path: prefix that it serves.
        workloads: ids of the workloads behind it.
        exact: whether it serves that path alone.
    """

    id: str
    path: str
    workloads: frozenset[str]
    exact: bool = False

    def leads(self, path: str) -> bool:
        """Whether a path is served here: by whole elements, so that `/apiary` is not under `/api`."""
        if self.exact:
            return self.path == path
        element = _PATTERN.split(self.path, maxsplit=1)[0].rstrip("/")
        return path == element or path.startswith(element + "/")


@dataclass
class Facts:
    """Facts in the making.

    Attributes:
        cluster: all objects.
        found: facts so far.
        unmapped: types that were met and are not mapped, with how often.
        routes: ways in from outside, by host name.
        rerouted: where a mesh sends calls to a Service, by namespace and name.
    """

    cluster: Cluster
    found: list[Fact] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    routes: dict[str, list[Way]] = field(default_factory=dict)
    rerouted: dict[tuple[str, str], list[tuple[str, str, Evidence]]] = field(default_factory=dict)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def first(self, key: str) -> bool:
        """Whether a component id is met for the first time here."""
        known = ("component", key) in self._seen
        self._seen.add(("component", key))
        return not known

    def host(
        self,
        dependent: str,
        namespace: str,
        host: str,
        via: str,
        evidence: tuple[Evidence, ...],
        *,
        phase: Phase | None = None,
        kind: Kind | None = None,
    ) -> None:
        """Write down that something refers to a host; a reference to itself is none."""
        target = self._called(namespace, host)
        if dependent in target.workloads:
            return
        self.target(dependent, namespace, target, via, evidence, phase=phase, kind=kind)

    def _called(self, namespace: str, host: str) -> Target:
        """What a call to a host reaches: a mesh may send it to other Services than the one that bears the name."""
        target = follow(self.cluster, namespace, host)
        ways = self.rerouted.get(target.service) if target.service else None
        if not ways:
            return target
        reached = [(follow(self.cluster, space, to), where) for space, to, where in ways]
        members = dict.fromkeys(member for found, _ in reached for member in found.members)
        workloads = {id for found, _ in reached for id in found.workloads}
        places = [piece for found, where in reached for piece in (where, *found.evidence)]
        return Target(list(members), workloads, tuple(dict.fromkeys(places)), target.service)

    def public(
        self,
        dependent: str,
        namespace: str,
        address: Address,
        via: str,
        evidence: tuple[Evidence, ...],
        *,
        phase: Phase | None = None,
    ) -> None:
        """Write down that something calls a host, which may be a public name of one of the scanned routes."""
        path = address.path or "/"
        # a wildcard stands for one label, and only where the name itself has no routes
        routes = self.routes.get(address.host) or self.routes.get("*." + address.host.partition(".")[2], [])
        ways = [way for way in routes if way.leads(path)]
        if not ways:
            self.host(dependent, namespace, address.host, via, evidence, phase=phase)
            return
        best = max(ways, key=lambda way: (len(way.path), way.id))
        if dependent not in best.workloads:
            target = Target([(best.id, address.host)])
            self.target(dependent, namespace, target, via, evidence, phase=phase)

    def alternatives(
        self,
        dependent: str,
        namespace: str,
        hosts: tuple[str, ...],
        via: str,
        evidence: tuple[Evidence, ...],
        *,
        phase: Phase | None = None,
        reason: str = _LIST,
    ) -> None:
        """Write down that something refers to a list of hosts of which any will do, as far as a list can tell."""
        members: dict[tuple[str, ...], None] = {}
        places = [one.model_copy(update={"basis": "inferred"}) for one in evidence] if len(hosts) > 1 else [*evidence]
        for host in hosts:
            target = follow(self.cluster, namespace, host)
            if dependent in target.workloads:
                return  # a member of its own cluster names its peers
            key = [(ident,) for ident in sorted(target.workloads)] if target.workloads else target.members
            members.update(dict.fromkeys(key))
            places.extend(target.evidence)
        everyone = Target(list(members))
        self.target(dependent, namespace, everyone, via, tuple(dict.fromkeys(places)), phase=phase, reason=reason)

    def pool(self, dependent: str, namespace: str, pool: Pool, setting: Setting) -> None:
        """Write down that a proxy passes requests on to a group of servers, of which some may stand by."""
        via = f"{setting.via}: upstream"
        for host in filter(is_open, (*pool.hosts, *pool.standby)):
            reason = f"{via}: {host} is a variable that nothing here fills in: state the dependency in blastradius.yaml"
            self.gap(dependent, reason, setting.evidence[0], component=dependent, reference=host)
        used, standby = (
            list(dict.fromkeys(one for host in hosts if not is_open(host) for one in self._each(namespace, host)))
            for hosts in (pool.hosts, pool.standby)
        )
        standby = [one for one in standby if one not in used]
        if len(used) + len(standby) == 1 and len(pool.hosts) == 1 and not is_open(pool.hosts[0]):
            self.host(dependent, namespace, pool.hosts[0], via, setting.evidence)
        elif used or standby:
            target = Target([*used, *standby])
            self.target(dependent, namespace, target, via, setting.evidence, reason=REASON, standby=len(standby))

    def _each(self, namespace: str, host: str) -> list[tuple[str, ...]]:
        """Texts for each thing behind a host, by the workload where it is one of the scan."""
        target = self._called(namespace, host)
        return [(id,) for id in sorted(target.workloads)] or target.members

    def target(
        self,
        dependent: str,
        namespace: str,
        target: Target,
        via: str,
        evidence: tuple[Evidence, ...],
        *,
        phase: Phase | None = None,
        kind: Kind | None = None,
        role: Role = "address",
        reason: str = "behind one name any of them answers; with fewer there is less capacity",
        standby: int = 0,
    ) -> None:
        """Write down that something refers to what a name leads to."""
        key = (dependent, tuple(target.members), phase, via, evidence[0].locator)
        if key in self._seen:
            return
        self._seen.add(key)
        evidence = _shown(evidence, via)
        scope = self.cluster.scope(namespace)
        members = tuple(Reference(texts=texts, scope=scope, role=role, kind=kind) for texts in target.members)
        places = (*evidence, *target.evidence)
        if len(members) == 1:
            fact: Fact = DependencyFact(
                dependent=dependent, reference=members[0], via=via, phase=phase, evidence=places
            )
        else:
            used = len(members) - standby
            moves = bool(standby and used)  # which is in use, and which takes over by itself
            fact = RedundancyFact(
                dependent=dependent,
                members=members,
                required=1,
                full=used or None,
                active=tuple(range(used)) if moves else (),
                failover=Failover(mode="automatic", takes=0) if moves else None,
                via=via,
                phase=phase,
                reason=reason,
                evidence=places,
            )
        self.found.append(fact)

    def text(
        self,
        dependent: str,
        namespace: str,
        texts: tuple[str, ...],
        via: str,
        evidence: tuple[Evidence, ...],
        *,
        role: Role = "resource",
        phase: Phase | None = None,
        kind: Kind | None = None,
    ) -> None:
        """Write down that something refers to a thing by texts."""
        self.target(dependent, namespace, Target([texts]), via, evidence, phase=phase, kind=kind, role=role)

    def add_gap(self, gap: Gap) -> None:
        """Write down a gap once."""
        if ("gap", gap) not in self._seen:
            self._seen.add(("gap", gap))
            self.found.append(gap)

    def gap(self, scope: str, reason: str, evidence: Evidence, *, component: str | None, reference: str | None) -> None:
        """Write down that a dependency could not be seen."""
        key = ("gap", scope, reason, component, reference)
        if key in self._seen:
            return
        self._seen.add(key)
        self.found.append(
            Gap(
                scope=scope,
                reason=reason,
                hides="dependency",
                component=component,
                reference=reference,
                evidence=(evidence,),
            )
        )


def _shown(evidence: tuple[Evidence, ...], via: str) -> tuple[Evidence, ...]:
    """Evidence of what was rendered says what showed it, too: its line may be that of the whole object."""
    first = evidence[0]
    if not (first.note or "").startswith(RENDERED):
        return evidence
    return (first.model_copy(update={"note": f"{via}, {first.note}"}), *evidence[1:])
