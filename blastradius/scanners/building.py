"""Dockerfiles read: what building an image needs, and what its container is told; two scanners ask this."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from blastradius.marks import split_lines
from blastradius.scanners import addresses
from blastradius.scanners.interpolation import interpolate
from blastradius.scanners.pairs import is_private
from blastradius.scanners.registries import Fetch, ReadText, fetched_at_start, fetches
from blastradius.scanners.shell import Command, commands

MAX_TEXT = 1_000_000
_MAX_LINES = 20_000
IMAGE = re.compile(
    r"[A-Za-z0-9][\w.-]*(?::\d{1,5}(?=/))?(?:/[\w.-]+)*(?::[\w.-]{1,128})?(?:@sha256:[0-9a-fA-F]{6,64})?"
)
"""An image reference without variables; `user:password@host` is none."""
_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)(?:\s+(.*))?$", re.DOTALL)
_DIRECTIVE = re.compile(r"#\s*escape\s*=\s*(\S)\s*$", re.I)
_HEREDOC = re.compile(r"<<-?\s*[\"']?([A-Za-z_]\w*)[\"']?")
_FLAG = re.compile(r"--[a-z-]+(?:=\S*)?\s+")


@dataclass(frozen=True, slots=True)
class Needed:
    """One thing that building, or starting what was built, needs.

    Attributes:
        text: an image or a host; empty where nobody can tell.
        is_image: whether it is an image.
        via: what shows it, such as `FROM` or `RUN npm`.
        line: on which it stands, from 1.
        inferred: whether it is what a program asks unless it is told otherwise.
        problem: why there is no text, in words.
    """

    text: str
    is_image: bool
    via: str
    line: int
    inferred: bool = False
    problem: str = ""


@dataclass(slots=True)
class Stage:
    """One stage of a build.

    Attributes:
        name: behind `AS`, in lower case; empty where it has none.
        base: name of an earlier stage, or an image.
        line: on which it begins.
        parts: instructions with their text and line.
    """

    name: str
    base: str
    line: int
    parts: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Recipe:
    """A Dockerfile.

    Attributes:
        stages: in their order.
        arguments: that hold before the first stage.
    """

    stages: list[Stage] = field(default_factory=list)
    arguments: dict[str, str] = field(default_factory=dict)

    def used(self, target: str = "") -> list[Stage]:
        """The stages that a build of one stage needs, the last one where none is named."""
        if not self.stages:
            return []
        names = {stage.name: at for at, stage in enumerate(self.stages) if stage.name}
        left, seen = [names.get(target.lower(), len(self.stages) - 1)], set()
        while left:
            at = left.pop()
            if at in seen:
                continue
            seen.add(at)
            stage = self.stages[at]
            sources = [stage.base, *(source for source, _ in _copied(stage))]
            for text in sources:
                known = names.get(text.lower(), int(text) if text.isdigit() and len(text) < 4 else None)
                if known is not None and known < at:
                    left.append(known)
        return [self.stages[at] for at in sorted(seen)]

    def is_stage(self, text: str, before: Stage) -> bool:
        """Whether a text names a stage that stands before another one."""
        earlier = self.stages[: self.stages.index(before)]
        return any(text.lower() == stage.name for stage in earlier) or (text.isdigit() and int(text[:4]) < len(earlier))


def read_recipe(text: str) -> Recipe:
    """Read a Dockerfile; lines that are none are passed over."""
    recipe = Recipe()
    for instruction, rest, line in _instructions(text[:MAX_TEXT]):
        if instruction == "FROM":
            words = _FLAG.sub("", rest + " ").split()
            name = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""
            base = _filled(words[0], recipe.arguments) if words else ""
            recipe.stages.append(Stage(name, base, line))
        elif instruction == "ARG" and not recipe.stages:
            for name, value in _settings(rest, recipe.arguments):
                recipe.arguments[name] = value
        elif recipe.stages:
            recipe.stages[-1].parts.append((instruction, rest, line))
    return recipe


def _filled(text: str, values: dict[str, str]) -> str:
    return interpolate(text, {name: value for name, value in values.items() if not is_private(name)})


def _instructions(text: str) -> Iterator[tuple[str, str, int]]:
    """Instructions with their text and first line: continued lines joined, comments between them left out."""
    lines = split_lines(text)[:_MAX_LINES]
    escape, at = "\\", 0
    if lines and (found := _DIRECTIVE.match(lines[0].strip())):
        escape = found[1]
    while at < len(lines):
        begun = at
        pieces: list[str] = []
        while at < len(lines):
            line = lines[at]
            at += 1
            if line.lstrip().startswith("#") or (pieces and not line.strip()):
                pieces.append("")  # a comment or an empty line ends nothing
                if begun == at - 1:
                    break
                continue
            ended = not line.rstrip().endswith(escape)
            pieces.append(line if ended else line.rstrip()[: -len(escape)])
            if ended:
                break
        match = _INSTRUCTION.match("\n".join(pieces)) if any(pieces) else None
        if match is None:
            continue
        instruction, rest = match[1].upper(), match[2] or ""
        if instruction in ("RUN", "COPY", "ADD") and (here := _HEREDOC.search(rest)):
            end = next((i for i in range(at, len(lines)) if lines[i].strip() == here[1]), None)
            if end is not None:
                body = "\n".join(lines[at:end])
                rest = f"{rest[: here.start()]}\n{body}" if instruction == "RUN" else rest
                at = end + 1
                yield instruction, rest, begun + 1
                continue
        # within one instruction the lines only go on
        yield instruction, rest.replace("\n", " "), begun + 1


def _settings(rest: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Names and values of `ARG` and `ENV`, in both forms: `A=1 B=2`, `A some words`."""
    for command in commands(f"set {rest}"):
        pairs = [word.partition("=") for word in command.words[1:]]
        if pairs and not pairs[0][1] and len(pairs) > 1:
            yield pairs[0][0], _filled(" ".join(command.words[2:]), values)
            return
        for name, equals, value in pairs:
            if equals:
                yield name, _filled(value, values)


