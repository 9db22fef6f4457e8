"""Label selectors, as the API defines them."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.kubernetes.objects import items, mappings
from blastradius.scanners.loose import mapping, text


def is_empty(selector: Any) -> bool:
    """Whether a selector names nothing, and so selects all."""
    body = mapping(selector)
    return not mapping(body.get("matchLabels")) and not items(body.get("matchExpressions"))


def names_nobody(selector: Any) -> bool:
    """Whether a selector asks for no label: it is empty, or says only what pods must not have."""
    body = mapping(selector)
    operators = [text(expression.get("operator")) for _, expression in mappings(body.get("matchExpressions"))]
    return not mapping(body.get("matchLabels")) and all(one in ("NotIn", "DoesNotExist") for one in operators)


def matches(selector: Any, labels: dict[str, str]) -> bool:
    """Whether labels satisfy a selector of `matchLabels` and `matchExpressions`; an empty one matches all."""
    body = mapping(selector)
    if not plain_matches(mapping(body.get("matchLabels")), labels):
        return False
    return all(_expression(expression, labels) for _, expression in mappings(body.get("matchExpressions")))


def plain_matches(wanted: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether labels hold all of some labels, as a Service or an old ReplicationController asks."""
    return all(labels.get(str(key)) == text(value) for key, value in wanted.items())


def _expression(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    key, operator = text(expression.get("key")), text(expression.get("operator"))
    values = {text(value) for value in items(expression.get("values"))}
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    return False  # an operator nobody knows selects nothing rather than everything


def written(selector: Any) -> str:
    """A selector in one line, such as `app=web, tier in (a, b)`."""
    body = mapping(selector)
    parts = [f"{key}={text(value)}" for key, value in mapping(body.get("matchLabels")).items()]
    for _, expression in mappings(body.get("matchExpressions")):
        values = ", ".join(text(value) for value in items(expression.get("values")))
        operator = text(expression.get("operator")).lower()
        parts.append(f"{text(expression.get('key'))} {operator}" + (f" ({values})" if values else ""))
    return ", ".join(parts)
