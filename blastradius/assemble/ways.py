"""Ways in that users take by a host name need what answers that name: its record, else the zone it lies in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from blastradius.assemble.draft import Draft
from blastradius.assemble.listing import few
from blastradius.model import Component, Dependency, Evidence, Gap

#: Words in the name of a view that answers inside a network alone.
_INSIDE = frozenset({"internal", "inside", "private", "intranet", "lan", "corp"})


def name_ways(draft: Draft) -> None:
    """Add the need of each way in with a host (`attributes["host"]`) of the one name or zone that answers it.

    A name nearer than the zone wins, as in DNS itself (RFC 4592): the name, a wildcard beside it, the zone with the
    longest name around it. Several of one name, such as one for the inside and one for the outside, are a gap: nothing
    tells which of them its users ask.

    Args:
        draft: components and dependencies are complete.
    """
    ways = [one for one in draft.components.values() if one.attributes.get("host") and one.kind != "dns"]
    if not ways:
        return
    index = Index(draft.components.values())
    there = {(one.dependent, one.dependency) for one in draft.dependencies if one.phase == "runtime"}
    for way in ways:
        host = way.attributes["host"]
        several = index.answering(host)
        if len(several) > 1 and not any((way.id, one.id) in there for one in several):
            draft.gaps.append(_doubt(way, host, several))
        found = several[0] if len(several) == 1 else None
        if found is None or (way.id, found.id) in there or (found.id, way.id) in there:
            continue
        what = "lies in this zone" if is_zone(found) else "is answered by this record"
        locator = way.evidence[0].locator if way.evidence else way.id
        evidence = Evidence(scanner="assemble", locator=locator, basis="inferred", note=f"host {host}")
        draft.dependencies.append(
            Dependency(
                dependent=way.id,
                dependency=found.id,
                reason=f"users come by the name {host}, which {what}",
                evidence=(evidence,),
            )
        )


class Index:
    """Names and zones by their names.

    Args:
        components: those of kind `dns` are looked at; what answers only inside a network is left out.
    """

    def __init__(self, components: Iterable[Component]) -> None:
        self._names: dict[str, list[Component]] = defaultdict(list)
        self._zones: dict[str, list[Component]] = defaultdict(list)
        for one in components:
            if one.kind == "dns" and not _is_inside(one):
                (self._zones if is_zone(one) else self._names)[plain_name(one)].append(one)

    def answering(self, host: str) -> list[Component]:
        """The records that answer a name, else the zones it lies in; several where sources tell of several."""
        labels = host.lower().rstrip(".").split(".")
        if labels[0] == "*":
            labels = ["*", *labels[1:]]
        for at in range(len(labels)):
            name = ".".join(labels[at:])
            if at == 0 and name in self._names:
                return self._names[name]
            if at and f"*.{name}" in self._names:
                return self._names[f"*.{name}"]
            if name in self._zones:
                return self._zones[name]
        return []


def is_zone(component: Component) -> bool:
    """Whether a component of kind `dns` is a zone, by its type: `dns/zone`, `aws_route53_zone`, `AWS::Route53::HostedZone`."""
    return component.kind == "dns" and (component.type or "").lower().endswith("zone")


def plain_name(component: Component) -> str:
    """The name of a record or zone: lower case, without the final dot."""
    return component.name.lower().rstrip(".")


def _is_inside(component: Component) -> bool:
    view = set(re.split(r"[^a-z0-9]+", component.attributes.get("view", "").lower()))
    return "private" in (component.type or "") or bool(view & _INSIDE)


def same_names(components: Iterable[Component]) -> list[list[str]]:
    """Ids of descriptions of one public zone or record by several sources: a public name is one thing everywhere.

    Where one source itself tells of several of a name (a view for each network, a record for each weight), nothing says
    which of them another source means.
    """
    alike: dict[tuple[bool, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in components:
        if one.kind == "dns" and not _is_inside(one) and one.evidence and "." in plain_name(one):
            alike[is_zone(one), plain_name(one)][one.evidence[0].scanner].append(one.id)
    return [
        sorted(id for found in by_source.values() for id in found)
        for _, by_source in sorted(alike.items())
        if len(by_source) > 1 and all(len(found) == 1 for found in by_source.values())
    ]


def _doubt(way: Component, host: str, several: list[Component]) -> Gap:
    return Gap(
        scope=way.id,
        reason=f"users come by the name {host}, which any of {few(sorted(one.id for one in several))} may "
        "answer: nothing tells which; state the dependency in blastradius.yaml",
        hides="dependency",
        component=way.id,
        reference=host,
        evidence=way.evidence[:1],
    )
