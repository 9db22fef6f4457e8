"""Real Git repositories that a test builds, and the gate run over them in this process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from textwrap import dedent

from blastradius.cli import main

DAY = "2026-11-21"
_AUTHOR = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.example", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b.example", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_DATE": "2026-11-20T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-20T12:00:00Z",
}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    """Run Git in a folder; an error is an error of the test."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _AUTHOR
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Repository:
    """A repository with one commit on `main`, whose work tree is changed as a pull request would.

    Args:
        folder: where it lies.
        files: content by path.
    """

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "-q", "-b", "main")
        for name, text in files.items():
            self.write(name, dedent(text))
        self.commit()

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, name: str) -> str:
        """Read a file."""
        return (self.folder / name).read_text()

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a text that stands there once."""
        text = self.read(name)
        assert text.count(old) == 1, (name, old, text.count(old))
        self.write(name, text.replace(old, new))

    def move(self, old: str, new: str) -> None:
        """Move a file or folder."""
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def line(self, name: str, text: str) -> str:
        """`path:line` of the only line that holds a text."""
        found = [number for number, line in enumerate(self.read(name).splitlines(), 1) if text in line]
        assert len(found) == 1, (text, found)
        return f"{name}:{found[0]}"

    def commit(self) -> None:
        """Commit everything."""
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "-m", "state")

    def gate(self, *options: str, base: str | None = "HEAD") -> int:
        """Run the gate over the work tree, and say how it ended."""
        compared = ["--base", base] if base is not None else []
        return main(["gate", *compared, "--head", str(self.folder), "--today", DAY, *options])
