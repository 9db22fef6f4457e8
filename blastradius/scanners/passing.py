"""Why a walk passes a file by that is there: the same rules as `growing`, asked of one path."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from blastradius.errors import InputError
from blastradius.files import read_bytes, shown
from blastradius.scanners.growing import IGNORED, MAX_LEVELS
from blastradius.scanners.ignoring import above
from blastradius.scanners.skipping import is_within, sort_of
from blastradius.scanners.tree import filled_in

_LOOKED_INTO = 5_000_000


@dataclass(frozen=True, slots=True)
class PassedBy:
    """Why a file is not read.

    Attributes:
        reason: in words that go on after its path.
        path: file that says so, from the scanned folder; it may lie above.
        line: line of it, from 1.
        by: name of the ignore file, where one leaves it out.
    """

    reason: str
    path: str
    line: int = 1
    by: str | None = None


def passed_by(folder: Path, path: str) -> PassedBy | None:
    """Why a scan of a folder does not read a file in it; None where it does, or where there is no such file.

    Args:
        folder: what is scanned.
        path: of the file, from there.
    """
    top = Path(os.path.realpath(folder))
    parts = path.split("/")
    if ".." in parts or not all(parts):
        return None
    meant = is_within(top.parts)
    holding = above(top)
    here = top
    for level, part in enumerate(parts):
        try:
            names = frozenset(os.listdir(here))
        except OSError:
            return None
        holding = holding.within(here, names)
        here = here / part
        if part not in names:
            return None
        is_folder = level < len(parts) - 1
        if here.is_symlink():
            return PassedBy("is a link, or lies behind one", path)
        if is_folder and part in IGNORED:
            return PassedBy(f"lies in a folder called {shown(part)}, in which tools keep their own", path)
        by = holding.where(here, is_folder=is_folder)
        if by is not None:
            where = Path(os.path.relpath(by[0], top)).as_posix()
            return PassedBy(f"is left out by {shown(where)}:{by[1]}", shown(where), by[1], by[0].name)
        sort = sort_of(part, names) if is_folder else None
        if sort is not None and not (meant and sort != "vendored"):
            what = {"tests": "tests", "examples": "examples", "vendored": "other people's code"}[sort]
            return PassedBy(f"lies in {shown(part)}/, as {what} do", path)
        if is_folder and level >= MAX_LEVELS:
            return PassedBy(f"lies deeper than {MAX_LEVELS} folders", path)
    return _itself(here, path)


def _itself(file: Path, path: str) -> PassedBy | None:
    """Whether the file itself is one that nobody reads."""
    if not file.is_file():
        return None if file.is_dir() else PassedBy("is no regular file", path)
    if file.suffix.lower() not in (".yaml", ".yml"):
        return None
    try:
        line = filled_in(read_bytes(file, _LOOKED_INTO))
    except InputError:
        return None
    return PassedBy(f"is taken for a template of a scaffolder by its line {line}", path, line) if line else None
