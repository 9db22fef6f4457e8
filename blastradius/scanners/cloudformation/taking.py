"""Bytes and values of files of a tree that are named by others; nothing of one that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes
from blastradius.scanners.cloudformation.elsewhere import Elsewhere
from blastradius.scanners.tree import SourceFile, Tree


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


def value_of(tree: Tree, files: Mapping[str, SourceFile], elsewhere: Elsewhere | None, path: str) -> Any:
    """What a YAML or JSON file holds, its lines marked as those of another file; None where there is none.

    Args:
        tree: the files.
        files: by path.
        elsewhere: marks the lines.
        path: of the file.
    """
    file = files.get(path)
    if file is None or not path.lower().endswith((".yml", ".yaml", ".json")):
        return None
    if path.lower().endswith(".json"):
        found = json_of(file)
    else:
        documents = tree.documents(file)
        found = documents[0].value if documents else None
    return elsewhere.marked(path, found) if elsewhere is not None and found is not None else found
