"""Terraform's functions that keep what they can where their arguments are partly unsettled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blastradius.scanners.terraform.hcl import texts
from blastradius.scanners.terraform.hcl.functions import text
from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.types import unique
from blastradius.scanners.terraform.hcl.values import (
    MAX_CHOICES,
    MAX_ITEMS,
    FailureError,
    Json,
    Late,
    OpenDict,
    OpenList,
    View,
    as_text,
    joined,
    late,
    rest_of,
    settled,
    undecided,
)

Structural = Callable[[str, list[Any]], Any]


def _unsettled(value: Any) -> bool:
    return isinstance(value, Late | View)


def _doubt(shown: str, *values: Any) -> Late:
    """The result where an argument is not yet what it has to be; one that never will be is refused."""
    if settled(list(values)):
        raise FailureError
    return late(shown, *values)


def _merge(shown: str, values: list[Any]) -> Any:
    found: dict[str, Any] = {}
    rest: list[Any] = []
    for value in values:
        if isinstance(value, dict):
            found.update(value)
            rest.extend([value.rest] if isinstance(value, OpenDict) else ())
        elif _unsettled(value):
            rest.append(value)
        elif value is not None:
            raise FailureError
    return OpenDict(found, rest_of(shown, rest)) if rest else found


def _concat(shown: str, values: list[Any]) -> Any:
    found: list[Any] = []
    rest: list[Any] = []
    for value in values:
        if isinstance(value, list):
            found.extend(value)
            rest.extend([value.rest] if isinstance(value, OpenList) else ())
        elif _unsettled(value):
            rest.append(value)
        elif value is not None:
            raise FailureError
        if len(found) > MAX_ITEMS:
            return late(shown)
    return OpenList(found, rest_of(shown, rest)) if rest else found


def _flatten(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if _unsettled(value):
        return late(shown, value)
    found: list[Any] = []
    rest: list[Any] = []

    def add(items: list[Any], level: int) -> None:
        for item in items:
            if isinstance(item, list) and level < 40:
                add(item, level + 1)
            elif len(found) < MAX_ITEMS:
                # an unsettled member may be a list itself; it counts as one
                found.append(item)
        rest.extend([items.rest] if isinstance(items, OpenList) else ())

    if not isinstance(value, list):
        raise FailureError
    add(value, 0)
    return OpenList(found, late(shown, *rest)) if rest else found


def _lookup(shown: str, values: list[Any]) -> Any:
    mapping, key, *otherwise = values
    plain_key = as_text(key)
    if not isinstance(mapping, dict) or plain_key is None:
        if isinstance(mapping, View) and plain_key is not None:
            return mapping.attribute(plain_key)
        if isinstance(mapping, dict) and 0 < len(mapping) <= MAX_CHOICES:
            rest = [mapping.rest] if isinstance(mapping, OpenDict) else []
            return undecided(shown, [*mapping.values(), *rest, *otherwise], key)
        return undecided(shown, otherwise, mapping) if otherwise else late(shown, mapping, key)
    if plain_key in mapping:
        return mapping[plain_key]
    if isinstance(mapping, OpenDict):
        return late(shown, mapping.rest, *otherwise)
    if otherwise:
        return otherwise[0]
    raise FailureError


def _element(shown: str, values: list[Any]) -> Any:
    items, at = values
    if not isinstance(items, list) or isinstance(items, OpenList) or not isinstance(at, int):
        return _doubt(shown, items, at)
    if not items:
        raise FailureError
    return items[at % len(items)]


def _length(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if isinstance(value, OpenDict | OpenList | Late | View | Json):
        return late(shown, value)
    if isinstance(value, list | dict | str):
        return len(value)
    raise FailureError


def _keys(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if isinstance(value, OpenDict):
        return OpenList(sorted(value), value.rest)
    return sorted(value) if isinstance(value, dict) else _doubt(shown, value)


def _values(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if not isinstance(value, dict):
        return _doubt(shown, value)
    found = [value[key] for key in sorted(value)]
    return OpenList(found, value.rest) if isinstance(value, OpenDict) else found


def _same_list(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if value is None or isinstance(value, list):
        return value
    return _doubt(shown, value)


def _set(shown: str, values: list[Any]) -> Any:
    found = _concat(shown, values)
    if not isinstance(found, list):
        return found
    return OpenList(unique(found), found.rest) if isinstance(found, OpenList) else unique(found)


def _distinct(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if not isinstance(value, list):
        return _doubt(shown, value)
    found: list[Any] = []
    for item in value[:2000]:
        if item not in found:
            found.append(item)
    return OpenList(found, value.rest) if isinstance(value, OpenList) else found


def _compact(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if not isinstance(value, list):
        return _doubt(shown, value)
    found = [item for item in value if item is not None and item != ""]
    return OpenList(found, value.rest) if isinstance(value, OpenList) else found


def _slice(shown: str, values: list[Any]) -> Any:
    items, start, end = values
    if not isinstance(items, list) or isinstance(items, OpenList) or not settled([start, end]):
        return _doubt(shown, items)
    if not 0 <= int(start) <= int(end) <= len(items):
        raise FailureError
    return items[int(start) : int(end)]


def _coalesce(shown: str, values: list[Any]) -> Any:
    doubtful: list[Any] = []
    for value in values:
        if _unsettled(value):
            doubtful.append(value)
            # what a resource says of itself is there; a variable without a value may be nothing
            if isinstance(value, View) or value.source is not None or value.parts:
                break
        elif value is not None and value != "":
            doubtful.append(value)
            break
    if not doubtful:
        raise FailureError
    return doubtful[0] if len(doubtful) == 1 else undecided(shown, doubtful, *doubtful)


def _coalescelist(shown: str, values: list[Any]) -> Any:
    for value in values:
        if _unsettled(value) or isinstance(value, OpenList):
            return late(shown, *values)
        if value:
            return value
    raise FailureError


def _one(shown: str, values: list[Any]) -> Any:
    (value,) = values
    if not isinstance(value, list) or isinstance(value, OpenList):
        return _doubt(shown, value)
    if len(value) > 1:
        raise FailureError
    return value[0] if value else None


def _zipmap(shown: str, values: list[Any]) -> Any:
    names, items = values
    if not isinstance(names, list) or not isinstance(items, list) or not settled(names):
        return _doubt(shown, names, items)
    return dict(zip((text(name) for name in names), items, strict=False))


def _product(shown: str, values: list[Any]) -> Any:
    found: list[list[Any]] = [[]]
    for value in values:
        if not isinstance(value, list) or isinstance(value, OpenList) or len(found) * len(value) > MAX_ITEMS:
            return _doubt(shown, *values)
        found = [[*head, item] for head in found for item in value]
    return found


def _every(decides: bool) -> Structural:
    """`alltrue` and `anytrue`: one member that decides is enough, whatever the others come to."""

    def made(shown: str, values: list[Any]) -> Any:
        (items,) = values
        if not isinstance(items, list):
            return _doubt(shown, items)
        known = [peeked(item) for item in items]
        if any(item in (decides, as_text(decides)) for item in known if not _unsettled(item)):
            return decides
        doubtful = [item for item in known if _unsettled(item)]
        rest = [items.rest] if isinstance(items, OpenList) else []
        return late(shown, *doubtful, *rest) if doubtful or rest else not decides

    return made


def _map(shown: str, values: list[Any]) -> Any:
    """`map(key, value, …)` of Terraform 0.11."""
    keys = [as_text(key) for key in values[::2]]
    if len(values) % 2 or None in keys:
        return _doubt(shown, *values)
    return dict(zip(keys, values[1::2], strict=True))


def _arn(shown: str, values: list[Any]) -> Any:
    """`arn_build(partition, service, region, account, resource)` of the provider of AWS."""
    partition, service, region, account, resource = values
    return joined(shown, ["arn:", partition, ":", service, ":", region, ":", account, ":", resource])


def _tomap(shown: str, values: list[Any]) -> Any:
    (value,) = values
    return value if value is None or isinstance(value, dict) else _doubt(shown, value)


def _tostring(shown: str, values: list[Any]) -> Any:
    (value,) = values
    found = as_text(value)
    return value if found is None else found


def _as_it_is(shown: str, values: list[Any]) -> Any:
    return values[0]


STRUCTURAL: dict[str, Structural] = {
    "alltrue": _every(False),
    "anytrue": _every(True),
    "base64encode": _as_it_is,  # whoever reads the inventory wants to see what is in it
    "base64gzip": _as_it_is,
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "compact": _compact,
    "concat": _concat,
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "format": texts.formatted,
    "formatlist": texts.formatlist,
    "join": texts.join,
    "jsondecode": texts.decoded,
    "jsonencode": texts.encoded,
    "keys": _keys,
    "length": _length,
    "list": lambda shown, values: values,
    "lookup": _lookup,
    "map": _map,
    "merge": _merge,
    "nonsensitive": _as_it_is,
    "one": _one,
    "provider::aws::arn_build": _arn,
    "sensitive": _as_it_is,
    "ephemeralasnull": _as_it_is,
    "setproduct": _product,
    "setunion": _set,
    "slice": _slice,
    "tolist": _same_list,
    "tomap": _tomap,
    "toset": _set,
    "tostring": _tostring,
    "urlencode": _as_it_is,
    "values": _values,
    "yamldecode": texts.decoded,
    "yamlencode": texts.encoded,
    "zipmap": _zipmap,
}
"""Functions by name; each takes the text shown for its result, and its arguments."""
