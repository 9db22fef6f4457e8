"""As which stages and where commands deploy Serverless Framework files: by folder, through loops, matrices and variables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from blastradius.marks import split_lines
from blastradius.model import Evidence
from blastradius.scanners.cloudformation.deployments import region_of
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.service_lists import Listed
from blastradius.scanners.cloudformation.staging import staged
from blastradius.scanners.cloudformation.standing import Standing, folders_of, packaged, standing
from blastradius.scanners.cloudformation.template import NAME
from blastradius.scanners.outline import Outline
from blastradius.scanners.saying import LINE, LONGEST_LINE, Script, learn, lines_of
from blastradius.scanners.shell import Command, commands

_PROGRAM = re.compile(r"(?:\S*/)?(?:serverless|sls)(?:@[\w.^~-]+)?")
_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_STAGE = re.compile(r"[A-Za-z0-9][\w-]{0,40}")
_MARKS = (b"serverless", b"sls ", b"npm run", b"yarn ", b"pnpm ")


@dataclass(frozen=True, slots=True)
class StageCommand:
    """A command that deploys Serverless files.

    Attributes:
        folders: in which it may run, the likelier first; None where nothing tells.
        file: that it names; empty for the usual one of its folder.
        stage: its name; None where the command gives none.
        region: that the command gives; None where it gives none.
        unknown: what it is told and nothing here fills in; empty where all is known.
        evidence: where it stands.
        environment: what is said there of the environment, beside the stage.
        service: the one of a list that it deploys; empty for all of them.
        packaged: whether it stands in a `package.json`, of which anything may be called otherwise.
    """

    folders: tuple[str, ...] | None
    file: str
    stage: str | None
    region: str | None
    unknown: str
    evidence: Evidence
    environment: Deployment
    packaged: bool = False
    service: str = ""

    def deploys(self, path: str, lists: Iterable[Listed] = ()) -> bool:
        """Whether it deploys a file, by itself or by a list of services."""
        if any(
            one.path == path and one.folder in (self.folders or ()) and self.service in ("", one.name) for one in lists
        ):
            return True
        return any(
            path == posixpath.normpath(posixpath.join(folder, self.file)) if self.file else _lies(path, folder)
            for folder in self.folders or ()
        )


def _lies(path: str, folder: str) -> bool:
    """Whether a file lies in a folder, which may be a pattern of the shell's."""
    parts, wanted = [one.split("/") if one else [] for one in (posixpath.dirname(path), folder)]
    return len(parts) == len(wanted) and all(fnmatchcase(one, by) for one, by in zip(parts, wanted, strict=True))


def stage_commands(content: bytes, path: str, other: Callable[[str], str | None]) -> list[StageCommand]:
    """Commands of one file that deploy Serverless files.

    Args:
        content: of the file.
        path: of the file.
        other: text of the `package.json` of a folder; None where there is none.
    """
    if not any(word in content for word in _MARKS):
        return []
    text = content.decode("utf-8", "replace")
    if posixpath.basename(path) == "package.json":
        return list(_package(text, path))
    lines = [(key, line) for key, line in lines_of(text, path) if len(line) <= LONGEST_LINE]
    script = Script(path, outline=Outline(path, lines))
    for key, line in lines:
        script.line = key
        learn(script, " ".join(line.split()))
    found: list[StageCommand] = []
    for one in standing(lines, script.outline, path):
        if one.command.program not in ("echo", "printf"):
            script.line = one.key
            found.extend(_of(one, script, other))
    return found


def _of(one: Standing, script: Script, other: Callable[[str], str | None]) -> Iterator[StageCommand]:
    words = one.command.words
    runs = words[:1] and words[0] in _RUNNERS
    if not runs and _arguments(words) is None:
        return
    for folder, *said in script.readings(one.folder, *words):
        folders = folders_of(folder, script.path)
        own = _arguments(tuple(said))
        for arguments in [own] if own is not None else _scripted(tuple(said), folders, other):
            for filled in script.readings(*arguments) if arguments else [()]:
                yield _command(one, script, folders, filled)


