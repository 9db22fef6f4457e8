"""What a script, Makefile or pipeline says of its variables where a line stands: read without running anything."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blastradius.marks import split_lines
from blastradius.scanners.outline import Outline

LONGEST_LINE = 4_000
"""Characters of a command that is looked at; a longer line is data."""
_NAMES = frozenset({"makefile", "gnumakefile", "jenkinsfile", "justfile", "buildspec.yml", "buildspec.yaml", ".gitlab-ci.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml"})  # fmt: skip
_ENDINGS = (".sh", ".bash", ".mk", ".zsh")
_ASSIGN = re.compile(
    r"^\s*(?:export\s+|set\s+|local\s+|readonly\s+)?([A-Za-z_]\w*)\s*(?:=|:=|\?=)\s*[\"']?([\w.-]*)[\"']?\s*(?:#.*)?$"
)
_SETTING = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*[\"']?([\w.-]+)[\"']?\s*(?:#.*)?$")
_LIST = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*\[([^\]]*)\]")
_LOOP = re.compile(r"^\s*for\s+(\w+)\s+in\s+([^;]*?)\s*(?:;\s*do\b.*)?$")
_USE = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}|\$\{(\w+)\}|\$\((\w+)\)|\$(\w+)|<<\s*([\w.-]+)\s*>>")
_GIVEN = re.compile(r"^\s*-?\s*aws-region:\s*(.*)$")
_ARRAY = re.compile(
    r"^\s*(?:(?:declare|local|readonly|typeset|export)\s+)*(?:-\w+\s+)*([A-Za-z_]\w*)=\(([^()]*)\)\s*(?:#.*)?$"
)
_OPENS = re.compile(r"^\s*(?:(?:declare|local|readonly|typeset|export)\s+)*(?:-\w+\s+)*[A-Za-z_]\w*=\([^()]*$")
_EVERY = re.compile(r"\[[@*]\]")
_AXIS = re.compile(r"\bname\s+[\"'](\w+)[\"']")
_AXIS_VALUES = re.compile(r"\bvalues\s+([\"'][^{}]*?[\"'])\s*(?:[;}]|$)")
_ITEM = re.compile(r"^-\s+[\"']?([\w.-]+)[\"']?\s*(?:#.*)?$")


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

    def exclude(self, name: str, value: str) -> None:
        """Take a value out of a matrix that leaves it out whatever else it holds."""
        scope = self._scope()
        if self.outline.alone(self.line) and (values := self.values.get((scope, name))):
            self.values[scope, name] = [one for one in values if one != value]

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
        for scope in (job, ()):
            if (scope, name) in self.values:
                return self.values[scope, name] or []
        return None

    def all(self, text: str) -> list[str]:
        """All that a text can be; empty where that is not known."""
        text = _EVERY.sub("", text.strip().strip("\"'"))
        match = _USE.fullmatch(text)
        if match is None:
            return [] if "$" in text or "<<" in text else [text]
        name = next(one for one in match.groups() if one).rpartition(".")[2]
        return self.known(name) or []

    def region(self) -> list[str] | None:
        """Regions that steps or variables before the line give; None where nothing gives one."""
        job = self.outline.job(self.line)
        for number, values in reversed(self.steps):
            if number < self.line and self.outline.job(number) == job:
                return values or []
        found = [known for key in ("AWS_REGION", "AWS_DEFAULT_REGION") if (known := self.known(key)) is not None]
        return found[0] if found else None


def lines_of(text: str) -> list[tuple[int, str]]:
    """Lines with their numbers; one that ends in a backslash, or in an open array, goes on in the next."""
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
    if "exclude" in found.outline.whole(found.line):
        if match := _SETTING.match(line):
            found.exclude(match[1], match[2])
        return
    if _offered(found, line):
        return
    if match := _GIVEN.match(line):
        text = match[1].split(" #")[0]
        sure = found.outline.condition(found.line) is None  # one that may be left out leaves what was before
        found.steps.append((found.line, found.all(text) if sure else None))
    elif match := _LOOP.match(line):
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
    elif match := re.match(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=[\"']([\w .,-]+)[\"']\s*$", line):
        found.assign(match[1], match[2].split())


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
