"""A made-up estate of the shape that large ones have, written as `scan` writes; too large to be made of objects.

Apps belong to products, a product has one to four regions, and a few shared apps run in all. An app has an entry of its
own and in each of its regions a deployment of instances over three zones, a database with a standby, a cache, a queue.
Deployments call apps of their product and some that everybody calls, in their own region where they are there; vendors,
a provider's services and control planes and accounts stand beside.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson

REGIONS = {
    "aws": ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2"),
    "gcp": ("us-central1", "europe-west4", "asia-east1"),
    "azure": ("eastus", "westeurope", "japaneast"),
}
PLATFORMS = ("compute", "storage", "sql", "cache", "queue", "dns", "identity", "keys", "registry", "load-balancing")
VENDORS = 40
ACCOUNTS = 48
_A_REGION = 12
"""Components that an app has in a region."""
_PRODUCT = 60
"""Apps of a product."""
_SHARED = 0.03
"""Share of apps that everybody may call, and that run everywhere."""
Record = dict[str, Any]


def write(path: Path, count: int, seed: int = 1) -> tuple[int, int]:
    """Write an estate.

    Args:
        path: the file.
        count: about how many components.
        seed: another one makes another estate.

    Returns:
        How many components it has, and how many plain dependencies and members of redundancies.
    """
    made = _Estate(count, np.random.default_rng(seed))
    made.make()
    needs = len(made.needs) + sum(len(one["members"]) for one in made.groups)
    made.needs.sort(key=lambda one: one[:3])
    with path.open("wb") as file:
        file.write(b'{"schema_version":1,\n"components":[\n')
        _lines(file, (orjson.dumps(one) for one in sorted(made.components, key=lambda one: one["id"])))
        file.write(b'\n],\n"coverage":{},\n"dependencies":[\n')
        _lines(file, map(_need, made.needs))
        file.write(b'\n],\n"gaps":[],\n"journeys":[\n')
        _lines(file, (orjson.dumps(one) for one in made.journeys()))
        file.write(b'\n],\n"meta":{"assembled":true,"tool":"blastradius"},\n"redundancies":[\n')
        made.groups.sort(key=lambda one: (one["dependent"], one["members"]))
        _lines(file, map(orjson.dumps, made.groups))
        file.write(b"\n]}\n")
    return len(made.components), needs


def _lines(file: Any, lines: Iterator[bytes]) -> None:
    first = True
    for line in lines:
        file.write(line if first else b",\n" + line)
        first = False


def _need(need: tuple[str, str, str, Record]) -> bytes:
    dependent, dependency, phase, more = need
    app = dependent.rpartition("/")[0] or dependent
    evidence = [{"basis": "declared", "locator": f"{app}/deploy.yaml:{len(dependency)}", "scanner": "kubernetes"}]
    record = {"dependency": dependency, "dependent": dependent, "evidence": evidence, "phase": phase, **more}
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


class _Estate:
    def __init__(self, count: int, chance: np.random.Generator) -> None:
        self.chance = chance
        self.apps = max(20, round(count / (2.1 * _A_REGION + 1)))
        self.shared = max(1, round(self.apps * _SHARED))
        self.components: list[Record] = []
        self.needs: list[tuple[str, str, str, Record]] = []
        self.groups: list[Record] = []
        self.places = [(provider, region) for provider, regions in REGIONS.items() for region in regions]
        self.at: list[list[tuple[str, str]]] = []

    def make(self) -> None:
        self._places()
        popular = np.array([0.24, 0.12, 0.12, 0.08, 0.06, 0.06, 0.1, 0.06, 0.04, 0.05, 0.05, 0.02])
        for app in range(self.apps):
            if app < self.shared:
                chosen = self.places
            elif app % _PRODUCT == 0 or app == self.shared:
                share = self.chance.choice([1, 2, 3, 4], p=[0.45, 0.3, 0.1, 0.15])
                picked = self.chance.choice(len(self.places), share, replace=False, p=popular)
                product = [self.places[one] for one in picked]
                chosen = product
            else:
                chosen = product if self.chance.random() < 0.85 else product[:1]
            self.at.append(chosen)
            self._app(app)

    def journeys(self) -> Iterator[Record]:
        """The last app of a product, which needs most of it."""
        tops = [one for one in range(self.shared, self.apps) if one % _PRODUCT == _PRODUCT - 1] or [self.apps - 1]
        for number, app in enumerate(tops[:: -(-len(tops) // 200)]):
            yield {
                "id": f"journey:{number:03}",
                "name": f"product {number}",
                "tier": 1 + number % 3,
                "rto": 3600,
                "entries": [{"component": _name(app)}],
            }

    def _place(self, id: str, kind: str, name: str, **where: str) -> None:
        self.components.append({"id": id, "kind": kind, "name": name, **where})

    def _needs(self, dependent: str, dependency: str, phase: str = "runtime", **more: Any) -> None:
        self.needs.append((dependent, dependency, phase, more))

    def _places(self) -> None:
        for provider, regions in REGIONS.items():
            self._place(f"{provider}:provider/{provider}", "provider", provider, provider=provider)
            for region in regions:
                where = {"provider": provider, "region": region}
                id = f"{provider}:region/{region}"
                self._place(id, "region", region, **where)
                self._needs(id, f"{provider}:provider/{provider}")
                for zone in "abc":
                    self._place(
                        f"{provider}:zone/{region}{zone}", "zone", f"{region}{zone}", zone=region + zone, **where
                    )
                    self._needs(f"{provider}:zone/{region}{zone}", id)
                for service in PLATFORMS:
                    for kind in ("platform", "control-plane"):
                        self._place(f"{provider}:{kind}/{region}/{service}", kind, f"{region} {service}", **where)
                        self._needs(f"{provider}:{kind}/{region}/{service}", id)
        for number in range(VENDORS):
            self._place(f"vendor:v{number:02}", "vendor", f"vendor {number}")
        for number in range(ACCOUNTS):
            self._place(f"account:{number:02}", "account", f"account {number}", account=f"{number:012}")

    def _app(self, app: int) -> None:
        entry = _name(app)
        where = self.at[app]
        provider, region = where[0]
        self._place(entry, "gateway", entry, provider=provider, region="global", type="entry")
        self._needs(entry, f"{provider}:platform/{region}/dns")
        members = [f"{entry}/{at}" for _, at in where]
        for place in where:
            self._region(app, *place)
        if len(members) == 1:
            self._needs(entry, members[0])
            return
        group: Record = {"dependent": entry, "members": members, "required": 1}
        if app % 4 == 0:
            mode = "manual" if app % 12 == 0 else "automatic"
            failover: Record = {"mode": mode, "needs": [f"{provider}:control-plane/{region}/dns"]}
            if app % 24:
                failover["takes"] = int(self.chance.integers(1, 8)) * 60
            group |= {"active": members[:1], "failover": failover}
        self.groups.append(group)

    def _region(self, app: int, provider: str, region: str) -> None:
        entry = _name(app)
        owner = app // _PRODUCT % ACCOUNTS
        id, account = f"{entry}/{region}", f"account:{owner:02}"
        where = {
            "provider": provider,
            "region": region,
            "account": f"{owner:012}",
            "environment": "production",
        }
        platform = f"{provider}:platform/{region}/"
        self._place(id, "service", entry, type="apps/Deployment", **where)
        self._calls(app, id, region)
        instances = [f"{id}-{number}" for number in range(6)]
        for number, instance in enumerate(instances):
            zone = region + "abc"[number % 3]
            self._place(instance, "service", instance, type="v1/Pod", zone=zone, **where)
            self._needs(instance, f"{provider}:zone/{zone}")
            self._needs(instance, platform + "compute")
            self._needs(instance, platform + "registry", "startup")
            self._needs(instance, platform + "identity", tolerance=3600)
            self._needs(instance, account)
        self.groups.append({"dependent": id, "full": 4, "members": instances, "required": 2})
        self._store(id, provider, region, where)
        for kind, strength in (("cache", {"strength": "soft"}), ("queue", {"tolerance": 900})):
            self._place(f"{id}-{kind}", kind, kind, type=kind, **where)
            self._needs(id, f"{id}-{kind}", **strength)
            self._needs(f"{id}-{kind}", platform + kind)
            self._needs(f"{id}-{kind}", account)

    def _store(self, id: str, provider: str, region: str, where: Record) -> None:
        nodes = [f"{id}-db-{number}" for number in range(2)]
        self._place(f"{id}-db", "database", f"{id}-db", type="sql", **where)
        self._needs(id, f"{id}-db")
        for node, letter in zip(nodes, "ab", strict=True):
            self._place(node, "database", node, type="sql", zone=region + letter, **where)
            self._needs(node, f"{provider}:zone/{region}{letter}")
            self._needs(node, f"{provider}:platform/{region}/sql")
            self._needs(node, f"{provider}:platform/{region}/keys", tolerance=600)
        failover = {"mode": "automatic", "takes": 60, "needs": [f"{provider}:control-plane/{region}/sql"]}
        group = {"dependent": f"{id}-db", "members": nodes, "active": nodes[:1], "failover": failover, "required": 1}
        self.groups.append(group)

    def _calls(self, app: int, id: str, region: str) -> None:
        """A few apps of its product, some that everybody calls; now and then one that calls it back."""
        chance = self.chance
        if not app:
            return
        first = 0 if app < self.shared else max(self.shared, app // _PRODUCT * _PRODUCT)
        near = app - 1 - chance.exponential(8, 3).astype(int)
        wide = (chance.power(0.4, 2) * min(app, self.shared)).astype(int)
        for other in sorted({*(int(one) for one in near if one >= first), *(int(one) for one in wide)}):
            local = any(at == region for _, at in self.at[other])
            soft = chance.random() < (0.3 if local else 0.85)
            self._needs(id, f"{_name(other)}/{region}" if local else _name(other), **_strength(soft))
        if app > first and chance.random() < 0.005:
            self._needs(f"{_name(app - 1)}/{self.at[app - 1][0][1]}", _name(app), strength="soft")
        if chance.random() < 0.04:
            vendor = f"vendor:v{int(chance.power(0.5) * VENDORS):02}"
            self._needs(id, vendor, **_strength(chance.random() < 0.6))


def _strength(soft: bool) -> Record:
    return {"strength": "soft"} if soft else {}


def _name(app: int) -> str:
    return f"app{app:06}"


if __name__ == "__main__":
    print(*write(Path(sys.argv[1]), int(sys.argv[2])))
