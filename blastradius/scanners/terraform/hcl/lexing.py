"""Terraform's native syntax cut into words; texts with expressions in them hold the words of each expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from blastradius.scanners.terraform.hcl.syntax import MAX_DEPTH, Lines, SyntaxProblem

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\ufeff]+)"
    r"|(?P<newline>\n)"
    r"|(?P<word>[^\W\d][\w-]*)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r"|(?P<heredoc><<-?[^\W\d][\w-]*[ \t\r]*\n)"
    r"|(?P<mark>==|!=|<=|>=|&&|\|\||=>|\.\.\.|::|[{}\[\]()=.,?:<>+\-*/%!~])"
    r'|(?P<quote>")',
    re.DOTALL,
)
_QUOTED = re.compile(r'[^"\\$%\n]+|\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\$\$\{|%%\{|\$\{~?|%\{~?|[$%]|"')
_PLAIN = re.compile(r"[^$%]+|\$\$\{|%%\{|\$\{~?|%\{~?|[$%]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(slots=True)
class Token:
    """One word: `kind` is `word`, `number`, `mark`, `newline`, `text`, `template` or `end`."""

    kind: str
    value: Any
    line: int


@dataclass(slots=True)
class Hole:
    """An expression or directive within a text.

    Attributes:
        tokens: its words.
        line: where it begins.
        directive: whether it is `%{ … }`.
        before: whether white space before it goes away.
        after: whether white space behind it goes away.
    """

    tokens: list[Token]
    line: int
    directive: bool
    before: bool
    after: bool


Piece = str | Hole


class Lexer:
    """Cuts one text."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.text = text
        self.line = line

    def tokens(self) -> list[Token]:
        """All words of a file."""
        found, _ = self._run(0, 0, nested=False)
        return found

    def template(self) -> list[Piece]:
        """All pieces of a file that is one text."""
        return self._pieces(0, _PLAIN, 0)[0]

    def _run(self, at: int, depth: int, *, nested: bool) -> tuple[list[Token], int]:
        """Words from a place on: to the end, or to the brace that closes an expression within a text."""
        if depth > MAX_DEPTH:
            raise SyntaxProblem(self.line, f"texts nest deeper than {MAX_DEPTH} levels")
        found: list[Token] = []
        text, match, braces = self.text, _TOKEN.match, 0
        while at < len(text):
            hit = match(text, at)
            if hit is None:
                raise SyntaxProblem(self.line, "a character that Terraform does not allow here")
            kind, at = hit.lastgroup, hit.end()
            if kind == "space":
                continue
            if kind == "comment":
                self.line += hit.group().count("\n")
            elif kind == "quote":
                token, at = self._quoted(at, depth)
                found.append(token)
            elif kind == "heredoc":
                token, at = self._heredoc(hit, depth)
                found.append(token)
                found.append(Token("newline", "\n", self.line))
                self.line += 1
            else:
                value = hit.group()
                if nested and value == "}" and not braces:
                    found.append(Token("end", "", self.line))
                    return found, at
                braces += (value == "{") - (value == "}")
                found.append(Token(kind or "", value, self.line))
                self.line += kind == "newline"
        if nested:
            raise SyntaxProblem(self.line, "an expression within a text is not closed")
        found.append(Token("end", "", self.line))
        return found, at

    def _quoted(self, at: int, depth: int) -> tuple[Token, int]:
        line = self.line
        pieces, at = self._pieces(at, _QUOTED, depth + 1)
        return _token(pieces, line), at

    def _heredoc(self, hit: re.Match[str], depth: int) -> tuple[Token, int]:
        mark = hit.group()
        word = mark.lstrip("<-").strip()
        line = self.line
        ends = re.compile(rf"^[ \t]*{re.escape(word)}[ \t\r]*$", re.MULTILINE).search(self.text, hit.end())
        if ends is None:
            raise SyntaxProblem(line, f"the text that ends with {word} does not end")
        body = self.text[hit.end() : ends.start()]
        inner = Lexer(_dedented(body) if mark.startswith("<<-") else body, line + 1)
        pieces: list[Piece] = [
            Lines(one) if isinstance(one, str) else one for one in inner._pieces(0, _PLAIN, depth + 1)[0]
        ]
        self.line = line + 1 + body.count("\n")
        # the end of the line behind the marker is no part of it
        newline = self.text.find("\n", ends.start())
        return _token(pieces, line), len(self.text) if newline < 0 else newline + 1

    def _pieces(self, at: int, pattern: re.Pattern[str], depth: int) -> tuple[list[Piece], int]:
        pieces: list[Piece] = []
        literal: list[str] = []
        text, match = self.text, pattern.match
        while at < len(text):
            hit = match(text, at)
            if hit is None:
                raise SyntaxProblem(self.line, "a quoted text that does not end on its line, or a wrong escape")
            value, at = hit.group(), hit.end()
            if value == '"' and pattern is _QUOTED:
                return _closed(pieces, literal), at
            if value[:2] in ("${", "%{"):
                pieces.extend(_closed([], literal))
                literal = []
                hole, at = self._hole(value, at, depth)
                pieces.append(hole)
            elif value in ("$${", "%%{"):
                literal.append(value[1:])
            elif value[0] == "\\" and pattern is _QUOTED:
                literal.append(_unescaped(value))
            else:
                literal.append(value)
                self.line += value.count("\n")
        if pattern is _QUOTED:
            raise SyntaxProblem(self.line, "a quoted text does not end")
        return _closed(pieces, literal), at

    def _hole(self, mark: str, at: int, depth: int) -> tuple[Hole, int]:
        line = self.line
        tokens, end = self._run(at, depth + 1, nested=True)
        after = len(tokens) > 1 and tokens[-2].value == "~" and tokens[-2].kind == "mark"
        if after:
            del tokens[-2]
        return Hole(tokens, line, mark[0] == "%", mark.endswith("~"), after), end


def _unescaped(value: str) -> str:
    if value[1] in "uU":
        code = int(value[2:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _ESCAPES[value[1]]


def _closed(pieces: list[Piece], literal: list[str]) -> list[Piece]:
    return [*pieces, "".join(literal)] if literal else pieces


def _token(pieces: list[Piece], line: int) -> Token:
    if not pieces:
        return Token("text", "", line)
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return Token("text", pieces[0], line)
    return Token("template", pieces, line)


def _dedented(body: str) -> str:
    lines = body.split("\n")
    widths = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    cut = min(widths, default=0)
    return "\n".join(line[cut:] if line.strip() else line.lstrip(" \t") for line in lines)
