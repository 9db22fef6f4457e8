"""XML read with bounds: no document types, hence no entities, and nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import intern
from xml.parsers import expat

from blastradius.errors import InputError

MAX_LEVELS = 100
MAX_ELEMENTS = 200_000
MAX_TEXT = 2_000


@dataclass(slots=True)
class Element:
    """An element, its name without a namespace.

    Attributes:
        name: such as `dependency`.
        line: on which it begins, from 1.
        attributes: by name.
        children: elements within it.
        text: what stands directly in it, the beginning of a long one.
    """

    name: str
    line: int
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator[Element]:
        """Children of a name."""
        return (child for child in self.children if child.name == name)

    def child(self, *path: str) -> Element | None:
        """The first element at a path of names."""
        here: Element | None = self
        for name in path:
            here = next(here.all(name), None) if here is not None else None
        return here

    def said(self, *path: str) -> str:
        """Text of the first element at a path of names; empty where there is none."""
        found = self.child(*path)
        return found.text.strip() if found is not None else ""

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the file."""
        left = [self]
        while left:
            here = left.pop()
            yield here
            left += reversed(here.children)


class _Builder:
    def __init__(self, path: str, most: int) -> None:
        self.path, self.most = path, most
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.stack: list[Element] = []
        self.top: Element | None = None
        self.count = 0

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self.path}:{self.parser.CurrentLineNumber}: declares a document type, which is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line = self.parser.CurrentLineNumber
        if len(self.stack) >= MAX_LEVELS or self.count > self.most:
            raise InputError(f"{self.path}:{line}: is deeper or larger than such a file can be")
        element = Element(intern(name.rpartition(":")[2]), line, attributes)
        if self.stack:
            self.stack[-1].children.append(element)
        elif self.top is None:
            self.top = element
        self.stack.append(element)

    def _end(self, _: str) -> None:
        self.stack.pop()

    def _text(self, text: str) -> None:
        if self.stack and len(self.stack[-1].text) < MAX_TEXT:
            self.stack[-1].text += text[:MAX_TEXT]


def load_xml(path: str, text: str, most: int = MAX_ELEMENTS) -> Element:
    """The top element of an XML document.

    Args:
        path: name of the file, for messages.
        text: its content, decoded: what its declaration says of an encoding does not matter any more.
        most: elements at most.

    Raises:
        InputError: `path:line: what`, when it is not XML, declares a document type, or is too deep or large.
    """
    builder = _Builder(path, most)
    try:
        data = text.encode("utf-8", "surrogatepass")
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(f"{path}:{error.lineno}: broken XML") from None
    assert builder.top is not None  # expat refuses a document without an element
    return builder.top
