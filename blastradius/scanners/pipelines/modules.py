"""Which files Terraform applies in a folder: its own and those of local modules."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from blastradius.scanners.registries import ReadText

_SOURCE = re.compile(r"\bsource\s{0,40}=\s{0,40}\"(\.{1,2}/[^\"$\n]{1,300})\"")
_OWN = (".tf", ".tf.json", ".tfstate", ".tofu")
_MOST_FOLDERS = 200


def applied(folder: str, files: Iterable[str], read: ReadText) -> tuple[str, ...]:
    """Paths of the files that describe what is applied in a folder.

    Args:
        folder: of the root module; empty for the top of the tree.
        files: paths of the tree.
        read: gives the text of a file.
    """
    by_folder: dict[str, list[str]] = {}
    for path in files:
        if path.endswith(_OWN):
            by_folder.setdefault(posixpath.dirname(path), []).append(path)
    left = [folder]
    seen: set[str] = set()
    while left and len(seen) < _MOST_FOLDERS:
        here = left.pop()
        if here in seen:
            continue
        seen.add(here)
        for path in by_folder.get(here, ()):
            for source in _SOURCE.findall((read(path) or "")[:1_000_000]) if path.endswith((".tf", ".tofu")) else ():
                inner = posixpath.normpath(posixpath.join(here, source))
                left.append("" if inner == "." else inner)
    return tuple(sorted(path for one in seen for path in by_folder.get(one, ())))
