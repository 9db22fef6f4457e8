"""Folders of Terraform files, read once each: what a module declares, before anything is evaluated."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from blastradius.documents import decode, load_json
from blastradius.errors import InputError
from blastradius.files import read_bytes, shown
from blastradius.model import Gap
from blastradius.scanners.terraform.hcl.jsonsyntax import assignments, body_of
from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.staging import Staged, staged
from blastradius.scanners.terraform.hcl.syntax import (
    Argument,
    Attribute,
    BlockNode,
    Body,
    Literal,
    Name,
    Node,
    Object,
    SyntaxProblem,
)
from blastradius.scanners.terraform.hcl.terragrunt import CALL, units
from blastradius.scanners.tree import Tree, unreadable

SUFFIXES = (".tf", ".tf.json")
_VALUES = (".tfvars", ".tfvars.json")
MAX_FILE = 8_000_000
"""Largest Terraform file, in bytes."""
_MAX_FILES = 500
_ABOVE = 3
Key = TypeVar("Key", str, tuple[str, str, str])


@dataclass(slots=True)
class Source:
    """What the files of one folder declare.

    Attributes:
        folder: path within the tree; one beside the tree begins with `..`.
        variables: by name.
        locals: by name.
        outputs: by name.
        resources: by mode (`managed`, `data`), type and name.
        providers: provider blocks.
        calls: module blocks by name.
        kinds: source of each provider that is required, by local name.
        backend: block that says where the state is kept.
        gaps: files that could not be read.
        parsed: how many files could.
    """

    folder: str
    variables: dict[str, BlockNode] = field(default_factory=dict)
    locals: dict[str, Argument] = field(default_factory=dict)
    outputs: dict[str, BlockNode] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], BlockNode] = field(default_factory=dict)
    providers: list[BlockNode] = field(default_factory=list)
    calls: dict[str, BlockNode] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    backend: BlockNode | None = None
    gaps: list[Gap] = field(default_factory=list)
    parsed: int = 0


class Library:
    """Reads folders and files for roots, each once, and none that lies out of reach.

    Reach is the repository that the scanned folder lies in, else three folders above: a module that an example calls
    by `../../` belongs to it. Files that expressions name are read in the repository, else in the scanned folder and
    the modules it uses: somebody's home is none of these.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._sources: dict[str, Source | None] = {}
        self.folders: dict[str, list[tuple[str, Path]]] = {}
        self.settings: dict[str, list[tuple[str, Path]]] = {}
        loose: list[tuple[str, Path]] = []
        for file in tree.files:
            folder, name = posixpath.split(file.path)
            if name.endswith(SUFFIXES) and not name.startswith("."):
                self.folders.setdefault(folder, []).append((file.path, file.disk))
            elif _is_setting(name):
                self.settings.setdefault(folder, []).append((file.path, file.disk))
            if name.endswith(_VALUES):
                loose.append((file.path, file.disk))
        self.staged = _staged(loose, self.folders.keys())
        self.inputs: dict[str, dict[str, Node]] = {}
        self._units(frozenset(file.path for file in tree.files))

    def _units(self, paths: frozenset[str]) -> None:
        """Units of Terragrunt are roots that call their module, or give values to the code beside them."""
        called: list[Source] = []
        for unit in units(paths, self.text):
            beside = self.source(unit.folder) if unit.folder in self.folders else None
            if beside is None and unit.call is None and not unit.problem:
                continue  # there for others to include
            source = beside or Source(unit.folder, parsed=1)
            for block in unit.blocks:
                _declare(source, block, replace=False)
            if unit.problem:
                path = unit.problem.partition(":")[0]
                source.gaps.append(unreadable(unit.problem, path, "terraform"))
            if beside is not None:
                self.inputs[unit.folder] = unit.inputs
                continue
            if unit.call is not None:
                _declare(source, unit.call, replace=False)
            self.folders[unit.folder], self._sources[unit.folder] = [], source
            called.append(source)
        for source in called:
            self._given_out(source)

    def _given_out(self, source: Source) -> None:
        """What the module of a unit gives out, the unit does."""
        for call in source.calls.values():
            named = call.body.arguments["source"].value
            folder = posixpath.normpath(posixpath.join(source.folder, str(getattr(named, "value", ""))))
            module = self.source("" if folder == "." else folder)
            for name in module.outputs if module else ():
                of = Attribute(call.line, Name(call.line, "module"), CALL)
                value = Argument("value", Attribute(call.line, of, name), call.line)
                source.outputs[name] = BlockNode("output", (name,), Body({"value": value}), call.line, call.path)

    def source(self, folder: str) -> Source | None:
        """What a folder declares; None where it is out of reach or holds no Terraform."""
        if folder not in self._sources:
            files = self.folders.get(folder)
            if files is None:
                files = self._outside(folder)
            self._sources[folder] = _read(folder, files) if files else None
        return self._sources[folder]

    def text(self, path: str) -> str | None:
        """Text of a file within reach, None where there is none."""
        disk = self._named(path)
        if disk is None:
            return None
        try:
            return decode(read_bytes(disk, 1_000_000), path)
        except InputError:
            return None

    def exists(self, path: str) -> bool | None:
        """Whether a file is there; None where it is out of reach."""
        disk = self._named(path)
        return None if disk is None else disk.is_file()

    def _named(self, path: str) -> Path | None:
        """Where a file lies that an expression names."""
        disk = self._reached(path)
        base = Path(os.path.realpath(self.tree.base))
        if disk is None or disk.is_relative_to(base) or _repository(base) is not None:
            return disk
        used = (folder for folder, source in self._sources.items() if source is not None)
        return disk if any(disk.is_relative_to(os.path.realpath(base / folder)) for folder in used) else None

    def _outside(self, folder: str) -> list[tuple[str, Path]]:
        disk = self._reached(folder)
        if disk is None:
            return []
        try:
            with os.scandir(disk) as entries:
                found = [
                    (posixpath.join(folder, shown(Path(entry.name))), Path(entry.path))
                    for entry in entries
                    if entry.name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False) and entry.name[0] != "."
                ]
        except OSError:
            return []
        return sorted(found)[:_MAX_FILES]

    def _reached(self, path: str) -> Path | None:
        if "\0" in path or len(path) > 2000:
            return None
        try:
            disk = Path(os.path.realpath(self.tree.base / path))
            inside = disk.is_relative_to(_reach(Path(os.path.realpath(self.tree.base))))
        except (OSError, ValueError):
            return None
        return disk if inside else None


