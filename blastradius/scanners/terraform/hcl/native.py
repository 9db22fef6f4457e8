"""Files of Terraform's native syntax: arguments and blocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from blastradius.scanners.terraform.hcl.expressions import Parser
from blastradius.scanners.terraform.hcl.lexing import Lexer
from blastradius.scanners.terraform.hcl.syntax import MAX_DEPTH, Argument, BlockNode, Body, SyntaxProblem

#: Characters of source that are remembered at most: what is read of them takes some fifty times their space.
MOST_REMEMBERED = 8_000_000


class _Memory:
    """Files that were read, by name and text, while somebody reads two versions of one tree."""

    def __init__(self) -> None:
        self.users = self.size = 0
        self.files: dict[tuple[str, str], Body] = {}

    def keep(self, path: str, text: str, body: Body) -> None:
        """Remember a file as long as there is room."""
        if self.users and self.size + len(text) <= MOST_REMEMBERED:
            self.size += len(text)
            self.files[path, text] = body


_MEMORY = _Memory()


@contextmanager
def remembering() -> Iterator[None]:
    """Read a file of the same name and text once: most files of a base are those of its head."""
    _MEMORY.users += 1
    try:
        yield
    finally:
        _MEMORY.users -= 1
        if not _MEMORY.users:
            _MEMORY.files.clear()
            _MEMORY.size = 0


def parse(text: str, path: str = "") -> Body:
    """Read one file.

    Args:
        text: content of a `.tf` or `.tfvars` file.
        path: its name within the tree; every block knows it.

    Raises:
        SyntaxProblem: where it is not Terraform; nothing of the file is kept then.
    """
    body = _MEMORY.files.get((path, text))
    if body is None:
        parser = Parser(Lexer(text).tokens())
        body = _body(parser, path, 0, top=True)
        if parser.peek().kind != "end":
            raise SyntaxProblem(parser.peek().line, "a closing brace too many")
        _MEMORY.keep(path, text, body)
    return _own(body) if _MEMORY.users else body


def _own(body: Body) -> Body:
    """A body whose blocks may be merged with those of an override file without a trace in what is remembered."""
    blocks = [
        BlockNode(one.type, one.labels, Body(dict(one.body.arguments), list(one.body.blocks)), one.line, one.path)
        for one in body.blocks
    ]
    return Body(dict(body.arguments), blocks)


def _body(parser: Parser, path: str, level: int, *, top: bool = False) -> Body:
    if level > MAX_DEPTH:
        raise SyntaxProblem(parser.peek().line, f"blocks nest deeper than {MAX_DEPTH} levels")
    body = Body()
    while True:
        parser.newlines()
        token = parser.peek()
        if token.kind == "end" or (token.kind == "mark" and token.value == "}"):
            return body
        _entry(parser, path, level, body, quoted=top)
        if parser.peek().kind not in ("newline", "end") and not parser.sees("}"):
            raise SyntaxProblem(parser.peek().line, "more than one argument or block on a line")


def _entry(parser: Parser, path: str, level: int, body: Body, *, quoted: bool) -> None:
    token = parser.take()
    if token.kind != "word" and not (quoted and token.kind == "text"):
        raise SyntaxProblem(token.line, "a name of an argument or block is missing")
    name = str(token.value)
    if parser.skip("="):
        if name in body.arguments:
            raise SyntaxProblem(token.line, "an argument is written twice")
        body.arguments[name] = Argument(name, parser.expression(), token.line)
        return
    labels: list[str] = []
    while parser.peek().kind in ("word", "text"):
        labels.append(str(parser.take().value))
    if not parser.skip("{"):
        raise SyntaxProblem(token.line, "neither '=' nor '{' behind a name")
    inner = _body(parser, path, level + 1)
    parser.need("}")
    body.blocks.append(BlockNode(name, tuple(labels), inner, token.line, path))
