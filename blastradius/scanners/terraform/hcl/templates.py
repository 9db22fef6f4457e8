"""Texts with expressions and directives in them."""

from __future__ import annotations

from blastradius.scanners.terraform.hcl.expressions import Parser
from blastradius.scanners.terraform.hcl.lexing import Hole, Lexer, Piece
from blastradius.scanners.terraform.hcl.syntax import (
    MAX_DEPTH,
    Choice,
    Literal,
    Node,
    SyntaxProblem,
    Template,
    TemplateFor,
)


def template(pieces: list[Piece], line: int, depth: int = 0) -> Node:
    """The expression that pieces of a text make; a text that is one `${…}` alone is that expression."""
    builder = _Builder(_trimmed(pieces), line, depth)
    parts, stop = builder.run()
    if stop is not None:
        raise SyntaxProblem(line, f"%{{ {stop} }} without its beginning")
    if len(parts) == 1 and isinstance(pieces[0], Hole) and not pieces[0].directive:
        return parts[0]
    return Template(line, tuple(parts))


def template_text(text: str) -> Node:
    """The expression that a whole text makes, such as the file that `templatefile` names.

    Raises:
        SyntaxProblem: when an expression in it cannot be read.
    """
    pieces = Lexer(text).template()
    return template(pieces, 1) if pieces else Literal(1, "")


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Apply `~`, which eats the white space beside it."""
    found = list(pieces)
    for at, piece in enumerate(found):
        if isinstance(piece, Hole):
            before = found[at - 1] if at else None
            if piece.before and isinstance(before, str):
                found[at - 1] = before.rstrip()
            after = found[at + 1] if at + 1 < len(found) else None
            if piece.after and isinstance(after, str):
                found[at + 1] = after.lstrip()
    return found


class _Builder:
    def __init__(self, pieces: list[Piece], line: int, depth: int) -> None:
        self.pieces = pieces
        self.line = line
        self.depth = depth
        self.at = 0

    def run(self, level: int = 0) -> tuple[list[Node], str | None]:
        """Parts up to the end, or to a directive that ends or splits a group, which is returned."""
        if level + self.depth > MAX_DEPTH:
            raise SyntaxProblem(self.line, f"texts nest deeper than {MAX_DEPTH} levels")
        parts: list[Node] = []
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            self.at += 1
            if isinstance(piece, str):
                if piece:
                    parts.append(Literal(self.line, piece))
                continue
            parser = Parser(piece.tokens)
            parser.wide, parser.depth = True, self.depth + level
            if not piece.directive:
                parts.append(parser.expression())
                _finished(parser)
                continue
            word = parser.word()
            if word in ("endif", "endfor", "else"):
                return parts, word
            parts.append(self._group(word, parser, piece, level))
        return parts, None

    def _group(self, word: str, parser: Parser, hole: Hole, level: int) -> Node:
        if word == "if":
            test = parser.expression()
            _finished(parser)
            yes, stop = self.run(level + 1)
            no: list[Node] = []
            if stop == "else":
                no, stop = self.run(level + 1)
            if stop != "endif":
                raise SyntaxProblem(hole.line, "%{ if } without its end")
            return Choice(hole.line, test, Template(hole.line, tuple(yes)), Template(hole.line, tuple(no)))
        if word == "for":
            first = parser.word()
            key, value = (first, parser.word()) if parser.skip(",") else (None, first)
            if parser.word() != "in":
                raise SyntaxProblem(hole.line, "'in' is missing in a for directive")
            over = parser.expression()
            _finished(parser)
            body, stop = self.run(level + 1)
            if stop != "endfor":
                raise SyntaxProblem(hole.line, "%{ for } without its end")
            return TemplateFor(hole.line, key, value, over, Template(hole.line, tuple(body)))
        raise SyntaxProblem(hole.line, "a directive that Terraform does not know")


def _finished(parser: Parser) -> None:
    if parser.peek().kind != "end":
        raise SyntaxProblem(parser.peek().line, "more than one expression within a text")
