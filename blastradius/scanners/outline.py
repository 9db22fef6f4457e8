"""Where a line of a script or pipeline stands: its job, stage or target, and what is said of that.

Lines are told apart by how far they are set in, which is what YAML and Makefiles go by; nothing is parsed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

_KEY = re.compile(r"[\"']?([A-Za-z_.][\w./ -]{0,100}?)[\"']?\s?:(?:\s|$)(.*)")
_TARGET = re.compile(r"([A-Za-z_][\w./-]{0,100})\s?:(?!=)")
_STAGE = re.compile(r"stage\s?\(\s?[\"']([^\"']{1,100})[\"']")
#: Keys below which a file speaks of all of its jobs.
_SHARED = frozenset({"variables", "default", "workflow", "include", "image", "env", "name", "on", "parameters", "definitions", "phases"})  # fmt: skip
#: Keys that only hold what is set for what they stand in.
_HOLDERS = frozenset({"env", "environment", "variables", "with", "matrix", "strategy", "parameters", "include", "parallel", "exclude"})  # fmt: skip
_DEEPEST = 60
Path = tuple[str, ...]


class Outline:
    """The lines of one file by what they stand in.

    Args:
        path: of the file.
        lines: numbers and texts.
    """

    def __init__(self, path: str, lines: Iterable[tuple[int, str]]) -> None:
        self._paths: dict[int, Path] = {}
        self._said: dict[tuple[Path, str], str] = {}
        name = posixpath.basename(path).lower()
        if name.endswith((".yml", ".yaml")):
            self._yaml(lines)
        else:
            self._plain(lines, _TARGET if name.endswith((".mk", "makefile", "justfile")) else _STAGE)

    def job(self, line: int) -> Path:
        """Path of the job that a line is part of; empty where it is part of none."""
        return _job(self._paths.get(line, ()))

    def whole(self, line: int) -> Path:
        """All keys and items that a line stands in, the outermost first."""
        return self._paths.get(line, ())

    def at(self, path: Path, key: str) -> str | None:
        """What is said at a key of a path; None where nothing is."""
        return self._said.get((path, key))

    def condition(self, line: int) -> str | None:
        """The `if:` of the step that a line is part of."""
        path = self._paths.get(line, ())
        for at in range(len(path), len(_job(path)), -1):
            if (path[:at], "if") in self._said:
                return self._said[path[:at], "if"]
        return None

    def step(self, line: int) -> Path:
        """Path of the innermost item or block that a line is part of, without what only holds settings."""
        path = self._paths.get(line, ())
        while path and (path[-1] in _HOLDERS or (path[-1][:1] == "-" and path[-2:-1] and path[-2] in _HOLDERS)):
            path = path[:-1]
        return path

    def alone(self, line: int) -> bool:
        """Whether the item that a line is part of says nothing else."""
        path = self._paths.get(line, ())
        return sum(one == path for one in self._paths.values()) == 1

    def said(self, line: int, *keys: str) -> str | None:
        """What is said at one of some keys of what a line stands in, the innermost first; None where nothing is."""
        path = self._paths.get(line, ())
        for at in range(len(path), -1, -1):
            for key in keys:
                found = self._said.get((path[:at], key)) or self._said.get(((*path[:at], key), "name"))
                if found:
                    return found
        return None

    def _yaml(self, lines: Iterable[tuple[int, str]]) -> None:
        above: list[tuple[int, str]] = []
        for number, line in lines:
            text = line.lstrip()
            if not text or text.startswith("#"):
                continue
            indent = len(line) - len(text)
            while above and above[-1][0] >= indent:
                above.pop()
            while text.startswith("- ") and len(above) < _DEEPEST:
                above.append((indent, f"-{number}"))
                indent += len(text) - len(text[2:].lstrip())
                text = text[2:].lstrip()
            path = tuple(key for _, key in above)
            self._paths[number] = path
            if (match := _KEY.match(text)) and len(above) < _DEEPEST:
                self._said.setdefault((path, match[1]), match[2].split(" #")[0].strip().strip("\"'"))
                above.append((indent, match[1]))

    def _plain(self, lines: Iterable[tuple[int, str]], shape: re.Pattern[str]) -> None:
        path: Path = ()
        for number, line in lines:
            match = shape.match(line) if shape is _TARGET else shape.search(line[:1_000])
            path = (match[1],) if match else path
            self._paths[number] = path


def _job(path: Path) -> Path:
    if path[:1] == ("workflows",) and len(path) > 4 and path[2] == "jobs":
        return ("jobs", path[4])  # CircleCI: what a workflow gives a job
    if "jobs" in path[:-1]:
        at = len(path) - 1 - path[::-1].index("jobs")
        at = at if at + 1 < len(path) else path.index("jobs")
        return path[: at + 2]
    if "step" in path:
        return path[: path.index("step") + 1]
    return path[:1] if path and path[0] not in _SHARED else ()