def _arguments(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Words behind `serverless deploy`; None for another command."""
    for at, word in enumerate(words[:-1]):
        if _PROGRAM.fullmatch(word) and "deploy" in words[at + 1 : at + 6]:
            behind = words[at + 1 :]
            return None if behind[behind.index("deploy") + 1 :][:1] == ("list",) else behind
    return None


def _scripted(words: tuple[str, ...], folders: tuple[str, ...] | None, other: Callable[[str], str | None]) -> list[tuple[str, ...]]:  # fmt: skip
    """Arguments of what a script of a `package.json` deploys, those that it is called with behind its own."""
    called = [word for word in words[1:] if not word.startswith("-") or word == "--"]
    called = called[1:] if called[:1] in (["run"], ["run-script"]) else called if words[0] != "npm" else []
    if not called:
        return []
    name = called[0]
    more = tuple(word for word in words[words.index(name) + 1 :] if word != "--")
    for folder in folders or ():
        text = other(folder)
        script = packaged(text).get(name) if text is not None else None
        if script is not None:
            found = (_arguments(one.words) for one in commands(script))
            return [(*one, *more) for one in found if one is not None]
    return []


def _command(one: Standing, script: Script, folders: tuple[str, ...] | None, words: tuple[str, ...]) -> StageCommand:
    command = Command(("sls", *words))
    stage, region = command.option("--stage", "-s"), command.option("--region", "-r")
    unknown = next((text for text in (stage, region) if text is not None and _open(text, text is stage)), "")
    where = Evidence(scanner=NAME, locator=f"{script.path}:{one.key // LINE}")
    said = staged(Deployment(evidence=where), (), script.outline, one.key)
    around = script.region() if region is None else None
    if region is None and around is not None and len(around) == 1:
        said = Deployment(region=region_of(around[0]), environment=said.environment, staged=said.staged)
    file = command.option("--config", "-c") or ""
    known = stage if stage and not _open(stage, True) else None
    service = command.option("--service") or next(iter(words[: words.index("deploy")]), "")
    return StageCommand(
        folders, file, known, region_of(region), unknown, where, said, posixpath.basename(script.path) == "package.json",
        "" if service.startswith("-") or "$" in service else service,
    )  # fmt: skip


def _open(text: str, stage: bool) -> bool:
    return not (_STAGE.fullmatch(text) if stage else region_of(text))


def _package(text: str, path: str) -> Iterator[StageCommand]:
    """Scripts that name a stage or a region: one that names neither deploys what its caller says."""
    lines = split_lines(text)
    script = Script(path)
    for name, body in packaged(text).items():
        line = next((number for number, one in enumerate(lines, 1) if f'"{name}"' in one), 1)
        for standing_in in standing([(line * LINE, body)], script.outline, "package.sh"):
            words = _arguments(standing_in.command.words)
            folders = folders_of(standing_in.folder, path)
            found = _command(standing_in, script, folders, words) if words is not None else None
            if found and (found.stage or found.region or found.unknown):
                yield found


def chosen(
    commands_: Iterable[StageCommand], path: str, alone: bool, lists: Iterable[Listed] = ()
) -> tuple[list[StageCommand], list[StageCommand]]:
    """Commands that deploy a file, and those of which nothing tells whether they do.

    Args:
        commands_: of all files.
        path: of a Serverless file.
        alone: whether it is the only one of the tree.
        lists: services that are deployed together.
    """
    every = list(commands_)
    found = every if alone else [one for one in every if one.deploys(path, lists)]
    sure = [one for one in found if not one.unknown]
    if sure or found:
        followed = any(not one.packaged for one in sure)
        return sure, [one for one in found if one.unknown and not (one.packaged and followed)]
    return [], [one for one in every if one.folders is None]
