"""Words of a file, taken one by one."""

from __future__ import annotations

from blastradius.scanners.terraform.hcl.lexing import Token
from blastradius.scanners.terraform.hcl.syntax import SyntaxProblem


class Words:
    """Words taken one by one; `wide` says whether a line end is white space here."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.wide = False
        self.depth = 0

    def peek(self) -> Token:
        """The next word, not taken."""
        if self.wide:
            while self.tokens[self.at].kind == "newline":
                self.at += 1
        return self.tokens[self.at]

    def take(self) -> Token:
        """The next word."""
        token = self.peek()
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, mark: str) -> bool:
        """Whether the next word is this mark."""
        token = self.peek()
        return token.kind == "mark" and token.value == mark

    def skip(self, mark: str) -> bool:
        """Take the next word if it is this mark."""
        if self.sees(mark):
            self.at += 1
            return True
        return False

    def need(self, mark: str) -> None:
        """Take this mark, or refuse."""
        if not self.skip(mark):
            raise SyntaxProblem(self.peek().line, f"{mark!r} is missing")

    def word(self) -> str:
        """Take a name, or refuse."""
        token = self.take()
        if token.kind != "word":
            raise SyntaxProblem(token.line, "a name is missing")
        return str(token.value)

    def newlines(self) -> None:
        """Take line ends."""
        while self.tokens[self.at].kind == "newline":
            self.at += 1
