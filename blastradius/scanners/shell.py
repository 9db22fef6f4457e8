"""Shell text taken apart into commands with their words; nothing is run, and no file is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

MAX_SCRIPT = 200_000
MAX_COMMANDS = 5_000
_NESTED = 4
_DEEPEST = 60
_ASSIGN = re.compile(r"([A-Za-z_]\w{0,200})=(.*)", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_]\w{0,60})\1")
#: Words before a command that only say how it is run.
_BEFORE = frozenset({
    "sudo", "exec", "then", "do", "else", "if", "elif", "until", "while", "!", "time", "env", "eval", "{", "nohup",
    "command", "retry", "xargs", "export", "declare", "local", "readonly", "@",
})  # fmt: skip
_SHELLS = frozenset({"sh", "bash", "zsh", "ash", "dash"})
_NAMED = re.compile(r"\$\([A-Za-z_][\w.]{0,80}\)")
_REDIRECTION = re.compile(r"[<>]{1,3}[&|]?[ \t]{0,20}(\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|[\w$./{}@:-]{0,300})")
_SIGNS = "\n;&|()`"


Branch = tuple[tuple[int, int], ...]
"""Arms that a command is in: a number for each construct, and which of its arms."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a script.

    Attributes:
        words: program and arguments, without quotes; variables stay as they are written.
        settings: variables that are set for it alone, or by it where there is no program.
        line: line of the script, from 0.
        branch: arms of `if`, `case`, `&&` and `||` that it is in, the outermost first; empty where it is always run.
        into: file that its output goes to, as it is written.
    """

    words: tuple[str, ...]
    line: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    branch: Branch = ()
    into: str = ""

    @property
    def program(self) -> str:
        """Name of the program without its folder; empty where only variables are set."""
        return self.words[0].rsplit("/", 1)[-1] if self.words else ""

    def option(self, *names: str) -> str | None:
        """Value of the first of some options: `--name value`, `--name=value`."""
        for position, word in enumerate(self.words):
            for name in names:
                if word == name and position + 1 < len(self.words):
                    return self.words[position + 1]
                if word.startswith(f"{name}="):
                    return word[len(name) + 1 :]
        return None

    def options(self, *names: str) -> list[str]:
        """Values of all of some options, in their order."""
        found = []
        for position, word in enumerate(self.words):
            if word in names and position + 1 < len(self.words):
                found.append(self.words[position + 1])
            found += [word[len(name) + 1 :] for name in names if word.startswith(f"{name}=")]
        return found

    def has(self, *names: str) -> bool:
        """Whether one of some words stands among the arguments."""
        return any(word in names or word.partition("=")[0] in names for word in self.words[1:])

    def plain(self, flags: frozenset[str] = frozenset()) -> list[str]:
        """Arguments that are neither options nor, as far as can be told, their values.

        Args:
            flags: options of one dash or two that take no value.
        """
        found: list[str] = []
        skip = False
        for word in self.words[1:]:
            if skip:
                skip = False
            elif word.startswith("-") and word != "-":
                skip = "=" not in word and word not in flags
            else:
                found.append(word)
        return found


def commands(script: str, _depth: int = 0) -> list[Command]:
    """The commands of a script in their order, those inside `$(…)` and `sh -c '…'` as well.

    Args:
        script: any shell text; one that is too long gives none.
    """
    if len(script) > MAX_SCRIPT or _depth > _NESTED:
        return []
    found: list[Command] = []
    arms = _Arms()
    for raw in _Reader(_without_heredocs(script)).read():
        branch = arms.of(raw)
        found.extend(replace(one, branch=branch + one.branch) for one in _command(raw, _depth))
        if len(found) >= MAX_COMMANDS:
            break
    return found


@dataclass(frozen=True, slots=True)
class _Raw:
    """Words of a command as they stand, the signs before it, and where its output goes."""

    words: list[str]
    line: int
    signs: str
    into: str


class _Arms:
    """Knows in which arms of which constructs a script is."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, int]] = []
        self._made = 0

    def of(self, raw: _Raw) -> Branch:
        """Arms of a command, which are those behind its own keywords."""
        if ";;" in raw.signs:
            self._next("case")
        for word in raw.words:
            if word in ("if", "case"):
                self._made += 1
                if len(self._open) < _DEEPEST:
                    self._open.append((word, self._made, 0))
            elif word in ("elif", "else"):
                self._next("if")
            elif word in ("fi", "esac") and self._open:
                self._open.pop()
            if word not in _BEFORE:
                break
        here = tuple((number, arm) for _, number, arm in self._open)
        if "&&" in raw.signs or "||" in raw.signs:
            self._made += 1
            return (*here, (self._made, 0))
        return here

    def _next(self, sort: str) -> None:
        if self._open and self._open[-1][0] == sort:
            _, number, arm = self._open.pop()
            self._open.append((sort, number, arm + 1))


