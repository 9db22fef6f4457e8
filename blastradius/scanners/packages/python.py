"""Manifests of Python: `requirements*.txt`, `pyproject.toml`, `Pipfile`, `setup.cfg`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from blastradius.scanners.packages.manifest import EXTRA, Lines, Look, Manifest, Package, is_rehearsal, pip
from blastradius.scanners.packages.tables import load_toml, table, texts

MAX_INCLUDES = 50
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]{0,500}\])?\s*(?=$|[<>=!~;@(,])")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]{1,200})")
_INCLUDE = re.compile(r"(?:-r|--requirement)[\s=]*(\S{1,500})")
#: Comments of pip-compile and uv that tell who asked for a package: a file, or another package.
_ASKED = re.compile(r"(?:^|\s)(?:-r\s|-c\s|\S+\.(?:in|txt|toml|cfg|py)\b)|\((?:pyproject\.toml|setup\.(?:py|cfg))\)")


def requirements(path: str, text: str, look: Look) -> Manifest:
    """Read a requirements file and those that it includes."""
    found: list[Package] = []
    seen = {path}
    left = [(path, text)]
    while left:
        here, content = left.pop()
        lines = content.splitlines()
        for number, line, via in _logical(lines):
            include = _INCLUDE.match(line)
            if include:
                other = posixpath.normpath(posixpath.join(posixpath.dirname(here), include[1]))
                if other not in seen and len(seen) < MAX_INCLUDES and not _is_rehearsal_file(other):
                    seen.add(other)
                    included = look(other)
                    left += [(other, included)] if included is not None else []
                continue
            name = requirement(line)
            if name and not (via and not _ASKED.search(via)):  # one that another package asked for is not the program's
                found.append(Package(pip(name), here, number))
    return Manifest(path, tuple(found))


def _is_rehearsal_file(path: str) -> bool:
    return is_rehearsal(posixpath.basename(path).rpartition(".")[0])


def _logical(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Logical lines with their numbers, and the comment `# via …` of each."""
    position = 0
    while position < len(lines):
        start = position
        parts = [lines[position]]
        while parts[-1].endswith("\\") and position + 1 < len(lines):
            position += 1
            parts.append(lines[position])
        position += 1
        whole = " ".join(part.removesuffix("\\") for part in parts).strip()
        if not whole or whole.startswith("#"):
            continue
        line, _, comment = re.sub(r"(?:^|\s)#", "\n#", whole, count=1).partition("\n#")
        comments = [comment]
        # without a loop over all of the file: a note of pip-compile stands right below its package
        while position < len(lines) and lines[position].lstrip().startswith("#") and lines[position][:1].isspace():
            comments.append(lines[position].strip().lstrip("#"))
            position += 1
        note = " ".join(comments).strip()
        yield start + 1, line.strip(), note[3:] if note.startswith("via") else ""


def requirement(line: str) -> str:
    """The name of the package that a requirement asks for; empty for options, paths and what is none."""
    if line.startswith("-") or "://" in line.partition("@")[0]:
        egg = _EGG.search(line)
        return egg[1] if egg else ""
    bare = re.split(r"\s--?[a-z]", line, maxsplit=1)[0].strip()
    found = _NAME.match(bare)
    return found[1] if found else ""


def pyproject(path: str, text: str, look: Look) -> Manifest:
    """Read `pyproject.toml`: the tables of PEP 621 and 735, and those of Poetry."""
    value = load_toml(path, text)
    lines = Lines(text)
    project, poetry = table(value, "project"), table(value, "tool", "poetry")
    found: list[Package] = []

    def add(section: str, wanted: list[str], optional: str = "") -> None:
        for one in wanted:
            name = requirement(one.strip())
            if name:
                found.append(Package(pip(name), path, lines.of(section, one), optional))

    add("project", list(texts(project.get("dependencies"))))
    for extra, wanted in table(project, "optional-dependencies").items():
        if not is_rehearsal(extra):
            add("project.optional-dependencies", list(texts(wanted)), EXTRA)
    for group, wanted in table(value, "dependency-groups").items():
        if not is_rehearsal(group):
            add("dependency-groups", list(texts(wanted)), EXTRA)
    found += _poetry(path, poetry, lines)
    names = [one for one in (project.get("name"), poetry.get("name")) if isinstance(one, str)]
    return Manifest(path, tuple(found), tuple(pip(name) for name in names))


def _poetry(path: str, poetry: dict[str, Any], lines: Lines) -> Iterator[Package]:
    groups = {"tool.poetry.dependencies": (table(poetry, "dependencies"), "")}
    for name, group in table(poetry, "group").items():
        if not is_rehearsal(name):
            optional = EXTRA if table(group).get("optional") is True else ""
            groups[f"tool.poetry.group.{name}.dependencies"] = (table(group, "dependencies"), optional)
    for section, (wanted, optional) in groups.items():
        for name, how in wanted.items():
            if name.lower() != "python":
                extra = EXTRA if table(how).get("optional") is True else optional
                yield Package(pip(name), path, lines.of(section, name), extra)


def pipfile(path: str, text: str, look: Look) -> Manifest:
    """Read a `Pipfile`: `[packages]`, and categories that are not for developers."""
    value = load_toml(path, text)
    lines = Lines(text)
    found = [
        Package(pip(name), path, lines.of(section, name))
        for section, wanted in value.items()
        if section not in ("source", "requires", "scripts", "pipenv", "dev-packages") and not is_rehearsal(section)
        for name in table(wanted)
    ]
    return Manifest(path, tuple(found))


def setup_cfg(path: str, text: str, look: Look) -> Manifest:
    """Read `setup.cfg`: `install_requires` and `extras_require`."""
    found: list[Package] = []
    names: list[str] = []
    section = key = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"(?:^|\s)[#;].*", "", raw) if "#" in raw or raw.lstrip().startswith(";") else raw
        if not line.strip():
            continue
        header = re.fullmatch(r"\[([^\]]{1,200})\]\s*", line)
        if header:
            section, key = header[1].strip(), ""
            continue
        wanted = line.strip()
        if not line[0].isspace():
            key, _, wanted = (part.strip() for part in line.partition("="))
        if (section, key) == ("metadata", "name") and wanted:
            names.append(wanted)
        optional = section == "options.extras_require"
        if (section, key) == ("options", "install_requires") or (optional and not is_rehearsal(key)):
            name = requirement(wanted)
            if name:
                found.append(Package(pip(name), path, number, EXTRA if optional else ""))
    return Manifest(path, tuple(found), tuple(pip(name) for name in names))
