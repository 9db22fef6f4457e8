"""The JSON form of an inventory: bounded reading, and writing that gives the same bytes for the same facts."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from types import NoneType
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from blastradius.collecting import collector_off
from blastradius.errors import InputError
from blastradius.model import Inventory
from blastradius.storage.checks import first_wrong_id

LARGE = 16 << 20
"""Bytes from which on an inventory is kept in columns."""
_CHUNK = 1 << 20
_FREE_BYTES = 16 << 20
_MOST_RATIO = 200
_WRITTEN = re.compile(rb'"assembled":\s*true')
_CHECK_KEYS_BELOW = 1_000_000
_EMPTY = (tuple, dict, NoneType)
_LISTS: dict[str, tuple[str, ...]] = {
    "components": ("id",),
    "dependencies": ("dependent", "dependency", "phase"),
    "gaps": ("scope", "hides", "reason"),
    "journeys": ("id",),
    "redundancies": ("dependent", "members", "phase"),
}
_COVERAGE = (("calls", ("account", "region", "operation")), ("scanners", ("scanner",)))


def is_compressed(content: bytes) -> bool:
    """Whether a file's first bytes are those of gzip."""
    return content[:2] == b"\x1f\x8b"


def uncompressed(content: bytes, where: str, limit: int) -> bytes:
    """What a gzip file holds.

    Args:
        content: the compressed bytes.
        where: path for messages.
        limit: most bytes that may come out; less where they come out of suspiciously few.

    Raises:
        InputError: when it is damaged or cut off, or grows past the limit.
    """
    most = min(limit, max(_FREE_BYTES, len(content) * _MOST_RATIO))
    parts, size, rest = [], 0, content
    try:
        while rest:
            stream = zlib.decompressobj(wbits=31)
            while not stream.eof:
                part = stream.decompress(rest, _CHUNK)
                rest = stream.unconsumed_tail
                if not part and not rest and not stream.eof:
                    raise InputError(f"{where}: the compressed file is cut off: write it again")
                size += len(part)
                if size > most:
                    raise InputError(f"{where}: grows past {most:,} bytes when decompressed: not an inventory")
                parts.append(part)
            rest = stream.unused_data.lstrip(b"\0")
    except zlib.error:
        raise InputError(f"{where}: the compressed file is damaged: write it again") from None
    return b"".join(parts)