def _without_heredocs(script: str) -> str:
    """The script without the texts that it hands to programs, which are no commands; lines keep their numbers."""
    if "<<" not in script:
        return script
    kept, until = [], ""
    for line in script.split("\n"):
        if until:
            until = "" if line.strip() == until else until
            kept.append("")
            continue
        match = _HEREDOC.search(line)
        kept.append(_HEREDOC.sub(" ", line) if match else line)
        until = match[2] if match else ""
    return "\n".join(kept)


def _command(raw: _Raw, depth: int) -> Iterator[Command]:
    words, line = raw.words, raw.line
    settings: dict[str, str] = {}
    at = 0
    while at < len(words):
        match = _ASSIGN.fullmatch(words[at])
        if match:
            settings[match[1]] = match[2]
        elif words[at] not in _BEFORE and not (at and words[at - 1] in ("sudo", "xargs") and words[at][:1] == "-"):
            break
        at += 1
    words = words[at:]
    if not (words or settings):
        return
    made = Command(tuple(words), line, settings, into=raw.into)
    if made.program in _SHELLS and depth < _NESTED:
        inner = next((words[i + 1] for i, word in enumerate(words[:-1]) if re.fullmatch(r"-[a-z]*c", word)), None)
        if inner is not None:
            for one in commands(inner, depth + 1):
                yield replace(one, line=line + one.line)
            return
    yield made


class _Reader:
    """Goes through a script once, sign by sign, so that no text is slow."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._at = 0
        self._line = 0
        self._quote = ""
        self._words: list[str] = []
        self._word: list[str] | None = None
        self._signs = ""
        self._into = ""

    def read(self) -> Iterator[_Raw]:
        """Words of each command with the line on which it begins."""
        begun = 0
        while self._at < len(self._script):
            sign = self._script[self._at]
            self._line += sign == "\n"
            if not self._words and self._word is None:
                begun = self._line
            if self._quote:
                self._quoted(sign)
            elif self._whole(sign):
                continue
            elif sign in _SIGNS:
                self._ended(substituted=sign == "(")
                if self._words:
                    yield self._taken(begun)
                self._signs += sign
            elif sign.isspace():
                self._ended()
            else:
                self._more(sign)
            self._at += 1
        self._ended()
        if self._words:
            yield self._taken(begun)

    def _taken(self, line: int) -> _Raw:
        raw = _Raw(self._words, line, self._signs[-20:], self._into)
        self._words, self._signs, self._into = [], "", ""
        return raw

    def _more(self, said: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(said)

    def _ended(self, substituted: bool = False) -> None:
        """A word is at its end; the `$` of `$(` belongs to none."""
        if self._word is not None and not (substituted and self._word == ["$"]):
            self._words.append("".join(self._word))
        self._word = None

    def _following(self) -> str:
        return self._script[self._at + 1 : self._at + 2]

    def _quoted(self, sign: str) -> None:
        if sign == self._quote:
            self._quote = ""
        elif sign == "\\" and self._quote == '"' and self._following() in ('"', "\\", "\n") and self._following():
            self._at += 1
            self._line += self._script[self._at] == "\n"
            if self._script[self._at] != "\n":
                self._more(self._script[self._at])
        else:
            self._more(sign)

    def _whole(self, sign: str) -> bool:
        """Take what is more than a sign: an escape, a quote, a variable, a comment, a redirection; tells whether it was."""
        script, at = self._script, self._at
        if sign == "\\":
            self._escaped()
        elif sign in "\"'":
            self._quote = sign
            self._more("")
            self._at += 1
        elif sign == "$" and script.startswith("${{", at) and (end := script.find("}}", at, at + 500)) > 0:
            self._more(script[at : end + 2])
            self._line += script.count("\n", at, end)
            self._at = end + 2
        elif sign == "$" and (named := _NAMED.match(script, at)):
            self._more(named[0])  # a variable of Azure's, or a command without arguments
            self._at = named.end()
        elif sign == "#" and self._word is None:
            end = script.find("\n", at)
            self._at = len(script) if end < 0 else end
        elif sign == ">" or (sign == "<" and self._word is None):
            self._ended()
            match = _REDIRECTION.match(script, at)
            if match and sign == ">":
                self._into = match[1].strip("\"'")
            self._at = match.end() if match else at + 1
        else:
            return False
        return True

    def _escaped(self) -> None:
        """A sign behind a backslash is itself; an end of line is nothing."""
        following = self._following()
        self._at += 2
        if following == "\r" and self._script[self._at : self._at + 1] == "\n":
            following = "\n"
            self._at += 1
        if following == "\n":
            self._line += 1
        elif following:
            self._more(following)
