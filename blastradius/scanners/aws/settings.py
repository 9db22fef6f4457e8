"""Environment variables and other free texts of an account: hosts, ARNs and names leave this file, values never do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from blastradius.model import Evidence
from blastradius.scanners.calling import sdk_calls
from blastradius.scanners.credentials import is_credential
from blastradius.scanners.named import named_among
from blastradius.scanners.naming import sense, words
from blastradius.scanners.pairs import is_private
from blastradius.scanners.settings import Alternatives, Doubt, Own, Setting, found_in

Found = dict[str, Any]
_NOWHERE = (Evidence(scanner="aws", locator=""),)
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:[A-Za-z0-9_./:+=@-]{1,400}")
_MOST = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,126}")
#: Words in the name of a variable that fit a kind: `ORDERS_TABLE` may name a table.
_FITS = {
    "database": {"table", "db", "database", "dynamo", "dynamodb"},
    "queue": {"queue", "sqs", "dlq"},
    "topic": {"topic", "sns", "bus", "eventbus"},
    "stream": {"stream", "kinesis", "firehose", "delivery"},
    "bucket": {"bucket", "s3", "storage"},
    "function": {"function", "lambda", "fn", "machine"},
}


def variables(values: Mapping[str, Any] | None, via: str = "env") -> list[Found]:
    """What the variables of a program name.

    Args:
        values: by name.
        via: what shows them.

    Returns:
        Records of plain values: `via` and one of `host` (with `port`), `hosts` (any of which will do), `arn`, `name`
        (with `kind`), `doubt`; `attempts` for how it calls the provider's API.
    """
    told = [
        Setting(name, value, f"{via} {name}"[:_MOST], _NOWHERE)
        for name, value in (values or {}).items()
        if isinstance(name, str) and isinstance(value, str)
    ]
    found: list[Found] = []
    for setting in told:
        found += _found(setting)
    for setting, one in named_among(told):
        if is_credential(one.name):
            continue
        found.append({"via": setting.via, "name": one.name, "kind": one.kind})
    found += _candidates(told)
    for calls in sdk_calls("x", told):
        found.append({"via": via, "attempts": calls.attempts, "note": calls.evidence[0].note})
    return found


def _candidates(told: Iterable[Setting]) -> list[Found]:
    """Values that count only where they are the name of something of that sort in the same account and region."""
    found: list[Found] = []
    for one in told:
        value = one.value.strip()
        if sense(one.name) == "secret" or is_private(one.name) or not _NAME.fullmatch(value) or is_credential(value):
            continue
        said = set(words(one.name))
        kinds = sorted(kind for kind, fitting in _FITS.items() if said & fitting)
        if kinds:
            found.append({"via": one.via, "candidate": value, "kinds": kinds})
    return found


def pairs(values: Iterable[Mapping[str, Any]] | None, name: str = "name", value: str = "value") -> dict[str, str]:
    """Variables that stand as a list of names and values."""
    return {
        one[name]: one[value]
        for one in values or ()
        if isinstance(one, Mapping) and isinstance(one.get(name), str) and isinstance(one.get(value), str)
    }


def script(text: str, via: str) -> list[Found]:
    """What a script or document names: any part of it may be an address."""
    return _found(Setting("", text, via, _NOWHERE, prose=True))


def arns(value: Any, via: str) -> list[Found]:
    """ARNs that are whole texts somewhere inside a document, each once."""
    found: dict[str, Found] = {}
    todo = [value]
    while todo and len(found) < _MOST:
        one = todo.pop()
        if isinstance(one, Mapping):
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
        elif isinstance(one, str) and _ARN.fullmatch(one):
            found[one] = {"via": via, "arn": one}
    return [found[one] for one in sorted(found)]


def _found(setting: Setting) -> list[Found]:
    found: list[Found] = []
    for one in found_in(setting, lambda _: False):
        if isinstance(one, Doubt):
            found.append({"via": setting.via, "doubt": one.text[:_MOST], "why": one.why})
        elif isinstance(one, Alternatives):
            found.append({"via": setting.via, "hosts": list(one.hosts), "why": one.reason})
        elif isinstance(one, Own):
            found.append({"via": setting.via, "own": one.host, "port": one.port})
        elif one.form == "resource":
            found.append({"via": setting.via, "arn" if one.host.startswith("arn:") else "resource": one.host})
        else:
            found.append({"via": setting.via, "host": one.host, "port": one.port})
    return found[:_MOST]
