"""Terraform's functions over settled arguments; one that is not here is unsettled, never guessed."""

from __future__ import annotations

import base64
import math
import posixpath
import re
from collections.abc import Callable
from typing import Any

from blastradius.scanners.terraform.hcl.computing import COMPUTING
from blastradius.scanners.terraform.hcl.types import number
from blastradius.scanners.terraform.hcl.values import MAX_ITEMS, MAX_TEXT, FailureError, NotComputedError, as_text

Function = Callable[..., Any]


def text(value: Any) -> str:
    """An argument that has to be a text."""
    found = as_text(value)
    if found is None:
        raise FailureError
    return found


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise FailureError


def _number(value: Any) -> Any:
    found = number(value, None) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise FailureError
    return found


def _integer(value: Any) -> int:
    return int(_number(value))


def _replace(whole: Any, old: Any, new: Any) -> Any:
    source, before, after = text(whole), text(old), text(new)
    if len(before) > 1 and before[0] == before[-1] == "/":
        pattern = _pattern(before[1:-1], source)
        try:
            return pattern.sub(re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", after.replace("\\", "\\\\")), source)
        except (re.error, IndexError):
            raise NotComputedError from None
    if source.count(before) * len(after) > MAX_TEXT:
        raise NotComputedError
    return source.replace(before, after)


_FLAGS = re.compile(r"\(\?([ims]{1,3})\)")
_RISKY = re.compile(r"\)[*+{?]|\\[1-9]|\(\?[^:P]|\[\[|--|&&|\|\||~~")


def _pattern(pattern: str, source: str) -> re.Pattern[str]:
    """A pattern that cannot take long: Terraform's own engine has no bad cases, Python's has."""
    flags = _FLAGS.match(pattern)
    plain = pattern[flags.end() :] if flags else pattern
    if _RISKY.search(plain) or len(re.findall(r"[*+{]", pattern)) > 2 or len(source) > 200 or len(pattern) > 200:
        raise NotComputedError
    try:
        return re.compile(pattern)  # flags before all else mean the same to both
    except (re.error, OverflowError, RecursionError):
        raise NotComputedError from None


def _regexall(pattern: Any, whole: Any) -> list[Any]:
    found = _pattern(text(pattern), text(whole)).findall(text(whole))
    return [list(one) if isinstance(one, tuple) else one for one in found]


def _regex(pattern: Any, whole: Any) -> Any:
    found = _pattern(text(pattern), text(whole)).search(text(whole))
    if found is None:
        raise FailureError
    if found.groupdict():
        return dict(found.groupdict())
    return list(found.groups()) if found.groups() else found.group()


def _range(*bounds: Any) -> list[Any]:
    numbers = [_integer(bound) for bound in bounds]
    if not 1 <= len(numbers) <= 3 or (len(numbers) == 3 and numbers[2] == 0):
        raise FailureError
    found = range(*numbers)
    if len(found) > MAX_ITEMS:
        raise NotComputedError
    return list(found)


def _substr(whole: Any, start: Any, length: Any) -> str:
    source, first, size = text(whole), _integer(start), _integer(length)
    first = max(len(source) + first, 0) if first < 0 else first
    return source[first:] if size < 0 else source[first : first + size]


def _sort(items: Any) -> list[str]:
    return sorted(text(item) for item in _list(items))


def _decoded(value: Any) -> str:
    try:
        return base64.b64decode(text(value), validate=True).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        raise NotComputedError from None


def _tobool(value: Any) -> Any:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    if value is None:
        return None
    raise FailureError


def _title(value: Any) -> str:
    return re.sub(r"(^|[^\w'])(\w)", lambda hit: hit[1] + hit[2].upper(), text(value))


def _minus(first: Any, *rest: Any) -> list[Any]:
    return [item for item in _list(first) if all(item not in _list(other) for other in rest)]


def _common(first: Any, *rest: Any) -> list[Any]:
    return [item for item in _list(first) if all(item in _list(other) for other in rest)]


def _sum(items: Any) -> Any:
    return sum(_number(item) for item in _list(items))


def _indent(spaces: Any, whole: Any) -> str:
    return text(whole).replace("\n", "\n" + " " * min(_integer(spaces), 100))


def _reverse(value: Any) -> list[Any]:
    return _list(value)[::-1]


FUNCTIONS: dict[str, Function] = {
    **COMPUTING,
    "abs": lambda a: abs(_number(a)),
    "abspath": lambda a: text(a),
    "base64decode": _decoded,
    "basename": lambda a: posixpath.basename(text(a).rstrip("/")),
    "ceil": lambda a: math.ceil(_number(a)),
    "chomp": lambda a: text(a).rstrip("\r\n"),
    "chunklist": lambda a, n: [_list(a)[i : i + _integer(n)] for i in range(0, len(_list(a)), max(_integer(n), 1))],
    "contains": lambda a, item: item in _list(a),
    "dirname": lambda a: posixpath.dirname(text(a)) or ".",
    "endswith": lambda a, b: text(a).endswith(text(b)),
    "floor": lambda a: math.floor(_number(a)),
    "indent": _indent,
    "index": lambda a, item: _list(a).index(item),
    "lower": lambda a: text(a).lower(),
    "max": lambda *a: max(_number(one) for one in a),
    "min": lambda *a: min(_number(one) for one in a),
    "parseint": lambda a, base: int(text(a)[:40], _integer(base)),
    "pathexpand": lambda a: text(a),
    "range": _range,
    "regex": _regex,
    "regexall": _regexall,
    "replace": _replace,
    "reverse": _reverse,
    "setintersection": _common,
    "setsubtract": _minus,
    "sort": _sort,
    "split": lambda by, a: text(a).split(text(by)) if text(by) else list(text(a)),
    "startswith": lambda a, b: text(a).startswith(text(b)),
    "strcontains": lambda a, b: text(b) in text(a),
    "strrev": lambda a: text(a)[::-1],
    "substr": _substr,
    "sum": _sum,
    "title": _title,
    "tobool": _tobool,
    "tonumber": lambda a: None if a is None else _number(a),
    "trim": lambda a, cut: text(a).strip(text(cut)),
    "trimprefix": lambda a, b: text(a).removeprefix(text(b)),
    "trimspace": lambda a: text(a).strip(),
    "trimsuffix": lambda a, b: text(a).removesuffix(text(b)),
    "upper": lambda a: text(a).upper(),
}
