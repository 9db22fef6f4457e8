"""Terraform's functions of networks, times and digests over settled arguments, as its documentation defines them."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import ipaddress
import math
import re
import urllib.parse
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from blastradius.scanners.terraform.hcl.values import MAX_ITEMS, FailureError, NotComputedError, as_text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS, "url": uuid.NAMESPACE_URL, "oid": uuid.NAMESPACE_OID, "x500": uuid.NAMESPACE_X500,
}  # fmt: skip
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(h|ms|m|s|us|µs|ns)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_PIECE = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def _text(value: Any) -> str:
    found = as_text(value)
    if found is None:
        raise FailureError
    return found


def _network(prefix: Any) -> Network:
    return ipaddress.ip_network(_text(prefix), strict=False)


def _host(prefix: Any, number: Any) -> str:
    network, at = _network(prefix), int(number)
    at = network.num_addresses + at if at < 0 else at
    if not 0 <= at < network.num_addresses:
        raise FailureError
    return str(network.network_address + at)


def _netmask(prefix: Any) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise FailureError
    return str(network.netmask)


def _subnet(prefix: Any, bits: Any, number: Any) -> str:
    network, at = _network(prefix), int(number)
    length = network.prefixlen + int(bits)
    if int(bits) < 0 or length > network.max_prefixlen or not 0 <= at < 2 ** int(bits):
        raise FailureError
    first = int(network.network_address) + (at << (network.max_prefixlen - length))
    return f"{type(network.network_address)(first)}/{length}"


def _subnets(prefix: Any, *bits: Any) -> list[str]:
    """Networks one behind the other, each at the next place that its length allows."""
    network = _network(prefix)
    found: list[str] = []
    at = int(network.network_address)
    for one in bits:
        length = network.prefixlen + int(one)
        if int(one) < 1 or length > network.max_prefixlen:
            raise FailureError
        size = 1 << (network.max_prefixlen - length)
        at = -(-at // size) * size
        if at + size > int(network.broadcast_address) + 1:
            raise FailureError
        found.append(f"{type(network.network_address)(at)}/{length}")
        at += size
    return found


def _within(prefix: Any, other: Any) -> bool:
    outer, inner = _network(prefix), _network(other)
    if outer.version != inner.version:
        raise FailureError
    first, last = int(inner.network_address), int(inner.broadcast_address)
    return int(outer.network_address) <= first and last <= int(outer.broadcast_address)


def _moment(value: Any) -> datetime:
    text = _text(value)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", text):
        raise FailureError
    return datetime.fromisoformat(text.upper())


def _later(moment: Any, duration: Any) -> str:
    text = _text(duration)
    sign, plain = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    parts = _DURATION.findall(plain)
    if "".join(f"{number}{unit}" for number, unit in parts) != plain or not plain:
        raise FailureError
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    found = _moment(moment) + timedelta(seconds=sign * seconds)
    return found.isoformat(timespec="seconds").replace("+00:00", "Z")


def _compared(one: Any, other: Any) -> int:
    first, second = _moment(one).astimezone(UTC), _moment(other).astimezone(UTC)
    return (first > second) - (first < second)


def _dated(form: Any, moment: Any) -> str:
    at = _moment(moment)
    found: list[str] = []
    text, last = _text(form), 0
    for piece in _PIECE.finditer(text):
        if piece.start() != last:
            raise FailureError
        last = piece.end()
        if piece[1] is not None:
            found.append(piece[1].replace("''", "'"))
        else:
            found.append(_part(piece[0], at) if piece[2] else piece[0])
    if last != len(text):
        raise FailureError
    return "".join(found)


def _part(verb: str, at: datetime) -> str:
    day, month, hour = _DAYS[at.weekday()], _MONTHS[at.month - 1], (at.hour - 1) % 12 + 1
    known: dict[str, Callable[[], str]] = {
        "YYYY": lambda: f"{at.year:04}", "YY": lambda: f"{at.year % 100:02}",
        "MMMM": lambda: month, "MMM": lambda: month[:3], "MM": lambda: f"{at.month:02}", "M": lambda: str(at.month),
        "DD": lambda: f"{at.day:02}", "D": lambda: str(at.day), "EEEE": lambda: day, "EEE": lambda: day[:3],
        "hh": lambda: f"{at.hour:02}", "h": lambda: str(at.hour), "HH": lambda: f"{hour:02}", "H": lambda: str(hour),
        "AA": lambda: "PM" if at.hour > 11 else "AM", "aa": lambda: "pm" if at.hour > 11 else "am",
        "mm": lambda: f"{at.minute:02}", "m": lambda: str(at.minute),
        "ss": lambda: f"{at.second:02}", "s": lambda: str(at.second),
        "ZZZZZ": lambda: _offset(at, ":"), "ZZZZ": lambda: _offset(at, ""),
        "ZZZ": lambda: _offset(at, "") if at.utcoffset() else "UTC",
        "Z": lambda: _offset(at, ":") if at.utcoffset() else "Z",
    }  # fmt: skip
    if verb not in known:
        raise FailureError
    return known[verb]()


def _offset(at: datetime, between: str) -> str:
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{between}{abs(minutes) % 60:02}"


def _rows(value: Any) -> list[dict[str, str]]:
    try:
        rows = list(csv.reader(io.StringIO(_text(value)), strict=True))
    except csv.Error:
        raise FailureError from None
    if not rows or len(rows) > MAX_ITEMS or any(len(row) != len(rows[0]) for row in rows):
        raise FailureError
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _digest(name: str) -> Callable[[Any], str]:
    return lambda value: hashlib.new(name, _text(value).encode(), usedforsecurity=False).hexdigest()


def _digest64(name: str) -> Callable[[Any], str]:
    def made(value: Any) -> str:
        return base64.b64encode(hashlib.new(name, _text(value).encode(), usedforsecurity=False).digest()).decode()

    return made


def _matching(values: Any, keys: Any, wanted: Any) -> list[Any]:
    if not all(isinstance(one, list) for one in (values, keys, wanted)) or len(values) != len(keys):
        raise FailureError
    return [value for value, key in zip(values, keys, strict=True) if key in wanted]


def _transposed(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        raise FailureError
    found: dict[str, list[str]] = {}
    for key in sorted(value):
        for one in value[key]:
            found.setdefault(_text(one), []).append(key)
    return dict(sorted(found.items()))


def _arn_parts(value: Any) -> dict[str, str]:
    parts = _text(value).split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        raise FailureError
    return dict(zip(("partition", "service", "region", "account_id", "resource"), parts[1:], strict=True))


def _power(base: Any, exponent: Any) -> Any:
    if abs(exponent) > 1_000 or abs(base) > 1e6:
        raise NotComputedError
    found = math.pow(base, exponent)
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _logarithm(value: Any, base: Any) -> Any:
    if base == 1:
        raise FailureError
    found = math.log(value) / math.log(base)
    return round(found) if abs(found - round(found)) < 1e-12 else found


def _encoded(value: Any, encoding: Any) -> str:
    return base64.b64encode(_text(value).encode(_codec(encoding))).decode()


def _codec(name: Any) -> str:
    """A text encoding by its registered name: never one of Python's own that do something else."""
    found = _text(name).lower()
    if not re.fullmatch(r"utf-?(?:8|16|16le|16be|32)|iso-8859-\d{1,2}|windows-125\d|us-ascii|shift_jis|euc-jp|gbk|big5", found):  # fmt: skip
        raise NotComputedError
    return found.replace("16le", "16-le").replace("16be", "16-be")


COMPUTING: dict[str, Callable[..., Any]] = {
    "base64sha256": _digest64("sha256"),
    "base64sha512": _digest64("sha512"),
    "cidrcontains": _within,
    "cidrhost": _host,
    "cidrnetmask": _netmask,
    "cidrsubnet": _subnet,
    "cidrsubnets": _subnets,
    "csvdecode": _rows,
    "formatdate": _dated,
    "log": _logarithm,
    "matchkeys": _matching,
    "md5": _digest("md5"),
    "pow": _power,
    "provider::aws::arn_parse": _arn_parts,
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "signum": lambda a: (a > 0) - (a < 0),
    "textdecodebase64": lambda a, name: base64.b64decode(_text(a), validate=True).decode(_codec(name)),
    "textencodebase64": _encoded,
    "timeadd": _later,
    "timecmp": _compared,
    "transpose": _transposed,
    "urldecode": lambda a: urllib.parse.unquote_plus(_text(a)),
    "uuidv5": lambda space, name: str(
        uuid.uuid5(_NAMESPACES.get(_text(space)) or uuid.UUID(_text(space)), _text(name))
    ),
}
"""Functions by name."""
