"""Makes texts from inputs harmless where they are shown: no input may steer a terminal, a page or a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

#: Control, format (bidirectional overrides, zero width), surrogate and private characters, and line separators.
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
#: The same, as far as a JSON document can hold them unescaped.
_RAW = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
#: What could be taken for an escape of this program.
_SEEMS = re.compile(r"\\(?:\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#+|~$&])")
#: What a forge makes a link, a mention or a picture: addresses, people, issues, `GH-1`, ids of commits, `:name:`. It looks
#: in what Markdown has become, where neither a backslash nor an entity is left.
LIVE = re.compile(r"://|www\.|@\w|[#!]\d|\bGH-\d|\b[0-9a-f]{7,}\b|:[\w+-]+:", re.IGNORECASE)
_LABEL = frozenset(" .,:/_-×·…")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def terminal(text: str) -> str:
    """A text as one line without control characters, escape sequences or direction overrides."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    return numbered(character) if unicodedata.category(character) in _STEERING else character


def numbered(character: str) -> str:
    """A character by its number."""
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def exact(text: str) -> str:
    r"""The same, of two texts never the same: in one that holds or seems to hold an escape, `\\` is a backslash."""
    if terminal(text) == text and not seems(text):
        return text
    return terminal(text.replace("\\", "\\\\"))


def seems(text: str) -> bool:
    """Whether a text holds what could be taken for an escape."""
    return _SEEMS.search(text) is not None


def markdown(text: str) -> str:
    """A text as it reads, in a Markdown paragraph or table cell; what a forge would make a link or a mention is code."""
    return " ".join(_inert(word) if LIVE.search(word) else _literal(word) for word in terminal(text).split(" "))


def _literal(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _inert(word: str) -> str:
    """A word as code, but for what would end the code or the cell of a table."""
    pieces = re.split(r"([`|])", word)
    return "".join(span(piece) if LIVE.search(piece) else _literal(piece) for piece in pieces)


def span(text: str) -> str:
    """A text as code in Markdown, between more backticks than it holds in a row; forges leave code alone."""
    shown = terminal(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    space = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}"


def mermaid(text: str) -> str:
    """A label in quotes that means nothing to Mermaid and to HTML: all but plain characters by number, `#35;`."""
    return "".join(one if one.isalnum() or one in _LABEL else f"#{ord(one)};" for one in terminal(text))


def csv(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and of two texts never the same: one leading `'` is the guard."""
    shown = exact(text)
    # a spreadsheet may trim before it looks
    return "'" + shown if shown.lstrip().lstrip("'").lstrip().startswith(_FORMULA) else shown


def html(text: str) -> str:
    """A text in an HTML element or a quoted attribute."""
    import html  # its tables of names are loaded for no other form

    return html.escape(terminal(text), quote=True)


def json(document: str) -> str:
    """A JSON document of the same meaning whose strings hold nothing that steers a terminal."""
    if document.isascii():
        return document
    return _RAW.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found[0])), document)


def _units(character: str) -> list[int]:
    """The UTF-16 code units of a character, as JSON escapes want them."""
    encoded = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(encoded[at : at + 2], "big") for at in range(0, len(encoded), 2)]
