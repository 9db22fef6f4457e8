"""Inventories that people write by hand, found in a scanned folder."""

from __future__ import annotations

import posixpath

from pydantic import BaseModel

from blastradius.complaints import validated
from blastradius.documents import Document
from blastradius.errors import BlastradiusError
from blastradius.handwriting import filled
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
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.tree import Tree, unreadable

_RULE = ("dependent", "strength", "phase", "tolerance", "hardens_after", "reason")
_PREFERRED = ("inventory.yaml", "inventory.yml", "inventory.json")
#: Kinds of things that several systems share: two inventories may both speak of them.
_SHARED = frozenset({"provider", "region", "zone", "account", "vendor", "external", "platform", "control-plane"})
_CALL = ("timeout", "attempts", "backoff", "breaker")
_PARTS: dict[str, type[BaseModel]] = {
    "components": Component,
    "dependencies": Dependency,
    "redundancies": Redundancy,
    "gaps": Gap,
}


@SCANNERS.register("inventory")
class InventoryFileScanner(Scanner):
    """Reads files whose top level has `schema_version` and `components`."""

    name = "inventory"
    summary = "hand-written inventories"
    extracts = "components, dependencies, redundancies and gaps, as they are written"
    omits = "journeys (they belong into `blastradius.yaml`) and inventories that `scan` itself wrote"
    markers: tuple[str, ...] = ("schema_version",)

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
        read: dict[str, str] = {}
        for document in sorted(source, key=_order):
            meta = document.value.get("meta")
            if isinstance(meta, dict) and meta.get("assembled"):
                unmapped["inventory written by scan"] = unmapped.get("inventory written by scan", 0) + 1
                continue
            if document.value.get("journeys"):
                unmapped["journeys"] = unmapped.get("journeys", 0) + 1
            try:
                found = _facts(document)
            except _WrongError as error:
                failed += 1
                facts.append(unreadable(str(error), document.where, self.name))
                continue
            own = {one.id for one in found if isinstance(one, Component) and one.kind not in _SHARED}
            first = next((read[id] for id in sorted(own) if id in read), None)
            if first is not None:
                facts.append(_again(document, first))
                unmapped["inventory of the same components"] = unmapped.get("inventory of the same components", 0) + 1
                continue
            read.update(dict.fromkeys(own, document.where))
            facts.extend(found)
        left = unmapped.get("inventory of the same components", 0)
        return Scanned(tuple(facts), len(source) - failed - left, failed, unmapped)


def _order(document: Document) -> tuple[bool, str]:
    """The one that is called inventory first, then by path."""
    return (posixpath.basename(document.where) not in _PREFERRED, document.where)


def _again(document: Document, first: str) -> Gap:
    """Another design of the same system: both together are neither."""
    return Gap(
        scope=document.where,
        reason=f"describes the same components as {first}: name the one to read",
        hides="dependency",
        evidence=(Evidence(scanner="inventory", locator=document.at("components")),),
    )


class _WrongError(BlastradiusError):
    """An inventory that is not one."""


def _facts(document: Document) -> list[Fact]:
    if document.value.get("schema_version") != 1:
        raise _WrongError(f"{document.at('schema_version')}: schema_version is not 1")
    facts: list[Fact] = []
    value = filled(document, document.where, InventoryFileScanner.name, tuple(_PARTS))
    for part, model in _PARTS.items():
        records = value.get(part, [])
        if not isinstance(records, list):
            raise _WrongError(f"{document.at(part)}: {part} is not a list: write - before each record")
        for position, record in enumerate(records):
            # lines are those of what was written, not of the copy with names and evidence
            own = Document(document.value[part][position], document.where, document.line_of(part, position))
            facts.append(_fact(validated(model, record, own, _WrongError)))
    return facts


def _fact(record: BaseModel) -> Fact:
    if isinstance(record, Dependency):
        values = {name: getattr(record, name) for name in (*_RULE, *_CALL)}
        reference = Reference(texts=(record.dependency,), role="any")
        return DependencyFact(reference=reference, via="inventory", evidence=record.evidence, **values)
    if isinstance(record, Redundancy):
        values = {name: getattr(record, name) for name in (*_RULE, "required", "full", "failover")}
        members = tuple(Reference(texts=(member,), role="any") for member in record.members)
        active = tuple(record.members.index(member) for member in record.active)
        return RedundancyFact(members=members, active=active, via="inventory", evidence=record.evidence, **values)
    assert isinstance(record, Component | Gap)
    return record
