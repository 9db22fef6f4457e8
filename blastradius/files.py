"""Files on disk: bounded reading that never blocks, and writing that is whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from blastradius.errors import InputError, UsageError

MAX_BYTES = 50_000_000
"""Largest file that is read, in bytes: real manifests, plans and states stay far below it."""

_CHUNK = 1 << 20
_PAGE = 1 << 12


def read_bytes(path: Path | str, limit: int = MAX_BYTES) -> bytes:
    """Read a regular file, at most `limit` bytes of it.

    Args:
        path: the file; a symbolic link to a file is followed.
        limit: bytes above which the file is refused; never more than that is read.

    Raises:
        InputError: when it is missing, unreadable, no regular file (a pipe, a device, a folder), or too large.
    """
    try:
        # without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise InputError(f"{shown(path)}: {_reason(error)}") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            what = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise InputError(f"{shown(path)}: is {what}: name a file")
        if status.st_size > limit:
            raise InputError(f"{shown(path)}: is larger than {limit:,} bytes: split it or leave it out")
        return _read(handle, path, limit, status.st_size)
    except OSError as error:
        raise InputError(f"{shown(path)}: {_reason(error)}") from None
    finally:
        os.close(handle)


def _read(handle: int, path: Path | str, limit: int, size: int) -> bytes:
    parts: list[bytes] = []
    left = limit + 1  # a file may grow while it is read
    asked = min(max(size + 1, _PAGE), _CHUNK)  # making room for a megabyte takes longer than reading a manifest
    while left > 0 and (part := os.read(handle, min(asked, left))):
        parts.append(part)
        left -= len(part)
        if len(part) == size and len(parts) == 1:
            break  # all of it: there was room for more, and no more came
        asked = _CHUNK
    if left <= 0:
        raise InputError(f"{shown(path)}: is larger than {limit:,} bytes: split it or leave it out")
    return b"".join(parts)


def write_atomic(path: Path | str, content: str | bytes) -> None:
    """Write a file so that a reader sees the old content or all of the new, never a part.

    Args:
        path: the file; a pipe or device that is there already is written to as it is.
        content: text (written as UTF-8, line ends unchanged) or bytes.

    Raises:
        UsageError: when the folder is missing or not writable, or the path is a folder.
    """
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise UsageError(f"{shown(path)}: is a folder: name a file")
        if target.exists() and not target.is_file():
            with target.open("wb", buffering=0) as stream:
                stream.write(data)
            return
        if not target.parent.is_dir():
            raise UsageError(f"{shown(path)}: no such folder {shown(target.parent)}: make it first")
        _replace(target, data)
    except BrokenPipeError:
        raise  # the reader went away: the command line ends quietly
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown(path)}: cannot be written: {_reason(error)}") from None


def _replace(target: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:  # also Ctrl-C: no half file stays behind
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Permission bits of the file that is replaced, else what a newly made file would get."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def shown(path: Path | str) -> str:
    """A path as text that can always be printed, bytes that are no UTF-8 shown as `\\xff`."""
    return os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error)
