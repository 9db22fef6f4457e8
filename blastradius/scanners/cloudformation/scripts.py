"""Where templates are deployed, as commands in scripts, Makefiles and pipelines say; only where that is certain.

A region counts where it is written out, is a variable that the file sets to one value, or a loop or matrix over
regions that are written out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import Evidence
from blastradius.scanners.cloudformation.deployments import near, parameters, region_of
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.template import NAME, Template

_NAMES = frozenset({"makefile", "gnumakefile", "jenkinsfile", "justfile", "buildspec.yml", "buildspec.yaml", ".gitlab-ci.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml"})  # fmt: skip
_ENDINGS = (".sh", ".bash", ".mk", ".zsh")
_COMMAND = re.compile(
    r"(?:^|[\s;&|(@])(?:(aws)\s+(?:--[\w-]+[= ]\S+\s+)*cloudformation\s+(?:deploy|create-stack|update-stack)\b"
    r"|(sam)\s+deploy\b|(serverless|sls)\s+deploy\b)(.*)$"
)
_STAGED = re.compile(r"(?:^|[\s;&|(@\"'])(?:serverless|sls)\s+deploy\b([^;&|\"]*)")
_ASSIGN = re.compile(
    r"^\s*(?:export\s+|set\s+|local\s+|readonly\s+)?([A-Za-z_]\w*)\s*(?:=|:=|\?=)\s*[\"']?([\w.-]*)[\"']?\s*(?:#.*)?$"
)
_SETTING = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*[\"']?([\w.-]+)[\"']?\s*(?:#.*)?$")
_LIST = re.compile(r"^\s*-?\s*([A-Za-z_][\w-]*):\s*\[([^\]]*)\]")
_LOOP = re.compile(r"^\s*for\s+(\w+)\s+in\s+([^;]*?)\s*(?:;\s*do\b.*)?$")
_USE = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}|\$\{(\w+)\}|\$\((\w+)\)|\$(\w+)")
_OPTION = r"(?:^|\s){0}(?:[= ]\s*)(\"[^\"]*\"|'[^']*'|\S+)"


def is_script(path: str) -> bool:
    """Whether a file can hold commands that deploy."""
    name = posixpath.basename(path).lower()
    workflow = ".github/workflows/" in f"/{path}" and name.endswith((".yml", ".yaml"))
    return workflow or name in _NAMES or name.startswith("buildspec") or name.endswith(_ENDINGS)


@dataclass(slots=True)
class _File:
    """What a script has said so far: each variable's values, None where nobody knows."""

    path: str
    other: Callable[[str], Any] = lambda _: None
    values: dict[str, list[str] | None] = field(default_factory=dict)

    def assign(self, name: str, values: list[str] | None) -> None:
        """Take a variable's values; one that is set twice differently is not known."""
        before = self.values.get(name, values)
        self.values[name] = values if before == values else None

    def all(self, text: str) -> list[str]:
        """All that a text can be; empty where that is not known."""
        text = text.strip().strip("\"'")
        match = _USE.fullmatch(text)
        if match is None:
            return [] if "$" in text else [text]
        name = (match[1] or match[2] or match[3] or match[4]).rpartition(".")[2]
        return self.values.get(name) or []


LONGEST_LINE = 4_000
"""Characters of a command that is looked at; a longer line is data."""


