"""OpenTelemetry's service graph: metrics of Tempo and of the collector's connector, as Prometheus gives them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blastradius.scanners.base import Scanned
from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.attributes import place_of
from blastradius.scanners.observed.graph import Graph
from blastradius.scanners.observed.hosts import callee
from blastradius.scanners.observed.model import Known, Named, Place
from blastradius.scanners.observed.reading import Piece
from blastradius.scanners.observed.recorded import Counted, RecordedFormat
from blastradius.scanners.observed.stores import kind_of_system
from blastradius.scanners.observed.telling import told
from blastradius.scanners.observed.values import Lines, name

_METRIC = "traces_service_graph_"
_SAMPLE = re.compile(r"(traces_service_graph_\w{1,80})\{([^\n]{0,4000})\}[ \t]+([-+\w.]{1,40})(?:[ \t]|\r?$)")
_LABEL = re.compile(r'([A-Za-z_]\w{0,80})="((?:[^"\\]|\\.){0,400})"')
#: Counters of calls; the others count seconds, and buckets.
_COUNTERS = ("request_total", "request_failed_total", "request_server_seconds_count", "request_client_seconds_count")
#: Labels of dimensions, which Tempo and the connector write behind `client_` and `server_`.
_DIMENSIONS = {
    "service_namespace": "service.namespace", "k8s_namespace_name": "k8s.namespace.name", "cloud_region": "cloud.region",
    "k8s_cluster_name": "k8s.cluster.name", "deployment_environment": "deployment.environment", "cloud_provider": "cloud.provider",
    "deployment_environment_name": "deployment.environment.name", "cloud_account_id": "cloud.account.id",
    "k8s_deployment_name": "k8s.deployment.name",
}  # fmt: skip
#: What Tempo calls a caller that sends no spans.
_USERS = frozenset({"user", "unknown", ""})


@dataclass(slots=True)
class Source(Counted):
    """What was read: labels of each pair, how often it was counted, where."""

    pairs: list[tuple[dict[str, str], int, str]] = field(default_factory=list)


class ServiceGraphFormat(RecordedFormat[Source]):
    """Reads text that Prometheus scrapes and answers of its API."""

    name = "servicegraph"

    def empty(self) -> Source:
        """Nothing."""
        return Source()

    def take(self, piece: Piece, source: Source, root: str) -> bool:
        """Keep what a document says; False where it is of another format."""
        return _take(piece, source)

    def translate(self, source: Source, root: str) -> Scanned:
        """Who was seen, and who called what."""
        graph = Graph(self.name, root)
        for labels, count, where in source.pairs:
            _tell(graph, source, labels, count, where, root)
        return told(graph, source.files, source.notes)


def _take(piece: Piece, source: Source) -> bool:
    found = False
    for labels, value, where in _answer(piece) if piece.value is not None else _text(piece):
        found = True
        if not {"client", "server"} <= labels.keys():
            source.note("series without `client` and `server`")
        elif value > 0:
            source.pairs.append((labels, int(min(value, 1e15)), where))
        else:
            source.note("pairs that were counted zero times")
    return found


def _text(piece: Piece) -> Iterator[tuple[dict[str, str], float, str]]:
    for number, line in enumerate(piece.content.decode("utf-8", "replace").split("\n"), 1):
        sample = _SAMPLE.match(line)
        if sample and sample[1].removeprefix(_METRIC) in _COUNTERS:
            yield (
                {label[1]: label[2] for label in _LABEL.finditer(sample[2])},
                _number(sample[3]),
                f"{piece.path}:{number}",
            )


def _answer(piece: Piece) -> Iterator[tuple[dict[str, str], float, str]]:
    data = mapping(mapping(piece.value).get("data")) or mapping(piece.value)
    if "resultType" not in data:
        return
    lines = Lines(piece.content, "client", fixed=piece.line)
    for row in records(data.get("result")):
        labels = {key: value for key, value in mapping(row.get("metric")).items() if isinstance(value, str)}
        metric = labels.pop("__name__", "")
        ours = metric.removeprefix(_METRIC) in _COUNTERS if metric else {"client", "server"} <= labels.keys()
        if not ours:
            continue
        values = row.get("values") if isinstance(row.get("values"), list) else [row.get("value")]
        counted = [_number(one[1]) for one in values or [] if isinstance(one, list) and len(one) == 2]
        yield labels, max(counted, default=0.0), f"{piece.path}:{lines.of(labels.get('client', ''))}"


def _number(text: Any) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError):
        return 0.0
    return value if math.isfinite(value) else 0.0


def _tell(graph: Graph, source: Source, labels: dict[str, str], count: int, where: str, root: str) -> None:
    sort = labels.get("connection_type", "")
    client, server = _side(labels, "client", root), _side(labels, "server", root)
    if client is None or (sort == "virtual_node" and labels["client"] in _USERS):
        source.note("calls of users, and of programs that send no spans")
        if server is not None and sort != "database":
            graph.seen(server.named, where, place=server)
        return
    graph.seen(client.named, where, place=client)
    if sort == "messaging_system":
        if server is not None:
            graph.seen(server.named, where, place=server)
            graph.queued(server.named, where)
        graph.queued(client.named, where)
        return
    called = _called(labels["server"], sort, server)
    if called is None:
        graph.unnamed(
            client.named,
            where,
            "calls something that the service graph names by nothing that others know: record `peer.service`",
        )
        return
    if sort == "" and server is not None:
        graph.seen(server.named, where, place=server)
    graph.call(dependent=client.named, dependency=called, where=where, count=count)


def _side(labels: Mapping[str, str], side: str, root: str) -> Place | None:
    said = {known: labels[key] for label, known in _DIMENSIONS.items() if labels.get(key := f"{side}_{label}")}
    return place_of(said, root, labels[side])


def _called(server: str, sort: str, place: Place | None) -> Named | Known | None:
    """What the called side is: a service that sends spans, a database, or what a caller's span named."""
    if sort == "":
        return place.named if place else None
    if "." in server or ":" in server:
        return callee(server, "database" if sort == "database" else "service")
    called = name(server)
    if not called or called in _USERS:
        return None
    if sort == "database":
        return Named(called, kind=kind_of_system(called), type="")
    return Named(called, addressed=True)
