"""Expressions evaluated as far as the files allow: a value where it is known, what it comes from where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from blastradius.scanners.terraform.hcl import syntax as s
from blastradius.scanners.terraform.hcl.collections import STRUCTURAL
from blastradius.scanners.terraform.hcl.functions import FUNCTIONS
from blastradius.scanners.terraform.hcl.loops import loop, text_loop
from blastradius.scanners.terraform.hcl.operators import operate, truth
from blastradius.scanners.terraform.hcl.stepping import index, peeked, splat, step
from blastradius.scanners.terraform.hcl.values import (
    MAX_TEXT,
    Computed,
    FailureError,
    Json,
    Late,
    NotComputedError,
    OpenDict,
    OpenList,
    as_text,
    dumped,
    fits,
    joined,
    late,
    settled,
    undecided,
)

MAX_EVALUATION = 90
"""Levels of evaluation above which a value is unsettled; a chain of variables through modules uses some ten."""


class Names(Protocol):
    """Who knows what the first word of a reference means, and can read files."""

    def named(self, evaluator: Evaluator, node: s.Name | s.Attribute, rest: int) -> Any:
        """Value of `var.x`, `local.x`, `aws_x.y` … ; FailureError where there is none."""

    def call(self, evaluator: Evaluator, name: str, arguments: list[Any], shown: str) -> Any:
        """Result of a function that reads files; None where it is none."""


@dataclass(slots=True)
class Budget:
    """How much one root may still ask for.

    Attributes:
        steps: evaluations left.
        depth: levels in use.
        exhausted: whether anything was left unsettled because of it.
    """

    steps: int = 500_000
    depth: int = 0
    exhausted: bool = False


@dataclass(slots=True)
class Evaluator:
    """Evaluates in one place: a module with the values that `each`, `count`, `for` and `dynamic` give there.

    Attributes:
        names: who knows the names of the module; none within a template file.
        budget: of the root.
        own: names that only this place knows.
        trying: whether a failure is looked for, by `try` or `can`.
    """

    names: Names | None
    budget: Budget
    own: dict[str, Any] = field(default_factory=dict)
    trying: bool = False

    def within(self, own: dict[str, Any]) -> Evaluator:
        """The same place with more names."""
        return Evaluator(self.names, self.budget, {**self.own, **own}, self.trying)

    def value(self, node: s.Node) -> Any:
        """Value of an expression.

        Raises:
            FailureError: when Terraform refuses it, and that is looked for.
        """
        budget = self.budget
        budget.steps -= 1
        if budget.steps < 0 or budget.depth >= MAX_EVALUATION:
            budget.exhausted = True
            return Late(s.show(node))
        budget.depth += 1
        try:
            return _DISPATCH[type(node)](self, node)
        except FailureError as failure:
            if self.trying:
                raise
            return failure.args[0] if failure.args else Late(s.show(node))
        finally:
            budget.depth -= 1

    def literal(self, node: s.Literal) -> Any:
        """A literal."""
        return node.value

    def name(self, node: s.Name) -> Any:
        """A name alone."""
        if node.name in self.own:
            return self.own[node.name]
        if self.names is None:
            return Late(node.name)
        return self.names.named(self, node, 0)

    def attribute(self, node: s.Attribute) -> Any:
        """`of.name`; a run of steps is walked without recursion."""
        steps: list[s.Attribute] = []
        base: s.Node = node
        while isinstance(base, s.Attribute):
            steps.append(base)
            base = base.of
        steps.reverse()
        if isinstance(base, s.Name) and base.name not in self.own and self.names is not None:
            used = 2 if base.name in ("data", "ephemeral") and len(steps) > 1 else 1
            value = self.names.named(self, steps[used - 1], used)
        else:
            used, value = 0, self.value(base)
        for one in steps[used:]:
            value = step(value, one.name, one)
        return value

    def index(self, node: s.Index) -> Any:
        """`of[key]`."""
        return index(self.value(node.of), peeked(self.value(node.key)), node)

    def splat(self, node: s.Splat) -> Any:
        """`of[*].name`."""
        steps = [one if isinstance(one, str) else self.value(one) for one in node.steps]
        return splat(self.value(node.of), steps, node)

    def items(self, node: s.Items) -> Any:
        """`[a, b]`."""
        return _bounded([self.value(item) for item in node.items], "[…]")

    def object(self, node: s.Object) -> Any:
        """`{a = b}`."""
        found: dict[str, Any] = {}
        rest: list[Any] = []
        for key_node, value_node in node.items:
            key = as_text(peeked(self.value(key_node)))
            value = self.value(value_node)
            if key is None:
                rest.extend((self.value(key_node), value))
            else:
                found[key] = value
        return _bounded(OpenDict(found, late(s.show(node), *rest)) if rest else found, "{…}")

    def template(self, node: s.Template) -> Any:
        """A text with expressions in it."""
        shown = s.show(node)
        return _bounded(joined(shown, [self.value(part) for part in node.parts]), shown)

    def choice(self, node: s.Choice) -> Any:
        """`test ? yes : no`; unsettled, it comes from both."""
        by = self.value(node.test)
        test = truth(peeked(by))
        if test is not None:
            return self.value(node.yes if test else node.no)
        return undecided(s.show(node), list(self._both(node)), by)

    def _both(self, node: s.Choice) -> Iterator[Any]:
        for side in (node.yes, node.no):
            try:
                yield self.value(side)
            except FailureError:
                continue

    def operation(self, node: s.Operation) -> Any:
        """`left operator right`."""
        return operate(self, node)

    def call(self, node: s.Call) -> Any:
        """A function."""
        if node.name == "try":
            return self._try(node)
        shown = s.show(node)
        if node.name == "can":
            return self._can(node, shown)
        arguments = [self.value(argument) for argument in node.arguments]
        if node.spread:
            last = arguments.pop()
            if isinstance(last, OpenList) and node.name in ("merge", "concat", "setunion"):
                arguments.extend((*last, last.rest))
            elif isinstance(last, list) and not isinstance(last, OpenList):
                arguments.extend(last)
            elif isinstance(last, Late) and node.name in ("merge", "concat", "setunion"):
                arguments.append(last)
            else:
                return late(shown, *arguments, last)
        return self._applied(node.name, arguments, shown)

    def _applied(self, name: str, arguments: list[Any], shown: str) -> Any:
        try:
            if name in STRUCTURAL:
                return _bounded(STRUCTURAL[name](shown, arguments), shown)
            function = FUNCTIONS.get(name)
            if function is not None:
                if not settled(arguments):
                    return chosen(shown, arguments, function)
                return _bounded(function(*(_undone(one) for one in arguments)), shown)
            if self.names is not None:
                found = self.names.call(self, name, arguments, shown)
                if found is not None:
                    return found
        except (TypeError, ValueError, IndexError, KeyError, OverflowError, AttributeError):
            raise FailureError from None  # arguments that the function does not take
        except NotComputedError:
            pass
        return late(shown, *arguments)

    def _try(self, node: s.Call) -> Any:
        inner = Evaluator(self.names, self.budget, self.own, True)
        doubtful: list[Any] = []
        for argument in node.arguments:
            try:
                value = inner.value(argument)
            except FailureError:
                continue
            doubtful.append(value)
            # an attribute of a resource that is there does not fail; other unsettled values might
            if not isinstance(value, Late) or value.source is not None or value.parts:
                break
        if not doubtful:
            raise FailureError
        return doubtful[0] if len(doubtful) == 1 else undecided(s.show(node), doubtful, *doubtful)

    def _can(self, node: s.Call, shown: str) -> Any:
        try:
            value = Evaluator(self.names, self.budget, self.own, True).value(node.arguments[0])
        except (FailureError, IndexError):
            return False
        return True if settled(value) else late(shown, value)


def chosen(shown: str, arguments: list[Any], function: Callable[..., Any]) -> Any:
    """Result of a function of unsettled values: one for each of the values that one of them may be."""
    open_ones = [at for at, one in enumerate(arguments) if isinstance(one, Late) and one.choices]
    if len(open_ones) != 1:
        return computed(shown, arguments, function)
    (at,) = open_ones
    found: list[Any] = []
    for choice in arguments[at].choices:
        try:
            found.append(computed(shown, [*arguments[:at], choice, *arguments[at + 1 :]], function))
        except (
            FailureError,
            NotComputedError,
            TypeError,
            ValueError,
            IndexError,
            KeyError,
            OverflowError,
            AttributeError,
        ):
            found.append(late(shown, arguments[at]))
    return undecided(shown, found, arguments[at])


def computed(shown: str, arguments: list[Any], function: Callable[..., Any]) -> Any:
    """Result of a function of unsettled values: texts keep what they come from, other results stand for themselves."""
    known = [peeked(argument) for argument in arguments]
    whole = late(shown, *arguments)
    if not settled(known):
        return whole
    found = _bounded(function(*(_undone(one) for one in known)), shown)
    if not isinstance(found, str) or not whole.refs:
        return found
    return Late(shown, whole.refs, (), whole.missing, Computed([], lambda _: found))


def _undone(value: Any) -> Any:
    return dumped(value.value) if isinstance(value, Json) else value


def _bounded(value: Any, shown: str) -> Any:
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else Late(shown)
    if isinstance(value, list | dict | Json | Late) and not fits(value):
        return late(shown)
    return value


_DISPATCH: dict[type[s.Node], Callable[[Evaluator, Any], Any]] = {
    s.Literal: Evaluator.literal,
    s.Name: Evaluator.name,
    s.Attribute: Evaluator.attribute,
    s.Index: Evaluator.index,
    s.Splat: Evaluator.splat,
    s.Items: Evaluator.items,
    s.Object: Evaluator.object,
    s.Template: Evaluator.template,
    s.Choice: Evaluator.choice,
    s.Operation: Evaluator.operation,
    s.For: lambda evaluator, node: _bounded(loop(evaluator, node), "[for …]"),
    s.TemplateFor: text_loop,
    s.Call: Evaluator.call,
}
