"""Inventories on disk: one JSON document, a record a line, or YAML that a person wrote."""

from __future__ import annotations

from pathlib import Path

from blastradius.errors import InputError, UsageError
from blastradius.files import read_bytes, shown, write_atomic
from blastradius.model import Inventory
from blastradius.storage.jsonfile import compressed, dumps, is_compressed, loads, uncompressed

__all__ = ["MAX_BYTES", "dumps", "read", "write"]

MAX_BYTES = 4 << 30
"""Largest inventory that is read, in bytes, also after decompression."""

_YAML = (".yaml", ".yml")


def read(path: Path | str) -> Inventory:
    """Read an inventory and make its containment where a person wrote it without.

    Args:
        path: `.json` or `.json.gz` as `scan` writes it, or `.yaml` of the same schema written by hand.

    Raises:
        InputError: `path:line: what, what to do`, when it is missing, broken, too large or names what is not there.
    """
    name = shown(path)
    if Path(path).suffix.lower() in _YAML:
        from blastradius.storage.handwritten import read_yaml

        inventory = read_yaml(read_bytes(path), name)
    else:
        content = read_bytes(path, MAX_BYTES)
        if is_compressed(content):
            content = uncompressed(content, name, MAX_BYTES)
        inventory = loads(content, name)
    if inventory.meta.assembled:
        return inventory
    from blastradius.assemble import finish

    try:
        return finish(inventory)
    except (InputError, UsageError) as error:
        text = str(error)
        raise InputError(text if text.startswith(name) else f"{name}: {text}") from None


def write(path: Path | str, inventory: Inventory) -> None:
    """Write an inventory whole or not at all.

    Args:
        path: the file; one that ends in `.gz` is compressed, with no time in it.
        inventory: what to write.

    Raises:
        UsageError: when the folder is missing or not writable.
    """
    content = dumps(inventory)
    write_atomic(path, compressed(content) if str(path).endswith(".gz") else content)
