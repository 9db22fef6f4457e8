"""Objects that are not what Kubernetes takes: what is read as nothing is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blastradius.documents import Document
from blastradius.model import Gap
from blastradius.scanners.kubernetes.cluster import TEMPLATES, is_workload
from blastradius.scanners.kubernetes.objects import SCANNER, Object
from blastradius.scanners.shapes import Faults, Path

_DATA = frozenset({"ConfigMap", "Secret"})
_READ = _DATA | {"Service", "Ingress", "NetworkPolicy", "HTTPRoute", "Gateway", "VirtualService", "DestinationRule"}


def malformed(document: Document, found: Iterable[Object]) -> Gap | None:
    """What of a document's objects has another shape, as one gap; None where all has its own.

    Args:
        document: one object; what stands in lists is looked at only where it was found.
        found: its objects.
    """
    faults = Faults()
    body = document.value
    for one in found:
        if one.body is body and (is_workload(one) or one.kind in _READ):
            _object(one, faults)
    if isinstance(body, dict) and {"apiVersion", "kind", "metadata"} <= body.keys():
        faults.get(body, "apiVersion", (), str)
        faults.get(body, "kind", (), str)
    return faults.gap(document, "Kubernetes", SCANNER)


def _object(one: Object, faults: Faults) -> None:
    _mapping(one.body, "metadata", (), faults)
    if not one.name:
        faults.add(("metadata",), "tells no name")
    if one.kind in _DATA:
        for key in ("data", "stringData"):
            _mapping(one.body, key, (), faults)
    here = one.body
    path: Path = ()
    if is_workload(one):
        for key in (*TEMPLATES[one.kind], "spec"):
            here = _mapping(here, key, path, faults)
            path = (*path, key)
        for key in ("containers", "initContainers", "volumes"):
            if here.get(key) is not None:
                faults.maps(here, key, path)
    elif one.kind not in _DATA:
        _mapping(one.body, "spec", (), faults)


def _mapping(holder: dict[str, Any], key: str, path: Path, faults: Faults) -> dict[str, Any]:
    """What stands under a key; nothing at all may stand there."""
    found: dict[str, Any] = faults.get(holder, key, path, dict) if holder.get(key) is not None else {}
    return found
