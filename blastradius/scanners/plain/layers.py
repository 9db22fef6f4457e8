"""Layers of settings as node-config has them: `default`, then the stage's file, and variables that stand above both.

Source: node-config's wiki, "Configuration Files" and "Environment Variables". A later file replaces the keys that it
holds; `custom-environment-variables` names, by key, the variable that replaces it.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from blastradius.scanners.flatten import Entry
from blastradius.scanners.plain.which import is_base

Read = tuple[str, str, list[Entry]]

_VARIABLES = "custom-environment-variables"
_VARIABLE = re.compile(r"[A-Za-z_]\w{0,119}")


def layered(files: Sequence[Read]) -> list[Read]:
    """Settings files with what others of their folder say of the same keys.

    Args:
        files: path, folder of the program, and settings of each file that counts.
    """
    folders: dict[str, list[Read]] = defaultdict(list)
    for file in files:
        folders[posixpath.dirname(file[0])].append(file)
    result: list[Read] = []
    for inside in folders.values():
        named = [one for one in inside if _stem(one[0]) == _VARIABLES]
        base = [one for one in inside if is_base(one[0])]
        result.extend(_told(base, named, inside) if base or named else inside)
    order = {path: position for position, (path, _, _) in enumerate(files)}
    return sorted(result, key=lambda one: order[one[0]])


def _told(base: list[Read], named: list[Read], inside: list[Read]) -> list[Read]:
    stages = [one for one in inside if one not in base and one not in named and _is_stage(one[0])]
    replaced = {entry.key for _, _, entries in stages for entry in entries}
    variables: dict[str, tuple[str, Entry, Read]] = {}
    for file in named:
        for entry in file[2]:
            key = entry.key.removesuffix(".__name")
            if not entry.key.endswith(".__format") and _VARIABLE.fullmatch(entry.value):
                variables[key] = (entry.value, entry, file)
    found: list[Read] = []
    seen: set[str] = set()
    for path, home, entries in inside:
        if (path, home, entries) in named:
            continue
        left = [one for one in entries if one.key not in replaced] if (path, home, entries) in base else entries
        seen.update(one.key for one in left)
        found.append((path, home, [_with(one, variables.get(one.key)) for one in left]))
    for path, home, entries in named:
        own = [(key, name, entry) for key, (name, entry, file) in variables.items() if file[2] is entries]
        # a key that no file holds is what its variable says
        found.append(
            (path, home, [Entry(key, f"${{{name}}}", entry.line) for key, name, entry in own if key not in seen])
        )
    return found


def _with(entry: Entry, told: tuple[str, Entry, Read] | None) -> Entry:
    """A setting that a variable stands above, as others write it: `${NAME:value}`."""
    if told is None or any(sign in entry.value for sign in "${}\n"):
        return entry
    return replace(entry, value=f"${{{told[0]}:{entry.value}}}")


def _is_stage(path: str) -> bool:
    return _stem(path) in ("production", "prod")


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0].lower()
