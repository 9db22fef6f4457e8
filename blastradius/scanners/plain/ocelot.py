"""Ocelot: where the routes of `ocelot.json` lead. Several hosts of one route are balanced: any of them answers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from blastradius.model import DependencyFact, Evidence, Fact, RedundancyFact, Reference
from blastradius.scanners.addresses import valid_host
from blastradius.scanners.flatten import Entry
from blastradius.scanners.folders import folder_alias

_ROUTES = re.compile(r"(?:Routes|ReRoutes|Aggregates|DynamicRoutes)\.|GlobalConfiguration\.BaseUrl$", re.I)
_DOWN = re.compile(r"(?:Re)?Routes\.DownstreamHostAndPorts\.", re.I)
_REASON = "hosts of one route of Ocelot: any of them answers; with fewer there is less capacity"


def is_ocelot(path: str) -> bool:
    """Whether a file is that of Ocelot by its name."""
    return posixpath.basename(path).lower().startswith("ocelot.")


def is_route(entry: Entry) -> bool:
    """Whether a setting is part of a route, which is told by `routes`, or of the gateway's own address."""
    return _ROUTES.match(entry.key) is not None


def routes(path: str, folder: str, entries: Sequence[Entry]) -> Iterator[Fact]:
    """What the routes of a file lead to: hosts, or a name that a service registry knows.

    Args:
        path: of the file.
        folder: of the program that it belongs to.
        entries: all of its settings, in the order of the file.
    """
    dependent = folder_alias(folder)
    # keys such as the path of a route stand between the hosts of two routes
    for is_down, run in groupby(entries, key=lambda one: _DOWN.match(one.key) is not None):
        found = list(run)
        if is_down:
            hosts = [one for one in found if one.key.lower().endswith(".host") and valid_host(one.value.lower())]
            names = dict.fromkeys(one.value.lower() for one in hosts)
            members = tuple(Reference(texts=(name,), role="address") for name in names)
            if len(members) == 1:
                yield DependencyFact(
                    dependent=dependent, reference=members[0], via="route", evidence=_at(path, hosts[0])
                )
            elif members:
                yield RedundancyFact(
                    dependent=dependent, members=members, full=len(members), via="route", reason=_REASON,
                    evidence=_at(path, hosts[0]),
                )  # fmt: skip
            continue
        for one in found:
            if re.fullmatch(r"(?:re)?routes\.servicename", one.key.lower()) and valid_host(one.value.lower()):
                reference = Reference(texts=(one.value.lower(),), role="address")
                yield DependencyFact(
                    dependent=dependent, reference=reference, via="route", weak=True, evidence=_at(path, one)
                )


def _at(path: str, entry: Entry) -> tuple[Evidence, ...]:
    return (Evidence(scanner="plain", locator=f"{path}:{entry.line}"),)
