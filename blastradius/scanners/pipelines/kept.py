"""Variables that a script hands on to later steps, by the files that services keep for that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from blastradius.scanners.pairs import is_private
from blastradius.scanners.shell import Command

_FILES = re.compile(r"\b(?:GITHUB_ENV|BASH_ENV)\b")
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,80}")


@dataclass(slots=True)
class Kept:
    """What the scripts of a step hand on: `echo NAME=value >> $GITHUB_ENV`, a group of such lines, or `tee`."""

    _echoed: list[Command] = field(default_factory=list)
    _values: dict[str, str] = field(default_factory=dict)

    def take(self, command: Command) -> None:
        """Look at one command after the other, variables filled in."""
        if command.program in ("echo", "printf"):
            self._echoed.append(command)
        elif command.program not in ("}", "tee"):
            self._echoed.clear()
            return
        if _FILES.search(command.into) or (command.program == "tee" and _FILES.search(" ".join(command.words))):
            for one in self._echoed:
                self._keep(one)
            self._echoed.clear()

    def given(self) -> dict[str, str]:
        """What was handed on since this was asked last."""
        found, self._values = self._values, {}
        self._echoed.clear()
        return found

    def _keep(self, command: Command) -> None:
        said = next((word for word in command.words[1:] if not word.startswith("-")), "").removeprefix("export ")
        name, equals, value = said.partition("=")
        if equals and _NAME.fullmatch(name) and not is_private(name):
            self._values[name] = self._values[f"env.{name}"] = value.strip("\"'").removesuffix("\\n")
