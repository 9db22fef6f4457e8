"""Modules in use: what their names mean, how often they stand there, which providers they have."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import Gap
from blastradius.scanners.terraform.hcl import syntax as s
from blastradius.scanners.terraform.hcl.evaluating import Budget, Evaluator
from blastradius.scanners.terraform.hcl.files import read_call
from blastradius.scanners.terraform.hcl.folders import Library
from blastradius.scanners.terraform.hcl.nesting import (
    MAX_LEVELS,
    MAX_MODULES,
    Absent,
    circular,
    cycle,
    too_deep,
    too_many,
)
from blastradius.scanners.terraform.hcl.orders import OPEN
from blastradius.scanners.terraform.hcl.repeating import Repeat, repeated
from blastradius.scanners.terraform.hcl.resources import Resource
from blastradius.scanners.terraform.hcl.sources import Source
from blastradius.scanners.terraform.hcl.types import converted
from blastradius.scanners.terraform.hcl.values import FailureError, Late, View
from blastradius.scanners.terraform.model import Ref


@dataclass(slots=True)
class World:
    """What all modules of one root share.

    Attributes:
        library: reads files.
        name: name of the root; it stands in ids.
        folder: folder of the root.
        given: values of variables from files.
        budget: how much may still be evaluated.
        gaps: what could not be seen, by scope and reason.
        modules: how many modules are in use.
        cycles: folders of modules that call each other in a ring, each ring once.
        used: folders whose files were read.
        undeclared: addresses that something refers to and no file declares.
    """

    library: Library
    name: str
    folder: str
    given: dict[str, s.Node] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    modules: int = 0
    cycles: set[frozenset[str]] = field(default_factory=set)
    used: dict[str, Source] = field(default_factory=dict)
    undeclared: set[str] = field(default_factory=set)

    def gap(self, gap: Gap) -> None:
        """Add a gap, each once."""
        self.gaps.setdefault((gap.scope, gap.reason), gap)


class Module(View):
    """One use of a module: the root, or what a module block calls.

    Attributes:
        world: what all modules of the root share.
        source: what its folder declares.
        address: address without the key, such as `module.net`; empty for the root.
        key: its key where the call is repeated.
        parent: module that calls it.
        block: block that calls it.
        place: evaluates what the call says.
        doubt: variables without a value that decide whether it is there.
        places: what provider blocks of the module say, once asked.
    """

    __slots__ = (
        "_cache", "_running", "address", "block", "doubt", "evaluator", "key", "level", "parent", "place", "places",
        "several", "source", "world",
    )  # fmt: skip

    def __init__(
        self,
        world: World,
        source: Source,
        address: str = "",
        parent: Module | None = None,
        block: s.BlockNode | None = None,
        repeat: Repeat | None = None,
    ) -> None:
        self.world = world
        self.source = source
        self.address = address
        self.parent = parent
        self.block = block
        self.key = repeat.key if repeat else None
        self.several = repeat.several if repeat else False
        self.doubt: frozenset[str] = (parent.doubt if parent else frozenset()) | (
            repeat.doubt if repeat else frozenset()
        )
        self.level: int = parent.level + 1 if parent else 0
        self.evaluator = Evaluator(self, world.budget)
        self.place = parent.evaluator.within(repeat.own if repeat else {}) if parent else self.evaluator
        self.places: dict[Any, Any] = {}
        self._cache: dict[tuple[str, str], Any] = {}
        self._running: set[tuple[str, str]] = set()
        world.modules += 1
        world.used[source.folder] = source

    @property
    def path(self) -> str:
        """Address with the key."""
        return f"{self.address}{label(self.key)}"

    def within(self, address: str) -> str:
        """Full address of something of this module."""
        return f"{self.path}.{address}" if self.address else address

    def attribute(self, name: str) -> Any:
        """An output."""
        if name not in self.source.outputs:
            raise FailureError
        return self._once("output", name)

    def ref(self) -> Ref:
        """The call."""
        return Ref(self.address, (), self.key)

    def at(self, key: Any) -> Any:
        """One of several."""
        if not self.several:
            raise FailureError
        return self

    def many(self) -> bool:
        """Whether it stands for an unknown number."""
        return self.several

    def named(self, evaluator: Evaluator, node: s.Name | s.Attribute, rest: int) -> Any:
        """What the first words of a reference mean."""
        if not isinstance(node, s.Attribute):
            return Late(node.name)
        first = node.of
        if isinstance(first, s.Attribute) and rest == 2:
            return self.resource("data", first.name, node.name)
        word = first.name if isinstance(first, s.Name) else ""
        match word:
            case "var" | "local" | "module":
                return self._once(word, node.name)
            case "path":
                return self._path(node.name)
            case "each" | "count" | "self" | "terraform":
                missing = frozenset({"terraform.workspace"}) if word == "terraform" else frozenset()
                return Late(f"{word}.{node.name}", (), (), missing)
        return self.resource("managed", word, node.name)

    def resource(self, mode: str, kind: str, name: str) -> Any:
        """A resource: its one instance, all by key, or one that stands for an unknown number."""
        key = (mode, f"{kind}.{name}")
        if key not in self._cache:
            block = self.source.resources.get((mode, kind, name))
            address = self.within(f"data.{kind}.{name}" if mode == "data" else f"{kind}.{name}")
            if block is None:
                # its file may be among those that could not be read; who refers to it is told of by a gap
                self.world.undeclared.add(address)
                return Late(address, (Ref(address),))
            self._cache[key] = repeated(
                block, self.evaluator, lambda repeat: Resource(self, mode, kind, name, block, repeat)
            )
        return self._cache[key]

    def named_module(self, name: str) -> Any:
        """What a module block calls: one module, or all by key."""
        return self._once("module", name)

    def _once(self, what: str, name: str) -> Any:
        """A variable, local, output or module, evaluated once; one that needs itself is unsettled."""
        key = (what, name)
        if key in self._cache:
            return self._cache[key]
        if key in self._running:
            return Late(f"{what}.{name}")
        self._running.add(key)
        try:
            value = getattr(self, f"_{what}")(name)
        finally:
            self._running.discard(key)
        self._cache[key] = value
        return value

    def _local(self, name: str) -> Any:
        argument = self.source.locals.get(name)
        return self.evaluator.value(argument.value) if argument else Late(f"local.{name}")

    def _output(self, name: str) -> Any:
        argument = self.source.outputs[name].body.arguments.get("value")
        return self.evaluator.value(argument.value) if argument else None

    def _var(self, name: str) -> Any:
        block = self.source.variables.get(name)
        arguments = block.body.arguments if block else {}
        given = self._given(name)
        nullable = arguments.get("nullable")
        refused = nullable is not None and self.evaluator.value(nullable.value) is False
        if given is None or (refused and given[0] is None):
            default = arguments.get("default")
            if default is None:
                return Late(f"var.{name}", (), (), frozenset({f"var.{name}"}))
            given = (self.evaluator.value(default.value),)
        secret = arguments.get("sensitive")
        whole = isinstance(given[0], str) and "://" not in given[0]
        if whole and secret is not None and self.evaluator.value(secret.value) is True:
            # Of a secret only the host of an address may be read, never a text that merely looks like one.
            return Late(f"var.{name}", (), (), frozenset({f"var.{name}"}))
        kind = arguments.get("type")
        return converted(given[0], kind.value if kind else None, self.evaluator.value)

    def _given(self, name: str) -> tuple[Any] | None:
        if self.parent is None:
            node = self.world.given.get(name)
            if node is OPEN:
                return (Late(f"var.{name}", (), (), frozenset({f"var.{name}"})),)
            return (Evaluator(None, self.world.budget).value(node),) if node else None
        argument = self.block.body.arguments.get(name) if self.block else None
        return (self.place.value(argument.value),) if argument else None

    def _path(self, name: str) -> Any:
        if name == "cwd":
            return posixpath.join("/", self.world.library.tree.name, self.world.folder)
        if name == "root":
            return "."
        return posixpath.relpath(self.source.folder or ".", self.world.folder or ".")

    def _module(self, name: str) -> Any:
        block = self.source.calls.get(name)
        if block is None:
            self.world.undeclared.add(self.within(f"module.{name}"))
            return Late(f"module.{name}", (Ref(self.within(f"module.{name}")),))
        folder = local_folder(self.source.folder, source_of(block))
        source = self.world.library.source(folder) if folder is not None else None
        address = self.within(f"module.{name}")
        refused = source is not None and self._refused(name, block, source.folder)

        def made(repeat: Repeat) -> Absent | Module:
            if source is None or refused or self._too_many(block):
                there = source is not None
                return Absent(address, repeat.key, repeat.several, repeat.own, there, repeat.doubt)
            return Module(self.world, source, address, self, block, repeat)

        return repeated(block, self.evaluator, made)

    def _refused(self, name: str, block: s.BlockNode, folder: str) -> bool:
        """Whether a call is not followed because it comes back to itself, or lies too deep; then it is said."""
        folders, above = [self.source.folder], self.parent
        while above is not None:
            folders.append(above.source.folder)
            above = above.parent
        around = cycle(folders[::-1], folder)
        if around and frozenset(around) not in self.world.cycles:
            self.world.cycles.add(frozenset(around))
            self.world.gap(circular(self.world.name, name, around, f"{block.path}:{block.line}"))
        elif not around and self.level >= MAX_LEVELS:
            self.world.gap(too_deep(self.world.name, f"{block.path}:{block.line}"))
        return bool(around) or self.level >= MAX_LEVELS

    def _too_many(self, block: s.BlockNode) -> bool:
        if self.world.modules <= MAX_MODULES:
            return False
        self.world.gap(too_many(self.world.name, f"{block.path}:{block.line}"))
        return True

    def call(self, evaluator: Evaluator, name: str, arguments: list[Any], shown: str) -> Any:
        """Result of a function that reads files; None where it is none."""
        return read_call(self.world.library, self.world.folder, evaluator, name, arguments, shown)


def label(key: Any) -> str:
    """A key as it stands in an address."""
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f'["{key}"]'


def source_of(block: s.BlockNode) -> str:
    """Source of a module block, empty where it is not written down."""
    argument = block.body.arguments.get("source")
    value = argument.value.value if argument and isinstance(argument.value, s.Literal) else None
    return value if isinstance(value, str) else ""


def local_folder(folder: str, source: str) -> str | None:
    """Folder within the tree that a source names, None where it is a registry or a repository."""
    if not source.startswith(("./", "../")) and source not in (".", ".."):
        return None
    path = posixpath.normpath(posixpath.join(folder, source))
    return "" if path == "." else path
