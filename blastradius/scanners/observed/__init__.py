"""What was recorded at run time: traces, service graphs and snapshots. Each format registers its own scanner.

What is recorded names things and seldom defines them, so it is written down as mentions; `assemble` ties them to what
configuration describes. Everything here is `observed`. What was not recorded was perhaps not sampled: it proves nothing.
"""

from __future__ import annotations

from blastradius.scanners.base import SCANNERS
from blastradius.scanners.observed.recorded import RecordedScanner


@SCANNERS.register("awsconfig")
class ConfigScanner(RecordedScanner):
    """Reads what AWS Config recorded of resources and their relationships."""

    name = "awsconfig"
    summary = "AWS Config snapshots and configuration items (JSON)"
    extracts = "resources with ARN, type, region, zone, account; relationships that are needs: volumes, keys, groups of instances"
    omits = (
        "relationships that are none: networks, security groups, stacks; who calls whom, which AWS Config does not know"
    )
    marks = (b'"configurationItem', b'"baseConfigurationItems"')
    reader = "ConfigFormat"


@SCANNERS.register("jaeger")
class JaegerScanner(RecordedScanner):
    """Reads JSON of Jaeger's interface, its API and its spans in Elasticsearch."""

    name = "jaeger"
    summary = "Jaeger traces and dependencies (JSON of its interface, API or Elasticsearch)"
    extracts = "services and who called whom; what spans name of databases, queues and hosts; places in process tags"
    omits = "values of other tags, logs, statements; calls that were not sampled"
    marks = (b'"callCount"', b'"traceID"')
    reader = "JaegerFormat"


@SCANNERS.register("kiali")
class KialiScanner(RecordedScanner):
    """Reads graphs of workloads, apps, versioned apps and services."""

    name = "kiali"
    summary = "Kiali graphs (JSON of its graph API: workload, app, versioned app, service)"
    extracts = "workloads and services with their namespace, who called whom, versions of one service as alternatives, hosts outside the mesh"
    omits = "rates and errors (a call that failed is a call), boxes, traffic whose source the mesh does not know"
    marks = (b'"nodeType"',)
    reader = "KialiFormat"


@SCANNERS.register("otlp")
class OtlpScanner(RecordedScanner):
    """Reads OTLP JSON: a request, the lines of a file exporter, a trace of Tempo."""

    name = "otlp"
    summary = "OpenTelemetry traces (OTLP JSON and JSON lines, as the file exporter and Tempo write them)"
    extracts = (
        "services and who called whom; databases, queues, hosts and AWS services by semantic conventions old and new; "
        "region, account, environment, namespace and workload of the resource"
    )
    omits = "values of other attributes, statements, events, metrics, logs; calls that were not sampled"
    marks = (b'"resourceSpans"', b'"batches"')
    reader = "OtlpFormat"


@SCANNERS.register("servicegraph")
class ServiceGraphScanner(RecordedScanner):
    """Reads text that Prometheus scrapes and answers of its API."""

    name = "servicegraph"
    summary = "OpenTelemetry service graph metrics (`traces_service_graph_*` as Prometheus text or API answers)"
    extracts = "services and who called whom, databases, namespaces and regions where dimensions hold them"
    omits = "rates and errors (a call that failed is a call), virtual callers, pairs that were counted zero times"
    marks = (b"traces_service_graph_", b'"resultType"')
    reader = "ServiceGraphFormat"


@SCANNERS.register("xray")
class XrayScanner(RecordedScanner):
    """Reads answers of `get-service-graph`, `get-trace-graph` and `batch-get-traces`, and segment documents."""

    name = "xray"
    summary = "AWS X-Ray service graphs and traces (JSON answers of its API, segment documents)"
    extracts = "services by name and type, who called whom; tables, queues, topics and functions that calls name; ARNs"
    omits = "annotations, metadata, statements, users; summaries of traces, which name no calls; what was not sampled"
    marks = (b'"ReferenceId"', b'"Segments"', b'"TraceSummaries"', b'"trace_id"')
    reader = "XrayFormat"


@SCANNERS.register("zipkin")
class ZipkinScanner(RecordedScanner):
    """Reads lists of Zipkin spans, lists of such lists, and spans one a line."""

    name = "zipkin"
    summary = "Zipkin traces and dependencies (JSON of both span formats)"
    extracts = "services and who called whom, spans shared by both sides, remote endpoints, queues and topics"
    omits = "values of other tags, statements, annotations; calls that were not sampled"
    marks = (b'"callCount"', b'"traceId"')
    reader = "ZipkinFormat"
