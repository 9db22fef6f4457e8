"""Steps into values: attributes, indexes, splats."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.terraform.hcl.syntax import Node, show
from blastradius.scanners.terraform.hcl.values import (
    MAX_CHOICES,
    Computed,
    FailureError,
    Late,
    OpenDict,
    OpenList,
    View,
    as_text,
    late,
    look,
    settled,
    step_ref,
    undecided,
)


def peeked(value: Any) -> Any:
    """A value that is needed to go on: what the files say about an attribute, where they do."""
    if isinstance(value, Late) and value.source is not None:
        found = look(value)
        return found if settled(found) else value
    if isinstance(value, list) and not isinstance(value, OpenList) and len(value) <= 200:
        return [peeked(item) if isinstance(item, Late) else item for item in value]
    return value


def step(value: Any, name: str, node: Node) -> Any:
    """`value.name`.

    Raises:
        FailureError: when there is no such attribute.
    """
    if isinstance(value, View):
        return value.attribute(name)
    if isinstance(value, dict):
        if name in value:
            return value[name]
        if isinstance(value, OpenDict):
            return _further(value.rest, name, node) if value.rest.choices else late(show(node), value.rest)
        raise FailureError
    if isinstance(value, Late):
        return _further(value, name, node)
    if isinstance(value, list) and any(isinstance(item, View) for item in value):
        # written for Terraform 0.11, or wrong: it means all of them
        raise FailureError(late(show(node), *(_quietly(item, name, node) for item in value)))
    raise FailureError


def _quietly(value: Any, name: str, node: Node) -> Any:
    try:
        return step(value, name, node)
    except FailureError:
        return value


def _within(value: Any, key: str | int, node: Node) -> Any:
    """A member of one of several values; nothing where it has none."""
    try:
        return step(value, key, node) if isinstance(key, str) else index(value, key, node)
    except FailureError:
        return None


def _further(value: Late, key: str | int, node: Node) -> Any:
    if value.choices:
        return undecided(show(node), [_within(choice, key, node) for choice in value.choices], value)
    if len(value.refs) == 1 and not value.parts and not isinstance(value.source, Computed):
        return Late(show(node), (step_ref(value.refs[0], key),), (), value.missing, value.source)
    return late(show(node), value)


def index(value: Any, key: Any, node: Node) -> Any:
    """`value[key]`.

    Raises:
        FailureError: when there is no such member.
    """
    if isinstance(value, View) and value.many():
        return value.at(key)
    if isinstance(key, bool) or not isinstance(key, str | int | float):
        if isinstance(key, Late | View):
            return _one_of(value, key, node)
        raise FailureError
    if isinstance(value, Late):
        return _further(value, key if isinstance(key, str) else int(key), node)
    if isinstance(value, View):
        return value.attribute(key) if isinstance(key, str) else value.at(key)
    if isinstance(value, dict):
        return step(value, as_text(key) or "", node)
    if isinstance(value, list):
        return _member(value, key, node)
    raise FailureError


def _one_of(value: Any, key: Any, node: Node) -> Any:
    """A member of a collection by a key that is not known."""
    members = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    rest = [value.rest] if isinstance(value, OpenDict | OpenList) else []
    if not members or len(members) > MAX_CHOICES or any(isinstance(one, View) for one in members):
        return late(show(node), value, key)
    return undecided(show(node), [*members, *rest], key)


def _member(value: list[Any], key: str | int | float, node: Node) -> Any:
    if isinstance(key, str) and not (key.isdigit() and len(key) < 8):
        raise FailureError
    at = int(key)
    if 0 <= at < len(value):
        return value[at]
    if isinstance(value, OpenList) and at >= 0:
        return _further(value.rest, at, node) if value.rest.choices else late(show(node), value.rest)
    raise FailureError


def splat(value: Any, steps: list[Any], node: Node) -> Any:
    """`value[*]` with the steps behind it.

    Raises:
        FailureError: when a member lacks one of the steps.
    """
    if value is None:
        return []
    if isinstance(value, Late) or (isinstance(value, View) and value.many()):
        rest = _applied(value, steps, node)
        return OpenList([], rest if isinstance(rest, Late) else late(show(node), rest))
    if isinstance(value, list):
        found = [_applied(item, steps, node) for item in value]
        return OpenList(found, value.rest) if isinstance(value, OpenList) else found
    return [_applied(value, steps, node)]


def _applied(value: Any, steps: list[Any], node: Node) -> Any:
    for at, one in enumerate(steps):
        if one is None:  # a splat within a splat
            return splat(value, steps[at + 1 :], node)
        value = step(value, one, node) if isinstance(one, str) else index(value, one, node)
    return value
