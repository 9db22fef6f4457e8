"""What a route asks of a request, besides its host: in a few characters, for names."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.kubernetes.objects import dig, items, mappings
from blastradius.scanners.loose import mapping, text

_SORTS = {"exact": "Exact", "regex": "RegularExpression"}
_MARKS = {"queryParams": "?", "withoutHeaders": "!"}


def http_match(match: dict[str, Any]) -> tuple[str, str]:
    """The path that a match of the Gateway API asks for, and all else: sort of path, method, headers, parameters."""
    path = text(dig(match, "path", "value")) or "/"
    sort = text(dig(match, "path", "type"))
    terms = ["" if sort == "PathPrefix" else sort]
    method = mapping(match.get("method"))
    if method:
        path = "/" + "/".join(filter(None, (text(method.get("service")), text(method.get("method")))))
        terms.append("" if text(method.get("type")) == "Exact" else text(method.get("type")))
    terms.append(text(match.get("method")))
    for field in ("headers", "queryParams"):
        for _, one in mappings(match.get(field)):
            terms.append(f"{_MARKS.get(field, '')}{text(one.get('name'))}={text(one.get('value'))}")
    return path, ", ".join(filter(None, terms))


def istio_match(match: dict[str, Any]) -> tuple[str, str]:
    """The path that a match of Istio asks for, and all else."""
    path = "/"
    terms: list[str] = []
    for kind, value in mapping(match.get("uri")).items():
        if text(value) and not terms:
            path = text(value)
            terms.append(_SORTS.get(str(kind), ""))
    for kind, value in mapping(match.get("method")).items():
        terms.append(text(value) if kind == "exact" else f"{kind} {text(value)}")
    for field in ("headers", "queryParams", "withoutHeaders"):
        for name, condition in mapping(match.get(field)).items():
            said = " ".join(text(value) for value in mapping(condition).values())
            terms.append(f"{_MARKS.get(field, '')}{name}={said}")
    for field in ("port", "authority", "sourceLabels", "sourceNamespace", "sniHosts", "destinationSubnets", "gateways"):
        value = match.get(field)
        parts = [text(one) for one in items(value)] or [f"{k}={text(v)}" for k, v in mapping(value).items()]
        said = " ".join(parts) or text(value)
        terms.append(f"{field} {said}" if said else "")
    return path, ", ".join(filter(None, terms))
