"""A resource of a stack with its properties resolved, and the values below their paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from blastradius.documents import line_of
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.stacks import Stack
from blastradius.scanners.cloudformation.template import Resource


@dataclass(frozen=True, slots=True)
class Item:
    """A resource of a stack.

    Attributes:
        stack: that it is part of.
        resource: as it is written.
        properties: resolved.
        id: of the component that it becomes.
    """

    stack: Stack
    resource: Resource
    properties: Any
    id: str

    def get(self, *path: str) -> Any:
        """A property, resolved."""
        return v.get(self.properties, *path)

    def text(self, *path: str) -> str | None:
        """A property that is a known text."""
        return v.text(self.get(*path))

    def place(self, *path: str) -> str:
        """`path:line` of a property, else of what is nearest above it."""
        here: Any = self.properties
        line = self.resource.line
        for key in path:
            line = line_of(here, key) or line
            here = v.get(here, key)
        return f"{self.resource.path}:{line}"


def deep(value: Any, path: str) -> list[Any]:
    """All values below a dotted path; lists are entered."""
    here = [value]
    for key in path.split("."):
        found: list[Any] = []
        for one in here:
            for item in v.items(one):
                inner = v.get(item, key) if isinstance(item, dict) else None
                found.extend(v.items(inner))
        here = found
    return here


def lines(value: Any, path: str, line: int) -> list[tuple[Any, int]]:
    """All values below a dotted path with their lines."""
    here = [(value, line)]
    for key in path.split("."):
        found: list[tuple[Any, int]] = []
        for one, at in here:
            for item in v.dicts(one):
                if key in item:
                    place = line_of(item, key) or at
                    inner = item[key]
                    marks = getattr(inner, "lines", None) if isinstance(inner, list) else None
                    if isinstance(inner, list):
                        found.extend((x, marks[n] if marks and n < len(marks) else place) for n, x in enumerate(inner))
                    else:
                        found.append((inner, place))
        here = found
    return here


def texts(value: Any) -> list[str]:
    """Texts that a value can be, unknown parts as `${name}`."""
    if isinstance(value, dict | list):
        return []
    if isinstance(value, v.Either):
        return [text for one in value.options for text in texts(one)]
    shown = v.shown(value)
    return [shown] if shown else []


def store_arn(one: v.Stored, stack: Stack) -> str:
    """ARN of a parameter or secret; what is not known of its place is left empty."""
    if one.name.startswith("arn:"):
        return one.name
    kind = f"parameter/{one.name.lstrip('/')}" if one.service == "ssm" else f"secret:{one.name}"
    return f"arn:aws:{one.service}:{stack.region or ''}:{stack.account or ''}:{kind}"
