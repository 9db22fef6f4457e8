"""Where a pod may run: what its node selectors and affinities say of regions, zones and spread."""

from __future__ import annotations

from typing import Any

from blastradius.model import Evidence
from blastradius.scanners.kubernetes.objects import Object, dig, items, mappings
from blastradius.scanners.loose import mapping, text

_REGION = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
_ZONE = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")


def place(spec: dict[str, Any]) -> tuple[str | None, str | None]:
    """Region and zone that a pod is bound to; None where it may run in several or nothing says."""
    return _only(spec, _REGION), _only(spec, _ZONE)


def placed_by(pod: Object, spec: dict[str, Any]) -> list[Evidence]:
    """Where the selectors stand that bind a pod to one region or zone."""
    found: list[Evidence] = []
    for labels in (_REGION, _ZONE):
        value = _only(spec, labels)
        if value is None:
            continue
        selector = mapping(spec.get("nodeSelector"))
        for label in labels:
            if text(selector.get(label)) == value:
                found.append(pod.evidence(selector, label, note=f"placed by nodeSelector {label}={value}"))
        for _, term in mappings(_terms(spec)):
            for _, expression in mappings(term.get("matchExpressions")):
                key, values = text(expression.get("key")), {text(one) for one in items(expression.get("values"))}
                if key in labels and text(expression.get("operator")) == "In" and value in values:
                    found.append(pod.evidence(expression, "key", note=f"placed by node affinity {key}={value}"))
    return found


def _terms(spec: dict[str, Any]) -> Any:
    return dig(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")


def _only(spec: dict[str, Any], labels: tuple[str, ...]) -> str | None:
    allowed = _allowed(spec, labels)
    return next(iter(allowed)) if allowed is not None and len(allowed) == 1 else None


def _allowed(spec: dict[str, Any], labels: tuple[str, ...]) -> set[str] | None:
    """Values that a pod's node may have for a label; None where any will do."""
    allowed: set[str] | None = None
    for label in labels:
        value = text(mapping(spec.get("nodeSelector")).get(label))
        if value:
            allowed = {value} if allowed is None else allowed & {value}
    by_term = [_of_term(term, labels) for _, term in mappings(_terms(spec))]
    # terms are alternatives: one that does not speak of the label lets every value in
    if by_term and all(values is not None for values in by_term):
        union = {value for values in by_term if values is not None for value in values}
        allowed = union if allowed is None else allowed & union
    return allowed


def _of_term(term: dict[str, Any], labels: tuple[str, ...]) -> set[str] | None:
    allowed: set[str] | None = None
    for _, expression in mappings(term.get("matchExpressions")):
        if text(expression.get("key")) in labels and text(expression.get("operator")) == "In":
            values = {text(value) for value in items(expression.get("values"))} - {""}
            allowed = values if allowed is None else allowed & values
    return allowed


def spread(spec: dict[str, Any]) -> dict[str, str]:
    """Attributes that tell how pods are spread and where they may run."""
    found = {}
    constraints = [
        f"{text(one.get('topologyKey'))} maxSkew {text(one.get('maxSkew'))} {text(one.get('whenUnsatisfiable'))}".strip()
        for _, one in mappings(spec.get("topologySpreadConstraints"))
    ]
    if constraints:
        found["topology_spread"] = "; ".join(constraints)
    for label, names in (("regions_allowed", _REGION), ("zones_allowed", _ZONE)):
        allowed = _allowed(spec, names)
        if allowed is not None and len(allowed) > 1:
            found[label] = ", ".join(sorted(allowed))
    apart = dig(spec, "affinity", "podAntiAffinity")
    keys = set()
    for _, term in mappings(dig(apart, "requiredDuringSchedulingIgnoredDuringExecution")):
        keys.add(f"{text(term.get('topologyKey'))} required")
    for _, term in mappings(dig(apart, "preferredDuringSchedulingIgnoredDuringExecution")):
        keys.add(f"{text(dig(term, 'podAffinityTerm', 'topologyKey'))} preferred")
    if keys:
        found["anti_affinity"] = "; ".join(sorted(keys))
    return found
