"""What a person may leave out of an inventory: names and evidence, filled in by one rule wherever it is read."""

from __future__ import annotations

from typing import Any

from blastradius.documents import Document
from blastradius.selectors import last_part

_RECORDS = ("components", "dependencies", "redundancies", "journeys", "gaps")


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
