"""Expressions of Terraform's native syntax, by recursive descent with a bounded depth."""

from __future__ import annotations

from blastradius.scanners.terraform.hcl.lexing import Token
from blastradius.scanners.terraform.hcl.syntax import (
    MAX_DEPTH,
    Attribute,
    Call,
    Choice,
    For,
    Index,
    Items,
    Literal,
    Name,
    Node,
    Object,
    Operation,
    Splat,
    SyntaxProblem,
)
from blastradius.scanners.terraform.hcl.words import Words

_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_BINDS = {mark: level for level, marks in enumerate(_LEVELS) for mark in marks}
_WORDS = {"true": True, "false": False, "null": None}
_MAX_CHAIN = 400


class Parser(Words):
    """Reads expressions from words."""

    def expression(self) -> Node:
        """One expression."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SyntaxProblem(self.peek().line, f"expressions nest deeper than {MAX_DEPTH} levels")
        test = self._binary(0)
        if self.skip("?"):
            wide, self.wide = self.wide, self.wide
            self._wrapped()
            yes = self.expression()
            self._wrapped()
            self.need(":")
            self._wrapped()
            no = self.expression()
            self.wide = wide
            test = Choice(test.line, test, yes, no)
        self.depth -= 1
        return test

    def _wrapped(self) -> None:
        """Line ends that can only be a wrapped choice: Terraform refuses some of these, reading them harms nobody."""
        self.newlines()

    def _binary(self, level: int) -> Node:
        left = self._unary()
        count = 0
        while True:
            token = self.peek()
            binds = _BINDS.get(token.value, -1) if token.kind == "mark" else -1
            if binds < level:
                return left
            count += 1
            if count > _MAX_CHAIN:
                raise SyntaxProblem(token.line, f"more than {_MAX_CHAIN} operations in one expression")
            self.take()
            self.depth += 1
            left = Operation(left.line, token.value, left, self._binary(binds + 1))
            self.depth -= 1

    def _unary(self) -> Node:
        token = self.peek()
        if token.kind == "mark" and token.value in ("-", "!"):
            self.take()
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise SyntaxProblem(token.line, f"expressions nest deeper than {MAX_DEPTH} levels")
            right = self._unary()
            self.depth -= 1
            return Operation(token.line, token.value, None, right)
        return self._steps(self._term())

    def _term(self) -> Node:
        from blastradius.scanners.terraform.hcl.templates import template

        token = self.take()
        if token.kind == "text":
            return Literal(token.line, token.value)
        if token.kind == "template":
            return template(token.value, token.line, self.depth)
        if token.kind == "number":
            return Literal(token.line, _number(str(token.value)))
        if token.kind == "word":
            return self._named(token)
        if token.kind == "mark" and token.value == "(":
            return self._inside(")")
        if token.kind == "mark" and token.value == "[":
            return self._items(token.line)
        if token.kind == "mark" and token.value == "{":
            return self._object(token.line)
        raise SyntaxProblem(token.line, "an expression is missing")

    def _inside(self, end: str) -> Node:
        wide, self.wide = self.wide, True
        node = self.expression()
        self.need(end)
        self.wide = wide
        return node

    def _named(self, token: Token) -> Node:
        name = str(token.value)
        while self.sees("::"):  # functions of providers: `provider::aws::arn_parse`
            self.take()
            name += "::" + self.word()
        if self.sees("("):
            self.take()
            return self._call(token.line, name)
        if name in _WORDS:
            return Literal(token.line, _WORDS[name])
        return Name(token.line, name)

    def _call(self, line: int, name: str) -> Node:
        wide, self.wide = self.wide, True
        arguments: list[Node] = []
        spread = False
        while not self.sees(")"):
            arguments.append(self.expression())
            if self.skip("..."):
                spread = True
            elif not self.skip(","):
                break
        self.need(")")
        self.wide = wide
        return Call(line, name, tuple(arguments), spread)

    def _items(self, line: int) -> Node:
        wide, self.wide = self.wide, True
        if self._for_follows():
            node = self._for(line, "]")
        else:
            items: list[Node] = []
            while not self.sees("]"):
                items.append(self.expression())
                if not self.skip(","):
                    break
            self.need("]")
            node = Items(line, tuple(items))
        self.wide = wide
        return node

    def _for_follows(self) -> bool:
        token = self.peek()
        return token.kind == "word" and token.value == "for" and self.tokens[self.at + 1].kind in ("word", "newline")

    def _object(self, line: int) -> Node:
        wide, self.wide = self.wide, False
        self.newlines()
        if self._for_follows():
            self.wide = True
            node = self._for(line, "}")
            self.wide = wide
            return node
        items: list[tuple[Node, Node]] = []
        while not self.sees("}"):
            items.append(self._item())
            if not self.skip(",") and self.tokens[self.at].kind != "newline":
                break
            self.newlines()
        self.need("}")
        self.wide = wide
        return Object(line, tuple(items))

    def _item(self) -> tuple[Node, Node]:
        token = self.peek()
        key = self.expression()
        if isinstance(key, Name):
            key = Literal(key.line, key.name)
        elif isinstance(key, Literal) and token.kind == "word":
            key = Literal(key.line, token.value)  # `true = 1`: a key is a text
        if not self.skip("=") and not self.skip(":"):
            raise SyntaxProblem(self.peek().line, "'=' is missing behind a key")
        self.newlines()
        return key, self.expression()

    def _for(self, line: int, end: str) -> Node:
        self.take()
        first = self.word()
        key, value = (first, self.word()) if self.skip(",") else (None, first)
        if self.word() != "in":
            raise SyntaxProblem(line, "'in' is missing in a for expression")
        over = self.expression()
        self.need(":")
        body = self.expression()
        name: Node | None = None
        if self.skip("=>"):
            name, body = body, self.expression()
        grouped = self.skip("...")
        test: Node | None = None
        token = self.peek()
        if token.kind == "word" and token.value == "if":
            self.take()
            test = self.expression()
        self.need(end)
        return For(line, key, value, over, name, body, test, grouped)

    def _steps(self, node: Node) -> Node:
        """Attributes, indexes and splats behind a term."""
        for _ in range(_MAX_CHAIN):
            if self.sees("."):
                self.take()
                node = self._dot(node)
            elif self.sees("["):
                self.take()
                node = self._bracket(node)
            else:
                return node
        raise SyntaxProblem(node.line, f"more than {_MAX_CHAIN} steps in one reference")

    def _dot(self, node: Node) -> Node:
        token = self.take()
        if token.kind == "word":
            return Attribute(node.line, node, str(token.value))
        if token.kind == "number":  # `list.0`, and `list.0.1`, which reads as one number
            for part in str(token.value).split("."):
                node = Index(node.line, node, Literal(token.line, _number(part)))
            return node
        if token.kind == "mark" and token.value == "*":
            steps: list[str | Node] = []
            while self.sees(".") and self.tokens[self.at + 1].kind == "word":
                self.take()
                steps.append(self.word())
            return Splat(node.line, node, tuple(steps))
        raise SyntaxProblem(token.line, "a name is missing behind a dot")

    def _bracket(self, node: Node) -> Node:
        wide, self.wide = self.wide, True
        if self.skip("*"):
            self.need("]")
            self.wide = wide
            return Splat(node.line, node, self._splat_steps())
        key = self.expression()
        self.need("]")
        self.wide = wide
        return Index(node.line, node, key)

    def _splat_steps(self) -> tuple[str | Node, ...]:
        steps: list[str | Node] = []
        while len(steps) < _MAX_CHAIN:
            if self.sees(".") and self.tokens[self.at + 1].kind == "word":
                self.take()
                steps.append(self.word())
            elif self.sees("["):
                self.take()
                wide, self.wide = self.wide, True
                steps.append(Literal(0, None) if self.skip("*") else self.expression())
                self.need("]")
                self.wide = wide
            else:
                break
        return tuple(steps)


def _number(text: str) -> int | float:
    if text.isdigit() and len(text) < 40:
        return int(text)
    value = float(text)
    return value if value < 1e300 else 1e300
