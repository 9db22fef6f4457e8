"""READMEs show what the program prints: their `console` blocks are run, and rewritten by `--snapshot-update`."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from os import environ
from pathlib import Path

BLOCK = re.compile(r"^```console\n\$ (?P<command>blastradius [^\n]+)\n(?P<output>.*?)^```$", re.M | re.S)


def printed(command: str, cwd: Path) -> str:
    """What a command prints in a pipe of 120 columns."""
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=cwd,
        env={**environ, "NO_COLOR": "1", "COLUMNS": "120", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    # a gate is shown where it rejects something
    assert done.returncode == (1 if command.startswith("blastradius gate") else 0), done.stderr
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def fresh(text: str, cwd: Path) -> str:
    """A README with the output of each block as it is now."""
    assert BLOCK.search(text), "a README shows at least one run"
    return BLOCK.sub(lambda block: f"```console\n$ {block['command']}\n{printed(block['command'], cwd)}```", text)


def hold(path: Path, wanted: str, update: bool) -> None:
    """A file says what is wanted of it, or is made to."""
    if update:
        path.write_text(wanted, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == wanted
