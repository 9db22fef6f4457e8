"""Entities of a Backstage catalog as they are written, and the references between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document
from blastradius.model import Evidence
from blastradius.scanners.credentials import is_credential

DEFAULT_NAMESPACE = "default"
_PLAIN = re.compile(r"[A-Za-z0-9][\w .:/+#-]{0,199}")
_REF = re.compile(r"(?:([A-Za-z][\w.-]{0,62}):)?(?:([\w.-]{1,63})/)?([\w.-]{1,63})")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What an entity is called, in lower case: to Backstage case does not matter."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity.

    Attributes:
        key: kind, namespace and name.
        name: as it is written.
        document: where it stands.
        evidence: of the entity itself; several where it is written several times.
    """

    key: Key
    name: str
    document: Document
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def metadata(self) -> dict[str, Any]:
        """Its metadata; empty where they are none."""
        return mapping(self.document.value.get("metadata"))

    @property
    def spec(self) -> dict[str, Any]:
        """Its specification; empty where it is none."""
        return mapping(self.document.value.get("spec"))

    def said(self, name: str) -> str:
        """A text of its specification; empty where there is none."""
        return text(self.spec.get(name))

    def annotation(self, name: str) -> str:
        """An annotation; empty where there is none."""
        return text(mapping(self.metadata.get("annotations")).get(name))

    def refs(self, name: str) -> Iterator[tuple[str, Evidence]]:
        """Texts of a list of its specification, each with its place."""
        value = self.spec.get(name)
        for position, one in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(one, str) and one.strip():
                yield one.strip(), seen(self.document, "spec", name, position)


def seen(document: Document, *path: str | int) -> Evidence:
    """Evidence of a place of a document."""
    return Evidence(scanner="backstage", locator=document.at(*path))


def parse(ref: str, kind: str, namespace: str) -> Key | None:
    """What a reference `[kind:][namespace/]name` names; None where it is none.

    Args:
        ref: as it is written.
        kind: where it says none; empty where the field has no default.
        namespace: of the entity that refers.
    """
    found = _REF.fullmatch(ref)
    if found is None or ref.count(":") > 1:
        return None
    return Key((found[1] or kind).lower(), (found[2] or namespace).lower(), found[3].lower())


def plain(text: str) -> str:
    """A text that is a plain name or reference; empty for anything else, and for what looks like a credential."""
    return text if _PLAIN.fullmatch(text) and not is_credential(text) else ""


def mapping(value: Any) -> dict[str, Any]:
    """A mapping as it is; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """A text or number as text; anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
