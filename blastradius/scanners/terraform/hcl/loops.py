"""`for` expressions and directives; over an unsettled collection their body is read once, for what it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.scanners.terraform.hcl import syntax as s
from blastradius.scanners.terraform.hcl.operators import truth
from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.values import (
    MAX_ITEMS,
    FailureError,
    Json,
    Late,
    OpenDict,
    OpenList,
    View,
    as_text,
    joined,
    late,
    rest_of,
    undecided,
)

if TYPE_CHECKING:
    from blastradius.scanners.terraform.hcl.evaluating import Evaluator


def each_of(over: Any) -> list[tuple[Any, Any]] | None:
    """Keys and values of a collection; None where it is unsettled."""
    if isinstance(over, dict):
        return list(over.items())
    if isinstance(over, list):
        return list(enumerate(over))
    if over is None or not isinstance(over, Late | View | Json):
        raise FailureError
    return None


def loop(evaluator: Evaluator, node: s.For) -> Any:
    """A `for` expression."""
    shown = s.show(node)
    over = peeked(evaluator.value(node.over))
    pairs = each_of(over)
    if pairs is None:
        inner = evaluator.within({node.value: over} | ({node.key: Late(node.key)} if node.key else {}))
        return late(shown, over, inner.value(node.body))
    named: dict[str, Any] = {}
    items: list[Any] = []
    rest: list[Any] = [over.rest] if isinstance(over, OpenDict | OpenList) else []
    for key, value in pairs[:MAX_ITEMS]:
        if evaluator.budget.steps < 0:
            return late(shown, over)
        inner = evaluator.within({node.value: value} | ({node.key: key} if node.key else {}))
        test = True if node.test is None else truth(peeked(inner.value(node.test)))
        if test is False:
            continue
        body = inner.value(node.body)
        name = as_text(peeked(inner.value(node.name))) if node.name else ""
        if test is None and node.test is not None and name is not None:
            rest.append(undecided(shown, [[body] if node.name is None else {name: body}], inner.value(node.test)))
        elif test is None or name is None:
            rest.append(body)
        elif node.name is None:
            items.append(body)
        elif node.grouped:
            named.setdefault(name, []).append(body)
        else:
            named[name] = body
    if node.name is None:
        return OpenList(items, rest_of(shown, rest)) if rest else items
    return OpenDict(named, rest_of(shown, rest)) if rest else named


def text_loop(evaluator: Evaluator, node: s.TemplateFor) -> Any:
    """`%{ for … }`."""
    over = evaluator.value(node.over)
    pairs = each_of(over)
    if pairs is None:
        inner = evaluator.within({node.value: over} | ({node.key: Late(node.key)} if node.key else {}))
        return late(s.show(node.over), over, inner.value(node.body))
    made = [
        evaluator.within({node.value: value} | ({node.key: key} if node.key else {})).value(node.body)
        for key, value in pairs[:MAX_ITEMS]
    ]
    return joined(s.show(node.over), made)
