"""Lines of other files: what a template takes in from beside it is cited where it stands.

A line number above `SPAN` says a file and a line of it, so that all that reads a template goes on as if it were whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from blastradius.documents import MarkedDict, MarkedList
from blastradius.model import Fact

SPAN = 10_000_000
_LOCATOR = re.compile(r"^(.*):(\d{8,})$", re.S)


class Elsewhere:
    """The files from which others take something in."""

    def __init__(self) -> None:
        self._paths: list[str] = []
        self._held: dict[str, Any] = {}

    def marked(self, path: str, value: Any) -> Any:
        """A copy of what a file holds, with lines that say which file it is.

        Args:
            path: of the file.
            value: what it holds.
        """
        if path not in self._held:
            self._paths.append(path)
            self._held[path] = _moved(value, len(self._paths) * SPAN, {})
        return self._held[path]

    def place(self, locator: str) -> str:
        """`path:line` of the file in which a line stands."""
        match = _LOCATOR.match(locator)
        number, line = divmod(int(match[2]), SPAN) if match and len(match[2]) < 18 else (0, 0)
        return f"{self._paths[number - 1]}:{line}" if 0 < number <= len(self._paths) else locator

    def told(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Facts whose evidence names the files in which it stands."""
        for fact in facts:
            found = getattr(fact, "evidence", ())
            if self._paths and any(_LOCATOR.match(one.locator) for one in found):
                moved = tuple(one.model_copy(update={"locator": self.place(one.locator)}) for one in found)
                fact = fact.model_copy(update={"evidence": tuple(dict.fromkeys(moved))})
            yield fact


def _moved(value: Any, by: int, done: dict[int, Any]) -> Any:
    """A copy with all lines moved on; what stands in several places is copied once."""
    if not isinstance(value, dict | list):
        return value
    if id(value) in done:
        return done[id(value)]
    if isinstance(value, dict):
        into = MarkedDict(getattr(value, "line", 1) + by, getattr(value, "tag", None))
        done[id(value)] = into
        into.update((key, _moved(one, by, done)) for key, one in value.items())
        into.lines = {key: getattr(value, "lines", {}).get(key, getattr(value, "line", 1)) + by for key in value}
        return into
    items = MarkedList(getattr(value, "line", 1) + by, getattr(value, "tag", None))
    done[id(value)] = items
    items.extend(_moved(one, by, done) for one in value)
    marks = getattr(value, "lines", None) or [getattr(value, "line", 1)] * len(value)
    items.lines = [line + by for line in marks]
    return items
