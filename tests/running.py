"""Runs the command line as a user does: as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOOL = [sys.executable, "-m", "blastradius"]
ROOT = Path(__file__).resolve().parent.parent


def environment(**changes: str | None) -> dict[str, str]:
    """The environment of this process without what colours or widens output, changed; none unsets."""
    unwanted = {"COLUMNS", "NO_COLOR", "FORCE_COLOR", "BLASTRADIUS_DEBUG", "BLASTRADIUS_COMMAND"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    kept.update({name: value for name, value in changes.items() if value is not None})
    return {name: value for name, value in kept.items() if changes.get(name, value) is not None}


def blastradius(
    *arguments: str | bytes, cwd: Path | None = None, **changes: str | None
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end, at most a minute."""
    return subprocess.run(
        [*TOOL, *arguments],
        cwd=cwd,
        env=environment(**changes),
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line on the error stream of a run that went wrong; a traceback or a second line is a bug."""
    said = done.stderr.decode("utf-8")
    assert "Traceback" not in said, said
    assert said.startswith("blastradius: "), said
    assert said.count("\n") == 1, said
    assert done.stdout == b"", done.stdout
    return said.strip()