def _repository(base: Path) -> Path | None:
    return next((folder for folder in (base, *base.parents) if (folder / ".git").exists()), None)


def _reach(base: Path) -> Path:
    repository = _repository(base)
    if repository is not None:
        return repository
    # never a whole disk, nor a folder that only holds everybody's homes
    above = [folder for folder in base.parents[:_ABOVE] if len(folder.parts) > 2]
    return above[-1] if above else base


def _staged(files: list[tuple[str, Path]], folders: Iterable[str]) -> Staged:
    """Files of values for one deployment each, by the folder that they are for: the nearest with Terraform files."""
    known = frozenset(folders)
    found: list[tuple[str, str, Path]] = []
    for path, disk in files:
        folder, name = posixpath.split(path)
        if folder in known and _is_setting(name):
            continue
        while folder and folder not in known:
            folder = posixpath.dirname(folder)
        if folder in known:
            found.append((folder, path, disk))
    return staged(found)


def _is_setting(name: str) -> bool:
    return name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def _read(folder: str, files: list[tuple[str, Path]]) -> Source:
    source = Source(folder)
    overriding = [one for one in files if _overrides(one[0])]
    for path, disk in [one for one in files if not _overrides(one[0])] + overriding:
        body = _loaded(path, disk, source.gaps)
        if body is not None:
            source.parsed += 1
            for block in body.blocks:
                _declare(source, block, replace=(path, disk) in overriding)
    return source


def _overrides(path: str) -> bool:
    stem = posixpath.basename(path).removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")


