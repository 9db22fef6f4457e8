"""`count` and `for_each`: one instance for each key where the keys are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blastradius.scanners.terraform.hcl.evaluating import Evaluator
from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.syntax import BlockNode
from blastradius.scanners.terraform.hcl.types import number
from blastradius.scanners.terraform.hcl.values import FailureError, Late, OpenDict, OpenList, View, as_text, late

MAX_INSTANCES = 1_000
"""Instances of one block; more are read as one that stands for them."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """One instance of a block.

    Attributes:
        key: its key, none where there is but one.
        several: whether it stands for an unknown number.
        own: what `each` and `count` are in it.
        doubt: variables without a value that decide whether there is any.
    """

    key: str | int | None = None
    several: bool = False
    own: dict[str, Any] = field(default_factory=dict)
    doubt: frozenset[str] = frozenset()


def repeated(block: BlockNode, evaluator: Evaluator, make: Callable[[Repeat], Any]) -> Any:
    """The value of a block: what is made for its one instance, or a list or mapping of what is made for each."""
    arguments = block.body.arguments
    if "count" in arguments:
        return _counted(peeked(evaluator.value(arguments["count"].value)), make)
    if "for_each" in arguments:
        return _for_each(peeked(evaluator.value(arguments["for_each"].value)), make)
    return _enabled(block, evaluator, make)


def _enabled(block: BlockNode, evaluator: Evaluator, make: Callable[[Repeat], Any]) -> Any:
    """A block without repetition: `lifecycle { enabled = … }` of OpenTofu decides whether it is there."""
    inner = [
        one.body.arguments["enabled"]
        for one in block.body.blocks
        if one.type == "lifecycle" and "enabled" in one.body.arguments
    ]
    value = peeked(evaluator.value(inner[0].value)) if inner else True
    if value is False or value == "false":
        return None
    return make(Repeat(doubt=_doubt(value) if isinstance(value, Late | View) else frozenset()))


def _counted(value: Any, make: Callable[[Repeat], Any]) -> Any:
    count = number(value, None) if isinstance(value, str) else value
    if isinstance(count, bool) or not isinstance(count, int) or count > MAX_INSTANCES:
        source = value if isinstance(value, Late | View) else None
        index = late("count.index", *([source] if source else []))
        return make(Repeat(None, True, {"count": {"index": index}}, _doubt(source)))
    return [make(Repeat(at, False, {"count": {"index": at}})) for at in range(max(count, 0))]


def _for_each(value: Any, make: Callable[[Repeat], Any]) -> Any:
    pairs = keyed(value)
    if pairs is None or len(pairs) > MAX_INSTANCES or (not pairs and isinstance(value, OpenDict | OpenList)):
        each = {"key": late("each.key", value), "value": late("each.value", value)}
        return make(Repeat(None, True, {"each": each}, _doubt(value)))
    return {key: make(Repeat(key, False, {"each": {"key": key, "value": one}})) for key, one in pairs}


def _doubt(value: Any) -> frozenset[str]:
    """Variables without a value by which there may be none; none where each of the values that it may be gives some."""
    choices = value.choices if isinstance(value, Late) else ()
    if choices and all(isinstance(one, int | dict | list) and one for one in choices):
        return frozenset()
    return late("", value).missing


def keyed(value: Any) -> list[tuple[str, Any]] | None:
    """Keys and values of a collection for `for_each`; None where its keys are unsettled."""
    if isinstance(value, dict):
        return [(str(key), one) for key, one in value.items()]
    if isinstance(value, list):
        names = [as_text(peeked(item)) for item in value]
        if any(name is None for name in names):
            return None
        return [(name, name) for name in names if name is not None]
    if value is None:
        raise FailureError
    return None


def instances(value: Any) -> list[Any]:
    """All instances that a block's value holds."""
    if isinstance(value, View):
        return [value]
    found = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in found if isinstance(one, View)]
