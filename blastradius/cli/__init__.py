"""The command line: how a run starts and how it ends.

Only what every command needs is imported here; a command imports the rest when it runs.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence

OK = 0
FINDINGS = 1
USAGE = 2
BUG = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it ended.

    Args:
        arguments: as a shell would pass them; those of the process where unset.

    Returns:
        The exit code: 0 clean, 1 findings, 2 usage or configuration, 3 input not readable, 4 incomplete,
        70 a bug, 130 interrupted. A closed pipe ends with 0.
    """
    # A run is short and makes few cycles: looking for them often would be a tenth of it. What is left lying meanwhile
    # stays below some 100 MB.
    gc.set_threshold(500_000, 50, 50)
    if arguments is None:
        # At its end the interpreter walks all objects once more for cycles in what the system takes back a moment later:
        # a tenth of a short run.
        atexit.register(gc.freeze)
    try:
        try:
            return _finished(_run(sys.argv[1:] if arguments is None else list(arguments)))
        except SystemExit as end:
            # The argument parser turns a closed pipe into an exit of its own, with 1.
            if isinstance(end.__context__, BrokenPipeError):
                raise end.__context__ from None
            return _finished(end.code if isinstance(end.code, int) else OK if end.code is None else USAGE)
    except BrokenPipeError:
        _abandon_output()
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        code = _failed(error)
        try:
            _finished(code)
        except (OSError, ValueError):  # what could not be written must not be tried again at the interpreter's end
            _abandon_output()
        return code


def _run(arguments: list[str]) -> object:
    # Looking for plugins of the validation library costs every run some milliseconds and would run foreign code.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from blastradius.cli.app import command

    return command()(args=arguments, prog_name="blastradius", standalone_mode=False)


def _finished(code: object) -> int:
    if sys.stdout is not None:
        sys.stdout.flush()
    return code if isinstance(code, int) else OK


def _abandon_output() -> None:
    """Let nothing more be written to a pipe that nobody reads: the interpreter flushes once more at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        sys.stdout = None


def _failed(error: Exception) -> int:
    """Say in one line what went wrong.

    Returns:
        The exit code that belongs to it.
    """
    from blastradius.cli.app import Abort, CommandLineError
    from blastradius.errors import BlastradiusError

    if isinstance(error, BlastradiusError):
        _say(str(error))
        return error.exit_code
    if isinstance(error, CommandLineError):
        return _misused(error)
    if isinstance(error, Abort):
        return INTERRUPTED
    if os.environ.get("BLASTRADIUS_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    _say(
        f"bug: {type(error).__name__}: {error} "
        "(run again with BLASTRADIUS_DEBUG=1 and report what it prints with the command and `blastradius version`)"
    )
    return BUG


def _misused(error: Exception) -> int:
    """A command line that the argument parser rejects; naming no command at all shows the help instead."""
    context = getattr(error, "ctx", None)
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(message.rstrip() + "\n")
        return USAGE
    where = getattr(context, "command_path", "blastradius")
    _say(f"{message.rstrip('.')} (see `{where} --help`)")
    return USAGE


def _say(message: str) -> None:
    """Write one line on the error stream, whatever the message holds."""
    from blastradius.reports.escape import terminal

    if sys.stderr is None:
        return
    line = f"blastradius: {terminal(message)}\n"
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))
    sys.stderr.flush()
