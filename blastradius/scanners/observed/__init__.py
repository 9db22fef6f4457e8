"""What was recorded at run time: traces, service graphs and snapshots. Each format registers its own scanner.

What is recorded names things and seldom defines them, so it is written down as mentions; `assemble` ties them to what
configuration describes. Everything here is `observed`. What was not recorded was perhaps not sampled: it proves nothing.
"""

from __future__ import annotations

from blastradius.scanners.observed import awsconfig, jaeger, kiali, otlp, servicegraph, xray, zipkin

__all__ = ["awsconfig", "jaeger", "kiali", "otlp", "servicegraph", "xray", "zipkin"]
