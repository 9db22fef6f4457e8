"""In which folder the commands of a script or pipeline run, and their words: read without running anything."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from blastradius.scanners.outline import Outline
from blastradius.scanners.saying import LINE
from blastradius.scanners.shell import Command, commands

_HEAD = re.compile(r"^\s*(?:- )*(?:[\"']?[\w. -]{1,60}[\"']?\s?:\s+)?(?:- )*")
_CALL = re.compile(r"\b(?:sh|bat|script)\b[ (:]{0,8}[\"']{1,3}")
_WITHIN = re.compile(r"\bdir\s*\(\s*[\"']([^\"']{1,300})[\"']\s*\)")
_TOP = re.compile(
    r"^[\"']?(?:\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|CODEBUILD_SRC_DIR|BITBUCKET_CLONE_DIR|WORKSPACE)\}?|\$\{\{\s*github\.workspace\s*\}\}"
    r"|\$\(Build\.SourcesDirectory\)|\$\(System\.DefaultWorkingDirectory\)|\$\(git rev-parse --show-toplevel\))(?=/|$)"
)
_ORB = re.compile(r"<<\s*([\w.-]+)\s*>>")
_OWN = re.compile(r"\$\(\s*(?:cd\s+)?[\"']?(?:\$\(\s*)?dirname\b.*|\$\{(?:BASH_SOURCE(?:\[0\])?|0)%/\*\}")
TOP = "/"
"""Stands before a folder that is counted from the top of the tree."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A command, and where it runs.

    Attributes:
        key: of its line.
        command: its words.
        folder: as it is written, variables left in; empty for where the file's commands begin, after `/` from the top.
    """

    key: int
    command: Command
    folder: str = ""


@dataclass(slots=True)
class _Shell:
    """A shell that goes from folder to folder."""

    folder: str = ""
    before: list[str] = field(default_factory=list)

    def go(self, said: str) -> None:
        if said == "-":
            said = self.before.pop() if self.before else ""
            self.folder, self.before = said, [*self.before, self.folder]
            return
        self.before.append(self.folder)
        self.folder = joined(self.folder, said)

    def back(self) -> None:
        self.folder = self.before.pop() if self.before else self.folder


def joined(folder: str, said: str) -> str:
    """A folder that is named from another."""
    if _OWN.match(said):
        folder, said = "", re.split(r"[)}]", said)[-1].strip("/")
    elif (top := _TOP.match(said)) or (top := re.match(r"~/[^/]+", said)):  # CircleCI checks out below the home folder
        folder, said = TOP, said[top.end() :].strip("/")
    above = TOP if folder.startswith(TOP) else ""
    whole = posixpath.normpath(posixpath.join(folder.removeprefix(TOP), said or "."))
    return above + ("" if whole == "." else whole)


def folders_of(folder: str, path: str) -> tuple[str, ...] | None:
    """Folders of the tree that a command may run in: seen from the file it stands in, and from the top.

    Args:
        folder: as it is written, variables filled in as far as that goes.
        path: of the file.
    """
    if "$" in folder or "<<" in folder or "`" in folder:
        return None
    if folder.startswith(TOP):
        return (folder.removeprefix(TOP),)
    around = posixpath.dirname(path)
    top = re.sub(r"(?:^|/)\.(?:github|circleci)(?:/.*)?$", "", around)
    found = [joined(one, folder) for one in dict.fromkeys((around, top, ""))]
    return tuple(dict.fromkeys(one for one in found if not one.startswith("..")))


def standing(lines: list[tuple[int, str]], outline: Outline, path: str) -> Iterator[Standing]:
    """The commands of a file with where they run.

    Args:
        lines: by their keys.
        outline: of the file.
        path: of the file.
    """
    yaml = path.lower().endswith((".yml", ".yaml"))
    make = posixpath.basename(path).lower().endswith((".mk", "makefile", "justfile"))
    jenkins = "jenkinsfile" in posixpath.basename(path).lower()
    shells: dict[object, _Shell] = {}
    around: list[tuple[int, str]] = []
    depth = 0
    for key, line in lines:
        text = " ".join(line.split())
        if jenkins:
            if match := _WITHIN.search(text):
                around.append((depth, match[1]))
            depth += text.count("{") - text.count("}")
            while (
                around
                and depth <= around[-1][0]
                and "}" in text
                and not (_WITHIN.search(text) and "{" in text and depth > around[-1][0])
            ):
                around.pop()
            if match := _CALL.search(text):
                end = text.rfind(match[0][-1], match.end())
                text = text[match.end() : end if end > 0 else None]
        elif yaml:
            text = _unquoted(_HEAD.sub("", text, count=1))
        elif make:
            text = text.lstrip("@-+ ")
        if not text or text.startswith("#"):
            continue
        shell = _shell(shells, outline, key, yaml, make or jenkins)
        if jenkins and around:
            shell.folder = posixpath.join(*(folder for _, folder in around))
        # what CircleCI fills in reads like a document for a command's input
        yield from _commands(shell, key, _ORB.sub(r"${{ \1 }}", text))


def _shell(shells: dict[object, _Shell], outline: Outline, key: int, yaml: bool, fresh: bool) -> _Shell:
    """The shell that a line is given to: of a step or job of a pipeline, of a script; each line of a recipe has its own."""
    whole = outline.whole(key)
    which: object = key if fresh else _block(whole) if yaml else ""
    if which not in shells:
        folder = outline.said(key, "working-directory", "working_directory", "workingDirectory") if yaml else None
        folder = folder or (_default(outline, key) if yaml else None)
        shells[which] = _Shell(joined("", folder) if folder else "")
    return shells[which]


def _default(outline: Outline, key: int) -> str | None:
    for around in (outline.job(key), ()):
        if found := outline.at((*around, "defaults", "run"), "working-directory"):
            return found
    return None


def _block(whole: tuple[str, ...]) -> tuple[str, ...]:
    """Path of the script that a line is part of: all of a step, all items of one list of commands."""
    if "steps" in whole:
        return whole[: len(whole) - whole[::-1].index("steps") + 1]
    while whole and whole[-1][:1] == "-":
        whole = whole[:-1]
    if whole and whole[-1] in ("commands", "script", "before_script"):
        return whole[:-1] if whole[-1] != "commands" else whole[:-2]
    return whole


def _commands(shell: _Shell, key: int, text: str) -> Iterator[Standing]:
    """The commands of one line; those in parentheses go nowhere with what is behind them."""
    kept = (shell.folder, list(shell.before))
    for one in commands(text):
        if one.program in ("cd", "pushd"):
            shell.go(one.words[1] if len(one.words) > 1 else ".")
        elif one.program == "popd":
            shell.back()
        else:
            yield Standing(key, one, shell.folder)
    if "(cd " in text.replace("( ", "("):
        shell.folder, shell.before = kept


def _unquoted(text: str) -> str:
    text = text.strip()
    if text[:1] in "|>" and len(text) <= 3:
        return ""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def packaged(content: str) -> dict[str, str]:
    """The scripts of a `package.json`; none of one that cannot be read."""
    try:
        held = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    scripts = held.get("scripts") if isinstance(held, dict) else None
    found = scripts.items() if isinstance(scripts, dict) else ()
    return {str(name): text for name, text in found if isinstance(text, str) and len(text) <= 4 * LINE}
