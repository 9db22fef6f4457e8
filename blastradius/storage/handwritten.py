"""Inventories that a person wrote: YAML of the same schema, with less to write."""

from __future__ import annotations

from pathlib import PurePath

from blastradius.complaints import validated
from blastradius.documents import Document, load_yaml
from blastradius.errors import InputError
from blastradius.handwriting import filled
from blastradius.model import Inventory
from blastradius.storage.checks import first_wrong_id

SCANNER = "hand"


def read_yaml(content: bytes, where: str) -> Inventory:
    """Read a hand-written inventory; it is not finished yet: containment may be missing.

    A component without `name` is called by the last part of its id. A record without evidence stands on the line
    where it is written, with basis `declared`.

    Args:
        content: bytes of the file.
        where: path for messages; evidence names the file without its folders.

    Raises:
        InputError: `path:line: what, what to do`.
    """
    document = one_document(content, where)
    if document is None:
        raise InputError(f"{where}:1: is empty: write at least components:")
    inventory = validated(Inventory, filled(document, PurePath(where).name, SCANNER), document)
    found = first_wrong_id(inventory, known=None if inventory.meta.assembled else _well_known)
    if found:
        path, what = found
        raise InputError(f"{document.at(*path)}: {what}")
    return inventory


def one_document(content: bytes, where: str) -> Document | None:
    """The only document of a YAML file; none where nothing or only comments stand in it.

    Raises:
        InputError: when it is broken, no mapping, or holds several documents.
    """
    documents = [found for found in load_yaml(content, where, strict=True) if found.value is not None]
    if not documents:
        return None
    if len(documents) > 1:
        raise InputError(f"{documents[1].at()}: a second document begins here: write one document only")
    if not isinstance(documents[0].value, dict):
        raise InputError(f"{documents[0].at()}: is no mapping: write keys such as components: and dependencies:")
    return documents[0]


def _well_known(identifier: str) -> bool:
    from blastradius.catalog import load

    return load().component_for_id(identifier) is not None
