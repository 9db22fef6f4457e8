"""Which files are compose files, and which of them `docker compose` would read together.

The rule: a folder is a project. Its base file is read with its override file, as compose does. A further file of the
folder whose services are all new and complete (`docker-compose.monitoring.yml`) joins the project: compose would give
both the same project name and default network. One that declares services of the base anew and in full
(`docker-compose-sharding.yml`) is another way to run it, so it is a project of its own, named after both. One that only
changes services of the base is applied by `-f` alone: where its name speaks of an environment, base and file together
are that environment, a project of its own; else it is left out and said so, unless `COMPOSE_FILE` names it.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document
from blastradius.model import Gap
from blastradius.scanners.compose.model import SCANNER, items
from blastradius.scanners.environments import Stage, stage_of, stages_in
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.shapes import Faults

BASES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
)
_NAMED = re.compile(r"(?:^|[._-])(?:docker-)?compose(?:[._-]|$)", re.I)
_KEYS = frozenset({"version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"})
_MAIN = ("image", "build", "extends", "provider")


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """A compose file.

    Attributes:
        path: within the tree.
        documents: those of its documents that are compose.
    """

    path: str
    documents: tuple[Document, ...]

    @property
    def folder(self) -> str:
        """Its folder within the tree; empty for the top."""
        return posixpath.dirname(self.path)

    @property
    def base_name(self) -> str:
        """Its name without folders."""
        return posixpath.basename(self.path)

    @property
    def services(self) -> frozenset[str]:
        """Names of its services."""
        return frozenset(name for one in self.documents for name in mapping(one.value.get("services")))

    @property
    def complete(self) -> bool:
        """Whether it stands alone: each of its services says what runs."""
        bodies = [body for one in self.documents for body in mapping(one.value.get("services")).values()]
        return all(isinstance(body, dict) and any(key in body for key in _MAIN) for body in bodies)

    @property
    def variant(self) -> str:
        """What its name says beside `docker-compose`."""
        stem = posixpath.splitext(self.base_name)[0]
        return re.sub(r"[._-]+", "-", _NAMED.sub("-", stem)).strip("-").lower()


@dataclass(slots=True)
class Plan:
    """A project to be read.

    Attributes:
        folder: within the tree.
        files: to merge, in this order.
        variant: what tells it from the project of the folder.
    """

    folder: str
    files: list[ComposeFile]
    variant: str = ""

    @property
    def stage(self) -> Stage | None:
        """Environment that its files speak of, by name or folder; one that is told apart, its last file."""
        found = [stage_of(file.path) for file in self.files]
        agreed = len({stage.name if stage else "" for stage in found}) == 1
        return found[-1] if self.variant or agreed else None


@dataclass(slots=True)
class Found:
    """Projects to be read, and files that are left out, each with the base that it changes."""

    plans: list[Plan] = field(default_factory=list)
    partial: list[tuple[ComposeFile, str]] = field(default_factory=list)


def is_named(path: str) -> bool:
    """Whether a file is called like a compose file; one of Serverless Compose is none."""
    return not _is_serverless(path) and _NAMED.search(posixpath.splitext(posixpath.basename(path))[0]) is not None


def _is_serverless(path: str) -> bool:
    return posixpath.basename(path).lower().startswith("serverless-compose.")


def compose_file(path: str, documents: Iterable[Document], referred_to: bool = False) -> ComposeFile | None:
    """The compose file that a file is, if it is one; of one that compose files name nothing but services is asked."""
    if _is_serverless(path):
        return None
    found = tuple(one for one in documents if _looks(one.value, referred_to or is_named(path)))
    return ComposeFile(path, found) if found else None


def malformed(document: Document) -> Gap | None:
    """What makes a file that is named as compose files are none, where it has services of another shape."""
    faults = Faults()
    if isinstance(document.value, dict) and "apiVersion" not in document.value:
        faults.get(document.value, "services", (), dict)
    return faults.gap(document, "compose", SCANNER)


def _looks(value: Any, named: bool) -> bool:
    if not isinstance(value, dict):
        return False
    services = value.get("services")
    if named:
        return "apiVersion" not in value and (isinstance(services, dict) or isinstance(value.get("include"), list))
    if not isinstance(services, dict) or not services:
        return False
    known = all(str(key) in _KEYS or str(key).startswith("x-") for key in value)
    return known and all(isinstance(one, dict) and any(k in one for k in _MAIN) for one in services.values())


def referred(file: ComposeFile) -> tuple[set[str], set[str]]:
    """Paths of the files that one includes, and of those that its services extend."""
    included: set[str] = set()
    extended: set[str] = set()
    for document in file.documents:
        for one in items(document.value.get("include")):
            paths = items(mapping(one).get("path")) if isinstance(one, dict) else [one]
            included.update(joined(file.folder, text(path)) for path in paths)
        for body in mapping(document.value.get("services")).values():
            other = mapping(mapping(body).get("extends")).get("file")
            if other:
                extended.add(joined(file.folder, text(other)))
    return included - {file.path}, extended - {file.path}


def env_files(file: ComposeFile, folder: str) -> set[str]:
    """Paths of the files that services, and what is included, take variables from.

    Args:
        file: that names them.
        folder: that its paths are seen from.
    """
    found: set[str] = set()
    for document in file.documents:
        for one in items(document.value.get("include")):
            found.update(joined(folder, text(path)) for path in items(mapping(one).get("env_file")))
        for body in mapping(document.value.get("services")).values():
            said = mapping(body).get("env_file")
            for one in [said] if isinstance(said, dict) else items(said):
                found.add(joined(folder, text(mapping(one).get("path")) or text(one)))
    return found


def inner_files(file: ComposeFile, folder: str) -> Iterator[tuple[str, str]]:
    """Paths of the files that one includes or extends, each with the folder that its own paths are seen from.

    Args:
        file: that names them.
        folder: that its paths are seen from.
    """
    for document in file.documents:
        for one in items(document.value.get("include")):
            paths = [joined(folder, text(path)) for path in items(mapping(one).get("path") or one)]
            own = text(mapping(one).get("project_directory"))
            for path in paths:
                yield path, joined(folder, own) if own else posixpath.dirname(paths[0])
        for body in mapping(document.value.get("services")).values():
            if other := text(mapping(mapping(body).get("extends")).get("file")):
                path = joined(folder, other)
                yield path, posixpath.dirname(path)


def joined(folder: str, path: str) -> str:
    """A path within the tree, seen from a folder of it; one that leads out of it begins with `..`."""
    return posixpath.normpath(posixpath.join(folder, path)) if path else ""


def plans(files: list[ComposeFile], chosen: dict[str, list[str]]) -> Found:
    """Which files are read together.

    Args:
        files: all compose files of the tree, by path.
        chosen: paths that the `.env` file of a folder chooses by `COMPOSE_FILE`.
    """
    inner: set[str] = set()
    for file in files:
        included, extended = referred(file)
        inner |= included | {path for path in extended if posixpath.basename(path) not in BASES}
    result = Found()
    folders: dict[str, list[ComposeFile]] = defaultdict(list)
    for file in files:
        if file.path not in inner:
            folders[file.folder].append(file)
    for folder in sorted(folders):
        _folder(folder, folders[folder], chosen.get(folder, []), result)
    return result


def _folder(folder: str, files: list[ComposeFile], chosen: list[str], result: Found) -> None:
    by_name = {file.base_name: file for file in files}
    by_path = {file.path: file for file in files}
    main = [by_path[path] for path in chosen if path in by_path]
    if not main:
        main = [by_name[name] for name in BASES if name in by_name][:1]
        main += [by_name[name] for name in _OVERRIDES if name in by_name][:1] if main else []
    rest = [file for file in files if file not in main]
    taken = frozenset(name for file in main for name in file.services)
    counts: dict[str, int] = defaultdict(int)
    for file in rest:
        for name in file.services:
            counts[name] += 1
    apart = []
    staged: dict[str, Plan] = {}
    for file in rest:
        stages = stages_in(file.variant)
        if main and not file.complete and file.services & taken and len(stages) == 1:
            (stage,) = stages
            staged.setdefault(stage, Plan(folder, main[:1], stage)).files.append(file)
        elif main and not file.complete and file.services & taken:
            result.partial.append((file, main[0].path))
        elif file.services & taken or any(counts[name] > 1 for name in file.services):
            apart.append(Plan(folder, [file], file.variant or file.base_name))
        else:
            main.append(file)
    if main:
        result.plans.append(Plan(folder, main))
    result.plans.extend((*apart, *(staged[stage] for stage in sorted(staged))))