def _loaded(path: str, disk: Path, gaps: list[Gap]) -> Body | None:
    try:
        content = read_bytes(disk, MAX_FILE)
        if path.endswith(".json"):
            return body_of(load_json(content, path).value, path)
        return parse(decode(content, path), path)
    except SyntaxProblem as problem:
        gaps.append(unreadable(f"{path}:{problem.line}: {problem.what}", path, "terraform"))
    except InputError as error:
        gaps.append(unreadable(str(error).removeprefix(f"{shown(disk)}: "), path, "terraform"))
    except RecursionError:
        gaps.append(unreadable(f"{path}:1: is nested too deep", path, "terraform"))
    return None


def _declare(source: Source, block: BlockNode, *, replace: bool) -> None:
    labels = block.labels
    if block.type in ("resource", "data") and len(labels) == 2:
        mode = "managed" if block.type == "resource" else "data"
        _put(source.resources, (mode, labels[0], labels[1]), block, replace)
    elif block.type == "variable" and len(labels) == 1:
        _put(source.variables, labels[0], block, replace)
    elif block.type == "output" and len(labels) == 1:
        _put(source.outputs, labels[0], block, replace)
    elif block.type == "module" and len(labels) == 1:
        _put(source.calls, labels[0], block, replace)
    elif block.type == "locals":
        source.locals.update(block.body.arguments)
    elif block.type == "provider" and len(labels) == 1:
        same = [one for one in source.providers if replace and one.labels == labels and _alias(one) == _alias(block)]
        if same:
            _merge(same[0], block)
        else:
            source.providers.append(block)
    elif block.type == "terraform":
        _settings(source, block)


def _alias(block: BlockNode) -> str:
    argument = block.body.arguments.get("alias")
    return str(argument.value.value) if argument and isinstance(argument.value, Literal) else ""


def _put(where: dict[Key, BlockNode], key: Key, block: BlockNode, replace: bool) -> None:
    there = where.get(key)
    if there is not None and replace:
        _merge(there, block)
    else:
        where.setdefault(key, block)


def _merge(block: BlockNode, over: BlockNode) -> None:
    """An override file replaces arguments, and nested blocks by type."""
    block.body.arguments.update(over.body.arguments)
    types = {one.type for one in over.body.blocks}
    block.body.blocks = [one for one in block.body.blocks if one.type not in types] + over.body.blocks


def _settings(source: Source, block: BlockNode) -> None:
    for inner in block.body.blocks:
        if inner.type in ("backend", "cloud"):
            source.backend = inner
        elif inner.type == "required_providers":
            for name, argument in inner.body.arguments.items():
                source.kinds.setdefault(name, f"hashicorp/{name}")
                if isinstance(argument.value, Object):
                    for key, value in argument.value.items:
                        if isinstance(key, Literal) and key.value == "source" and isinstance(value, Literal):
                            source.kinds[name] = str(value.value)


def given_values(library: Library, folder: str, gaps: list[Gap], deployment: str = "") -> dict[str, Node]:
    """Values of variables that Terraform takes from files of a root by itself, later files first in rank.

    Args:
        library: the files.
        folder: of the root.
        gaps: takes what cannot be read.
        deployment: whose files of values are given to Terraform as well; empty for none.
    """
    files = sorted(
        library.settings.get(folder, ()), key=lambda one: (".auto." in one[0], one[0].endswith(".json"), one[0])
    )
    files += [(path, disk) for _, path, disk in library.staged.get(folder, {}).get(deployment, ())]
    found = dict(library.inputs.get(folder, {}))
    for path, disk in files:
        try:
            content = read_bytes(disk, MAX_FILE)
            if path.endswith(".json"):
                found.update(assignments(load_json(content, path, marks=False).value))
            else:
                body = parse(decode(content, path), path)
                found.update({name: argument.value for name, argument in body.arguments.items()})
        except SyntaxProblem as problem:
            gaps.append(unreadable(f"{path}:{problem.line}: {problem.what}", path, "terraform"))
        except InputError as error:
            gaps.append(unreadable(str(error).removeprefix(f"{shown(disk)}: "), path, "terraform"))
    return found
