"""Folders of Terraform files within reach, read once each, and the values that are given to them."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from blastradius.documents import decode, load_json
from blastradius.errors import InputError
from blastradius.files import read_bytes, shown
from blastradius.model import Gap
from blastradius.scanners.terraform.hcl.jsonsyntax import assignments
from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.orders import Orders, ordered
from blastradius.scanners.terraform.hcl.sources import MAX_FILE, Source, declare, read_source, unreadable_noted
from blastradius.scanners.terraform.hcl.staging import staged
from blastradius.scanners.terraform.hcl.syntax import Argument, Attribute, BlockNode, Body, Name, Node
from blastradius.scanners.terraform.hcl.terragrunt import CALL, units
from blastradius.scanners.tree import Tree, unreadable

SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
_VALUES = (".tfvars", ".tfvars.json")
_EXAMPLE = re.compile(r"(?i)(?<![a-z])(?:examples?|samples?|templates?|tests?|fixtures?)(?![a-z])")
_MAX_FILES = 500
_ABOVE = 3


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
        self.folders = {folder: _meant(files) for folder, files in self.folders.items()}
        found = _for_roots(loose, self.folders.keys())
        self.staged = staged(found)
        self._loose: dict[str, list[str]] = {}
        for folder, path, _ in found:
            self._loose.setdefault(folder, []).append(path)
        values = {path: disk for path, disk in loose if not _is_setting(posixpath.basename(path))}
        self.orders = ordered(tree.files, frozenset(self.folders), values, self.staged)
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
                declare(source, block, replace=False)
            if unit.problem:
                path = unit.problem.partition(":")[0]
                source.gaps.append(unreadable(unit.problem, path, "terraform"))
            if beside is not None:
                self.inputs[unit.folder] = unit.inputs
                continue
            if unit.call is not None:
                declare(source, unit.call, replace=False)
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
            self._sources[folder] = read_source(folder, files) if files else None
        return self._sources[folder]

    def unused(self, folder: str) -> list[str]:
        """Files of values for a root of which nothing tells when they are given; examples are none."""
        staged = {path for files in self.staged.get(folder, {}).values() for _, path, _ in files}
        named = {path for path, _ in self.orders[folder].files} if folder in self.orders else set()
        return [
            path for path in self._loose.get(folder, ()) if path not in staged | named and not _EXAMPLE.search(path)
        ]

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
        return _meant(sorted(found))[:_MAX_FILES]

    def _reached(self, path: str) -> Path | None:
        if "\0" in path or len(path) > 2000:
            return None
        try:
            disk = Path(os.path.realpath(self.tree.base / path))
            inside = disk.is_relative_to(_reach(Path(os.path.realpath(self.tree.base))))
        except (OSError, ValueError):
            return None
        return disk if inside else None


def _meant(files: list[tuple[str, Path]]) -> list[tuple[str, Path]]:
    """Files without those in place of which OpenTofu reads another: `main.tf` beside `main.tofu`."""
    opened = [path for path, _ in files if path.endswith((".tofu", ".tofu.json"))]
    replaced = {f"{stem}.tf{rest}" for stem, _, rest in (path.rpartition(".tofu") for path in opened)}
    return [one for one in files if one[0] not in replaced] if replaced else files


def _repository(base: Path) -> Path | None:
    return next((folder for folder in (base, *base.parents) if (folder / ".git").exists()), None)


def _reach(base: Path) -> Path:
    repository = _repository(base)
    if repository is not None:
        return repository
    # never a whole disk, nor a folder that only holds everybody's homes
    above = [folder for folder in base.parents[:_ABOVE] if len(folder.parts) > 2]
    return above[-1] if above else base


def _for_roots(files: list[tuple[str, Path]], folders: Iterable[str]) -> list[tuple[str, str, Path]]:
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
    return found


def _is_setting(name: str) -> bool:
    return name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


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
    orders = library.orders.get(folder, Orders())
    files += orders.files + [(path, disk) for _, path, disk in library.staged.get(folder, {}).get(deployment, ())]
    found = {**orders.surroundings, **library.inputs.get(folder, {})}
    for path, disk in files:
        with unreadable_noted(path, disk, gaps):
            content = read_bytes(disk, MAX_FILE)
            if path.endswith(".json"):
                found.update(assignments(load_json(content, path, marks=False).value))
            else:
                body = parse(decode(content, path), path)
                found.update({name: argument.value for name, argument in body.arguments.items()})
    return {**found, **orders.values.get("", {}), **orders.values.get(deployment, {})}
