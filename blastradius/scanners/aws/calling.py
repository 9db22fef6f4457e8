"""One operation in one region: all its pages, with what is kept of them, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from blastradius.scanners.aws.account import Account
from blastradius.scanners.aws.answers import Status
from blastradius.scanners.aws.failing import failure
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.texts import open_tags, open_text

_TOKENS = ("NextToken", "nextToken", "NextMarker", "Marker", "PageToken", "pageToken", "Position", "position")

#: Ids are made of such a field and a little more, and end at 2,048.
_LONGEST_NAME = 1600
#: Fields that their owners fill with anything: secrets are taken out before they are held.
_OPEN = dict.fromkeys(("Tags", "tags"), open_tags) | dict.fromkeys(("Description", "Comment"), open_text)


class GarbageError(Exception):
    """An answer of another shape than the operation's."""


@dataclass(slots=True)
class Asked:
    """How a request ended.

    Attributes:
        items: what was kept, also of pages before one that failed.
        status: as coverage calls it.
        code: of the error.
        requests: pages asked for.
    """

    items: list[dict[str, Any]] = field(default_factory=list)
    status: Status = "ok"
    code: str = ""
    requests: int = 0


def ask(account: Account, call: Call, region: str, arguments: Mapping[str, Any]) -> Asked:
    """Ask for all pages of an operation; never raises.

    Args:
        account: whose.
        call: what is asked.
        region: where.
        arguments: beside those that are always the same.
    """
    asked = Asked()
    if account.ended:
        return Asked(status="error", code=account.ended)
    if account.silent(region):
        return Asked(status="error", code="Unreachable")
    try:
        for answer in _pages(account, call, region, arguments, asked):
            account.heard(region, True)
            items, whole = kept(call, answer)
            asked.items.extend(items)
            if not whole:
                asked.status, asked.code = "error", "Garbage"
    except GarbageError as error:
        asked.status, asked.code = "error", str(error)
    except (
        Exception
    ) as error:  # whatever the SDK makes of an answer: one call that failed is coverage, not the scan's end
        _failed(account, call, region, error, asked)
    return asked


def _failed(account: Account, call: Call, region: str, error: Exception, asked: Asked) -> None:
    told = failure(error)
    if told.code in call.nothing:
        account.heard(region, True)
        return
    account.heard(region, not told.unreachable)
    asked.status, asked.code = told.status, told.code
    if told.credentials == "ended":
        account.end(told.code)
    elif told.credentials == "doubtful" and not account.doubted(told.code) and region not in account.enabled:
        asked.status = "unsupported"  # the credentials hold elsewhere: this region is not switched on
    if type(error).__name__ == "EndpointConnectionError" and not _offered(account, call.service, region):
        asked.status = "unsupported"


def _offered(account: Account, service: str, region: str) -> bool:
    """Whether the SDK knows a service to be in a region; what it does not know at all counts."""
    known = account.session.get_available_regions(service, account.partition)
    return not known or region in known


def _pages(
    account: Account, call: Call, region: str, arguments: Mapping[str, Any], asked: Asked
) -> Iterator[dict[str, Any]]:
    client = account.client(call.service, region)
    operation = getattr(client, method(call.operation))
    paging = _paging(client, call)
    given = {name: _timed(value) for name, value in call.given.items()} | dict(arguments)
    seen: set[str] = set()
    while True:
        account.budget.take()
        asked.requests += 1
        answer = operation(**given)
        if not isinstance(answer, dict):
            raise GarbageError("Garbage")
        yield answer
        token = _next(paging, answer)
        if not token:
            return
        shown = repr(sorted(token.items()))
        if shown in seen:
            raise GarbageError("RepeatedPageToken")
        if asked.requests >= account.limits.pages:
            raise GarbageError("TooManyPages")
        seen.add(shown)
        given = {key: value for key, value in given.items() if key not in paging.inputs} | token


def _timed(value: Any) -> Any:
    """An argument that is a time: `@now`, or `@hours:6` for so long ago."""
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    ago = float(value.partition(":")[2] or 0)
    return datetime.now(UTC) - timedelta(hours=ago)


@dataclass(frozen=True, slots=True)
class _Paging:
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    more: str = ""


def _paging(client: Any, call: Call) -> _Paging:
    """Where the tokens of an operation stand: as its declaration says, else the SDK's data, else as is usual."""
    if call.pages is not None:
        return _Paging((call.pages[0],), (call.pages[1],), call.pages[2])
    if client.can_paginate(method(call.operation)):
        said = client.get_paginator(method(call.operation))._pagination_cfg
        inputs, outputs = said["input_token"], said["output_token"]
        listed = isinstance(inputs, list)
        return _Paging(
            tuple(inputs) if listed else (inputs,),
            tuple(outputs) if listed else (outputs,),
            said.get("more_results") or "",
        )
    shapes = client.meta.service_model.operation_model(call.operation)
    for name in _TOKENS:
        takes = shapes.input_shape is not None and name in shapes.input_shape.members
        if takes and shapes.output_shape is not None and name in shapes.output_shape.members:
            return _Paging((name,), (name,))
    return _Paging()


def _next(paging: _Paging, answer: dict[str, Any]) -> dict[str, Any]:
    if paging.more and not expression(paging.more).search(answer):
        return {}
    pairs = zip(paging.inputs, (expression(one).search(answer) for one in paging.outputs), strict=True)
    return {name: value for name, value in pairs if value}


def kept(call: Call, answer: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """What is kept of one answer, and whether all of it had the operation's shape."""
    found = expression(call.items).search(answer) if call.items else [answer]
    if found is None:
        return [], True
    if not isinstance(found, list):
        return [], False
    result = []
    for one in found:
        try:
            data = one if isinstance(one, dict) else {"value": one}
            result.append(_projected(call, call.reduce(data) if call.reduce else data))
        except (GarbageError, AttributeError, TypeError, ValueError, KeyError, IndexError, JMESPathError):
            continue
    return result, len(result) == len(found)


def _projected(call: Call, data: dict[str, Any]) -> dict[str, Any]:
    """The fields of an item that are kept, those without a value left out.

    Raises:
        GarbageError: when a field that every item has is not there, or holds what can be no name.
    """
    found = {}
    for name in call.keep:
        key, colon, path = name.partition(": ")
        must, key = key.endswith("!"), key.removesuffix("!")
        value = expression(path).search(data) if colon else data.get(key)
        if must and not (isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable()):
            raise GarbageError("Garbage")
        value = _OPEN.get(key, _plain)(value)
        if value not in (None, [], {}, ""):
            found[key] = value
    return found


def _plain(value: Any) -> Any:
    """A value as JSON has it: times are left out of it as texts."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


@cache
def expression(text: str) -> Any:
    """A compiled JMESPath."""
    return jmespath.compile(text)


@cache
def method(operation: str) -> str:
    """An operation's name as a method of the SDK."""
    from botocore import xform_name

    return str(xform_name(re.sub(r"[^A-Za-z0-9]", "", operation)))
