"""What a shell line fetches before the program starts: needed to start it, not to serve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blastradius.model import Evidence
from blastradius.scanners.settings import Setting

MAX_SCRIPT = 200_000

_SPLIT = re.compile(r"(&&|\|\||[;|\n])")
_BEFORE = re.compile(r"^(?:(?:sudo|exec|then|do|else|if|until|!|time|env|eval|\(|\{|-\w+)\s+|[A-Za-z_]\w*=\S*\s+)+")
_SSH = re.compile(r"(?<![\w.-])[\w.-]{1,64}@([A-Za-z0-9.-]+\.[A-Za-z]{2,}):(?=[\w./~-])")
#: Programs that fetch with some of their words, and the name under which a registry is known, where it is one.
_FETCHERS: dict[str, tuple[frozenset[str], str]] = {
    "git": (frozenset({"clone", "fetch", "pull", "submodule", "ls-remote"}), ""),
    "npm": (frozenset({"install", "i", "ci"}), "npm"),
    "npx": (frozenset(), "npm"),
    "yarn": (frozenset({"install", "add"}), "npm"),
    "pnpm": (frozenset({"install", "i", "add"}), "npm"),
    "pip": (frozenset({"install", "download"}), "pip"),
    "pip3": (frozenset({"install", "download"}), "pip"),
    "uv": (frozenset({"sync", "pip"}), "pip"),
    "poetry": (frozenset({"install"}), "pip"),
    "apt-get": (frozenset({"install", "update", "upgrade"}), "apt"),
    "apt": (frozenset({"install", "update", "upgrade"}), "apt"),
    "apk": (frozenset({"add", "update", "upgrade"}), "apk"),
    "yum": (frozenset({"install", "update"}), "rpm"),
    "dnf": (frozenset({"install", "update"}), "rpm"),
    "gem": (frozenset({"install"}), "gem"),
    "bundle": (frozenset({"install"}), "gem"),
    "go": (frozenset({"get", "install", "mod"}), "go"),
    "cargo": (frozenset({"install", "fetch"}), "cargo"),
    "composer": (frozenset({"install", "update", "require"}), "composer"),
}
_DOWNLOADERS = frozenset({"curl", "wget"})
_TO_FILE = re.compile(r"(?:^|\s)(?:-[a-zA-Z]*[oO]|--output\S*|--remote-name\S*|>)")
#: What stands between fetching and the program.
_IDLE = frozenset({
        "cd", "echo", "printf", "sleep", "mkdir", "cp", "mv", "chmod", "chown", "tar", "unzip", "gunzip",
        "export", "set", "source", ".", "true", ":", "test", "[", "done", "fi", "rm", "ls", "cat", "touch",
        "ln",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Script:
    """A script taken apart.

    Attributes:
        serving: what runs to serve.
        fetching: what fetches before that.
        managers: names of package managers that install something, such as `npm`.
    """

    serving: str
    fetching: str = ""
    managers: tuple[str, ...] = ()


def taken_apart(script: str, *, boot: bool = False) -> Script:
    """Tell what a script fetches before it starts its program from what that does; loops go on, so they serve.

    Args:
        script: its text.
        boot: whether it runs once when a machine starts, so that whatever it downloads is needed for that alone.
    """
    if len(script) > MAX_SCRIPT:
        return Script(script)
    serving: list[str] = []
    fetching: list[str] = []
    managers: dict[str, None] = {}
    pieces = _SPLIT.split(script.replace("\\\n", " "))
    segments = [(pieces[at], pieces[at + 1] if at + 1 < len(pieces) else "") for at in range(0, len(pieces), 2)]
    depth = 0
    for position, (text, end) in enumerate(segments):
        first = text.split()[:1]
        depth += first in (["while"], ["for"])
        fetcher = None if depth else _fetcher(text, end, segments[position + 1 :], boot=boot)
        depth = max(0, depth - (first == ["done"]))
        if fetcher is None:
            serving.append(text + end)
        else:
            fetching.append(_SSH.sub(r"ssh://\1/", text))
            serving.append("\n" if end == "\n" else "")
            managers.update(dict.fromkeys(filter(None, [fetcher])))
    return Script("".join(serving), "\n".join(fetching), tuple(managers))


def script_settings(
    name: str, script: str, via: str, evidence: tuple[Evidence, ...], *, boot: bool = False
) -> Iterator[Setting]:
    """A shell line as settings: what it fetches before its program starts is needed to start.

    Args:
        name: of the flag that it is given to, if any.
        script: its text.
        via: what shows it.
        evidence: where it stands.
        boot: whether it runs once when a machine starts.
    """
    apart = taken_apart(script, boot=boot)
    yield Setting(name, apart.serving, via, evidence, prose=True)
    if apart.fetching:
        yield Setting(name, apart.fetching, f"{via}: fetched to start", evidence, prose=True, phase="startup")


def managers_in(scripts: Iterable[str]) -> list[str]:
    """Package managers that shell lines run before the program starts; which registry they ask is not told."""
    return sorted({name for script in scripts for name in taken_apart(script).managers})


def _fetcher(text: str, end: str, after: list[tuple[str, str]], *, boot: bool = False) -> str | None:
    """The package manager that a command is, empty for another fetcher; None where it fetches nothing for the start."""
    said = _BEFORE.sub("", text.strip()).split()
    if said[:2] and said[0].rsplit("/", 1)[-1].startswith("python") and said[1:2] == ["-m"]:
        said = said[2:]
    if not said:
        return None
    program = said[0].rsplit("/", 1)[-1]
    if program in _DOWNLOADERS:
        if boot:
            return ""
        kept = bool(_TO_FILE.search(text)) or end == "|" or program == "wget"
        return "" if kept and _starts(after) else None
    verbs, manager = _FETCHERS.get(program, (frozenset(), None))
    if manager is None or (verbs and not verbs & set(said[1:6])):
        return None
    return manager if manager or boot or _starts(after) else None


def _starts(after: list[tuple[str, str]]) -> bool:
    """Whether a program is started later on."""
    for text, _ in after:
        said = _BEFORE.sub("", text.strip()).split()
        if said and said[0].rsplit("/", 1)[-1] not in _IDLE | _DOWNLOADERS | _FETCHERS.keys():
            return True
    return False
