"""What a dependency manifest says: its own names, and the packages of the program that runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from blastradius.marks import split_lines

MAX_PACKAGES = 5_000
"""Packages of one manifest that are looked at; real ones have a tenth of it."""

EXTRA = "its library is an optional extra of the project: it may not be installed"
MARKED = "its library is asked for under a condition on where the program runs: it may not be installed"
OPTIONAL = "its library is optional: the program runs where it cannot be installed"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that a manifest asks for.

    Attributes:
        text: ecosystem and name, such as `npm:stripe`, `go:github.com/stripe/stripe-go`, `maven:com.stripe:stripe-java`.
        path: file in which it stands, which may be one that the manifest includes.
        line: line there, from 1.
        optional: why it may be missing when the program runs; empty where it is asked for.
    """

    text: str
    path: str
    line: int
    optional: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One dependency manifest.

    Attributes:
        path: of the file.
        packages: what it asks for at run time, what tests and developers need left out.
        names: by which other manifests of the tree ask for it, in the form of `Package.text`.
        problem: what of it could not be read, as `path:line: what`; empty where all was.
    """

    path: str
    packages: tuple[Package, ...] = ()
    names: tuple[str, ...] = ()
    problem: str = ""


Look = Callable[[str], str | None]
"""Text of another file of the tree by its path; None where there is none that can be read."""

Reader = Callable[[str, str, Look], Manifest]
"""Reads the text of a manifest; raises InputError with `path:line: what`."""

_REHEARSAL = frozenset({
    "dev", "devel", "develop", "development", "test", "tests", "testing", "unittest", "lint", "linting", "linters", "docs", "doc",
    "documentation", "ci", "typing", "types", "mypy", "format", "formatting", "style", "check", "checks", "quality", "build",
    "bench", "benchmark", "benchmarks", "e2e", "tools", "tooling", "release", "local", "debug", "example", "examples", "notebook",
    "notebooks", "jupyter", "coverage", "cov", "profiling", "all",
})  # fmt: skip


def is_rehearsal(group: str) -> bool:
    """Whether a group of packages is for tests, developers or the build by its name."""
    return any(word in _REHEARSAL for word in re.split(r"[^a-z0-9]+", group.lower()))


def pip(name: str) -> str:
    """A Python package, its name as the index writes it (PEP 503)."""
    return f"pip:{re.sub(r'[-_.]+', '-', name).lower()}"


def cargo(name: str) -> str:
    """A crate; `-` and `_` are one to its registry."""
    return f"cargo:{name.replace('_', '-').lower()}"


class Lines:
    """On which line each key and quoted text of a TOML file stands, by its table.

    Args:
        text: content of the file.
    """

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, str], int] = {}
        section = ""
        for number, line in enumerate(split_lines(text), 1):
            bare = line[:2_000].strip()
            if bare.startswith("[") and not bare.startswith(('["', "['")):
                section = re.sub(r"[\"'\s]", "", bare.lstrip("[").partition("]")[0])
                for token in (section, section.rpartition(".")[2]):
                    self._note("", token, number)
                continue
            key = re.match(r"\s*[\"']?([\w.@/-]{1,300})[\"']?\s*=", line)
            if key:
                self._note(section, key[1], number)
            for quoted in re.findall(r'"([^"]{1,500})"|\'([^\']{1,500})\'', line[:20_000]):
                self._note(section, quoted[0] or quoted[1], number)

    def _note(self, section: str, token: str, number: int) -> None:
        self._found.setdefault((section, token), number)
        self._found.setdefault(("", token), number)

    def of(self, section: str, token: str) -> int:
        """Line of a key or text: in that table, else anywhere, else the first."""
        return self._found.get((section, token)) or self._found.get(("", token)) or 1
