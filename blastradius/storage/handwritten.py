"""Inventories that a person wrote: YAML of the same schema, with less to write."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from blastradius.complaints import validated
from blastradius.documents import Document, load_yaml
from blastradius.errors import InputError
from blastradius.model import Inventory
from blastradius.selectors import last_part
from blastradius.storage.checks import first_wrong_id

SCANNER = "hand"
_RECORDS = ("components", "dependencies", "redundancies", "journeys", "gaps")


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


def filled(document: Document, name: str, scanner: str, records_of: tuple[str, ...] = _RECORDS) -> dict[str, Any]:
    """A document's value with names and evidence filled in; its lines stay those of the document.

    Args:
        document: what was written.
        name: file name that evidence shall carry.
        scanner: name of who saw it.
        records_of: keys whose records carry evidence.
    """
    value = {key: inner for key, inner in document.value.items() if inner is not None}
    for key in records_of:
        records = value.get(key)
        if isinstance(records, list):
            value[key] = [_filled(one, f"{name}:{document.line_of(key, i)}", scanner) for i, one in enumerate(records)]
    components = value.get("components")
    if isinstance(components, list):
        value["components"] = [_named(one) for one in components]
    return value


def _filled(record: Any, locator: str, scanner: str) -> Any:
    if not isinstance(record, dict) or record.get("evidence"):
        return record
    return {**record, "evidence": [{"scanner": scanner, "locator": locator, "basis": "declared"}]}


def _named(component: Any) -> Any:
    if not isinstance(component, dict) or component.get("name") is not None:
        return component
    return {**component, "name": last_part(str(component.get("id", "")))}


def _well_known(identifier: str) -> bool:
    from blastradius.catalog import load

    return load().component_for_id(identifier) is not None
