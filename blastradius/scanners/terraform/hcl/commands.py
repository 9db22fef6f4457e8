"""Values that commands give to Terraform: `-var`, `-var-file` and `TF_VAR_…` in scripts, Makefiles and pipelines.

Nothing is run. A value that is not written out, or that commands give differently, is given and not known: then the
variable's default is none of what runs.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from blastradius.scanners.outline import Outline
from blastradius.scanners.saying import LONGEST_LINE, Script, learn, lines_of

_COMMAND = re.compile(r"(?:^|[\s;&|(@\"'/])(?:terraform|tofu|terragrunt)\s+((?:[^;&|]|\|\|)*)")
_FOLDER = re.compile(r"(?:^|[\s;&|(@])cd\s+([^\s;&|)]+)")
_WORKING = re.compile(r"\bworking-directory:\s?(.+)$")
_WHERE = "working-directory"
_BEFORE = re.compile(r"\bTF_VAR_(\w{1,100})=(\"[^\"]*\"|'[^']*'|[^\s;&|]*)\s")
_EXPORT = re.compile(r"\bTF_VAR_(\w{1,100})\s?[:=]\s?(.*)$")
_PREFIX = "TF_VAR_"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Applied:
    """What one command gives.

    Attributes:
        path: of the file with the command.
        folder: in which it is run as the file says, none where it says nothing.
        files: of values, as they are written; one that is not written out is left out.
        values: of variables, None where it is not known.
        surroundings: of variables in the environment, which files of values go before.
    """

    path: str
    folder: str | None
    files: tuple[str, ...] = ()
    values: dict[str, str | None] = field(default_factory=dict)
    surroundings: dict[str, str | None] = field(default_factory=dict)


def applied(content: bytes, path: str) -> list[Applied]:
    """The commands of one file that plan or apply.

    Args:
        content: of the file.
        path: of the file.
    """
    if not any(word in content for word in (b"terraform", b"tofu", b"terragrunt")):
        return []
    lines = lines_of(content.decode("utf-8", "replace"), path)
    script = Script(path, outline=Outline(path, lines))
    told: list[tuple[int, str, str | None]] = []
    job: tuple[str, ...] = ()
    given: dict[str, None] = {}
    folder: str | None = None
    for number, line in lines:
        line = " ".join(line.split())
        if line.startswith("#") or len(line) > LONGEST_LINE:
            continue
        script.line = number
        learn(script, line)
        if script.outline.job(number) != job:
            job, folder = script.outline.job(number), None
        if (match := _EXPORT.search(line)) and not _COMMAND.search(line):
            given[match[1]] = None
            _known(script, match[1], match[2])
        if match := _FOLDER.search(line):
            folder = match[1]
        if match := _WORKING.search(line):
            whole = script.outline.whole(number)
            scope = whole[: whole.index("defaults")] if "defaults" in whole else script.outline.step(number)
            script.values[scope, _WHERE] = script.all(match[1]) or None
        told += [(number, one, folder) for one in (line,) if _COMMAND.search(line)]
    found: list[Applied] = []
    for number, line, where in told[:_MOST]:
        script.line = number
        for match in _COMMAND.finditer(line):
            one = _one(script, match[1], where, list(given), line[: match.start() + 1])
            if one is not None:
                found.append(one)
    return found


def _known(script: Script, name: str, text: str) -> None:
    """Take a value that the usual reading of a line leaves out: one with an address, or a list, in it."""
    plain = text.strip().strip("\"'")
    if plain and "$" not in plain and script.known(_PREFIX + name) is None:
        script.assign(_PREFIX + name, [plain])


def _one(script: Script, text: str, folder: str | None, given: list[str], before: str) -> Applied | None:
    try:
        words = shlex.split(text.rstrip("\"'") if text.count('"') % 2 or text.count("'") % 2 else text)
    except ValueError:
        words = text.split()
    if not {"apply", "plan"} & set(words):
        return None
    files: list[str] = []
    values: dict[str, str | None] = {}
    inner = next((value for option, value in _options(words) if option == "chdir"), folder)
    folders = (script.known(_WHERE), script.all(inner) if inner is not None else None)
    if any(one is not None and len(one) != 1 for one in folders):
        return None  # it may be about any of the roots
    folder = posixpath.join(*(one[0] if one else "" for one in folders))
    for option, value in _options(words):
        if option == "chdir":
            continue
        elif option == "var-file":
            files += script.all(value) if len(script.all(value)) == 1 else []
        elif option == "var" and "=" in value:
            name, _, said = value.partition("=")
            values[name.strip()] = _value(script, said)
    surroundings = {name: _value(script, f"${{{_PREFIX}{name}}}") for name in given}
    surroundings.update({name: _value(script, said) for name, said in _BEFORE.findall(before)})
    return Applied(script.path, folder or None, tuple(files), values, surroundings)


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    for at, word in enumerate(words):
        name, equals, value = word.lstrip("-").partition("=")
        if not word.startswith("-") or name not in ("var", "var-file", "chdir"):
            continue
        if equals:
            yield name, value
        elif at + 1 < len(words):
            yield name, words[at + 1]


def _value(script: Script, text: str) -> str | None:
    """The one value that a text is; None where it is not known, or several."""
    found = script.all(text)
    return found[0] if len(found) == 1 else None


def near(one: Applied, name: str, known: frozenset[str]) -> str | None:
    """The path of a file or folder that a command means: seen from where it runs, else from the top of the tree.

    Args:
        one: the command.
        name: as it is written.
        known: paths that there are.
    """
    beside = posixpath.dirname(one.path)
    for base in (posixpath.join(beside, one.folder or ""), one.folder or "", beside, ""):
        path = posixpath.normpath(posixpath.join(base, name))
        path = "" if path == "." else path
        if path in known:
            return path
    return None
