"""TOML as plain tables, and what is safe to take from values of any shape."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from blastradius.errors import InputError
from blastradius.marks import split_lines


def load_toml(path: str, text: str) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        InputError: `path:line: broken TOML`.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        last = len(split_lines(text)) or 1
        raise InputError(f"{path}:{line[1] if line else last}: broken TOML") from None


def table(value: Any, *path: str) -> dict[str, Any]:
    """The table at a path of keys; an empty one where there is none."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> Iterator[str]:
    """The texts of a list."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))
