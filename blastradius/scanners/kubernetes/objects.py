"""Kubernetes objects as they stand in files: flattened lists, default namespaces, and lines for evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blastradius.documents import Document, line_of
from blastradius.model import Basis, Evidence
from blastradius.scanners.environments import Stage
from blastradius.scanners.loose import mapping, text

SCANNER = "kubernetes"
#: How the note of what another program made begins.
RENDERED = "rendered by"

#: Kinds without a namespace that are read here.
_CLUSTER_WIDE = frozenset({"Namespace", "PersistentVolume", "StorageClass", "Node", "IngressClass", "GatewayClass"})
_LIST_DEPTH = 5
#: What differs between copies of one object without making it another.
_ASIDE = frozenset({"apiVersion", "metadata", "status"})
Origins = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """One declared object.

    Attributes:
        kind: such as `Deployment`.
        api: group of its `apiVersion`, such as `apps`; empty for the core group.
        namespace: `default` where none is written; empty for kinds without.
        name: its name; `generateName` where it has none.
        body: all of it.
        path: file within the tree.
        line: line on which it begins.
        fixed: whether lines inside it mean nothing (rendered by another program).
        note: how it was made, where it was not simply read.
        origins: files that it was made of besides its own, patches and generators, each with its lines.
        unit: folder of the overlay or chart that it was rendered from; empty for what stands in plain files.
        stage: environment that the path of its file or overlay speaks of.
    """

    kind: str
    api: str
    namespace: str
    name: str
    body: dict[str, Any]
    path: str
    line: int
    fixed: bool = False
    note: str | None = None
    origins: Origins = ()
    unit: str = ""
    stage: Stage | None = None

    @property
    def environment(self) -> str | None:
        """Environment that it is deployed to, where its path speaks of one."""
        return self.stage.name if self.stage else None

    @property
    def staged(self) -> tuple[Evidence, ...]:
        """Evidence for its environment."""
        return (self.stage.evidence(SCANNER),) if self.stage else ()

    @property
    def key(self) -> tuple[str, str, str]:
        """Kind, namespace and name."""
        return (self.kind, self.namespace, self.name)

    @property
    def spec(self) -> dict[str, Any]:
        """Its `spec`, empty where it has none."""
        return mapping(self.body.get("spec"))

    @property
    def metadata(self) -> dict[str, Any]:
        """Its `metadata`."""
        return mapping(self.body.get("metadata"))

    def evidence(
        self, container: Any = None, key: str | int | None = None, *, note: str | None = None, basis: Basis = "declared"
    ) -> Evidence:
        """Where a part of it stands.

        Args:
            container: mapping or list within the object; the object itself where unset.
            key: key or position in the container.
            note: what stands there.
            basis: ground of what is concluded from it.
        """
        line = None
        if not self.fixed and container is not None:
            line = line_of(container, key) or line_of(container)
        return Evidence(
            scanner=SCANNER,
            locator=f"{self.path}:{line or self.line}",
            basis=basis,
            note=", ".join(filter(None, (note, self.note))) or None,
        )


def objects(document: Document, path: str, *, fixed: bool = False, note: str | None = None) -> Iterator[Object]:
    """All objects of a document, those inside lists included.

    Args:
        document: one YAML or JSON document.
        path: file within the tree.
        fixed: whether lines inside it mean nothing.
        note: how it was made.
    """
    left: list[tuple[Any, int]] = [(document.value, 0)]
    while left:
        body, depth = left.pop()
        if not isinstance(body, dict):
            continue
        kind, version = body.get("kind"), body.get("apiVersion")
        if not isinstance(kind, str) or not isinstance(version, str) or not kind:
            continue
        if kind.endswith("List") and isinstance(body.get("items"), list):
            if depth < _LIST_DEPTH:
                left.extend((item, depth + 1) for item in reversed(body["items"]))
            continue
        yield _object(body, kind, version, path, line_of(body) or document.line, fixed, note)


def _object(
    body: dict[str, Any], kind: str, version: str, path: str, line: int, fixed: bool, note: str | None
) -> Object:
    metadata = mapping(body.get("metadata"))
    name = text(metadata.get("name")) or text(metadata.get("generateName")).rstrip("-")
    namespace = "" if kind in _CLUSTER_WIDE else text(metadata.get("namespace")) or "default"
    group = version.rsplit("/", 1)[0] if "/" in version else ""
    return Object(kind, group, namespace, name, body, path, line, fixed, note)


def content(one: Object) -> dict[str, Any]:
    """What an object says of the system, its labels and state apart."""
    return {key: value for key, value in one.body.items() if key not in _ASIDE}


def items(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings of a list, with their positions."""
    return ((position, item) for position, item in enumerate(items(value)) if isinstance(item, dict))


def dig(value: Any, *path: str) -> Any:
    """The value at a path of keys; None where there is none."""
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def labels_of(metadata: Any) -> dict[str, str]:
    """The labels of some metadata, as texts."""
    return {str(key): text(value) for key, value in mapping(dig(metadata, "labels")).items()}


def traced(origins: Origins, name: str, texts: tuple[str, ...]) -> str | None:
    """Where a value stands literally in the files that something was rendered from: `path:line`; None where nowhere.

    Args:
        origins: files with their lines.
        name: of the setting; a line with it, or below it, goes first.
        texts: what to look for, the most telling first.
    """
    for wanted in filter(None, texts):
        whole = re.compile(rf"(?<![\w.-]){re.escape(wanted)}(?![\w-]|\.\w)")
        found = [
            (not any(name in one for one in lines[max(0, number - 2) : number + 1]), order, number, path)
            for order, (path, lines) in enumerate(origins)
            for number, line in enumerate(lines)
            if wanted in line and whole.search(line)
        ]
        if found:
            _, _, number, path = min(found)
            return f"{path}:{number + 1}"
    return None