def scripted(
    content: bytes,
    path: str,
    templates: dict[str, Template],
    into: dict[str, list[Deployment]],
    other: Callable[[str], Any] = lambda _: None,
) -> None:
    """Read the deploy commands of one file.

    Args:
        content: of the file.
        path: of the file.
        templates: that can be deployed.
        into: takes where they are.
        other: what a JSON file of the tree holds, by its path; None where there is none.
    """
    if not any(word in content for word in (b"cloudformation", b"sam deploy", b"serverless deploy", b"sls deploy")):
        return
    found = _File(path, other)
    commands: list[tuple[int, str]] = []
    for number, line in _lines(content.decode("utf-8", "replace")):
        # Blanks are folded and long lines left out, so that no pattern has much to go back over.
        line = " ".join(line.split())
        if line.startswith("#") or len(line) > LONGEST_LINE:
            continue
        _learn(found, line)
        if _COMMAND.search(line) and not re.search(r"\b(?:echo|printf)\b", line.partition("cloudformation")[0]):
            commands.append((number, line))
    for number, line in commands:
        _command(found, number, line, templates, into)


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
    script = _File(path)
    found: list[StageCommand] = []
    commands: list[tuple[int, str]] = []
    for number, line in _lines(content.decode("utf-8", "replace")):
        line = " ".join(line.split())
        if line.startswith("#") or len(line) > LONGEST_LINE:
            continue
        _learn(script, line)
        commands += [(number, one) for one in _STAGED.findall(line)]
    for number, line in commands:
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
        ends = piece.endswith("\\")
        piece = piece.removesuffix("\\")
        if goes_on and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {piece.strip()}")
        else:
            found.append((number, piece))
        goes_on = ends and len(found[-1][1]) < 20_000
    return found


def _learn(found: _File, line: str) -> None:
    if match := _LOOP.match(line):
        words = match[2].replace('"', " ").split()
        values = [one for word in words for one in found.all(word)]
        found.assign(match[1], values if len(values) >= len(words) else None)
    elif match := _LIST.match(line):
        found.assign(match[1], [one.strip().strip("\"'") for one in match[2].split(",") if one.strip()])
    elif match := _ASSIGN.match(line):
        found.assign(match[1], [match[2]] if match[2] else None)
    elif match := _SETTING.match(line):
        found.assign(match[1], [match[2]])
    elif match := re.match(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=[\"']([\w .,-]+)[\"']\s*$", line):
        found.assign(match[1], match[2].split())


def _command(
    found: _File, number: int, line: str, templates: dict[str, Template], into: dict[str, list[Deployment]]
) -> None:
    match = _COMMAND.search(line)
    if match is None:
        return
    target = _target(found, match, templates)
    given = _option(line, "--region") or (_option(match[4], "-r") if match[3] else None)
    texts = found.all(given) if given else []
    if given is None:
        texts = next(
            (
                found.values[key] or []
                for key in ("AWS_REGION", "AWS_DEFAULT_REGION", "aws-region")
                if key in found.values
            ),
            [],
        )
    regions = [one for one in texts if region_of(one)]
    if target is None or not regions or len(regions) != len(texts):
        return
    name = _option(line, "--stack-name")
    names = found.all(name) if name else []
    for region in dict.fromkeys(regions):
        where = Evidence(scanner=NAME, locator=f"{found.path}:{number}", note=f"deployed in {region}")
        one = Deployment(
            region=region, name=names[0] if len(names) == 1 else None, parameters=_given(found, line), evidence=where
        )
        into.setdefault(target, []).append(one)


def _option(text: str, name: str) -> str | None:
    match = re.search(_OPTION.format(re.escape(name)), text)
    # `${{ matrix.region }}` holds spaces
    long = re.search(rf"{re.escape(name)}[= ]\s*[\"']?(\$\{{\{{[^}}]*\}}\}})", text)
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
            return _in_file(held)
    return ()


def _in_file(held: Any) -> tuple[tuple[str, str], ...]:
    """Parameters of a file: `Key=Value` texts, pairs of `ParameterKey` and `ParameterValue`, or one object."""
    if isinstance(held, dict):
        inner = held.get("Parameters")
        pairs = list((inner if isinstance(inner, dict) else held).items())
    elif isinstance(held, list):
        texts = parameters([one for one in held if isinstance(one, str)])
        objects = [one for one in held if isinstance(one, dict)]
        pairs = [*texts, *((one.get("ParameterKey"), one.get("ParameterValue")) for one in objects)]
    else:
        return ()
    known = {str(key): str(value) for key, value in pairs if isinstance(key, str) and isinstance(value, str | int)}
    return tuple(sorted(known.items()))


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
