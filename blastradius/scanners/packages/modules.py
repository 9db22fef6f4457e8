"""Manifests of Go (`go.mod`), Ruby (`Gemfile`) and Rust (`Cargo.toml`)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from blastradius.marks import split_lines
from blastradius.scanners.packages.manifest import EXTRA, Lines, Look, Manifest, Package, cargo, is_rehearsal
from blastradius.scanners.packages.tables import load_toml, table

_MAJOR = re.compile(r"/v\d+$")
_MODULE = re.compile(r"[\w.~-]+(?:/[\w.~-]+){0,30}")


def go_mod(path: str, text: str, look: Look) -> Manifest:
    """Read `go.mod`: what is required directly.

    A replaced module counts under the path that the program imports: a fork talks to the vendor it was forked for.
    """
    found: list[Package] = []
    names: list[str] = []
    block = ""
    for number, raw in enumerate(split_lines(text), 1):
        line, _, comment = raw.partition("//")
        words = line.replace("(", " ( ").split()
        if not words:
            continue
        if words[0] == ")":
            block = ""
            continue
        verb = block or words[0]
        rest = words if block else words[1:]
        if rest[:1] == ["("]:
            block = verb
            continue
        module = rest[0].strip('"`') if rest else ""
        if verb == "module" and module:
            names.append(f"go:{_MAJOR.sub('', module)}")
        elif verb == "require" and not comment.strip().startswith("indirect") and _MODULE.fullmatch(module):
            found.append(Package(f"go:{_MAJOR.sub('', module)}", path, number))
    return Manifest(path, tuple(found), tuple(names))


_GEM = re.compile(r"gem[\s(]+[\"']([\w.-]{1,200})[\"'](.*)")
_GROUP = re.compile(r"group[\s(]+(.{1,300}?)\)?\s{0,20}do\b")
_GROUPS = re.compile(r"(?::groups?\s*=>|groups?:)\s*(\[[^\]]{0,300}\]|:\w+|[\"']\w+[\"'])")
_OPENS = re.compile(r"(?:if|unless|case|begin|def|while|until|for)\b|.*\bdo(?:\s*\|[^|]*\|)?\s*$")


def gemfile(path: str, text: str, look: Look) -> Manifest:
    """Read a `Gemfile`; gems of groups that are all for tests and developers do not count."""
    found: list[Package] = []
    blocks: list[list[str]] = []
    problem = ""
    for number, raw in enumerate(split_lines(text), 1):
        line = re.sub(r"(?:^|\s)#.*", "", raw[:2000]).strip()
        gem = _GEM.match(line)
        group = _GROUP.match(line)
        if gem:
            own = _GROUPS.search(gem[2])
            groups = [*_words(own[1] if own else ""), *(name for block in blocks for name in block)]
            if not groups or not all(is_rehearsal(name) for name in groups):
                found.append(Package(f"gem:{gem[1]}", path, number))
        if re.match(r"end\b", line):
            blocks = blocks[:-1]
        elif group:
            blocks.append(_words(group[1]))
        elif _OPENS.match(line):
            blocks.append([])
        if re.match(r"gemspec\b", line) and not _own_gemspec(path, look):
            problem = f"{path}:{number}: asks for the packages of a gemspec, which is not among the files"
    return Manifest(path, tuple(found), problem=problem)


def _own_gemspec(path: str, look: Look) -> bool:
    """Whether the specification beside a `Gemfile` bears the name of its folder, as is usual, so that it is read."""
    folder = posixpath.dirname(path)
    return look(posixpath.join(folder, f"{posixpath.basename(folder)}.gemspec")) is not None


def _words(text: str) -> list[str]:
    return re.findall(r"[:\"'](\w{1,100})", text)


def cargo_toml(path: str, text: str, look: Look) -> Manifest:
    """Read `Cargo.toml`: `[dependencies]`, also those of a target; what tests and the build need does not count."""
    value = load_toml(path, text)
    lines = Lines(text)
    found = list(_crates(path, "dependencies", table(value, "dependencies"), lines))
    for target, what in table(value, "target").items():
        section = f"target.{re.sub(r'[^A-Za-z0-9_.()=,-]', '', target)}.dependencies"
        found += _crates(path, section, table(what, "dependencies"), lines)
    own = table(value, "package").get("name")
    return Manifest(path, tuple(found), (cargo(own),) if isinstance(own, str) and own else ())


def _crates(path: str, section: str, wanted: dict[str, Any], lines: Lines) -> Iterator[Package]:
    for name, how in wanted.items():
        options = table(how)
        real = options.get("package")
        optional = EXTRA if options.get("optional") is True else ""
        yield Package(cargo(real if isinstance(real, str) else name), path, lines.of(section, name), optional)
