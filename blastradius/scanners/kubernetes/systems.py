"""How many systems the scanned objects are: path arguments that declare one object differently are one each."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from blastradius.model import Evidence, Gap
from blastradius.scanners.kubernetes.cluster import Cluster, is_workload, pod_template
from blastradius.scanners.kubernetes.objects import Object, content
from blastradius.scanners.kubernetes.placement import place
from blastradius.scanners.loose import mapping

#: Kinds beside workloads of which two declarations are two systems; namespaces and the like are declared in passing.
_TELLING = frozenset({
    "Service", "ConfigMap", "Secret", "NetworkPolicy", "Ingress", "Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute",
    "TCPRoute", "UDPRoute", "VirtualService", "Route", "Endpoints", "EndpointSlice", "PersistentVolume",
    "PersistentVolumeClaim", "StorageClass",
})  # fmt: skip
_SHOWN = 5


def _tells(one: Object) -> bool:
    return is_workload(one) or one.kind in _TELLING


def systems(objects: Sequence[Object], arguments: Sequence[str], root: str) -> list[tuple[str, list[Object]]]:
    """Objects by the system that they belong to, with its name.

    Args:
        objects: all of them, by path and line.
        arguments: paths that the user named.
        root: name of all together, which is used where no argument contradicts another.
    """
    if len(arguments) < 2:
        return [(root, list(objects))]
    parts: dict[str, list[Object]] = defaultdict(list)
    for one in objects:
        parts[_argument(one.path, arguments)].append(one)
    if not _collide(parts):
        return [(root, list(objects))]
    last = [_name(argument) for argument in sorted(parts)]
    plain = len(set(last)) == len(last) and "" not in last
    return [(_name(one) if plain else _full(one) or root, parts[one]) for one in sorted(parts)]


def _argument(path: str, arguments: Sequence[str]) -> str:
    """The innermost argument that a file lies in."""
    around = [one for one in arguments if not one or path == one or path.startswith(f"{one}/")]
    return max(around, key=len, default="")


def _name(argument: str) -> str:
    return posixpath.basename(argument).partition(".")[0]


def _full(argument: str) -> str:
    return argument.replace("/", "-")


def _collide(parts: dict[str, list[Object]]) -> bool:
    seen: dict[tuple[str, str, str], tuple[str, list[dict[str, Any]]]] = {}
    for argument, objects in parts.items():
        for one in objects:
            if not _tells(one):
                continue
            first, said = seen.setdefault(one.key, (argument, []))
            if first == argument:
                said.append(content(one))
            elif content(one) not in said:
                return True
    return False


def contradictions(cluster: Cluster) -> list[Gap]:
    """Gaps for objects that files of one system declare differently: the first is believed, and the others are seen."""
    gaps: list[Gap] = []
    elsewhere: dict[tuple[str, ...], list[list[Object]]] = defaultdict(list)
    for declared in cluster.by_key.values():
        first = declared[0]
        differing = [one for one in declared[1:] if content(one) != content(first)]
        if not differing or not _tells(first):
            continue
        every = [first, *differing]
        if is_workload(first) and len({place(mapping(pod_template(one).get("spec"))) for one in every}) > 1:
            gaps.append(_misplaced(cluster, every))
        else:
            elsewhere[tuple(sorted({one.path for one in every}))].append(every)
    return gaps + [_area(paths, elsewhere[paths]) for paths in sorted(elsewhere)]


def _misplaced(cluster: Cluster, every: list[Object]) -> Gap:
    first = every[0]
    id = cluster.id_of(first.namespace, first.kind, first.name)
    said = [place(mapping(pod_template(one).get("spec"))) for one in every]
    places = ", ".join(
        f"{zone or region or 'anywhere'} in {one.path}:{one.line}"
        for (region, zone), one in zip(said[:_SHOWN], every, strict=False)
    )
    reason = f"is placed differently by its declarations ({places}): scan them apart if they are several systems"
    return Gap(scope=id, reason=reason, hides="location", component=id, evidence=_places(every))


def _area(paths: tuple[str, ...], objects: list[list[Object]]) -> Gap:
    names = [f"{every[0].kind} {every[0].name}" for every in objects]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    files = ", ".join(paths[:_SHOWN]) + (f" and {len(paths) - _SHOWN} more files" if len(paths) > _SHOWN else "")
    verb = "disagree" if len(paths) > 1 else "disagrees with itself"
    return Gap(
        scope=paths[0],
        reason=f"{files} {verb} about {', '.join(names[:_SHOWN])}{more}: scan them apart if they are several systems",
        hides="dependency",
        evidence=tuple(dict.fromkeys(piece for every in objects[:_SHOWN] for piece in _places(every))),
    )


def _places(every: list[Object]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(one.evidence() for one in every[:20]))