def compressed(content: bytes) -> bytes:
    """Bytes as gzip without a time or a name in it."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def loads(content: bytes, where: str) -> Inventory:
    """Read an inventory from JSON.

    Args:
        content: the bytes, UTF-8, or UTF-16 with a byte order mark.
        where: path for messages.

    Raises:
        InputError: `path:line: what, what to do`. Keys written twice are found in files below a megabyte.
    """
    content = _utf8(content, where)
    if len(content) >= LARGE:
        from blastradius.storage.columns import loads as in_columns

        large = in_columns(content, where)
        if large is not None:
            return large
    if len(content) < _CHECK_KEYS_BELOW and not _WRITTEN.search(content):  # what a program wrote has none
        _no_key_twice(content, where)
    try:
        with collector_off():
            inventory = Inventory.model_validate_json(content)
    except ValidationError as wrong:
        raise InputError(_complaint(wrong, content, where)) from None
    with collector_off():
        found = first_wrong_id(inventory, known=None if inventory.meta.assembled else _well_known)
    if found:
        path, what = found
        raise InputError(f"{where}:{line_at(content.decode(), path)}: {what}")
    return inventory


def _well_known(identifier: str) -> bool:
    from blastradius.catalog import load

    return load().component_for_id(identifier) is not None


def _utf8(content: bytes, where: str) -> bytes:
    if content[:3] == b"\xef\xbb\xbf":
        return content[3:]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16").encode()
        except UnicodeError:
            raise InputError(f"{where}:1: is not UTF-16 text, though it begins like it") from None
    return content


def _no_key_twice(content: bytes, where: str) -> None:
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            names = [key for key, _ in items]
            twice.append(next(key for key in names if names.count(key) > 1))
        return found

    try:
        json.loads(content, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return  # the validator tells where
    if twice:
        pattern = re.compile(re.escape(json.dumps(twice[0])).encode() + rb"\s*:")
        line = content.count(b"\n", 0, [m.start() for m in pattern.finditer(content)][-1]) + 1
        raise InputError(f"{where}:{line}: key {twice[0][:60]!r} is written twice in one record: remove one")


def _complaint(wrong: ValidationError, content: bytes, where: str) -> str:
    first = wrong.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return _broken(str(first["ctx"]["error"]), content, where)
    from blastradius.complaints import complaint

    return complaint(wrong, Inventory, where, lambda path: line_at(content.decode("utf-8", "replace"), path))


def _broken(error: str, content: bytes, where: str) -> str:
    what, _, place = error.rpartition(" at line ")
    line = int(place.split()[0]) if place.split() and place.split()[0].isdigit() else 1
    if not content.strip():
        return f"{where}:1: is empty: expected an inventory as scan writes it"
    try:
        content.decode()
    except UnicodeDecodeError as bad:
        return f"{where}:{content.count(bytes([10]), 0, bad.start) + 1}: is not UTF-8 text"
    return f"{where}:{line}: broken JSON: {(what or error)[:200]}"


def line_at(text: str, path: Sequence[str | int]) -> int:
    """Line of the value at a path in a JSON document, else of the nearest thing above it.

    Args:
        text: a document that parses.
        path: keys and positions from 0.
    """
    position = _skip(text, 0)
    for step in path:
        found = _step(text, position, step)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


_SPACE = re.compile(r"[ \t\r\n]*")
_DECODE: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder(strict=False).raw_decode


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _step(text: str, position: int, step: str | int) -> int | None:
    """Where one member of the container at a position begins."""
    opener = text[position : position + 1]
    if opener != ("[" if isinstance(step, int) else "{"):
        return None
    position, count = _skip(text, position + 1), 0
    try:
        while text[position] not in "]}":
            start = position
            if opener == "{":
                key, position = _DECODE(text, position)
                position = _skip(text, _skip(text, position) + 1)
                if key == step:
                    return position
            elif count == step:
                return start
            position = _skip(text, _DECODE(text, position)[1])
            position = _skip(text, position + 1) if text[position] == "," else position
            count += 1
    except (ValueError, IndexError, RecursionError):
        return None
    return None


def dumps(inventory: Inventory) -> bytes:
    """An inventory as JSON: `schema_version` first, keys sorted, records sorted, one record a line.

    What is not known (null) or empty is left out; text that is no Unicode is written as `\\udcff` is shown.
    """
    with collector_off():
        try:
            return _written(inventory, orjson.dumps)
        except (TypeError, orjson.JSONEncodeError):
            return _written(inventory, lambda value, default, option: orjson.dumps(_clean(value), option=option))


def _written(inventory: Inventory, encode: Callable[..., bytes]) -> bytes:
    lines = [b'{"schema_version":%d' % inventory.schema_version]
    for name in sorted(set(Inventory.model_fields) - {"schema_version"}):
        value = getattr(inventory, name)
        if name in _LISTS:
            body = _list(value, _LISTS[name], encode)
        elif name == "coverage":
            lists = [b'"%s":%s' % (key.encode(), _list(getattr(value, key), own, encode)) for key, own in _COVERAGE]
            if value.skipped:
                lists.append(b'"skipped":%s' % encode(value.skipped, default=_plain, option=orjson.OPT_SORT_KEYS))
            body = b"{%s}" % b",\n".join(lists)
        else:
            body = encode(_plain(value), default=_plain, option=orjson.OPT_SORT_KEYS)
        lines.append(b'"%s":%s' % (name.encode(), body))
    return b",\n".join(lines) + b"}\n"


def _list(values: Iterable[BaseModel], keys: tuple[str, ...], encode: Callable[..., bytes]) -> bytes:
    records = _records(values, keys, encode)
    return b"[\n%s\n]" % b",\n".join(records) if records else b"[]"


def _records(values: Iterable[BaseModel], keys: tuple[str, ...], encode: Callable[..., bytes]) -> list[bytes]:
    sortable = [
        (tuple(getattr(value, key) for key in keys), encode(_plain(value), default=_plain, option=orjson.OPT_SORT_KEYS))
        for value in values
    ]
    return [text for _, text in sorted(sortable)]


def _plain(value: Any) -> Any:
    """A record as a mapping without what is unset; dates are left to the encoder."""
    if isinstance(value, BaseModel):
        # zero, false and empty text say something; null and empty containers do not
        return {key: inner for key, inner in value.__dict__.items() if inner or inner.__class__ not in _EMPTY}
    raise TypeError(f"cannot be written: {type(value).__name__}")


def _clean(value: Any) -> Any:
    """A value that any encoder accepts: file names may hold bytes that are no text."""
    if isinstance(value, BaseModel):
        value = _plain(value)
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
