"""Arrays made of large systems, kept between runs: the columns of an inventory by its content, a net by its circuit.

Nothing hangs on it: what is missing, damaged or made by another version is made anew, and the folder may be deleted at
any time. `BLASTRADIUS_CACHE=0` does without.
"""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from array import array
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blastradius.errors import BlastradiusError
from blastradius.files import write_atomic
from blastradius.released import VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

MOST = 2 << 30
"""Bytes kept at most; what was used longest ago goes first."""
_SUFFIX = ".npz"


def folder() -> Path | None:
    """Where arrays are kept: the folder for caches of this platform; none where the user wants none."""
    if os.environ.get("BLASTRADIUS_CACHE", "") == "0":
        return None
    try:
        home = Path.home()
    except RuntimeError:  # no home
        return None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base) / "blastradius"


def key(*contents: bytes | bytearray | array[int]) -> str:
    """What tells some content from every other.

    Args:
        contents: all of it, each part of a length that the parts before tell.
    """
    found = hashlib.sha256()
    for content in contents:
        found.update(content)
    return found.hexdigest()


def kept(name: str) -> Arrays | None:
    """What was kept under a key; none where nothing was, or it cannot be read.

    Args:
        name: the key.
    """
    where = _path(name)
    if where is None:
        return None
    import numpy as np

    try:
        with where.open("rb") as file, np.load(file, allow_pickle=False) as found:
            arrays = {one: found[one] for one in found.files}
        os.utime(where)
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None
    return arrays


def keep(name: str, arrays: Arrays) -> None:
    """Keep arrays under a key, whole or not at all, and make room for them; where that cannot be done, do nothing.

    Args:
        name: the key.
        arrays: the arrays, by name.
    """
    where = _path(name)
    if where is None:
        return
    import numpy as np

    packed = BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    content = packed.getvalue()
    if len(content) > MOST:
        return
    with suppress(OSError, BlastradiusError):
        where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(where.parent, MOST - len(content))
        write_atomic(where, content)


def _path(name: str) -> Path | None:
    base = folder()
    return None if base is None else base / f"{name}-{VERSION}-{_code()}{_SUFFIX}"


@cache
def _code() -> str:
    """What tells the code that makes these arrays from any other of the same version."""
    found = hashlib.sha256()
    top = Path(__file__).resolve().parents[1]
    for pattern in ("*.py", "model/*.py", "storage/*.py", "engine/**/*.py"):
        for one in sorted(top.glob(pattern)):
            found.update(one.read_bytes())
    return found.hexdigest()[:12]


def _make_room(where: Path, most: int) -> None:
    """Delete what was used longest ago until the rest is small enough; files of others are left alone."""
    found = [(one.stat(), one) for one in where.glob(f"*{_SUFFIX}")]
    total = sum(stat.st_size for stat, _ in found)
    for stat, one in sorted(found, key=lambda pair: pair[0].st_mtime):
        if total <= most:
            return
        one.unlink(missing_ok=True)
        total -= stat.st_size
