"""Where templates are deployed, as commands in scripts, Makefiles and pipelines say; only where that is certain.

A region counts where it is written out, is a variable that the file sets to one value for the job, or a loop or matrix
over regions that are written out. A command whose region is named and not known is a gap.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation.deployments import USUAL, near, parameters, region_of
from blastradius.scanners.cloudformation.given import in_file
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.staging import staged
from blastradius.scanners.cloudformation.standing import folders_of, joined, standing
from blastradius.scanners.cloudformation.template import NAME, Template
from blastradius.scanners.outline import Outline
from blastradius.scanners.saying import LINE, LONGEST_LINE, Script, learn, lines_of
from blastradius.scanners.shell import Command

_VERBS = frozenset({"deploy", "create-stack", "update-stack", "create-change-set"})
_MARKS = (b"cloudformation", b"sam deploy", b"sam package")


@dataclass(frozen=True, slots=True)
class Deploying:
    """A command that deploys or packages a template, its variables filled in as far as that goes.

    Attributes:
        script: it stands in.
        key: of its line.
        folders: in which it may run, the likelier first; None where nothing tells.
        command: from the program on.
        tool: `aws` or `sam`.
        packages: whether it only makes the file that another deploys.
        around: regions that are set around it; None where none is, nothing where nobody knows.
    """

    script: Script
    key: int
    folders: tuple[str, ...] | None
    command: Command
    tool: str
    packages: bool
    around: tuple[str, ...] | None

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        return Evidence(scanner=NAME, locator=f"{self.script.path}:{self.key // LINE}")


def deploying(content: bytes, path: str, other: Callable[[str], Any] = lambda _: None) -> list[Deploying]:
    """The commands of one file that deploy templates, or package them.

    Args:
        content: of the file.
        path: of the file.
        other: what a JSON file of the tree holds, by its path; None where there is none.
    """
    if not any(word in content for word in _MARKS):
        return []
    lines = [
        (key, line) for key, line in lines_of(content.decode("utf-8", "replace"), path) if len(line) <= LONGEST_LINE
    ]
    script = Script(path, other, Outline(path, lines))
    for key, line in lines:
        script.line = key
        learn(script, " ".join(line.split()))
    found: dict[tuple[object, ...], Deploying] = {}
    for one in standing(lines, script.outline, path):
        told = _told(one.command.words)
        if told is None or one.command.program in ("echo", "printf"):
            continue
        script.line = one.key
        tool, verb, words = told
        set_here = one.command.settings.get("AWS_REGION") or one.command.settings.get("AWS_DEFAULT_REGION") or ""
        for folder, before, *filled in script.readings(one.folder, set_here, *words):
            around = [before] if before else script.region()
            made = Deploying(
                script, one.key, folders_of(folder, path), Command((tool, *filled)), tool, verb == "package",
                None if around is None else tuple(around),
            )  # fmt: skip
            found[one.key, made.folders, made.command.words, made.around] = made
    return list(found.values())


def _told(words: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]] | None:
    """Tool, verb and arguments of a command that deploys or packages; None for another."""
    names = [word.rpartition("/")[2] for word in words]
    if "cloudformation" in names and "aws" in names[: names.index("cloudformation")]:
        at = names.index("cloudformation")
        verb = next((word for word in words[at + 1 :] if not word.startswith("-")), "")
        return ("aws", verb, words[names.index("aws") + 1 :]) if verb in _VERBS or verb == "package" else None
    if "sam" in names[:-1]:
        at = names.index("sam")
        verb = words[at + 1]
        return ("sam", verb, words[at + 2 :]) if verb in ("deploy", "package") else None
    return None


def scripted(
    commands: Iterable[Deploying], templates: dict[str, Template], into: dict[str, list[Deployment]]
) -> list[Gap]:
    """Write down where commands deploy templates.

    Args:
        commands: of all files.
        templates: that can be deployed.
        into: takes where they are.

    Returns:
        What is deployed where nobody knows.
    """
    every = list(commands)
    made = packages(every, templates)
    gaps: dict[Gap, None] = {}
    for one in every:
        target = None if one.packages else _target(one, templates, made)
        if target is None:
            continue
        region = one.command.option("--region")
        texts = (region,) if region is not None else one.around
        if texts is not None and not (texts and all(region_of(text) for text in texts)):
            reason = "deploys this where nothing here tells: state the regions with `place:` in blastradius.yaml"
            gaps[Gap(scope=target, reason=reason, hides="location", provider="aws", evidence=(one.place,))] = None
            continue
        for text in dict.fromkeys(texts or ()):
            into.setdefault(target, []).append(_deployment(one, region_of(text)))
        if texts is None and (given := _deployment(one, None)).parameters:
            into.setdefault(target, []).append(given)
    return list(gaps)


def _deployment(one: Deploying, region: str | None) -> Deployment:
    name = one.command.option("--stack-name")
    shown = one.place.model_copy(update={"note": f"deployed in {region}"}) if region else one.place
    known = name if name and "$" not in name and "<<" not in name else None
    found = Deployment(region=region, name=known, parameters=_given(one), evidence=shown)
    return staged(found, [name] if name else [], one.script.outline, one.key)


def _given(one: Deploying) -> tuple[tuple[str, str], ...]:
    """Parameters that a command gives: its words, or a file that it names."""
    words = one.command.words
    at = next((n for n, word in enumerate(words) if re.match(r"--parameter(?:-override)?s(?:=|$)", word)), None)
    if at is None:
        return ()
    first = words[at].partition("=")[2]
    behind = []
    for word in words[at + 1 :]:
        if word.startswith("--"):
            break
        behind.append(word)
    texts = [*([first] if first else []), *behind]
    if not texts or not texts[0].startswith("file://"):
        return parameters(" ".join(texts) if len(texts) == 1 else texts)
    file = texts[0].removeprefix("file://")
    for folder in one.folders or ():
        held = one.script.other(joined(folder, file))
        if held is not None:
            return in_file(held)
    return ()


def _named(one: Deploying) -> str | None:
    return one.command.option("--template-file", "--template-body", "-t", "--template")


def packages(commands: Iterable[Deploying], templates: dict[str, Template]) -> dict[str, str]:
    """Templates by the paths of what is packaged from them; of two that are one path neither is known.

    Args:
        commands: of all files.
        templates: that can be packaged.
    """
    found: dict[str, set[str]] = {}
    for one in commands:
        output = one.command.option("--output-template-file")
        source = _target(one, templates, {}) if one.packages and output else None
        if output and source:
            for folder in one.folders or ("",):
                found.setdefault(joined(folder, output), set()).add(source)
    return {path: sources.pop() for path, sources in found.items() if len(sources) == 1}


def _target(one: Deploying, templates: dict[str, Template], made: dict[str, str]) -> str | None:
    """The template that a command deploys; None where it is not scanned, or nothing tells which."""
    named = _named(one)
    if one.folders is None and one.tool == "sam" and not named:
        return None
    if named and ".aws-sam" not in named:
        return _called(named.removeprefix("file://"), one, templates, made)
    url = one.command.option("--template-url")
    if url and "$" not in url:
        return near(url.partition("?")[0].rpartition("/")[2], "", templates)
    if one.tool != "sam":
        return None
    for folder in one.folders or ():
        for name in USUAL:  # what `sam build` writes is made from the template beside the settings
            if (path := joined(folder, name)) in templates:
                return path
    same = [path for path, template in templates.items() if template.sort == "sam"]
    return same[0] if len(same) == 1 else None


def _called(named: str, one: Deploying, templates: dict[str, Template], made: dict[str, str]) -> str | None:
    if "$" in named or "<<" in named:
        return None
    for known in ({path: path for path in templates}, made):
        for folder in one.folders or ():
            if (path := joined(folder, named)) in known:
                return known[path]
    same = {made[path] for path in made if path.rpartition("/")[2] == named.rpartition("/")[2]}
    return same.pop() if len(same) == 1 else near(named, posixpath.dirname(one.script.path), templates)
