"""Inventories that people write by hand, found in a scanned folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from blastradius.documents import Document
from blastradius.model import (
    Component,
    Dependency,
    DependencyFact,
    Evidence,
    Fact,
    Gap,
    Redundancy,
    RedundancyFact,
    Reference,
)
from blastradius.scanners.base import SCANNERS, Scanned
from blastradius.scanners.tree import Tree, unreadable

_RULE = ("dependent", "strength", "phase", "tolerance", "hardens_after", "reason")
_CALL = ("timeout", "attempts", "backoff", "breaker")
_PARTS: dict[str, type[BaseModel]] = {
    "components": Component,
    "dependencies": Dependency,
    "redundancies": Redundancy,
    "gaps": Gap,
}


@SCANNERS.register("inventory")
class InventoryFileScanner:
    """Reads files whose top level has `schema_version` and `components`."""

    name = "inventory"
    summary = "hand-written inventories"
    extracts = "components, dependencies, redundancies and gaps, as they are written"
    omits = "journeys (they belong into `blastradius.yaml`) and inventories that `scan` itself wrote"
    markers: tuple[str, ...] = ("schema_version",)

    def claim(self, tree: Tree) -> Iterable[str]:
        """Nothing: its files are plain YAML and JSON."""
        return ()

    def fetch(self, tree: Tree) -> list[Document]:
        """All documents that look like an inventory."""
        found = []
        for file in tree.manifests():
            for document in tree.documents(file):
                value = document.value
                if isinstance(value, dict) and "schema_version" in value and "components" in value:
                    found.append(document)
        return found

    def translate(self, source: list[Document], root: str) -> Scanned:
        """Facts of all inventories; one that is wrong is a gap."""
        facts: list[Fact] = []
        failed = 0
        unmapped: dict[str, int] = {}
        for document in source:
            meta = document.value.get("meta")
            if isinstance(meta, dict) and meta.get("assembled"):
                unmapped["inventory written by scan"] = unmapped.get("inventory written by scan", 0) + 1
                continue
            if document.value.get("journeys"):
                unmapped["journeys"] = unmapped.get("journeys", 0) + 1
            try:
                facts.extend(_facts(document))
            except _WrongError as error:
                failed += 1
                facts.append(unreadable(str(error), document.where, self.name))
        return Scanned(tuple(facts), len(source) - failed, failed, unmapped)


class _WrongError(Exception):
    """An inventory that is not one."""


def _facts(document: Document) -> list[Fact]:
    if document.value.get("schema_version") != 1:
        raise _WrongError(f"{document.at('schema_version')}: schema_version is not 1")
    facts: list[Fact] = []
    for part, model in _PARTS.items():
        records = document.value.get(part) or []
        if not isinstance(records, list):
            raise _WrongError(f"{document.at(part)}: {part} is not a list")
        for position, record in enumerate(records):
            facts.append(_fact(document, part, position, _valid(document, part, position, model, record)))
    return facts


def _valid(document: Document, part: str, position: int, model: type[BaseModel], record: Any) -> BaseModel:
    try:
        return model.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = document.at(part, position, *(step for step in first["loc"]))
        field = ".".join(str(step) for step in first["loc"])
        raise _WrongError(f"{where}: {part}: {field or 'record'}: {first['msg']}") from None


def _fact(document: Document, part: str, position: int, record: BaseModel) -> Fact:
    here = (Evidence(scanner="inventory", locator=document.at(part, position)),)
    if isinstance(record, Dependency):
        values = {name: getattr(record, name) for name in (*_RULE, *_CALL)}
        reference = Reference(texts=(record.dependency,), role="any")
        return DependencyFact(reference=reference, via="inventory", evidence=record.evidence or here, **values)
    if isinstance(record, Redundancy):
        values = {name: getattr(record, name) for name in (*_RULE, "required", "full", "failover")}
        members = tuple(Reference(texts=(member,), role="any") for member in record.members)
        active = tuple(record.members.index(member) for member in record.active)
        return RedundancyFact(
            members=members, active=active, via="inventory", evidence=record.evidence or here, **values
        )
    assert isinstance(record, Component | Gap)
    return record if record.evidence else record.model_copy(update={"evidence": here})
