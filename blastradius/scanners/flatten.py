"""Files of settings as flat lists: dotted key, value and line, whatever format they are in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blastradius.documents import Document, load_json, load_yaml
from blastradius.errors import InputError
from blastradius.marks import line_of, split_lines
from blastradius.scanners.interpolation import read_dotenv

MAX_TEXT = 1_000_000
MAX_ENTRIES = 20_000
_SECTION = re.compile(r"\[{1,2}([^\[\]]{1,200})\]")
#: A quoted text, or a comma behind the last item of a list or mapping.
_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*+"|,(?=\s*[}\]])')
_TOKEN = re.compile(r'["\'\\\n]')


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting of a file.

    Attributes:
        key: dotted path, such as `spring.datasource.url`; positions in lists are left out.
        value: its text; whole numbers count, as formats without types have them.
        line: line on which it stands, from 1.
    """

    key: str
    value: str
    line: int


def form_of(path: str) -> str:
    """Format of a settings file by its name: `env`, `lines`, `toml`, `yaml`, `json`; empty for anything else."""
    name = path.rsplit("/", 1)[-1].lower()
    if name == ".env" or name.startswith(".env.") or name.endswith(".env"):
        return "env"
    if name == "keycloak.conf":  # others of that ending have blocks
        return "lines"
    forms = {"properties": "lines", "ini": "lines", "cfg": "lines", "toml": "toml", "json": "json", "jsonc": "json"}
    return {**forms, "json5": "json", "yaml": "yaml", "yml": "yaml"}.get(name.rpartition(".")[2], "")


def flatten(path: str, text: str, *, switches: bool = False) -> list[Entry]:
    """All settings of a file.

    Args:
        path: its name within the tree; tells the format.
        text: its content.
        switches: whether `true` and `false` count as well; formats without types have them in any case.

    Raises:
        InputError: `path:line: what`, when it is not what its name says.
    """
    text = text[:MAX_TEXT]
    form = form_of(path)
    if form == "env":
        return [Entry(one.name, one.value, one.line) for one in read_dotenv(text) if one.value][:MAX_ENTRIES]
    if form == "lines":
        return list(_lines(text))[:MAX_ENTRIES]
    if form == "toml":
        return _toml(path, text, switches)
    if form == "json":
        return flat([_json(path, text)], switches=switches)
    return flat(load_yaml(text.encode("utf-8", "replace"), path), switches=switches) if form == "yaml" else []


def flat(documents: list[Document], *, switches: bool = False) -> list[Entry]:
    """All settings of parsed documents; `true` and `false` where switches are asked for."""
    found: list[Entry] = []
    for document in documents:
        for key, value, line in _walk(document.value, "", document.line, switches):
            if len(found) >= MAX_ENTRIES:
                return found
            found.append(Entry(key, value, line))
    return found


def _walk(value: Any, key: str, line: int, switches: bool) -> Iterator[tuple[str, str, int]]:
    left: list[tuple[Any, str, int]] = [(value, key, line)]
    while left:
        value, key, line = left.pop()
        if isinstance(value, dict):
            children = [
                (child, f"{key}.{name}" if key else str(name), line_of(value, str(name)) or line)
                for name, child in value.items()
            ]
            left.extend(reversed(children))
        elif isinstance(value, list):
            left.extend(
                reversed([(child, key, line_of(value, position) or line) for position, child in enumerate(value)])
            )
        elif isinstance(value, bool):
            if switches:
                yield key, str(value).lower(), line
        elif isinstance(value, str | int):
            yield key, str(value), line


def _json(path: str, text: str) -> Document:
    """A JSON document, with comments and commas behind last items where its reader allows them."""
    try:
        return load_json(text.encode("utf-8", "replace"), path)
    except InputError:
        five = path.lower().endswith(".json5")
        relaxed = _untrailed(_uncommented(text, "\"'" if five else '"'))
        if five and relaxed.lstrip()[:1] == "{":
            return load_yaml(relaxed.encode("utf-8", "replace"), path)[0]  # it, too, has keys without quotes
        if relaxed == text:
            raise
        return load_json(relaxed.encode("utf-8", "replace"), path)


def _untrailed(text: str) -> str:
    """JSON without the commas that .NET, TypeScript and editors allow behind a last item."""

    def one(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - 200) : found.start()].rstrip()[-1:]
        return found[0] if found[0] != "," or before in "{[,:" else " "

    return _COMMA.sub(one, text)


def _uncommented(text: str, quotes: str) -> str:
    """JSON without `//` and `/* */`, lines kept; one pass, for the text may be hostile."""
    out: list[str] = []
    at = 0
    while at < len(text):
        near = [found for mark in (*quotes, "//", "/*") if (found := text.find(mark, at, at + 4_000)) >= 0]
        start = min(near, default=min(at + 4_000 - 1, len(text)))
        out.append(text[at:start])
        if not near:
            at = start if start > at else at + 1
        elif text[start] in quotes:
            at = _after_text(text, start + 1, text[start])
            out.append(text[start:at])
        else:
            close = text.find("\n" if text[start + 1] == "/" else "*/", start + 2)
            end = len(text) if close < 0 else close + (0 if text[start + 1] == "/" else 2)
            out.append("\n" * text.count("\n", start, end))
            at = end
    return "".join(out)


def _after_text(text: str, at: int, quote: str) -> int:
    """Position behind a quoted text; one that does not end, ends with its line."""
    while found := _TOKEN.search(text, at):
        if found[0] == "\\":
            at = found.end() + 1
        elif found[0] in (quote, "\n"):
            return found.end()
        else:
            at = found.end()
    return len(text)


def _lines(text: str) -> Iterator[Entry]:
    """Properties and INI: `key = value` or `key: value` below `[section]`, with a backslash for more lines."""
    section, held, start = "", "", 0
    for number, raw in enumerate(split_lines(text), 1):
        line = held + raw.strip() if held else raw
        start = start if held else number
        if line.endswith("\\") and len(line) < 20_000 and not line.lstrip().startswith(("#", ";", "!")):
            held = line[:-1]
            continue
        held = ""
        line = line[:20_000].strip()
        if found := _SECTION.match(line):
            section = found[1].strip()
        elif line and line[0] not in "#;!=:[":
            cut = min(one for one in (line.find("="), line.find(":"), len(line)) if one >= 0)
            key = line[:cut].strip("\"' \t")
            if cut < len(line) and len(key) <= 200:
                yield Entry(f"{section}.{key}" if section else key, line[cut + 1 :].strip().strip("\"'"), start)


def _toml(path: str, text: str, switches: bool) -> list[Entry]:
    import tomllib

    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        last = len(split_lines(text)) or 1
        raise InputError(f"{path}:{line[1] if line else last}: broken TOML") from None
    places = {entry.key: entry.line for entry in _lines(text)}
    found = []
    for key, one, _ in _walk(value, "", 1, switches):
        near = key
        while near and near not in places:
            near = near.rpartition(".")[0]
        found.append(Entry(key, one, places.get(near, 1)))
    return found[:MAX_ENTRIES]
