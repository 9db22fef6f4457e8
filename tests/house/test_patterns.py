"""No regular expression of the program can be kept busy: each is held against texts made from its own parts.

Expressions are found, not listed: those that modules hold, also in tuples and mappings, and those that stand in calls.
For each part that repeats, a text is made of what leads to it, the part many times over, and an end that does not fit.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op  # the parser of the standard library tells what an expression is made of
from re import _parser as parser

import pytest

import blastradius

LENGTH = 2_000
SECONDS = 20
"""A guard against hanging: what takes longer of the processor's time for one expression has been made to try everything."""
PARTS = 8
UNITS = (
    " ",
    "a",
    "1",
    "_",
    ".",
    ":",
    "/",
    "=",
    "@",
    "[",
    "'",
    '"',
    ",",
    ";",
    "${",
    "a.",
    "a ",
    "a:",
    "a=",
    "- ",
    "://",
    "\n",
    "{{",
    "*a",
)
_CATEGORIES = {
    op.CATEGORY_DIGIT: "1", op.CATEGORY_NOT_DIGIT: "a", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_WORD: "a", op.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
Expression = tuple[str, str | bytes, int]


def expressions() -> list[Expression]:
    """All of them: where, pattern, flags."""
    found: dict[tuple[str | bytes, int], str] = {}
    for module in pkgutil.walk_packages(blastradius.__path__, "blastradius."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            for one in _held(value, 0):
                found.setdefault((one.pattern, one.flags), f"{module.name}.{name}")
        for pattern in _called(Path(loaded.__file__)):
            found.setdefault((pattern, re.compile(pattern).flags), module.name)
    return sorted(((where, *key) for key, where in found.items()), key=repr)


def _held(value: object, depth: int) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict | tuple | list | frozenset | set) and depth < 4:
        for one in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _held(one, depth + 1)


def _called(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr != "escape"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value


def texts(pattern: str | bytes, flags: int) -> set[str]:
    """Texts that may keep an expression busy."""
    parsed = parser.parse(pattern, flags & ~(re.UNICODE if isinstance(pattern, bytes) else 0))
    found = {unit * (LENGTH // len(unit)) + end for unit in UNITS for end in ("", "!")}
    for before, bodies in _repeats(list(parsed), ""):
        for body in bodies:
            if body:
                found |= {before + body * (LENGTH // len(body)) + end for end in ("", "\0", "!", "a", " ")}
    return found


def _repeats(nodes: list, before: str) -> Iterator[tuple[str, list[str]]]:
    """Parts that may repeat: what leads to each, and what it can be made of."""
    for code, value in nodes:
        if code in _REPEATS:
            _, high, inner = value
            if high is op.MAXREPEAT or high > 20:
                yield before, _bodies(list(inner))
            yield from _repeats(list(inner), before)
        elif code is op.BRANCH:
            for inner in value[1]:
                yield from _repeats(list(inner), before)
        elif code in (op.SUBPATTERN, op.ATOMIC_GROUP, op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(list(value if code is op.ATOMIC_GROUP else value[-1]), before)
        before += _sample([(code, value)])


def _bodies(nodes: list) -> list[str]:
    """Some texts that a part matches: one for each alternative."""
    found = [_sample(nodes)]
    for code, value in nodes:
        if code is op.BRANCH:
            found += [_sample(list(inner)) for inner in value[1]]
        elif code is op.SUBPATTERN:
            found += _bodies(list(value[-1]))
        elif code is op.IN:
            found += [_member([one]) for one in value if one[0] is not op.NEGATE]
    return list(dict.fromkeys(found))


def _sample(nodes: list) -> str:
    text = ""
    for code, value in nodes:
        if code is op.LITERAL:
            text += chr(value)
        elif code is op.NOT_LITERAL:
            text += "a" if value != ord("a") else "b"
        elif code is op.ANY:
            text += "a"
        elif code is op.IN:
            text += _member(value)
        elif code is op.BRANCH:
            text += _sample(list(value[1][0]))
        elif code is op.SUBPATTERN:
            text += _sample(list(value[-1]))
        elif code is op.ATOMIC_GROUP:
            text += _sample(list(value))
        elif code in _REPEATS:
            text += _sample(list(value[2])) * max(1, min(value[0], 50))
    return text


def _member(items: list) -> str:
    negated = items[0][0] is op.NEGATE
    for candidate in "a1 .-_:/=@,;'\"()[]{}$Z\n#~":
        if any(_fits(one, candidate) for one in items) != negated:
            return candidate
    code, value = items[-1]
    return chr(value if code is op.LITERAL else value[0]) if code in (op.LITERAL, op.RANGE) else "a"


def _fits(item: tuple, candidate: str) -> bool:
    code, value = item
    if code is op.LITERAL:
        return ord(candidate) == value
    if code is op.RANGE:
        return value[0] <= ord(candidate) <= value[1]
    return code is op.CATEGORY and _CATEGORIES.get(value) == candidate


def test_expressions_are_found():
    found = {pattern for _, pattern, _ in expressions()}
    assert len(found) > 100
    assert r"^(.*?):(\d+): (.*)$" in found


def test_a_bad_expression_would_be_found():
    assert any("a" * 100 in text and text[-1] == "!" for text in texts(r"x(?:a+)+b", 0))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_expression_can_be_kept_busy(part):
    done = subprocess.run(
        [sys.executable, __file__, str(part)], capture_output=True, text=True, timeout=600, check=False
    )  # a guard against hanging
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"


def _main(part: int) -> int:
    import signal

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, stop)
    slow = []
    for where, pattern, flags in expressions()[part::PARTS]:
        one = re.compile(pattern, flags)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            for text in texts(pattern, flags):
                subject = text if isinstance(pattern, str) else text.encode("latin-1", "replace")
                one.search(subject), one.match(subject), one.fullmatch(subject)
        except TimeoutError:
            slow.append(f"{where}: {pattern!r} on {text[:60]!r}…")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print("\n".join(slow))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(_main(int(sys.argv[1])))
