"""What is there in the accounts that were read: components, their names, hosts and places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import Component, Evidence, Kind
from blastradius.model.base import Basis
from blastradius.scanners.aws.answers import GLOBAL, Answers, Item
from blastradius.scanners.aws.texts import place_name, plain_host, plain_tags
from blastradius.scanners.mapping.routes import Routes

NAME = "aws"


@dataclass(slots=True)
class Ground:
    """What is there in all accounts, and how it is found.

    Attributes:
        answers: what was read.
        components: by id.
        hosts: ids by own host name.
        named: ids by scope and name.
        known: ids by account, region, sort and short name: an instance id, a subnet, the name of a queue.
        zones: zone ids by zone name, by account and region.
        groups: members of target groups, by the group's ARN.
        routes: of gateways.
    """

    answers: Answers
    components: dict[str, Component] = field(default_factory=dict)
    hosts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    named: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    known: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    zones: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    groups: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    routes: Routes = field(default_factory=Routes)

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
        """The zone id of a zone name, which means another zone in each account; None for a zone of another region.

        Where the zones of the region could not be read, a name that holds its region stays as it is.
        """
        name = place_name(name)
        if not name:
            return None
        known = self.zones.get((item.account, item.region))
        if known is None:
            return name if name.startswith(item.region) else None
        return known.get(name) or (name if name in known.values() else None)

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
        place, zone = place_name(region or item.region), place_name(zone)
        own = [host for one in hosts if (host := plain_host(one))]
        for host in own:
            self.hosts[host].add(id)
        if id in self.components:
            return id
        named = [str(one) for one in aliases if one]
        scope = self.scope(item.account, place or GLOBAL)
        for text in {name, *named}:
            self.named[scope, text].append(id)
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
            scope=scope,
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

    def key(self, item: Item, text: object, *, region: str | None = None) -> str | None:
        """A key by ARN, id or alias; None for the provider's own, which are part of its services."""
        known = self.find(item, "key", text, region=region)
        return known or (
            text if isinstance(text, str) and text.startswith("arn:") and ":alias/aws/" not in text else None
        )

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