def settings_of(recipe: Recipe, stage: Stage, names: tuple[str, ...] = ("ENV",)) -> dict[str, tuple[str, int]]:
    """Variables of a stage and those it is built on, with their lines."""
    found: dict[str, tuple[str, int]] = {}
    chain, here = [stage], stage
    while len(chain) < 100:
        earlier = recipe.stages[: recipe.stages.index(here)]
        base = next((one for one in earlier if one.name and one.name == here.base.lower()), None)
        if base is None:
            break
        chain.append(base)
        here = base
    for one in reversed(chain):
        for instruction, rest, line in one.parts:
            if instruction in names:
                known = {name: value for name, (value, _) in found.items()}
                found.update({name: (value, line) for name, value in _settings(rest, {**recipe.arguments, **known})})
                if instruction == "ARG" and "=" not in rest and (outer := recipe.arguments.get(rest.strip())):
                    found[rest.strip()] = (outer, line)
    return found


def _copied(stage: Stage) -> Iterator[tuple[str, int]]:
    """What `COPY --from` and `RUN --mount=from` name."""
    for instruction, rest, line in stage.parts:
        if instruction == "COPY" and (found := re.match(r"(?:--\S+\s+)*?--from=(\S+)", rest)):
            yield found[1], line
        elif instruction == "RUN":
            for found in re.finditer(r"--mount=\S*?\bfrom=([^,\s]+)", rest[:2_000]):
                yield found[1], line


def build_needs(recipe: Recipe, *, target: str = "", folder: str = "", read: ReadText | None = None) -> list[Needed]:
    """What building an image needs.

    Args:
        recipe: as read.
        target: stage that is built; the last one where empty.
        folder: the build's context, for settings of package managers.
        read: gives the text of a file of the tree.
    """
    found: list[Needed] = []
    for stage in recipe.used(target):
        values = {name: value for name, (value, _) in settings_of(recipe, stage, ("ARG", "ENV")).items()}
        images = [("FROM", stage.base, stage.line), *(("COPY --from", text, line) for text, line in _copied(stage))]
        for via, text, line in images:
            text = _filled(text, {**recipe.arguments, **values}) if via != "FROM" else text
            if text.lower() != "scratch" and text and not recipe.is_stage(text, stage):
                found.append(_image(text, via, line))
        system = _system(recipe, stage)
        for instruction, rest, line in stage.parts:
            if instruction == "ADD":
                found += [Needed(host, False, "ADD", line) for host in _added(_filled(rest, values))]
            elif instruction == "RUN":
                for command in _run(rest):
                    filled = Command(tuple(_filled(word, {**values, **command.settings}) for word in command.words), command.line, command.settings)  # fmt: skip
                    for one in fetches(filled, values, image=system, folder=folder, read=read):
                        found.append(_fetched(one, "RUN", line))
    return found


def _fetched(one: Fetch, instruction: str, line: int) -> Needed:
    return Needed(one.host, False, f"{instruction} {one.what}", line, one.inferred, one.problem)


def _image(text: str, via: str, line: int) -> Needed:
    if IMAGE.fullmatch(text):
        return Needed(text, True, via, line)
    return Needed(
        "", True, via, line, problem=f"{addresses.placeholder(text)} names an image that nothing here fills in"
    )


def _run(rest: str) -> list[Command]:
    rest = re.sub(r"^(?:\s*--(?:mount|network|security)=\S+)+", "", rest)
    if rest.lstrip().startswith("["):
        words = _words(rest)
        return commands(words[2]) if len(words) > 2 and words[1] == "-c" else [Command(tuple(words))] if words else []
    return commands(rest)


def _words(text: str) -> list[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _system(recipe: Recipe, stage: Stage) -> str:
    """The image at the bottom of a stage."""
    for _ in range(100):
        earlier = recipe.stages[: recipe.stages.index(stage)]
        below = next((one for one in earlier if one.name and one.name == stage.base.lower()), None)
        if below is None:
            return stage.base if IMAGE.fullmatch(stage.base) else ""
        stage = below
    return ""


def _added(rest: str) -> list[str]:
    words = [word for word in rest.split() if word.startswith(("https://", "http://", "git@"))]
    found = [one.host for word in words for one in addresses.urls(word) if one.host and not one.unresolved]
    return list(dict.fromkeys(found))


def start_needs(recipe: Recipe) -> list[Needed]:
    """What the container of the last stage fetches before its program starts."""
    if not recipe.stages:
        return []
    stage = recipe.stages[-1]
    found: list[Needed] = []
    values = {name: value for name, (value, _) in settings_of(recipe, stage).items()}
    for instruction, rest, line in stage.parts:
        if instruction in ("CMD", "ENTRYPOINT"):
            words = _words(rest)
            script = " ".join(words) if words and not (len(words) > 2 and words[1] == "-c") else words[2] if words else rest  # fmt: skip
            for command in commands(fetched_at_start(script)):
                found += [
                    _fetched(one, instruction, line) for one in fetches(command, values, image=_system(recipe, stage))
                ]
    return found
