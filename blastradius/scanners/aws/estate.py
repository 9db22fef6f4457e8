"""All that accounts answered, being turned into facts: what is there, how it is found, what it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import (
    Component,
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
    Strength,
)
from blastradius.model.base import Basis
from blastradius.scanners.aws.answers import GLOBAL, Answers, Item
from blastradius.scanners.mapping.routes import Routes
from blastradius.scanners.mapping.zones import somewhere, spread
from blastradius.scanners.pairs import is_private

NAME = "aws"
_MOST_TAGS = 50


@dataclass(slots=True)
class Estate:
    """Facts about all accounts; families note what is there first, then write down what it needs.

    Attributes:
        answers: what was read.
        components: by id.
        rules: dependencies, redundancies, settings of calls.
        gaps: what could not be seen.
        hosts: ids by own host name.
        named: ids by scope and name.
        known: ids by account, region, sort and short name: an instance id, a subnet, the name of a queue.
        zones: zone ids by account and zone name.
        groups: members of target groups, by the group's ARN.
        routes: of gateways.
    """

    answers: Answers
    components: dict[str, Component] = field(default_factory=dict)
    rules: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    hosts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    named: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    known: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    zones: dict[tuple[str, str], str] = field(default_factory=dict)
    groups: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    routes: Routes = field(default_factory=Routes)
    _seen: set[Any] = field(default_factory=set)

    def items(self, call: str) -> Iterator[Item]:
        """Items of an operation, of all accounts and regions."""
        return self.answers.of(call)

    def partition(self, account: str) -> str:
        """The partition of an account."""
        return self.answers.partition.get(account, "aws")

    def arn(
        self, item: Item, service: str, resource: str, *, region: str | None = None, account: str | None = None
    ) -> str:
        """The ARN of something of an item's account and region, where the answer does not hold it."""
        region = item.region if region is None else region
        account = item.account if account is None else account
        return f"arn:{self.partition(item.account)}:{service}:{'' if region == GLOBAL else region}:{account}:{resource}"

    def zone(self, item: Item, name: object) -> str | None:
        """The zone id of a zone name, which means another zone in each account; a zone id as it is."""
        if not isinstance(name, str) or not name:
            return None
        return self.zones.get((item.account, name), name)

    def zones_of(self, item: Item, subnets: Iterable[Any]) -> list[str]:
        """Zone ids of subnets."""
        found = (self.find(item, "subnet-zone", str(one)) for one in subnets or ())
        return list(dict.fromkeys(one for one in found if one))

    def scope(self, account: str, region: str) -> str:
        """Path within which names of an account's things hold."""
        return f"aws:{account}" if region == GLOBAL else f"aws:{account}/{region}"

    def evidence(self, item: Item, field: str = "", note: str = "", basis: Basis = "declared") -> Evidence:
        """Where something stands: the operation and the field of its answer."""
        return Evidence(scanner=NAME, locator=f"{item.call} {field}".strip(), basis=basis, note=note[:300] or None)

    def add(
        self,
        item: Item,
        kind: Kind,
        service: str | None,
        type: str,
        id: str,
        name: str,
        *,
        region: str | None = None,
        zone: str | None = None,
        hosts: Iterable[Any] = (),
        identities: Iterable[str] = (),
        aliases: Iterable[Any] = (),
        attributes: Mapping[str, str] | None = None,
        tags: Any = None,
        field: str = "",
        provider: str = "aws",
    ) -> str:
        """Write down that something is there; gives its id.

        Args:
            item: that tells it.
            kind, service, type, id, name: of the component.
            region: where it is, where that is not where it was asked for.
            zone: its only one, by id.
            hosts: its own host names.
            identities: further texts that are it and no other.
            aliases: names by which others of its account and region refer to it.
            attributes: settings that explain it.
            tags: as the provider writes them.
            field: of the answer that names it.
            provider: whose it is.
        """
        place = region or item.region
        own = [host for one in hosts if (host := plain_host(one))]
        for host in own:
            self.hosts[host].add(id)
        if id in self.components:
            return id
        named = [str(one) for one in aliases if one]
        for text in {name, *named}:
            self.named[self.scope(item.account, place), text].append(id)
        self.components[id] = Component(
            id=id[:2048],
            kind=kind,
            name=(name or id)[:500],
            type=type,
            service=service,
            provider=provider,
            region=place,
            zone=zone,
            account=item.account,
            scope=self.scope(item.account, place),
            identities=tuple(sorted({id, *own, *identities})),
            aliases=tuple(sorted(set(named))),
            attributes=dict(attributes or {}),
            tags=plain_tags(tags),
            evidence=(self.evidence(item, field),),
        )
        return id

    def route(
        self, item: Item, gateway: str, id: str, name: str, *, hosts: Iterable[str] = (), entry: bool = True
    ) -> str:
        """Write down a way in by a gateway: it needs the gateway; what it leads to is said by its needs."""
        owner = self.components[gateway]
        update = {
            "id": id[:2048], "kind": "gateway", "name": name[:500], "identities": (id,), "aliases": (), "tags": {}, "zone": None,
            "attributes": {"entry": name[:300]} if entry else {}, "evidence": (self.evidence(item),),
        }  # fmt: skip
        self.components[id] = owner.model_copy(update=update)
        self.routes.add(gateway, id, hosts)
        return id

    def know(self, item: Item, sort: str, name: object, id: str, *, region: str | None = None) -> None:
        """Let something be found by a short name within its account and region."""
        if name:
            self.known[item.account, region or item.region, sort, str(name)] = id

    def find(self, item: Item, sort: str, name: object, *, region: str | None = None) -> str | None:
        """What bears a short name in an item's account and region."""
        return self.known.get((item.account, region or item.region, sort, str(name)))

    def update(self, id: str, **changes: Any) -> None:
        """Change fields of a component; `attributes` and `identities` are added to."""
        component = self.components.get(id)
        if component is None:
            return
        if "attributes" in changes:
            changes["attributes"] = {**component.attributes, **changes["attributes"]}
        for key in ("identities", "aliases"):
            if key in changes:
                changes[key] = tuple(sorted({*getattr(component, key), *changes[key]}))
        self.components[id] = component.model_copy(update=changes)

    def at(self, text: str) -> str | None:
        """The one component that a text is: an id, an ARN behind which a version stands, an own host name."""
        if text in self.components:
            return text
        found = self.hosts.get(text.lower().rstrip("."), set())
        return next(iter(found)) if len(found) == 1 else None

    def need(
        self,
        dependent: str,
        text: object,
        item: Item,
        field: str,
        *,
        via: str = "",
        role: Role = "resource",
        kind: Kind | None = None,
        strength: Strength | None = None,
        phase: Phase | None = None,
        reason: str | None = None,
        tolerance: int | None = None,
        basis: Basis = "declared",
        host: str = "",
    ) -> None:
        """Write down that something needs what a text names, and what stands behind it where that is a gateway.

        Args:
            dependent: id.
            text: an id, an ARN, a host name; nothing where it is empty or no text.
            item: that tells it.
            field: of the answer.
            via: what shows it; the field where empty.
            role, kind: of what the text names.
            strength, phase, reason, tolerance: where the answer states them.
            basis: on what ground.
            host: by which name it is called: a balancer tells its routes apart by it.
        """
        if not isinstance(text, str) or not text or text == dependent:
            return
        known = self.at(text)
        if known == dependent:
            return
        for one in filter(
            None, (self.beyond(known, dependent, host or (text if role == "address" else "")) if known else "", text)
        ):
            key = (dependent, one, via or field, phase, field)
            if key in self._seen:
                continue
            self._seen.add(key)
            local = one in self.components
            self.rules.append(
                DependencyFact(
                    dependent=dependent,
                    reference=self.reference(one, dependent, "resource" if local else role, None if local else kind),
                    via=(via or field)[:200],
                    strength=strength,
                    phase=phase or ("runtime" if strength else None),
                    reason=reason,
                    tolerance=tolerance,
                    evidence=(self.evidence(item, field, via, basis),),
                )
            )

    def reference(self, text: str, dependent: str, role: Role, kind: Kind | None = None) -> Reference:
        """A text as a component reads it."""
        owner = self.components.get(dependent)
        return Reference(texts=(text[:2000],), scope=(owner.scope if owner else "") or "", role=role, kind=kind)

    def beyond(self, id: str, dependent: str, host: str = "") -> str:
        """What stands behind a gateway: its route, or its routes as one thing; empty where none is known."""
        gateway = self.components.get(id)
        if gateway is None or dependent not in self.components:
            return ""
        own = {text.lower() for text in gateway.identities}
        beyond, facts = self.routes.behind(gateway, dependent, "" if host.lower().rstrip(".") in own else host)
        for fact in facts:
            if isinstance(fact, Component):
                self.components[fact.id] = fact
            elif isinstance(fact, Gap):
                self.gaps.append(fact)
            else:
                self.rules.append(fact)
        return beyond

    def any_of(
        self,
        dependent: str,
        texts: Sequence[str],
        item: Item,
        field: str,
        *,
        via: str = "",
        role: Role = "resource",
        full: int | None = None,
        active: Sequence[str] = (),
        failover: Failover | None = None,
        reason: str | None = None,
        strength: Strength | None = None,
        host: str = "",
    ) -> None:
        """Write down that any of some things will do; one alone is a plain need."""
        members = list(dict.fromkeys(one for one in texts if one and one != dependent))
        if len(members) == 1:
            self.need(
                dependent, members[0], item, field, via=via, role=role, host=host, strength=strength, reason=reason
            )
        if len(members) < 2:
            return

        def served(text: str) -> str:
            # a balancer serves with what stands behind it: the route, which needs the balancer, too
            known = self.at(text)
            return (self.beyond(known, dependent, host) if known else "") or known or text

        chosen = {served(one) for one in active}
        members = list(dict.fromkeys(served(one) for one in members))
        if len(members) < 2:
            self.need(dependent, members[0], item, field, via=via, role=role)
            return
        positions = tuple(at for at, one in enumerate(members) if one in chosen) if failover else ()
        self.rules.append(
            RedundancyFact(
                dependent=dependent,
                members=tuple(
                    self.reference(one, dependent, "resource" if one in self.components else role) for one in members
                ),
                full=min(full, len(members)) if full and not positions else None,
                active=positions,
                failover=failover if positions else None,
                via=(via or field)[:200],
                strength=strength,
                phase="runtime" if strength else None,
                reason=reason,
                evidence=(self.evidence(item, field, via),),
            )
        )

    def spread(self, id: str, zones: Sequence[str], copies: int | None, item: Item, field: str) -> None:
        """Write down in which zones something keeps copies of itself; one copy in one known zone is placed there."""
        component = self.components[id]
        names = list(dict.fromkeys(zones))
        if len(names) == 1 and component.zone is None:
            self.update(id, zone=names[0])
            return
        if (copies if copies is not None else len(names)) < 2:
            found = somewhere(component, names, copies, self.evidence(item, field))
            self.gaps.extend(one for one in found if isinstance(one, Gap))
            return
        self.rules.extend(spread(component, names, copies or len(names), self.evidence(item, field), field))

    def gap(self, component: str, reason: str, item: Item, field: str = "", **bounds: Any) -> None:
        """Write down that something about a component could not be seen, once."""
        key = ("gap", component, reason)
        if key in self._seen:
            return
        self._seen.add(key)
        bounds.setdefault("hides", "dependency")
        self.gaps.append(
            Gap(scope=component, reason=reason, component=component, evidence=(self.evidence(item, field),), **bounds)
        )

    def facts(self) -> list[Fact]:
        """All of it."""
        return [*self.components.values(), *self.rules, *self.gaps]


def plain_host(text: object) -> str:
    """The host of an endpoint: lower case, without scheme, port or path."""
    if not isinstance(text, str):
        return ""
    host = text.rpartition("://")[2].partition("/")[0].partition(":")[0].lower().rstrip(".")
    return host if "." in host and len(host) < 254 and "*" not in host else ""


def plain_tags(tags: Any) -> dict[str, str]:
    """Tags, however the provider writes them; those that the provider made itself are left out."""
    if isinstance(tags, Mapping):
        pairs = list(tags.items())
    elif isinstance(tags, list):
        pairs = [
            (
                one.get("Key") or one.get("key") or one.get("TagKey"),
                one.get("Value", one.get("value", one.get("TagValue"))),
            )
            for one in tags
            if isinstance(one, Mapping)
        ]
    else:
        return {}
    kept = {
        str(key): str(value)[:256]
        for key, value in pairs
        if key and isinstance(value, str) and not str(key).startswith("aws:") and not is_private(str(key))
    }
    return dict(sorted(kept.items())[:_MOST_TAGS])
