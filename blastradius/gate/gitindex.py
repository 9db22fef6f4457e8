"""What Git's index says of a work tree: which files are its own, and which it leaves out of the tree on request."""

from __future__ import annotations

import os
from pathlib import Path

from blastradius.gate.gitbase import run


def tracks(folder: Path, path: str) -> bool:
    """Whether a file is in the index of the repository that a folder is in.

    Args:
        folder: the folder.
        path: of the file, from there.
    """
    listed = run(["-C", os.fspath(folder), "--literal-pathspecs", "ls-files", "-z", "--", path])
    return not listed.returncode and bool(listed.stdout)


def listed(folder: Path) -> list[str]:
    """Files in a folder that Git has or would take, by path from there; none where there is no repository.

    Args:
        folder: the folder.
    """
    asked = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = run(["-C", os.fspath(folder), *asked])
    names = done.stdout.split(b"\0") if not done.returncode else []
    return sorted({os.fsdecode(one) for one in names if one})


def unchecked(top: Path) -> frozenset[str]:
    """Files that Git has and leaves out of the work tree on request (git-sparse-checkout(1)), by path from the top.

    Args:
        top: top of its work tree.
    """
    done = run(["-C", os.fspath(top), "ls-files", "-z", "-t"])
    tagged = done.stdout.split(b"\0") if not done.returncode else []
    return frozenset(os.fsdecode(one[2:]) for one in tagged if one.startswith(b"S "))
