"""What a script, Makefile or pipeline says of its variables where a line stands: read without running anything."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blastradius.marks import split_lines
from blastradius.scanners.flowing import laid_out
from blastradius.scanners.matrices import MOST, Matrix
from blastradius.scanners.outline import Outline

_NAMES = frozenset({"makefile", "gnumakefile", "jenkinsfile", "justfile", "buildspec.yml", "buildspec.yaml", ".gitlab-ci.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml"})  # fmt: skip
_ENDINGS = (".sh", ".bash", ".mk", ".zsh")
_ASSIGN = re.compile(
    r"^\s*(?:export\s+|set\s+|local\s+|readonly\s+)?([A-Za-z_]\w*)\s*(?:=|:=|\?=)\s*[\"']?([\w./-]*)[\"']?\s*(?:#.*)?$"
)
_SETTING = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*[\"']?([\w./-]+)[\"']?\s*(?:#.*)?$")
_LIST = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*\[([^\]]*)\]")
_LOOP = re.compile(r"(?:^\s*|^\s*-?\s*[\w-]+:\s+[\"'|]?|[;&(@]\s*)for\s+(\w+)\s+in\s+([^;]*?)\s*(?:;\s*do\b.*)?$")
_USE = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}|\$\{(\w+)\}|\$\((\w+)\)|\$(\w+)|<<\s*([\w.-]+)\s*>>")
_SAME = re.compile(
    r"^\s*(?:-\s+)?(?:export\s+|local\s+|readonly\s+)?([A-Za-z_][\w-]*)(?::\s+|\s*:?=\s*)([\"']?)([\w./$-]*(?:\$\{\{?[^{}]*\}\}?|\$\w+|<<[^<>]*>>)[\w./$-]*)\2\s*(?:#.*)?$"
)
_GIVEN = re.compile(r"^\s*-?\s*aws-region:\s*(.*)$")
_ARRAY = re.compile(
    r"^\s*(?:(?:declare|local|readonly|typeset|export)\s+)*(?:-\w+\s+)*([A-Za-z_]\w*)=\(([^()]*)\)\s*(?:#.*)?$"
)
_OPENS = re.compile(r"^\s*(?:(?:declare|local|readonly|typeset|export)\s+)*(?:-\w+\s+)*[A-Za-z_]\w*=\([^()]*$")
_EVERY = re.compile(r"\[[@*]\]")
_AXIS = re.compile(r"\bname\s+[\"'](\w+)[\"']")
_AXIS_VALUES = re.compile(r"\bvalues\s+([\"'][^{}]*?[\"'])\s*(?:[;}]|$)")
_ITEM = re.compile(r"^\s*-\s+[\"']?([\w./-]+)[\"']?\s*(?:#.*)?$")
_DEEPEST = 5
LONGEST_LINE = 4_000
"""Characters of a line that is looked at; a longer one is data."""
LINE = 1_000
"""What the keys of lines are apart: a line may be laid out as several."""


def is_script(path: str) -> bool:
    """Whether a file can hold commands that deploy."""
    name = posixpath.basename(path).lower()
    workflow = ".github/workflows/" in f"/{path}" and name.endswith((".yml", ".yaml"))
    circle = path.endswith((".circleci/config.yml", ".circleci/config.yaml"))
    return workflow or circle or name in _NAMES or name.startswith("buildspec") or name.endswith(_ENDINGS)


@dataclass(slots=True)
class Script:
    """What a script says: each variable's values by what they are set for, None where nobody knows."""

    path: str
    other: Callable[[str], Any] = lambda _: None
    outline: Outline = field(default_factory=lambda: Outline("", ()))
    values: dict[tuple[tuple[str, ...], str], list[str] | None] = field(default_factory=dict)
    steps: list[tuple[int, list[str] | None]] = field(default_factory=list)
    line: int = 0
    axis: str = ""
    matrices: dict[tuple[str, ...], Matrix] = field(default_factory=dict)
    same: dict[tuple[tuple[str, ...], str], str] = field(default_factory=dict)

    def choose(self, name: str, values: list[str]) -> None:
        """Take values of which any may be chosen when it runs, wherever in the file it is used."""
        before = self.values.get(((), name)) or []
        self.values[(), name] = list(dict.fromkeys([*before, *values]))

    def assign(self, name: str, values: list[str] | None) -> None:
        """Take a variable's values; one that is set twice differently for one thing is not known."""
        scope = self._scope()
        if "rules" in self.outline.whole(self.line):
            values = None  # GitLab: set only where a rule holds
        before = self.values.get((scope, name), values)
        if before != values and before and values and "workflows" in self.outline.whole(self.line):
            values = list(dict.fromkeys([*before, *values]))  # CircleCI: one job, run with several
            before = values
        self.values[scope, name] = values if before == values else None

    def alias(self, name: str, text: str) -> None:
        """Take a variable that is set to a text with others in it; one that is set twice is not known."""
        key = (self._scope(), name)
        if key in self.values or self.same.get(key, text) != text:
            self.values[key] = None
        else:
            self.same[key] = text

    def matrix(self, name: str, values: list[str]) -> None:
        """Take what a matrix says of a variable: an axis, or an entry of those that are added or left out."""
        whole = self.outline.whole(self.line)
        inner = [one for one in whole[len(whole) - whole[::-1].index("matrix") :] if one != "parameters"]
        matrix = self.matrices.setdefault(self.outline.job(self.line), Matrix())
        item = next((one for one in inner if one[:1] == "-"), "")
        if not inner or (inner[0] == name and item):
            into = matrix.axes
        elif "exclude" in inner or "include" in inner or inner[0] == item:
            into = (matrix.left if "exclude" in inner else matrix.added).setdefault(item, {})
        elif item:
            into = matrix.inner.setdefault(inner[0], {}).setdefault(item, {})
        else:
            into = matrix.added.setdefault(inner[0], {})  # Azure: each run by its name
        into.setdefault(name, []).extend(values)

    def _scope(self) -> tuple[str, ...]:
        job, step = self.outline.job(self.line), self.outline.step(self.line)
        conditional = "rules" in self.outline.whole(self.line)
        return step if len(step) > len(job) and step[: len(job)] == job and not conditional else job

    def known(self, name: str) -> list[str] | None:
        """Values of a variable where the file is read now, what is set nearest first; None where it is not set."""
        whole, job = self.outline.whole(self.line), self.outline.job(self.line)
        for at in range(len(whole), len(job), -1):
            if (whole[:at], name) in self.values:
                return self.values[whole[:at], name] or []
        if runs := [run[name] for run in self._runs() if name in run]:
            return list(dict.fromkeys(runs))
        for scope in (job, ()):
            if (scope, name) in self.values:
                return self.values[scope, name] or []
        return None

    def _runs(self) -> list[dict[str, str]]:
        matrix = self.matrices.get(self.outline.job(self.line))
        return matrix.runs() if matrix else []

    def _alias(self, name: str) -> str | None:
        whole, job = self.outline.whole(self.line), self.outline.job(self.line)
        for scope in (*(whole[:at] for at in range(len(whole), len(job), -1)), job, ()):
            if (scope, name) in self.values:
                return None
            if (scope, name) in self.same:
                return self.same[scope, name]
        return None

    def readings(self, *texts: str) -> list[tuple[str, ...]]:
        """All that some texts can be together; variables that are not known stay as they are written.

        Args:
            texts: in which variables stand; those of one matrix are taken run by run.
        """
        for _ in range(_DEEPEST):
            texts = tuple(_USE.sub(lambda found: self._alias(_called(found)) or found[0], text) for text in texts)
        names = list(dict.fromkeys(_called(found) for text in texts for found in _USE.finditer(text)))
        runs = [{name: run[name] for name in names if name in run} for run in self._runs()] or [{}]
        found = [dict(pairs) for pairs in dict.fromkeys(tuple(run.items()) for run in runs)]
        for name in names:
            values = None if any(name in run for run in runs) else self.known(name)
            if values:
                found = [{**one, name: value} for one in found for value in values][:MOST]
        return list(dict.fromkeys(tuple(_filled(text, one) for text in texts) for one in found))

    def all(self, text: str) -> list[str]:
        """All that a text can be; empty where that is not known."""
        found = [one for (one,) in self.readings(_EVERY.sub("", text.strip().strip("\"'")))]
        return [] if any("$" in one or "<<" in one for one in found) else found

    def region(self) -> list[str] | None:
        """Regions that steps or variables before the line give; None where nothing gives one."""
        job = self.outline.job(self.line)
        for number, values in reversed(self.steps):
            if number < self.line and self.outline.job(number) == job:
                return values or []
        found = [known for key in ("AWS_REGION", "AWS_DEFAULT_REGION") if (known := self.known(key)) is not None]
        return found[0] if found else None


