"""What calls of modules hand over, argument by argument: the line where a value enters a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blastradius.scanners.terraform.hcl.modules import Module
from blastradius.scanners.terraform.hcl.repeating import instances
from blastradius.scanners.terraform.hcl.values import FailureError, Json, Late, View, leaves
from blastradius.scanners.terraform.model import Handed, Ref

_MOST = 20_000
_MOST_TEXTS = 200
_META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


def handed(root: Module) -> dict[str, tuple[Handed, ...]]:
    """For each module in use, by its path with keys, the arguments that carry references or addresses into it.

    Args:
        root: the root module, its records read.
    """
    found: dict[str, tuple[Handed, ...]] = {}
    left, waiting = _MOST, [root]
    while waiting and left > 0:
        for inner in _called(waiting.pop()):
            said = tuple(_arguments(inner))
            left -= 1 + len(said)
            waiting.append(inner)
            if said:
                found[inner.path] = said
    return found


def _called(module: Module) -> list[Module]:
    found: list[Module] = []
    for name in module.source.calls:
        try:
            found += [one for one in instances(module.named_module(name)) if isinstance(one, Module)]
        except (FailureError, RecursionError):
            continue
    return found


def _arguments(module: Module) -> Iterator[Handed]:
    if module.block is None:
        return
    for name, argument in module.block.body.arguments.items():
        if name in _META:
            continue
        try:
            value = module.place.value(argument.value)
        except (FailureError, RecursionError):
            continue
        refs = {ref: None for leaf in leaves(value) for ref in _refs(leaf)}
        texts = frozenset(_texts(value))
        if refs or texts:
            yield Handed(name, f"{argument.path or module.block.path}:{argument.line}", tuple(refs), texts)


def _refs(leaf: Late | View) -> tuple[Ref, ...]:
    return leaf.refs if isinstance(leaf, Late) else (leaf.ref(),)


def _texts(value: Any) -> Iterator[str]:
    """Texts within a value that may be addresses; never shown, only compared with what a need refers to."""
    left, most = [value], _MOST_TEXTS
    while left and most > 0:
        most -= 1
        one = left.pop()
        if isinstance(one, str) and ("." in one or ":" in one):
            yield one
        elif isinstance(one, Json):
            left.append(one.value)
        elif isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
