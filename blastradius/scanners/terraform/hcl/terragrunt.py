"""Terragrunt units: each `terragrunt.hcl` with a module is a root that calls that module, with what its files give.

What a unit includes is read with it: generated provider blocks say where it runs, inputs are the arguments of the call,
and outputs of other units are those of their states. Nothing is run: a function whose result only a run knows
(`get_env`, `run_cmd`) stays unsettled. Facts: the Terragrunt reference of configuration blocks and functions.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.scanners.terraform.hcl import syntax as s
from blastradius.scanners.terraform.hcl.evaluating import Budget, Evaluator
from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.values import FailureError, Late, as_text, late
from blastradius.scanners.terraform.model import Ref

NAME = "terragrunt.hcl"
CALL = "unit"
"""Name of the module block that a unit comes to."""
_STATE = "terraform.tfstate"
_MOST_FILES = 50
ReadText = Callable[[str], str | None]


class _File:
    """One file of a unit, and what its names mean; paths are relative to the unit that is read."""

    def __init__(self, unit: _Unit, path: str, body: s.Body) -> None:
        self.unit, self.path, self.body = unit, path, body
        self.locals = {name: one for block in self._blocks("locals") for name, one in block.body.arguments.items()}
        self.evaluator = Evaluator(self, unit.budget)
        self._running: set[str] = set()

    def _blocks(self, kind: str) -> Iterator[s.BlockNode]:
        return (block for block in self.body.blocks if block.type == kind)

    def blocks(self, kind: str) -> list[s.BlockNode]:
        """Blocks of a type."""
        return list(self._blocks(kind))

    def included(self) -> Iterator[tuple[str, _File]]:
        """The files that this one includes, by the label of the block."""
        for block in self._blocks("include"):
            argument = block.body.arguments.get("path")
            path = as_text(peeked(self.evaluator.value(argument.value))) if argument else None
            found = self.unit.file(path) if path is not None else None
            if found is not None and found is not self:
                yield (block.labels[0] if block.labels else ""), found

    def named(self, evaluator: Evaluator, node: s.Name | s.Attribute, rest: int) -> Any:
        """What the first word of a reference means."""
        if not isinstance(node, s.Attribute) or not isinstance(node.of, s.Name):
            return Late(s.show(node))
        match node.of.name:
            case "local":
                return self.local(node.name)
            case "dependency":
                return Late(s.show(node), (Ref(f"data.terraform_remote_state.{node.name}"),))
            case "include":
                return next((one.whole() for label, one in self.included() if label == node.name), Late(s.show(node)))
        return Late(s.show(node))

    def local(self, name: str) -> Any:
        """A local of this file."""
        argument = self.locals.get(name)
        if argument is None or name in self._running:
            return Late(f"local.{name}")
        self._running.add(name)
        try:
            return self.evaluator.value(argument.value)
        finally:
            self._running.discard(name)

    def whole(self) -> dict[str, Any]:
        """What another file sees of this one."""
        return {"locals": {name: self.local(name) for name in self.locals}, "inputs": self.inputs()}

    def inputs(self) -> dict[str, Any]:
        """Its inputs."""
        argument = self.body.arguments.get("inputs")
        found = self.evaluator.value(argument.value) if argument else {}
        return dict(found) if isinstance(found, dict) else {}

    def call(self, evaluator: Evaluator, name: str, arguments: list[Any], shown: str) -> Any:
        """Result of one of Terragrunt's functions; None where it is none that files decide."""
        texts = [as_text(peeked(one)) for one in arguments]
        if None in texts[:1]:
            return late(shown, *arguments)
        unit = self.unit
        match name:
            case "find_in_parent_folders":
                found = unit.above(texts[0] or NAME if texts else NAME)
                return found if found is not None else arguments[1] if len(arguments) > 1 else Late(shown)
            case "read_terragrunt_config":
                one = unit.file(texts[0] or "")
                return one.whole() if one is not None else arguments[1] if len(arguments) > 1 else Late(shown)
            case "get_terragrunt_dir" | "get_original_terragrunt_dir":
                return _absolute(unit.folder)
            case "get_parent_terragrunt_dir" | "get_repo_root":
                return _absolute(posixpath.dirname(self.path) if name == "get_parent_terragrunt_dir" else "")
            case "path_relative_to_include":
                return posixpath.relpath(unit.folder or ".", posixpath.dirname(self.path) or ".")
            case "path_relative_from_include":
                return posixpath.relpath(posixpath.dirname(self.path) or ".", unit.folder or ".")
        return None


class _Unit:
    """A `terragrunt.hcl` that is read, with the files that it names."""

    def __init__(self, folder: str, paths: frozenset[str], read: ReadText) -> None:
        self.folder, self._paths, self._read = folder, paths, read
        self.budget = Budget()
        self.problems: dict[str, str] = {}
        self._files: dict[str, _File | None] = {}

    def file(self, path: str) -> _File | None:
        """A file of the tree; None where there is none, or it cannot be read."""
        where = _in_tree(path, self.folder)
        if where not in self._paths or len(self._files) >= _MOST_FILES:
            return self._files.get(where)
        if where not in self._files:
            self._files[where] = None
            text = self._read(where)
            try:
                if text is not None:
                    self._files[where] = _File(self, where, parse(text, where))
            except s.SyntaxProblem as problem:
                self.problems[where] = f"{where}:{problem.line}: {problem.what}"
            except RecursionError:
                self.problems[where] = f"{where}:1: is nested too deep"
        return self._files[where]

    def above(self, name: str) -> str | None:
        """Absolute path of the nearest file of a name in the folders around the unit."""
        folder = self.folder
        while folder:
            folder = posixpath.dirname(folder)
            path = posixpath.join(folder, name)
            if path in self._paths:
                return _absolute(path)
        return None