def _called(use: re.Match[str]) -> str:
    """Name of the variable that is used."""
    return next(one for one in use.groups() if one).rpartition(".")[2]


def _filled(text: str, values: dict[str, str]) -> str:
    return _USE.sub(lambda use: values.get(_called(use), use[0]), text)


def lines_of(text: str, path: str = "") -> list[tuple[int, str]]:
    """Lines by keys, a thousand times their numbers; one that ends in a backslash, or in an open array, goes on in the next.

    Args:
        text: of the file.
        path: of the file; in YAML a mapping in braces is laid out as lines of its own.
    """
    found = [(number * LINE, line) for number, line in _joined(text)]
    return laid_out(found) if path.lower().endswith((".yml", ".yaml")) else found


def _joined(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    goes_on = False
    for number, line in enumerate(split_lines(text), 1):
        piece = line.rstrip()
        opened = bool(_OPENS.match(found[-1][1] if goes_on and found else piece)) and ")" not in piece
        piece = piece.partition(" #")[0] if opened else piece
        ends = piece.endswith("\\") or opened
        piece = piece.removesuffix("\\")
        if goes_on and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {piece.strip()}")
        else:
            found.append((number, piece))
        goes_on = ends and len(found[-1][1]) < 20_000
    return found


def learn(found: Script, line: str) -> None:
    """Take what a line says of variables."""
    if _offered(found, line) or ("matrix" in found.outline.whole(found.line) and _ran(found, line)):
        return
    if match := _GIVEN.match(line):
        text = match[1].split(" #")[0]
        sure = found.outline.condition(found.line) is None  # one that may be left out leaves what was before
        found.steps.append((found.line, found.all(text) if sure else None))
    elif match := _LOOP.search(line):
        words = match[2].replace('"', " ").split()
        values = [one for word in words for one in found.all(word)]
        found.assign(match[1], values if len(values) >= len(words) else None)
    elif match := _ARRAY.match(line):
        words = match[2].replace('"', " ").replace("'", " ").split()
        values = [one for word in words for one in found.all(word)]
        found.assign(match[1], values if values and len(values) >= len(words) else None)
    elif match := _LIST.match(line):
        found.assign(match[1], [one.strip().strip("\"'") for one in match[2].split(",") if one.strip()])
    elif match := _ASSIGN.match(line):
        found.assign(match[1], [match[2]] if match[2] else None)
    elif match := _SETTING.match(line):
        found.assign(match[1], [match[2]])
    elif match := _SAME.match(line):
        found.alias(match[1], match[3])
    elif match := re.match(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=[\"']([\w .,-]+)[\"']\s*$", line):
        found.assign(match[1], match[2].split())


def _ran(found: Script, line: str) -> bool:
    """Take what a matrix says."""
    whole = found.outline.whole(found.line)
    if match := _LIST.match(line):
        found.matrix(match[1], [one.strip().strip("\"'") for one in match[2].split(",") if one.strip()])
    elif match := _SETTING.match(line):
        found.matrix(match[1], [match[2]])
    elif (match := _ITEM.match(line)) and whole[-1][:1] == "-" and whole[-2] != "matrix":
        found.matrix(whole[-2], [match[1]])
    else:
        return False
    return True


def _offered(found: Script, line: str) -> bool:
    """Take what somebody, or an axis of a matrix, chooses from: inputs of a workflow, `axis` of a Jenkinsfile."""
    whole = found.outline.whole(found.line)
    if "inputs" in whole[:-1]:
        name, inner = whole[whole.index("inputs") + 1], whole[whole.index("inputs") + 2 :]
        if (match := _LIST.match(line)) and match[1] == "options" and not inner:
            found.choose(name, [one.strip().strip("\"'") for one in match[2].split(",") if one.strip()])
        elif inner[:1] == ("options",) and (match := _ITEM.match(line)):
            found.choose(name, [match[1]])
        return True
    if match := _AXIS.search(line):
        found.axis = match[1]
    if found.axis and (match := _AXIS_VALUES.search(line)):
        found.choose(found.axis, re.findall(r"[\"']([^\"']+)[\"']", match[1]))
        found.axis = ""
        return True
    return False
