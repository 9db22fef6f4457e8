"""Operators; an unsettled side leaves unsettled what depends on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.syntax import Literal, Operation, show
from blastradius.scanners.terraform.hcl.types import number
from blastradius.scanners.terraform.hcl.values import FailureError, Json, Late, View, late, settled

if TYPE_CHECKING:
    from blastradius.scanners.terraform.hcl.evaluating import Evaluator

_LARGEST = 1e30


def truth(value: Any) -> bool | None:
    """A test's answer, None where it is unsettled.

    Raises:
        FailureError: when it is no yes or no.
    """
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    if isinstance(value, Late | View):
        return None
    raise FailureError


def operate(evaluator: Evaluator, node: Operation) -> Any:
    """Value of an operation."""
    if node.left is None:
        return _signed(evaluator, node)
    if node.operator in ("&&", "||"):
        return _logic(evaluator, node)
    left, right = evaluator.value(node.left), evaluator.value(node.right)
    if node.operator in ("==", "!="):
        same = _same(left, right, node)
        return late(show(node), left, right) if same is None else same == (node.operator == "==")
    left, right = peeked(left), peeked(right)
    if not settled([left, right]):
        return late(show(node), left, right)
    return _number(_ARITHMETIC[node.operator], _operand(left), _operand(right))


def _signed(evaluator: Evaluator, node: Operation) -> Any:
    value = peeked(evaluator.value(node.right))
    if not settled(value):
        return late(show(node), value)
    if node.operator == "-":
        return -_operand(value)
    return not truth(value)


def _logic(evaluator: Evaluator, node: Operation) -> Any:
    assert node.left is not None
    decides = node.operator == "||"
    left_value = evaluator.value(node.left)
    left = truth(peeked(left_value))
    if left is decides:
        return decides
    right_value = evaluator.value(node.right)
    right = truth(peeked(right_value))
    if right is decides:
        return decides
    if left is None or right is None:
        return late(show(node), left_value, right_value)
    return not decides


def _same(left: Any, right: Any, node: Operation) -> bool | None:
    known = peeked(left), peeked(right)
    if settled(list(known)) and not any(isinstance(side, Json) for side in known):
        return bool(known[0] == known[1] and isinstance(known[0], bool) == isinstance(known[1], bool))
    if None in known and any(isinstance(side, dict | list | Json) for side in known):
        return False  # a collection is something, whatever is in it
    for one, other, other_node in ((left, right, node.right), (right, left, node.left)):
        # what a resource says of itself is neither nothing nor empty; that is how code asks whether it is there
        there = isinstance(one, View) or (isinstance(one, Late) and (one.source is not None or bool(one.parts)))
        if isinstance(other_node, Literal) and other in (None, "") and there:
            return False
    return None


def _operand(value: Any) -> Any:
    found = number(value, None) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > _LARGEST:
        raise FailureError
    return found


def _number(compute: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    try:
        found = compute(left, right)
    except (ZeroDivisionError, OverflowError, ValueError):
        raise FailureError from None
    if isinstance(found, float) and found.is_integer() and abs(found) < 1e15:
        return int(found)
    return found


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
