"""Shell text taken apart into commands with their words; nothing is run, and no file is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_SCRIPT = 200_000
MAX_COMMANDS = 5_000
_NESTED = 4
_ASSIGN = re.compile(r"([A-Za-z_]\w{0,200})=(.*)", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_]\w{0,60})\1")
#: Words before a command that only say how it is run.
_BEFORE = frozenset({
    "sudo", "exec", "then", "do", "else", "if", "elif", "until", "while", "!", "time", "env", "eval", "{", "nohup",
    "command", "retry", "xargs", "export", "declare", "local", "readonly", "@",
})  # fmt: skip
_SHELLS = frozenset({"sh", "bash", "zsh", "ash", "dash"})
_SIGNS = "\n;&|()`"


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a script.

    Attributes:
        words: program and arguments, without quotes; variables stay as they are written.
        settings: variables that are set for it alone, or by it where there is no program.
        line: line of the script, from 0.
    """

    words: tuple[str, ...]
    line: int = 0
    settings: dict[str, str] = field(default_factory=dict)

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
    for words, line in _lines_of_words(_without_heredocs(script)):
        found.extend(_command(words, line, _depth))
        if len(found) >= MAX_COMMANDS:
            break
    return found


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


def _command(words: list[str], line: int, depth: int) -> Iterator[Command]:
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
    made = Command(tuple(words), line, settings)
    if made.program in _SHELLS and depth < _NESTED:
        inner = next((words[i + 1] for i, word in enumerate(words[:-1]) if re.fullmatch(r"-[a-z]*c", word)), None)
        if inner is not None:
            for one in commands(inner, depth + 1):
                yield Command(one.words, line + one.line, one.settings)
            return
    yield made


def _lines_of_words(script: str) -> Iterator[tuple[list[str], int]]:
    """Words of each command with the line on which it begins; one pass, so that no text is slow."""
    words: list[str] = []
    word: list[str] | None = None
    quote, line, begun = "", 0, 0
    at, size = 0, len(script)

    def ended() -> None:
        nonlocal word
        if word is not None:
            words.append("".join(word))
            word = None

    while at < size:
        sign = script[at]
        line += sign == "\n"
        if not words and word is None:
            begun = line
        if quote:
            if sign == quote:
                quote = ""
            elif sign == "\\" and quote == '"' and script[at + 1 : at + 2] in ('"', "\\", "\n"):
                at += 1
                line += script[at] == "\n"
                if script[at] != "\n":
                    word = _more(word, script[at])
            else:
                word = _more(word, sign)
        elif sign == "\\":
            at += 1
            following = script[at : at + 1]
            line += following == "\n"
            if following == "\r" and script[at + 1 : at + 2] == "\n":
                at += 1
                line += 1
            elif following and following != "\n":
                word = _more(word, following)
        elif sign in "\"'":
            quote = sign
            word = _more(word, "")
        elif script.startswith("${{", at) and (end := script.find("}}", at, at + 500)) > 0:
            word = _more(word, script[at : end + 2])
            line += script.count("\n", at, end)
            at = end + 1
        elif script.startswith("$(", at) and (named := re.compile(r"\$\([A-Za-z_][\w.]{0,80}\)").match(script, at)):
            word = _more(word, named[0])  # a variable of Azure's, or a command without arguments
            at = named.end() - 1
        elif sign == "#" and word is None:
            end = script.find("\n", at)
            at = size if end < 0 else end - 1
        elif sign == ">" or (sign == "<" and word is None):
            ended()
            at = _past_redirection(script, at)
            continue
        elif sign in _SIGNS:
            if sign == "(" and word and word[-1] == "$":
                word = None if len(word) == 1 else word
            ended()
            if words:
                yield words, begun
                words = []
        elif sign.isspace():
            ended()
        else:
            word = _more(word, sign)
        at += 1
    ended()
    if words:
        yield words, begun


def _more(word: list[str] | None, text: str) -> list[str]:
    if word is None:
        return [text]
    word.append(text)
    return word


_REDIRECTION = re.compile(r"[<>]{1,3}[&|]?[ \t]{0,20}[\w$./{}@:-]{0,300}")


def _past_redirection(script: str, at: int) -> int:
    match = _REDIRECTION.match(script, at)
    return match.end() if match else at + 1
