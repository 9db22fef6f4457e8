"""Adding entries to a `blastradius.yaml` that people wrote: everything else of it stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from blastradius.errors import UsageError
from blastradius.files import read_bytes, shown, write_atomic
from blastradius.overlay.reading import parse


def lines(entry: Mapping[str, object]) -> str:
    """An entry in one line of YAML."""
    return "{" + ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()) + "}"


def add(path: Path, section: str, entries: Sequence[Mapping[str, object]]) -> int:
    """Add entries to the end of a section; those that stand there already are left out.

    Args:
        path: the file; made where there is none.
        section: a section that is a list, such as `rehearsals`.
        entries: keys and values of each.

    Returns:
        How many were added.

    Raises:
        InputError: when the file cannot be read or written.
        UsageError: when it is broken, or its section is written in a way to which nothing can be added.
    """
    where = shown(path)
    before = read_bytes(path).decode("utf-8-sig") if path.exists() else ""
    parse(before.encode(), path)  # a broken file is reported, never mended
    fresh = [line for line in dict.fromkeys(map(lines, entries)) if f"- {line}" not in before]
    if fresh:
        after = _added(before, section, fresh, where)
        parse(after.encode(), path)
        write_atomic(path, after)
    return len(fresh)


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
