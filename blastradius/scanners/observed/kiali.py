"""Kiali: the traffic of a service mesh as its graph API gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.scanners.base import Scanned
from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.graph import Graph
from blastradius.scanners.observed.hosts import callee
from blastradius.scanners.observed.model import Known, Named
from blastradius.scanners.observed.reading import Piece
from blastradius.scanners.observed.recorded import Counted, RecordedFormat
from blastradius.scanners.observed.telling import told
from blastradius.scanners.observed.values import Lines, name, service, text

_UNKNOWN = frozenset({"", "unknown"})
#: Where a mesh sends what it knows nothing of, and what it sends nowhere.
_PASSED, _DROPPED = "PassthroughCluster", "BlackHoleCluster"
_UNLISTED = "calls something that the mesh does not know: describe it by a ServiceEntry"


@dataclass(slots=True)
class Node:
    """A node of a graph.

    Attributes:
        said: what the graph says of it.
        where: `path:line`.
        what: what it stands for; none for a source or destination that the mesh does not know.
    """

    said: dict[str, Any]
    where: str
    what: Named | Known | None


@dataclass(slots=True)
class Drawn:
    """One graph: its nodes, and who called whom where."""

    type: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Source(Counted):
    """What was read."""

    graphs: list[Drawn] = field(default_factory=list)


class KialiFormat(RecordedFormat[Source]):
    """Reads graphs of workloads, apps, versioned apps and services."""

    name = "kiali"

    def empty(self) -> Source:
        """Nothing."""
        return Source()

    def take(self, piece: Piece, source: Source, root: str) -> bool:
        """Keep what a document says; False where it is of another format."""
        return _take(piece, source)

    def translate(self, source: Source, root: str) -> Scanned:
        """Who was seen, and who called what."""
        graph = Graph(self.name, root)
        for drawn in source.graphs:
            _tell(drawn, graph, source)
        return told(graph, source.files, source.notes)


def _take(piece: Piece, source: Source) -> bool:
    elements = mapping(mapping(piece.value).get("elements"))
    nodes = [mapping(one.get("data")) for one in records(elements.get("nodes"))]
    if not nodes or not any("nodeType" in one for one in nodes):
        return False
    drawn = Drawn(text(piece.value.get("graphType")))
    lines = Lines(piece.content, "id", fixed=piece.line)
    clusters = {text(one.get("cluster")) for one in nodes if one.get("nodeType") != "box"} - _UNKNOWN
    for one in nodes:
        where = f"{piece.path}:{lines.of(one.get('id'))}"
        if one.get("nodeType") != "box" and not one.get("isBox"):
            drawn.nodes[text(one.get("id"))] = Node(one, where, _what(one, len(clusters) > 1))
    for edge in (mapping(one.get("data")) for one in records(elements.get("edges"))):
        where = f"{piece.path}:{lines.of(edge.get('id'))}"
        drawn.edges.append((text(edge.get("source")), text(edge.get("target")), where))
    source.graphs.append(drawn)
    return True


def _what(said: dict[str, Any], several: bool) -> Named | Known | None:
    """What a node stands for: its workload, else its app, else its service."""
    namespace = name(said.get("namespace"))
    namespace = "" if namespace in _UNKNOWN else namespace
    cluster = name(said.get("cluster")) if several else ""
    cluster = "" if cluster in _UNKNOWN else cluster
    type = said.get("nodeType")
    if type in ("workload", "app"):
        called = next((one for key in ("workload", "app") if (one := service(said.get(key))) not in _UNKNOWN), "")
        return Named(called, namespace, cluster=cluster) if called else None
    called = service(said.get("service"))
    if type != "service" or called in {*_UNKNOWN, _PASSED, _DROPPED}:
        return None
    outer = said.get("isServiceEntry")
    listed = mapping(outer).get("hosts")
    hosts = [host for host in listed if isinstance(host, str)] if isinstance(listed, list) else []
    if outer or "." in called:
        found = callee(hosts[0] if len(hosts) == 1 and "*" not in hosts[0] else called)
        if found is not None:
            return found
    return Named(called, namespace, cluster=cluster, addressed=True)


def _tell(drawn: Drawn, graph: Graph, source: Source) -> None:
    """Tell of all calls of one graph; who calls a Service calls what stands behind it."""
    for node in drawn.nodes.values():
        if isinstance(node.what, Named) and not _behind(drawn, node):
            app = name(node.said.get("app"))
            alias = app if app not in _UNKNOWN and app != node.what.name and drawn.type == "app" else ""
            graph.seen(node.what, node.where, alias=alias)
    targets: dict[str, dict[str, str]] = {}
    for caller, called, where in drawn.edges:
        if caller in drawn.nodes and called in drawn.nodes:
            targets.setdefault(caller, {}).setdefault(called, where)
        else:
            source.note("edges whose ends are not both in the graph")
    for caller, found in targets.items():
        node = drawn.nodes[caller]
        if node.said.get("nodeType") == "service" and _behind(drawn, node):
            continue  # told with whoever calls the Service
        if not isinstance(node.what, Named):
            for _ in found:
                source.note("calls from where the mesh knows nothing: users, or programs without a proxy")
            continue
        _calls(drawn, graph, node.what, found)


def _calls(drawn: Drawn, graph: Graph, caller: Named, found: dict[str, str]) -> None:
    """All calls of one caller."""
    plain: list[tuple[Node, str]] = []
    # a Service of one name and namespace is one Service in all clusters of a mesh
    services: dict[tuple[str, str], tuple[list[Named], str]] = {}
    for id, where in found.items():
        node = drawn.nodes[id]
        behind = [one.what for one in _behind(drawn, node) if isinstance(one.what, Named)]
        if behind:
            key = text(node.said.get("namespace")), text(node.said.get("service"))
            services.setdefault(key, ([], where))[0].extend(behind)
        elif node.what is not None:
            plain.append((node, where))
        elif text(node.said.get("service")) != _DROPPED and node.said.get("nodeType") != "unknown":
            graph.unnamed(caller, where, _UNLISTED)
    for members, where in services.values():
        _several(graph, caller, members, where)
    for nodes, where in _versions(plain):
        named = [node.what for node in nodes if isinstance(node.what, Named)]
        if len(named) == len(nodes):
            _several(graph, caller, named, where)
        else:
            for node in nodes:
                if node.what is not None:
                    graph.call(dependent=caller, dependency=node.what, where=where, count=0)


def _several(graph: Graph, caller: Named, called: list[Named], where: str) -> None:
    others = list(dict.fromkeys(called))
    if caller in others:  # it is one of those that answer
        return
    if len(others) == 1:
        graph.call(dependent=caller, dependency=others[0], where=where, count=0)
    else:
        graph.call_any(dependent=caller, members=others, where=where)


def _behind(drawn: Drawn, node: Node) -> list[Node]:
    """The workloads behind the node of a Service, where a graph shows both; none in a graph of Services."""
    if node.said.get("nodeType") != "service" or drawn.type == "service":
        return []
    own = text(node.said.get("id"))
    found = [drawn.nodes[called] for caller, called, _ in drawn.edges if caller == own and called in drawn.nodes]
    return [one for one in found if one.said.get("nodeType") in ("workload", "app")]


def _versions(plain: list[tuple[Node, str]]) -> Iterator[tuple[list[Node], str]]:
    """What was called, those together that one Service leads to, or that are versions of one app."""
    groups: dict[tuple[object, ...], list[tuple[Node, str]]] = {}
    for node, where in plain:
        groups.setdefault(_group(node), []).append((node, where))
    for found in groups.values():
        yield [node for node, _ in found], found[0][1]


def _group(node: Node) -> tuple[object, ...]:
    said = node.said
    services = {(text(one.get("namespace")), text(one.get("name"))) for one in records(said.get("destServices"))}
    if len(services) == 1 and not {one for _, one in services} & {*_UNKNOWN, _PASSED, _DROPPED}:
        return ("service", *services)
    app = text(said.get("app"))
    if not services and app not in _UNKNOWN and text(said.get("version")) not in _UNKNOWN:
        return "app", text(said.get("namespace")), app
    return "node", text(said.get("id"))
