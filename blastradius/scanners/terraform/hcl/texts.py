"""Terraform's functions that make texts of values that are partly unsettled, and JSON of them."""

from __future__ import annotations

import json
import re
from typing import Any

from blastradius.documents import load_yaml
from blastradius.errors import InputError
from blastradius.scanners.terraform.hcl.values import (
    FailureError,
    Json,
    Late,
    OpenList,
    View,
    as_text,
    joined,
    late,
    settled,
)


def join(shown: str, values: list[Any]) -> Any:
    """`join(by, list)`; unsettled members stay parts of the text."""
    by, *lists = values
    items = lists[0] if len(lists) == 1 else late(shown, *lists)
    if len(lists) == 1 and settled(values) and not isinstance(items, list):
        raise FailureError
    if not isinstance(items, list) or not isinstance(by, str):
        return late(shown, *values)
    if isinstance(items, OpenList) and not items:
        return late(shown, items.rest)
    pieces: list[Any] = []
    for at, item in enumerate([*items, items.rest] if isinstance(items, OpenList) else items):
        pieces.extend((by, item) if at else (item,))
    return joined(shown, pieces)


_VERB = re.compile(r"%(?:\[([0-9]{1,2})\])?([-+ #0]*[0-9]{0,3}(?:\.[0-9]{1,2})?)([a-zA-Z%])")


def formatted(shown: str, values: list[Any]) -> Any:
    """`format(pattern, …)`; unsettled arguments stay parts of the text."""
    pattern, *arguments = values
    if not isinstance(pattern, str):
        return late(shown, *values)
    pieces: list[Any] = []
    at = last = 0
    for verb in _VERB.finditer(pattern):
        pieces.append(pattern[last : verb.start()])
        last = verb.end()
        if verb[3] == "%":
            pieces.append("%")
            continue
        at = int(verb[1]) - 1 if verb[1] else at
        if not 0 <= at < len(arguments):
            raise FailureError
        pieces.append(_verb(verb[2], verb[3], arguments[at]))
        at += 1
    return joined(shown, [*pieces, pattern[last:]])


def _verb(how: str, verb: str, value: Any) -> Any:
    if isinstance(value, Late | View | Json):
        return value
    plain_text = as_text(value)
    if verb == "q" or plain_text is None:
        return json.dumps(value, default=str) if settled(value) else Json(value)
    if verb in "dfxXeEgGob" and isinstance(value, int | float):
        try:
            return f"%{how}{verb}" % (int(value) if verb in "dxXo" else value)
        except (ValueError, TypeError, OverflowError):
            return plain_text
    return f"%{how}s" % plain_text if how else plain_text


def formatlist(shown: str, values: list[Any]) -> Any:
    """`formatlist(pattern, …)`: a text for each row of the lists given."""
    sizes = {len(value) for value in values[1:] if isinstance(value, list)}
    if len(sizes) != 1 or any(isinstance(value, Late | View | OpenList) for value in values[1:]):
        return late(shown, *values)
    rows = range(sizes.pop())
    return [
        formatted(shown, [values[0], *(value[row] if isinstance(value, list) else value for value in values[1:])])
        for row in rows
    ]


def encoded(shown: str, values: list[Any]) -> Any:
    """`jsonencode` and `yamlencode`: the structure is kept."""
    return Json(values[0])


def decoded(shown: str, values: list[Any]) -> Any:
    """`jsondecode` and `yamldecode`."""
    (value,) = values
    if isinstance(value, Json):
        return value.value
    if not isinstance(value, str):
        if settled(value):
            raise FailureError
        return late(shown, value)
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        documents = load_yaml(value.encode("utf-8", "replace"), "text")
    except InputError:
        raise FailureError from None
    return documents[0].value if documents else None
