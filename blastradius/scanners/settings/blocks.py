"""What a block of settings says of all that stands in it: that it is switched off, or that it is only read from."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from blastradius.scanners.flatten import Entry
from blastradius.scanners.naming import words

_ON = frozenset({"true", "yes", "on", "1"})
_OFF = frozenset({"false", "no", "off", "0"})
#: Words that are a program's own name: what they switch is not a part of it.
_WHOLE = frozenset({
    "app", "application", "server", "service", "services", "api", "main", "web", "spring", "config", "settings", "feature",
    "features", "default", "production", "global", "common", "debug", "log", "logging",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """What is said of a block.

    Attributes:
        begins: words with which keys of the block begin.
        is_off: whether it is switched off.
        reason: why what stands in it is not needed for everything.
        line: line on which that is said.
    """

    begins: tuple[str, ...]
    is_off: bool
    reason: str
    line: int


class Blocks:
    """The blocks of one file of which something is said.

    Args:
        path: of the file.
        entries: its settings, `true` and `false` among them.
    """

    def __init__(self, path: str, entries: Iterable[Entry]) -> None:
        said: dict[tuple[str, ...], list[tuple[bool, Entry]]] = defaultdict(list)
        self._blocks: list[Block] = []
        rails = posixpath.basename(path).lower() in ("database.yml", "database.yaml")
        for entry in entries:
            value = entry.value.strip().lower()
            if value not in _ON | _OFF:
                continue
            switched = _switch(entry.key, value in _ON)
            if switched is not None:
                said[switched[0]].append((switched[1], entry))
            elif rails and value in _ON and entry.key.endswith(".replica"):
                reason = "replica: true: only reads go there, and what is written goes to the primary"
                self._blocks.append(Block(words(entry.key)[:-1], False, reason, entry.line))
        for begins, ones in said.items():
            # of a list, items may differ, and nothing here tells them apart
            if not any(on for on, _ in ones):
                entry = ones[0][1]
                shown = entry.key if len(entry.key) < 100 else "a setting"
                reason = (
                    f"{shown} is {entry.value.strip()[:5]}: it is switched off, and called only where that is changed"
                )
                self._blocks.append(Block(begins, True, reason, entry.line))

    def around(self, key: str) -> Block | None:
        """The block that a setting stands in, if anything is said of one."""
        said = words(key)
        return next((one for one in self._blocks if said[: len(one.begins)] == one.begins), None)

    def reason(self, key: str) -> str:
        """Why what a setting names is not needed to serve; empty where nothing says so."""
        block = self.around(key)
        return block.reason if block else ""


def _switch(key: str, on: bool) -> tuple[tuple[str, ...], bool] | None:
    """What a key switches, by the words with which keys of that begin, and whether it is on: `geo.enabled`, `ENABLE_GEO`."""
    said = words(key)
    if said[-1:] in (("enabled",), ("enable",), ("disabled",), ("disable",)):
        verb, begins = said[-1], said[:-1]
    elif said[:1] in (("enable",), ("disable",)):
        verb, begins = said[0], said[1:]
    else:
        return None
    begins = begins[:-1] if begins[-1:] == ("is",) else begins
    if not begins or (len(begins) == 1 and begins[0] in _WHOLE):
        return None
    return begins, on is verb.startswith("enable")
