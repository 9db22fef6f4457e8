"""Values of the expressions of a fault tree: of a distribution over time at the mission time, of an uncertain figure its mean.

S. Epstein, A. Rauzy, *Open-PSA Model Exchange Format*, version 2.0d, part V (stochastic layer).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from blastradius.analysis.faulttree.scopes import NOTES, Definition, Scopes, refuse, the_one
from blastradius.complaints import shorten
from blastradius.xml import Element

HOURS = 8760.0
"""Mission time where nobody says otherwise: a year, as SCRAM has it."""
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INT = re.compile(r"[+-]?\d{1,300}", re.ASCII)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_MOST_TESTS = 1_000_000


class Expressions:
    """Evaluates expressions; each parameter once.

    Args:
        parameters: what is defined.
        mission_time: hours.
    """

    def __init__(self, parameters: Scopes, mission_time: float) -> None:
        self.parameters, self.mission_time = parameters, mission_time
        self._known: dict[str, float] = {}

    def value(self, element: Element, home: Definition) -> float:
        """The value of an expression.

        Args:
            element: the expression.
            home: the definition in which it stands.

        Raises:
            InputError: when it has none.
        """
        self._settle(element, home)
        return self._value(element, home)

    def _settle(self, element: Element, home: Definition) -> None:
        """Have the value of every parameter that an expression asks for, through others as well, however many."""
        stack: list[tuple[Definition | None, list[Definition]]] = [(None, self._asked(element, home))]
        inside: dict[str, None] = {}
        while stack:
            own, left = stack[-1]
            if left:
                one = left.pop()
                if one.label in inside:
                    refuse(one.file, one.element, f"parameter {shorten(one.label)!r} is defined by itself")
                if one.label not in self._known:
                    inside[one.label] = None
                    stack.append((one, self._asked(the_one(one), one)))
                continue
            stack.pop()
            if own is not None:
                del inside[own.label]
                self._known[own.label] = self._value(the_one(own), own)

    def _asked(self, element: Element, home: Definition) -> list[Definition]:
        return [self.parameters.resolve(one, home, "parameter") for one in element.walk() if one.name == "parameter"]

    def _value(self, element: Element, home: Definition) -> float:
        kind = element.name
        if kind in ("float", "int", "bool"):
            return number(element, home.file)
        if kind == "system-mission-time":
            return self.mission_time
        if kind == "parameter":
            return self._known[self.parameters.resolve(element, home, kind).label]
        children = [child for child in element.children if child.name not in NOTES]
        if kind == "switch":
            return self._switch(element, children, home)
        if kind == "histogram":
            return self._histogram(element, children, home)
        if kind not in _VALUES:
            refuse(home.file, element, f"<{shorten(kind)}> is no expression that is read")
        least, most, of = _VALUES[kind]
        if not least <= len(children) <= most or (kind == "periodic-test" and len(children) not in (4, 5, 11)):
            refuse(home.file, element, f"<{kind}> of {len(children)} arguments: it takes {_count(kind, least, most)}")
        parts = [self._value(child, home) for child in children]
        try:
            found = float(of(parts))
        except (ValueError, ZeroDivisionError, OverflowError, TypeError) as error:
            # an error of our own says what the rule is; one of the mathematics says nothing that helps
            said = str(error) if isinstance(error, _RuleError) else "of these arguments has no value"
            refuse(home.file, element, f"<{kind}> {said}")
        if not math.isfinite(found):
            refuse(home.file, element, f"<{kind}> has no finite value")
        return found

    def _switch(self, element: Element, children: Sequence[Element], home: Definition) -> float:
        *cases, otherwise = children or [element]
        if otherwise.name in ("switch", "case") or any(one.name != "case" or len(one.children) != 2 for one in cases):
            refuse(home.file, element, "<switch> takes cases of a condition and a value each, then the value otherwise")
        for case in cases:
            condition, then = case.children
            if self._value(condition, home):
                return self._value(then, home)
        return self._value(otherwise, home)

    def _histogram(self, element: Element, children: Sequence[Element], home: Definition) -> float:
        bins = children[1:]
        if not bins or any(one.name != "bin" or len(one.children) != 2 for one in bins):
            refuse(home.file, element, "<histogram> takes a lower bound, then bins of an upper bound and a weight each")
        below, total, weights = self._value(children[0], home), 0.0, 0.0
        for one in bins:
            above, weight = (self._value(child, home) for child in one.children)
            if above <= below or weight < 0:
                refuse(home.file, one, "<bin>: bounds must rise, and no weight be below zero")
            total, weights, below = total + weight * (below + above) / 2, weights + weight, above
        if weights <= 0:
            refuse(home.file, element, "<histogram> has no weight")
        return total / weights


def number(element: Element, file: str) -> float:
    """The value of a constant: a number as XML Schema writes it, or a truth."""
    text = element.attributes.get("value", "").strip()
    if element.name == "bool":
        return float(truth(element, file))
    if not (_INT if element.name == "int" else _FLOAT).fullmatch(text) or not math.isfinite(float(text)):
        refuse(file, element, f'<{element.name} value="{shorten(text)}"> is no number')
    return float(text)


def truth(element: Element, file: str) -> bool:
    """The value of a Boolean constant."""
    text = element.attributes.get("value", "").strip().lower()
    if text not in _TRUTHS:
        refuse(file, element, f'<{element.name} value="{shorten(text)}">: must be true or false')
    return _TRUTHS[text]


class _RuleError(ValueError):
    """An argument is out of its bounds; the text says of which."""


def _rule(holds: bool, said: str) -> None:
    if not holds:
        raise _RuleError(said)


def _count(kind: str, least: int, most: int) -> str:
    if kind == "periodic-test":
        return "4, 5 or 11"
    if least == most:
        return str(least)
    return f"{least} or more" if most == _ANY else f"{least} to {most}"


def _fails(rate: float, time: float) -> float:
    return -math.expm1(-rate * time)


def _exponential(parts: list[float]) -> float:
    rate, time = parts
    _rule(rate >= 0 and time >= 0, "takes a rate and a time that are not below zero")
    return _fails(rate, time)


def _glm(parts: list[float]) -> float:
    """Of what may fail on demand and be repaired: gamma, lambda, mu, t."""
    demand, fail, repair, time = parts
    _rule(0 <= demand <= 1 and fail >= 0 and repair >= 0 and time >= 0, "takes a probability, two rates and a time")
    both = fail + repair
    return demand if both == 0 else demand * math.exp(-both * time) + fail / both * _fails(both, time)


def _weibull(parts: list[float]) -> float:
    """Scale, shape, time of the first possible failure, t."""
    scale, shape, first, time = parts
    _rule(scale > 0 and shape > 0 and first >= 0 and time >= 0, "takes a scale and a shape above zero and two times")
    return 0.0 if time <= first else -math.expm1(-(((time - first) / scale) ** shape))


def _periodic(parts: list[float]) -> float:
    """Of what shows a failure only when it is tested."""
    if len(parts) == 4:
        fail, period, first, time = parts
        _rule(fail >= 0 and period > 0 and first >= 0 and time >= 0, "takes a rate, a period above zero and two times")
        # repaired at once: as good as new since the last test, which at its very instant is still to come
        return _fails(fail, time if time <= first else math.fmod(time - first, period) or period)
    if len(parts) == 5:
        fail, repair, period, first, time = parts
        return _tested(fail, fail, repair, period, first, 0.0, 0.0, True, 1.0, 0.0, time)
    fail, fail_tested, repair, period, first, demand, length, up, covered, badly, time = parts
    return _tested(fail, fail_tested, repair, period, first, demand, length, bool(up), covered, badly, time)


def _tested(
    fail: float,
    fail_tested: float,
    repair: float,
    period: float,
    first: float,
    demand: float,
    length: float,
    up: bool,
    covered: float,
    badly: float,
    time: float,
) -> float:
    """The multi-phase Markov graph of a periodic test: up, failed and not known to be, in repair.

    As SCRAM 0.16.2 has it where the format leaves it open: a repair goes on during tests, and what fails again after one, or is
    restarted badly, is not known before the next test.
    """
    _rule(min(fail, fail_tested, repair, first, time, length) >= 0, "takes rates and times that are not below zero")
    _rule(period > 0 and length <= period, "takes a period above zero and a test no longer than that")
    _rule(all(0 <= one <= 1 for one in (demand, covered, badly)), "takes probabilities from 0 to 1")
    _rule((time - first) / period <= _MOST_TESTS, f"of more than {_MOST_TESTS:,} tests is not read")
    working = math.exp(-fail * min(time, first))
    if time <= first:
        return _fails(fail, time)
    repairing, left = 0.0, time - first
    while True:
        working *= 1 - demand
        known = 1 - working - repairing
        took = min(left, length)
        back, repairing = _mended(repairing, fail, repair, badly, took)
        kept = working * math.exp(-fail_tested * took)
        if left <= length:
            return 1 - (kept + back if up else back)
        # what broke while it was tested, and what was broken before, is found as far as tests find anything
        repairing += covered * (known + working - kept)
        working, took = kept + back, min(left, period) - length
        back, repairing = _mended(repairing, fail, repair, badly, took)
        working = working * math.exp(-fail * took) + back
        if left < period:
            return 1 - working
        left -= period


def _mended(repairing: float, fail: float, repair: float, badly: float, time: float) -> tuple[float, float]:
    """What comes out of repair and still works after a time, and what is in repair still."""
    stays, works = math.exp(-repair * time), math.exp(-fail * time)
    near = abs(repair - fail) <= 1e-9 * max(repair, fail)
    good = repair * time * stays if near else repair * (works - stays) / (repair - fail)
    return repairing * good * (1 - badly), repairing * stays


def _uniform(parts: list[float]) -> float:
    _rule(parts[0] < parts[1], "takes a lower and an upper bound, in this order")
    return (parts[0] + parts[1]) / 2


def _normal(parts: list[float]) -> float:
    _rule(parts[1] > 0, "takes a mean and a deviation above zero")
    return parts[0]


def _lognormal(parts: list[float]) -> float:
    if len(parts) == 2:
        _rule(parts[1] > 0, "takes the mean and the deviation (above zero) of the logarithm")
        return math.exp(parts[0] + parts[1] ** 2 / 2)
    _rule(
        parts[0] > 0 and parts[1] > 1 and 0 < parts[2] < 1, "takes a mean, an error factor above 1 and a level below 1"
    )
    return parts[0]


def _gamma(parts: list[float]) -> float:
    _rule(min(parts) > 0, "takes a shape and a scale above zero")
    return parts[0] * parts[1]


def _beta(parts: list[float]) -> float:
    _rule(min(parts) > 0, "takes two shapes above zero")
    return parts[0] / (parts[0] + parts[1])


_ANY = 1 << 30
_VALUES: dict[str, tuple[int, int, Callable[[list[float]], float]]] = {
    "neg": (1, 1, lambda parts: -parts[0]),
    "add": (1, _ANY, math.fsum),
    "sub": (1, _ANY, lambda parts: parts[0] - math.fsum(parts[1:])),
    "mul": (1, _ANY, math.prod),
    "div": (1, _ANY, lambda parts: parts[0] / math.prod(parts[1:])),
    "pi": (0, 0, lambda _: math.pi),
    "abs": (1, 1, lambda parts: abs(parts[0])),
    "mod": (2, 2, lambda parts: math.fmod(*parts)),
    "pow": (2, 2, lambda parts: math.pow(*parts)),
    "min": (1, _ANY, min),
    "max": (1, _ANY, max),
    "mean": (1, _ANY, lambda parts: math.fsum(parts) / len(parts)),
    "not": (1, 1, lambda parts: not parts[0]),
    "and": (1, _ANY, all),
    "or": (1, _ANY, any),
    "eq": (2, 2, lambda parts: parts[0] == parts[1]),
    "df": (2, 2, lambda parts: parts[0] != parts[1]),
    "lt": (2, 2, lambda parts: parts[0] < parts[1]),
    "gt": (2, 2, lambda parts: parts[0] > parts[1]),
    "leq": (2, 2, lambda parts: parts[0] <= parts[1]),
    "geq": (2, 2, lambda parts: parts[0] >= parts[1]),
    "ite": (3, 3, lambda parts: parts[1] if parts[0] else parts[2]),
    "exponential": (2, 2, _exponential),
    "GLM": (4, 4, _glm),
    "Weibull": (4, 4, _weibull),
    "periodic-test": (4, 11, _periodic),
    "uniform-deviate": (2, 2, _uniform),
    "normal-deviate": (2, 2, _normal),
    "lognormal-deviate": (2, 3, _lognormal),
    "gamma-deviate": (2, 2, _gamma),
    "beta-deviate": (2, 2, _beta),
}
_ONE: tuple[Callable[[float], float], ...] = (
    math.acos, math.asin, math.atan, math.cos, math.cosh, math.exp, math.log, math.log10, math.sin, math.sinh, math.tan,
    math.tanh, math.sqrt, math.ceil, math.floor,
)  # fmt: skip
_VALUES |= {of.__name__: (1, 1, lambda parts, of=of: of(parts[0])) for of in _ONE}  # type: ignore[misc]
