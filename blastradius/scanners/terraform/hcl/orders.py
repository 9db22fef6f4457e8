"""What commands give to each root, of all scripts and pipelines of a tree."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from blastradius.errors import InputError
from blastradius.files import read_bytes
from blastradius.scanners.environments import Stage
from blastradius.scanners.saying import is_script
from blastradius.scanners.terraform.hcl.commands import Applied, applied, near
from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.staging import Staged
from blastradius.scanners.terraform.hcl.syntax import Literal, Name, Node, SyntaxProblem
from blastradius.scanners.tree import SourceFile

OPEN = Name(1, "given and not known")
"""Stands for a value that a command gives and nobody knows; compared with `is`."""
_MOST = 1_000_000


@dataclass(slots=True)
class Orders:
    """What commands give to one root.

    Attributes:
        surroundings: values of variables in the environment, which files go before.
        files: of values that every command names and that speak of no environment.
        values: values of variables that go before all files, by deployment; the empty one stands for any.
    """

    surroundings: dict[str, Node] = field(default_factory=dict)
    files: list[tuple[str, Path]] = field(default_factory=list)
    values: dict[str, dict[str, Node]] = field(default_factory=dict)


def ordered(
    files: Iterable[SourceFile], folders: frozenset[str], loose: dict[str, Path], staged: Staged
) -> dict[str, Orders]:
    """What commands give, by folder of the root.

    Args:
        files: of the tree.
        folders: with Terraform files.
        loose: files of values that Terraform reads only where a command names them, and where they lie.
        staged: those of them that are for one deployment each.
    """
    by_root: dict[str, list[tuple[str, tuple[str, ...], Applied]]] = defaultdict(list)
    for file in files:
        if not is_script(file.path):
            continue
        try:
            content = read_bytes(file.disk, _MOST)
        except InputError:
            continue
        for one in applied(content, file.path):
            named = [path for text in one.files if (path := near(one, text, frozenset(loose))) is not None]
            root = _root(one, named, folders)
            if root is not None:
                chosen = _deployment(named, staged.get(root, {}))
                plain = tuple(path for path in named if not chosen or path not in _paths(staged[root][chosen]))
                by_root[root].append((chosen, plain, one))
    return {root: _orders(told, loose) for root, told in by_root.items()}


def _root(one: Applied, named: list[str], folders: frozenset[str]) -> str | None:
    """The folder that a command is about: where it runs, else that of its files of values, else the only one."""
    here = near(one, ".", folders)
    if here is not None:
        return here
    for path in named:
        folder = posixpath.dirname(path)
        while folder and folder not in folders:
            folder = posixpath.dirname(folder)
        if folder in folders:
            return folder
    return next(iter(folders)) if len(folders) == 1 else None


def _paths(files: list[tuple[Stage | None, str, Path]]) -> set[str]:
    return {path for _, path, _ in files}


def _deployment(named: list[str], deployments: dict[str, list[tuple[Stage | None, str, Path]]]) -> str:
    return next((name for name in sorted(deployments) if _paths(deployments[name]) & {*named}), "")


def _orders(told: list[tuple[str, tuple[str, ...], Applied]], loose: dict[str, Path]) -> Orders:
    orders = Orders(_agreed([one.surroundings for _, _, one in told]))
    plain = {files for _, files, _ in told}
    if len(plain) == 1:
        orders.files = [(path, loose[path]) for path in plain.pop()]
    for chosen in sorted({chosen for chosen, _, _ in told}):
        orders.values[chosen] = _agreed([one.values for other, _, one in told if other == chosen])
    return orders


def _agreed(given: list[dict[str, str | None]]) -> dict[str, Node]:
    """Values that all commands give alike; one that some give otherwise, or not at all, is not known."""
    names = sorted({name for one in given for name in one})
    found: dict[str, Node] = {}
    for name in names:
        values = {one[name] for one in given if name in one}
        (value,) = values if len(values) == 1 else (None,)
        found[name] = OPEN if value is None else _node(value)
    return found


def _node(text: str) -> Node:
    """A value as Terraform reads it from a command: a list or an object is an expression, all else a text."""
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return parse(f"x = {text}\n").arguments["x"].value
        except (SyntaxProblem, KeyError, RecursionError):
            return OPEN
    return Literal(1, text)
