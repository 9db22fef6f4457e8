"""Where a report goes, and how it is shown there; progress on the error stream of a terminal."""

from __future__ import annotations

import errno
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import PurePath

from blastradius.errors import UsageError
from blastradius.model import Value
from blastradius.reports import View, by_suffix, format_names, render

#: The only form for a terminal; all others are read by programs: always UTF-8, whatever the terminal can show.
_SHOWN = "text"


def chosen(form: str | None, output: str | None) -> str:
    """The format to write: the one asked for, else by the suffix of the file, else text.

    Raises:
        UsageError: when there is no such format, or none for that suffix: a page of text called `.pdf` helps nobody.
    """
    if form is None:
        found = by_suffix(output) if output else "text"
        if output and found is None and PurePath(output).suffix:
            raise UsageError(
                f"-o: no format has the suffix {PurePath(output).suffix!r}: name one by --format, one of "
                f"{', '.join(format_names())}"
            )
        return found or "text"
    if form not in format_names():
        raise UsageError(f"--format: no format {form!r}: choose one of {', '.join(format_names())}")
    return form


def emit(
    result: Value, form: str | None, output: str | None, inventory: str = "INVENTORY", following: Sequence[str] = ()
) -> None:
    """Write a result to a file or to standard output.

    Args:
        result: what to write.
        form: name of the format, or none for the one that fits.
        output: the file, written whole or not at all; standard output where none.
        inventory: the inventory as it was named.
        following: commands that lead on.

    Raises:
        UsageError: when the format is unknown or the place cannot be written.
    """
    form = chosen(form, output)
    if output is not None:
        from blastradius.files import write_atomic

        write_atomic(output, render(result, form, View(inventory=inventory, next=tuple(following))))
    else:
        write(render(result, form, view(inventory, following)), exact=form != _SHOWN)


def view(inventory: str = "INVENTORY", following: Sequence[str] = ()) -> View:
    """How standard output shows a report."""
    out = sys.stdout
    terminal = out is not None and out.isatty()
    width = None
    if terminal or os.environ.get("COLUMNS", "").isdigit():
        import shutil

        width = max(shutil.get_terminal_size().columns, 40)
    plain = ("NO_COLOR" in os.environ and os.environ["NO_COLOR"] != "") or os.environ.get("TERM") == "dumb"
    return View(width, terminal and not plain, not _shows_unicode(), inventory, tuple(following))


def _shows_unicode() -> bool:
    try:
        "→✗✓├…".encode((sys.stdout.encoding if sys.stdout else None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write(text: str, *, exact: bool = False) -> None:
    """Write to standard output.

    Args:
        text: what to write.
        exact: whether the bytes must be UTF-8, whatever the locale says.

    Raises:
        UsageError: when nothing can be written, as on a full disk.
    """
    if sys.stdout is None:
        return
    try:
        buffer = getattr(sys.stdout, "buffer", None)
        if exact and buffer is not None:
            sys.stdout.flush()
            buffer.write(text.encode("utf-8", "backslashreplace"))
            buffer.flush()
            return
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise BrokenPipeError from error
        raise UsageError(f"standard output: cannot be written: {(error.strerror or str(error)).lower()}") from None


def progress() -> Callable[[str], None] | None:
    """A function that shows what goes on, or none where nobody watches."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def show(text: str) -> None:
        from blastradius.reports.escape import terminal

        sys.stderr.write(f"\r\x1b[K{terminal(text)[:100]}")
        sys.stderr.flush()

    return show


def done() -> None:
    """Take the last line of progress away."""
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def line(program: str, *words: str) -> str:
    """A command that can be typed as it is shown; who started this run by another name repeats that one.

    Args:
        program: what it is called where it is installed.
        words: what follows.
    """
    return " ".join([os.environ.get("BLASTRADIUS_COMMAND") or program, *map(shlex.quote, words)])
