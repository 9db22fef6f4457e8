"""Where templates are deployed, as commands in scripts, Makefiles and pipelines say; only where that is certain.

A region counts where it is written out, is a variable that the file sets to one value for the job, or a loop or matrix
over regions that are written out. A command whose region is named and not known is a gap.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation.deployments import near, parameters, region_of
from blastradius.scanners.cloudformation.given import in_file
from blastradius.scanners.cloudformation.outline import Outline
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.staging import staged
from blastradius.scanners.cloudformation.template import NAME, Template

_NAMES = frozenset({"makefile", "gnumakefile", "jenkinsfile", "justfile", "buildspec.yml", "buildspec.yaml", ".gitlab-ci.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml"})  # fmt: skip
_ENDINGS = (".sh", ".bash", ".mk", ".zsh")
_COMMAND = re.compile(
    r"(?:^|[\s;&|(@\"'])(?:(aws)\s+(?:--[\w-]+[= ]\S+\s+)*cloudformation\s+(?:deploy|create-stack|update-stack)\b"
    r"|(sam)\s+deploy\b|(serverless|sls)\s+deploy\b)(.*)$"
)
_STAGED = re.compile(r"(?:^|[\s;&|(@\"'])(?:serverless|sls)\s+deploy\b([^;&|\"]*)")
_ASSIGN = re.compile(
    r"^\s*(?:export\s+|set\s+|local\s+|readonly\s+)?([A-Za-z_]\w*)\s*(?:=|:=|\?=)\s*[\"']?([\w.-]*)[\"']?\s*(?:#.*)?$"
)
_SETTING = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*[\"']?([\w.-]+)[\"']?\s*(?:#.*)?$")
_LIST = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*\[([^\]]*)\]")
_LOOP = re.compile(r"^\s*for\s+(\w+)\s+in\s+([^;]*?)\s*(?:;\s*do\b.*)?$")
_ARRAY = re.compile(
    r"^\s*(?:(?:declare|local|readonly|typeset|export)\s+)*(?:-\w+\s+)*([A-Za-z_]\w*)=\(([^()]*)\)\s*(?:#.*)?$"
)
_OPENS = re.compile(r"^\s*(?:(?:declare|local|readonly|typeset|export)\s+)*(?:-\w+\s+)*[A-Za-z_]\w*=\([^()]*$")
_EVERY = re.compile(r"\[[@*]\]")
_AXIS = re.compile(r"\bname\s+[\"'](\w+)[\"']")
_AXIS_VALUES = re.compile(r"\bvalues\s+([\"'][^{}]*?[\"'])\s*(?:[;}]|$)")
_ITEM = re.compile(r"^-\s+[\"']?([\w.-]+)[\"']?\s*(?:#.*)?$")
_USE = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}|\$\{(\w+)\}|\$\((\w+)\)|\$(\w+)|<<\s*([\w.-]+)\s*>>")
_GIVEN = re.compile(r"^\s*-?\s*aws-region:\s*(.*)$")
_BEFORE = re.compile(r"(?:^|[\s;&|(@])AWS_(?:DEFAULT_)?REGION=[\"']?([^\s\"']+)[\"']?\s")
_OPTION = r"(?:^|\s){0}(?:[= ]\s*)(\"[^\"]*\"|'[^']*'|\S+)"


def is_script(path: str) -> bool:
    """Whether a file can hold commands that deploy."""
    name = posixpath.basename(path).lower()
    workflow = ".github/workflows/" in f"/{path}" and name.endswith((".yml", ".yaml"))
    circle = path.endswith((".circleci/config.yml", ".circleci/config.yaml"))
    return workflow or circle or name in _NAMES or name.startswith("buildspec") or name.endswith(_ENDINGS)


@dataclass(slots=True)
class _File:
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


LONGEST_LINE = 4_000
"""Characters of a command that is looked at; a longer line is data."""


def scripted(
    content: bytes,
    path: str,
    templates: dict[str, Template],
    into: dict[str, list[Deployment]],
    other: Callable[[str], Any] = lambda _: None,
) -> list[Gap]:
    """Read the deploy commands of one file.

    Args:
        content: of the file.
        path: of the file.
        templates: that can be deployed.
        into: takes where they are.
        other: what a JSON file of the tree holds, by its path; None where there is none.

    Returns:
        What is deployed where nobody knows.
    """
    if not any(word in content for word in (b"cloudformation", b"sam deploy", b"serverless deploy", b"sls deploy")):
        return []
    lines = _lines(content.decode("utf-8", "replace"))
    found = _File(path, other, Outline(path, lines))
    commands: list[tuple[int, str]] = []
    for number, line in lines:
        # Blanks are folded and long lines left out, so that no pattern has much to go back over.
        line = " ".join(line.split())
        if line.startswith("#") or len(line) > LONGEST_LINE:
            continue
        found.line = number
        _learn(found, line)
        if (match := _COMMAND.search(line)) and not re.search(
            r"\b(?:echo|printf)\b", line[: match.end() - len(match[4])]
        ):
            commands.append((number, line))
    gaps: list[Gap] = []
    for number, line in commands:
        found.line = number
        _command(found, number, line, templates, into, gaps)
    return gaps


@dataclass(frozen=True, slots=True)
class StageCommand:
    """A command that deploys a Serverless file as a stage.

    Attributes:
        stage: its name.
        region: that the command gives; None where it gives none.
        evidence: where it stands.
    """

    stage: str
    region: str | None
    evidence: Evidence


def stage_commands(content: bytes, path: str) -> list[StageCommand]:
    """Commands of one file that deploy a Serverless file as a stage that is known."""
    if not any(word in content for word in (b"serverless deploy", b"sls deploy")):
        return []
    lines = _lines(content.decode("utf-8", "replace"))
    script = _File(path, outline=Outline(path, lines))
    found: list[StageCommand] = []
    commands: list[tuple[int, str]] = []
    for number, line in lines:
        line = " ".join(line.split())
        if line.startswith("#") or len(line) > LONGEST_LINE:
            continue
        script.line = number
        _learn(script, line)
        commands += [(number, one) for one in _STAGED.findall(line)]
    for number, line in commands:
        script.line = number
        given = _option(line, "--stage") or _option(line, "-s")
        region = _option(line, "--region") or _option(line, "-r")
        regions = script.all(region) if region else []
        for stage in script.all(given) if given else []:
            if re.fullmatch(r"[A-Za-z][\w-]{0,40}", stage):
                where = Evidence(scanner=NAME, locator=f"{path}:{number}", note=f"deployed as stage {stage}")
                found.append(StageCommand(stage, region_of(regions[0]) if len(regions) == 1 else None, where))
    return found


def _lines(text: str) -> list[tuple[int, str]]:
    """Lines with their numbers; one that ends in a backslash goes on in the next."""
    found: list[tuple[int, str]] = []
    goes_on = False
    for number, line in enumerate(text.splitlines(), 1):
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


def _learn(found: _File, line: str) -> None:
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


def _offered(found: _File, line: str) -> bool:
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


def _command(
    found: _File,
    number: int,
    line: str,
    templates: dict[str, Template],
    into: dict[str, list[Deployment]],
    gaps: list[Gap],
) -> None:
    match = _COMMAND.search(line)
    if match is None:
        return
    target = _target(found, match, templates)
    if target is None:
        return
    given = _option(line, "--region") or (_option(match[4], "-r") if match[3] else None)
    before = _BEFORE.search(line[: match.start(1 if match[1] else 2 if match[2] else 3)])
    if given is None and before:
        given = before[1]
    texts = found.all(given) if given else found.region()
    regions = [one for one in texts or () if region_of(one)]
    where = Evidence(scanner=NAME, locator=f"{found.path}:{number}")
    if texts is not None and (not regions or len(regions) != len(texts)):
        reason = "deploys this where nothing here tells: state the regions with `place:` in blastradius.yaml"
        gaps.append(Gap(scope=target, reason=reason, hides="location", provider="aws", evidence=(where,)))
        return
    name = _option(line, "--stack-name")
    names = found.all(name) if name else []
    for region in dict.fromkeys(regions):
        shown = where.model_copy(update={"note": f"deployed in {region}"})
        one = Deployment(
            region=region, name=names[0] if len(names) == 1 else None, parameters=_given(found, line), evidence=shown
        )
        into.setdefault(target, []).append(staged(one, [name] if name else [], found.outline, number))


def _option(text: str, name: str) -> str | None:
    match = re.search(_OPTION.format(re.escape(name)), text)
    # `${{ matrix.region }}` and `<< parameters.region >>` hold spaces
    long = re.search(rf"{re.escape(name)}[= ]\s*[\"']?([\w-]*(?:\$\{{\{{[^}}]*\}}\}}|<<[^<>]*>>))", text)
    return long[1] if long else match[1].strip("\"'") if match else None


def _given(found: _File, line: str) -> tuple[tuple[str, str], ...]:
    match = re.search(r"--parameter(?:-override)?s[ =]\s*(.*?)(?=\s--|$)", line)
    if match is None:
        return ()
    text = match[1].strip().strip("\"'")
    if not text.startswith("file://"):
        return parameters(match[1])
    file = text.removeprefix("file://").split()[0].strip("\"'") if text != "file://" else ""
    for folder in ("", posixpath.dirname(found.path)):  # commands run at the top of the tree, or beside the script
        held = found.other(posixpath.normpath(posixpath.join(folder, file)))
        if held is not None:
            return in_file(held)
    return ()


def _target(found: _File, match: re.Match[str], templates: dict[str, Template]) -> str | None:
    folder = posixpath.dirname(found.path)
    wanted = "serverless" if match[3] else "sam" if match[2] else ""
    named = _option(match[4], "--template-file") or _option(match[4], "--template-body") or _option(match[4], "-t")
    if named and not match[3]:
        texts = found.all(named.removeprefix("file://"))
        return near(texts[0], folder, templates) if len(texts) == 1 else None
    if not wanted:
        return None
    same = [path for path, one in templates.items() if one.sort == wanted and not one.stage]
    beside = [path for path in same if posixpath.dirname(path) == folder]
    chosen = beside if len(beside) == 1 else same
    return chosen[0] if len(chosen) == 1 else None
