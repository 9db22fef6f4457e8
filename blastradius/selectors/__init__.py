"""Selectors: how a person names components, such as `region:us-east-1` or `platform:*@us-east-1`."""

from blastradius.selectors.index import ComponentIndex, select
from blastradius.selectors.nearest import nearest, require
from blastradius.selectors.syntax import KINDS, MAX_LENGTH, Selector, glob_test, last_part, parse

__all__ = [
    "KINDS", "MAX_LENGTH", "ComponentIndex", "Selector", "glob_test", "last_part", "nearest", "parse", "require", "select",
]  # fmt: skip