_TOP = "//tree/"


def _absolute(path: str) -> str:
    """A path of the tree that no other path is joined to."""
    return _TOP + path if path else _TOP.rstrip("/")


def _in_tree(path: str, folder: str) -> str:
    """Path within the tree of a path that a folder's file names; `//` in it only tells module and repository apart."""
    top = _TOP.rstrip("/")
    whole = path[len(top) :].lstrip("/") if path.startswith(top) else posixpath.join(folder, path)
    found = posixpath.normpath(whole) if whole else ""
    return "" if found == "." else found


@dataclass(slots=True)
class Unit:
    """A unit as the Terraform that it comes to.

    Attributes:
        folder: that it stands in.
        call: the call of its module; None where its code stands beside it, or it is only there for others to include.
        inputs: values of variables, for code that stands beside it.
        blocks: providers that it generates, and states whose outputs it takes.
        problem: why it cannot be read, as `path:line: what`.
    """

    folder: str
    call: s.BlockNode | None = None
    inputs: dict[str, s.Node] = field(default_factory=dict)
    blocks: list[s.BlockNode] = field(default_factory=list)
    problem: str = ""


def units(paths: frozenset[str], read: ReadText) -> Iterator[Unit]:
    """All units of a tree.

    Args:
        paths: of all files.
        read: the text of one.
    """
    for path in sorted(paths):
        if posixpath.basename(path) == NAME:
            unit = _Unit(posixpath.dirname(path), paths, read)
            try:
                yield _terraform(unit, path)
            except (RecursionError, FailureError):
                yield Unit(unit.folder, problem=f"{path}:1: its expressions cannot be followed")


def _terraform(unit: _Unit, path: str) -> Unit:
    own = unit.file(_absolute(path))
    if own is None:
        return Unit(unit.folder, problem=unit.problems.get(path, f"{path}:1: could not be read"))
    files = [*(one for _, one in own.included()), own]
    found = Unit(unit.folder, problem=next(iter(unit.problems.values()), ""))
    # an input of the same name in the unit itself goes before one that is included
    inputs: dict[str, tuple[Any, int]] = {}
    for one in files:
        argument = one.body.arguments.get("inputs")
        lines = _lines(argument)
        line = argument.line if argument else 1
        inputs.update({name: (value, lines.get(name, line)) for name, value in one.inputs().items()})
        found.blocks += [*_generated(one), *_dependencies(one, unit.folder, path)]
    found.inputs = {name: s.Literal(line, value) for name, (value, line) in inputs.items()}
    source = _source(unit, files)
    if source is not None:
        found.call = s.BlockNode("module", (CALL,), s.Body(), source[1], path)
        found.call.body.arguments["source"] = _argument("source", source[0], source[1])
        for name, (value, line) in sorted(inputs.items()):
            found.call.body.arguments.setdefault(name, _argument(name, value, line))
    return found


def _source(unit: _Unit, files: list[_File]) -> tuple[str, int] | None:
    """The module of a unit, and where it is named; a folder of the tree as a path from the unit."""
    for one in reversed(files):
        for block in one.blocks("terraform"):
            argument = block.body.arguments.get("source")
            text = as_text(peeked(one.evaluator.value(argument.value))) if argument else None
            if argument is None:
                continue
            if text is None:
                return "unknown", argument.line
            plain = text.partition("?")[0]
            if not plain.startswith((_TOP.rstrip("/"), "./", "../")) and plain not in (".", ".."):
                return plain, argument.line
            relative = posixpath.relpath(_in_tree(plain, unit.folder) or ".", unit.folder or ".")
            return (relative if relative.startswith(".") else f"./{relative}"), argument.line
    return None


def _lines(argument: s.Argument | None) -> dict[str, int]:
    """Lines of the inputs that are written one by one."""
    value = argument.value if argument else None
    if not isinstance(value, s.Object):
        return {}
    return {
        key.value if isinstance(key, s.Literal) else key.name: line
        for key, inner in value.items
        if isinstance(key, s.Literal | s.Name) and (line := getattr(inner, "line", 0) or getattr(key, "line", 0))
    }


def _argument(name: str, value: Any, line: int) -> s.Argument:
    return s.Argument(name, s.Literal(line, value), line)


def _generated(one: _File) -> Iterator[s.BlockNode]:
    """Provider blocks of the files that a unit generates, each with the place where it is generated."""
    for block in one.blocks("generate"):
        argument = block.body.arguments.get("contents")
        text = as_text(peeked(one.evaluator.value(argument.value))) if argument else None
        if text is None:
            continue
        try:
            inner = parse(text, one.path)
        except (s.SyntaxProblem, RecursionError):
            continue
        for each in inner.blocks:
            if each.type == "provider":
                each.line = block.line
                for said in each.body.arguments.values():
                    said.line = block.line
                yield each


def _dependencies(one: _File, folder: str, path: str) -> Iterator[s.BlockNode]:
    """Other units whose outputs are taken, as the states that they keep."""
    for block in one.blocks("dependency"):
        argument = block.body.arguments.get("config_path")
        text = as_text(peeked(one.evaluator.value(argument.value))) if argument else None
        if text is None or not block.labels:
            continue
        state = posixpath.join(posixpath.relpath(_in_tree(text, folder) or ".", folder or "."), _STATE)
        body = s.Body()
        body.arguments["backend"] = _argument("backend", "local", block.line)
        body.arguments["config"] = _argument("config", {"path": state}, block.line)
        yield s.BlockNode("data", ("terraform_remote_state", block.labels[0]), body, block.line, one.path or path)
