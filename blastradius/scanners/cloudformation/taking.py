"""Bytes and values of files of a tree that are named by others; nothing of one that cannot be read."""

from __future__ import annotations

from typing import Any

from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes
from blastradius.scanners.tree import SourceFile


def bytes_of(file: SourceFile) -> bytes:
    """What a file holds; nothing where it cannot be read."""
    try:
        return read_bytes(file.disk, MAX_BYTES)
    except InputError:
        return b""


def json_of(file: SourceFile) -> Any:
    """A settings file in JSON: it need not hold what marks a template."""
    from blastradius.documents import load_json

    try:
        return load_json(bytes_of(file), file.path).value
    except InputError:
        return None
