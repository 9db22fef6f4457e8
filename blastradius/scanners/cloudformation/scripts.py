"""Where templates are deployed, as commands in scripts, Makefiles and pipelines say; only where that is certain.

A region counts where it is written out, is a variable that the file sets to one value for the job, or a loop or matrix
over regions that are written out. A command whose region is named and not known is a gap.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation.deployments import near, parameters, region_of
from blastradius.scanners.cloudformation.given import in_file
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.staging import staged
from blastradius.scanners.cloudformation.template import NAME, Template
from blastradius.scanners.outline import Outline
from blastradius.scanners.saying import LONGEST_LINE, Script, learn, lines_of

_COMMAND = re.compile(
    r"(?:^|[\s;&|(@\"'])(?:(aws)\s+(?:--[\w-]+[= ]\S+\s+)*cloudformation\s+(?:deploy|create-stack|update-stack)\b"
    r"|(sam)\s+deploy\b|(serverless|sls)\s+deploy\b)(.*)$"
)
_STAGED = re.compile(r"(?:^|[\s;&|(@\"'])(?:serverless|sls)\s+deploy\b([^;&|\"]*)")
_BEFORE = re.compile(r"(?:^|[\s;&|(@])AWS_(?:DEFAULT_)?REGION=[\"']?([^\s\"']+)[\"']?\s")
_OPTION = r"(?:^|\s){0}(?:[= ]\s*)(\"[^\"]*\"|'[^']*'|\S+)"


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
    lines = lines_of(content.decode("utf-8", "replace"))
    found = Script(path, other, Outline(path, lines))
    commands: list[tuple[int, str]] = []
    for number, line in lines:
        # Blanks are folded and long lines left out, so that no pattern has much to go back over.
        line = " ".join(line.split())
        if line.startswith("#") or len(line) > LONGEST_LINE:
            continue
        found.line = number
        learn(found, line)
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
    lines = lines_of(content.decode("utf-8", "replace"))
    script = Script(path, outline=Outline(path, lines))
    found: list[StageCommand] = []
    commands: list[tuple[int, str]] = []
    for number, line in lines:
        line = " ".join(line.split())
        if line.startswith("#") or len(line) > LONGEST_LINE:
            continue
        script.line = number
        learn(script, line)
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


def _command(
    found: Script,
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


def _given(found: Script, line: str) -> tuple[tuple[str, str], ...]:
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


def _target(found: Script, match: re.Match[str], templates: dict[str, Template]) -> str | None:
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
