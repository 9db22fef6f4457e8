"""Finds what writes a kind of result: the file named after the result's class, imported when it is first needed."""

from __future__ import annotations

import importlib
import re
from typing import TypeVar

from blastradius.model import Value
from blastradius.registry import Registry

T = TypeVar("T")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def entry(registry: Registry[T], package: str, result: Value) -> T:
    """The entry for a result: `BlastRadius` is entered by `<package>/blast_radius.py`.

    Only that file is imported, for the others would be a tenth of a small run.

    Args:
        registry: where the file enters it, under the name of the result's class.
        package: name of the package that holds the file.
        result: what is to be written.
    """
    name = type(result).__name__
    if name not in registry:
        importlib.import_module(f"{package}.{_CAPITAL.sub('_', name).lower()}")
    return registry[name]
