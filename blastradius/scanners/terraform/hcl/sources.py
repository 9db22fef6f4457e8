"""What the files of one folder declare: a module, before anything is evaluated."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from blastradius.documents import decode, load_json
from blastradius.errors import InputError
from blastradius.files import read_bytes, shown
from blastradius.model import Gap
from blastradius.scanners.terraform.hcl.jsonsyntax import body_of
from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.syntax import Argument, BlockNode, Body, Literal, Object, SyntaxProblem
from blastradius.scanners.tree import unreadable

#: What is read only while Terraform runs is looked up like data.
_MODES = {"resource": "managed", "data": "data", "ephemeral": "data"}
MAX_FILE = 8_000_000
"""Largest Terraform file, in bytes."""
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


def read_source(folder: str, files: list[tuple[str, Path]]) -> Source:
    """What some files of a folder declare together; those named `override` replace what the others say.

    Args:
        folder: path within the tree.
        files: path within the tree and place on disk of each.
    """
    source = Source(folder)
    overriding = [one for one in files if _overrides(one[0])]
    for path, disk in [one for one in files if not _overrides(one[0])] + overriding:
        body = _loaded(path, disk, source.gaps)
        if body is not None:
            source.parsed += 1
            for block in body.blocks:
                declare(source, block, replace=(path, disk) in overriding)
    return source


def _overrides(path: str) -> bool:
    stem = posixpath.basename(path).removesuffix(".json").removesuffix(".tf").removesuffix(".tofu")
    return stem == "override" or stem.endswith("_override")


def _loaded(path: str, disk: Path, gaps: list[Gap]) -> Body | None:
    with unreadable_noted(path, disk, gaps):
        content = read_bytes(disk, MAX_FILE)
        if path.endswith(".json"):
            return body_of(load_json(content, path).value, path)
        return parse(decode(content, path), path)
    return None


@contextmanager
def unreadable_noted(path: str, disk: Path, gaps: list[Gap]) -> Iterator[None]:
    """Turn what makes a file unreadable into a gap.

    Args:
        path: of the file within the tree.
        disk: where it lies.
        gaps: takes the gap.
    """
    try:
        yield
    except SyntaxProblem as problem:
        gaps.append(unreadable(f"{path}:{problem.line}: {problem.what}", path, "terraform"))
    except InputError as error:
        gaps.append(unreadable(str(error).removeprefix(f"{shown(disk)}: "), path, "terraform"))
    except RecursionError:
        gaps.append(unreadable(f"{path}:1: is nested too deep", path, "terraform"))


def declare(source: Source, block: BlockNode, *, replace: bool) -> None:
    """Enter a block of the top level.

    Args:
        source: takes it.
        block: as it was parsed.
        replace: whether it goes before one of its name that is there, as in an override file.
    """
    labels = block.labels
    if block.type in _MODES and len(labels) == 2:
        mode = _MODES[block.type]
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
    """An override file replaces arguments, and nested blocks by what they make; each knows the file it stands in."""
    for name, argument in over.body.arguments.items():
        block.body.arguments[name] = Argument(name, argument.value, argument.line, argument.path or over.path)
    types = {made_by(one) for one in over.body.blocks}
    block.body.blocks = [one for one in block.body.blocks if made_by(one) not in types] + over.body.blocks


def made_by(block: BlockNode) -> str:
    """The type of nested block that a block is, or makes where it is a dynamic one."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


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
