"""Arrays made of large systems, kept between runs: the columns of an inventory by its content, a net by its circuit.

Nothing hangs on it: what is missing, damaged or made by another version is made anew, and the folder may be deleted at
any time. `BLASTRADIUS_CACHE=0` does without.
"""

from __future__ import annotations

import hashlib
import os
import stat
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
        said = os.environ.get("XDG_CACHE_HOME", "")
        # https://specifications.freedesktop.org/basedir-spec/latest/: what is not absolute counts as not said
        base = said if os.path.isabs(said) else home / ".cache"
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
    if where is None or not _is_ours(where.parent):
        return None
    import numpy as np

    try:
        handle = os.open(where, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None
            with zipfile.ZipFile(file) as packed:
                arrays = {one.removesuffix(".npy"): _array(np, packed, one) for one in packed.namelist()}
        with suppress(OSError):
            os.utime(where)
    except Exception:  # whatever is wrong with it, what was kept is made anew
        return None
    return arrays


def _array(np: Any, packed: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with packed.open(name) as file:
        found: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        file.read(1)  # its check sum is looked at where it ends
    return found


def _is_ours(where: Path) -> bool:
    """Whether nobody else can have put anything into a folder: what is kept there is believed."""
    if not hasattr(os, "getuid"):
        return True
    try:
        status = os.stat(where)
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


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
        if not _is_ours(where.parent):
            return
        _make_room(where.parent, MOST - len(content))
        if where.is_symlink() or not where.is_file():  # a link or a pipe would be written through
            where.unlink(missing_ok=True)
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
    found = []
    for one in where.glob(f"*{_SUFFIX}"):
        with suppress(OSError):  # another run made room at the same time
            found.append((one.lstat(), one))
    total = sum(status.st_size for status, _ in found)
    for status, one in sorted(found, key=lambda pair: pair[0].st_mtime):
        if total <= most:
            return
        one.unlink(missing_ok=True)
        total -= status.st_size
