"""Adding entries to a `blastradius.yaml` that people wrote: everything else of it stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from blastradius.errors import UsageError
from blastradius.files import read_bytes, shown, write_atomic
from blastradius.model import Inventory
from blastradius.overlay import apply
from blastradius.overlay.reading import parse
from blastradius.storage.handwritten import one_document


def one_line(entry: Mapping[str, object]) -> str:
    """An entry in one line of YAML."""
    return "{" + ", ".join(f"{key}: {_quoted(value)}" for key, value in entry.items()) + "}"


def _quoted(value: object) -> str:
    """A value as YAML holds it on one line: line separators of Unicode would end it."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in text)


def add(path: Path, sections: Mapping[str, Sequence[Mapping[str, object]]], inventory: Inventory | None = None) -> int:
    """Add entries to the ends of sections, all of them or none; those that stand there already are left out.

    Args:
        path: the file; made where there is none.
        sections: keys and values of each entry, by the section they belong to: lists, such as `rehearsals`.
        inventory: the system that the file speaks of: what does not apply to it is not written.

    Returns:
        How many were added.

    Raises:
        InputError: when the file cannot be read or written.
        UsageError: when it is broken, an entry matches nothing of the inventory, or a section is written in a way to which nothing can be added.
    """
    where = shown(path)
    before = read_bytes(path).decode("utf-8-sig") if path.exists() else ""
    parse(before.encode(), path)  # a broken file is reported, never mended
    after, count = before, 0
    for section, entries in sections.items():
        there = _standing(after, section, where)
        fresh = [line for line, entry in {one_line(one): one for one in entries}.items() if _plain(entry) not in there]
        if fresh:
            after = _added(after, section, fresh, where)
            count += len(fresh)
    if count:
        said = parse(after.encode(), path)
        if inventory is not None:
            try:
                apply(inventory, said)
            except UsageError as error:
                raise UsageError(f"{error}; nothing was written") from None
        write_atomic(path, after)
    return count


def _standing(text: str, section: str, where: str) -> list[object]:
    """The entries of a section as they read, whichever way they are written; comments are none."""
    document = one_document(text.encode(), where)
    entries = document.value.get(section) if document is not None else None
    return [_plain(one) for one in entries] if isinstance(entries, list) else []


def _plain(entry: object) -> object:
    """An entry with its values as text: a date is one with quotes and without."""
    return {str(key): str(value) for key, value in entry.items()} if isinstance(entry, Mapping) else None


def _added(before: str, section: str, fresh: Sequence[str], where: str) -> str:
    node = _section(before, section)
    rows = before.splitlines(keepends=True)
    if rows and not rows[-1].endswith("\n"):
        rows[-1] += "\n"
    if node is None:
        gap = ["\n"] if rows else []
        return "".join([*rows, *gap, f"{section}:\n", *(f"  - {line}\n" for line in fresh)])
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or not node.value:
        raise UsageError(
            f"{where}:{node.start_mark.line + 1}: {section} is not written as a list with dashes: "
            "write it so, or add the entries by hand"
        )
    last = _end(node.value[-1])
    indent = " " * node.start_mark.column
    rows[last + 1 : last + 1] = [f"{indent}- {line}\n" for line in fresh]
    return "".join(rows)


def _section(text: str, section: str) -> Any:
    root = yaml.compose(text, Loader=yaml.SafeLoader) if text.strip() else None
    if not isinstance(root, yaml.MappingNode):
        return None
    return next((value for key, value in root.value if getattr(key, "value", None) == section), None)


def _end(node: Any) -> int:
    """The last line that a node stands on; that of a block ends where its last value does, comments apart."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        mark = node.end_mark
        return int(mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)
