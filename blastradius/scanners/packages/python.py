"""Manifests of Python: `requirements*.txt`, `pyproject.toml`, `Pipfile`, `setup.cfg`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from blastradius.marks import split_lines
from blastradius.scanners.packages.manifest import EXTRA, MARKED, Lines, Look, Manifest, Package, is_rehearsal, pip
from blastradius.scanners.packages.tables import load_toml, table, texts

MAX_INCLUDES = 50
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]{0,500}\])?\s*(?=$|[<>=!~;@(,])")
_VERSION = re.compile(r"python_(?:full_)?version\s*(<=?|>=?|===?|!=|~=)\s*[\"']([\d.]{1,20})(?:\.\*)?[\"']")
#: Source: the status of Python's versions, https://devguide.python.org/versions/; some years of grace for who is late.
_OLDEST, _SUPPORTED, _NEXT = (3, 6), (3, 10), (4, 0)
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
        lines = split_lines(content)
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
                when = marker(line)
                if when is not None:
                    found.append(Package(pip(name), here, number, when))
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


def marker(line: str) -> str | None:
    """Why a package may not be installed, by the marker behind its requirement (PEP 508).

    Returns:
        Empty where it always is; None where it never is on a Python that is still supported.
    """
    said = re.split(r"\s--?[a-z]", line.partition(" #")[0], maxsplit=1)[0].partition(";")[2].strip()
    if not said:
        return ""
    parts = [_VERSION.fullmatch(part.strip().strip("()").strip()) for part in re.split(r"\s+and\s+", said[:1_000])]
    known = [_holds(part[1], part[2]) for part in parts if part]
    if any(one is False for one in known):
        return None
    return "" if len(known) == len(parts) and all(known) else MARKED


def _holds(operator: str, version: str) -> bool | None:
    """Whether a version of Python is one, for all that are supported; None where that is not the same for all."""
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if not numbers:
        return None
    below = numbers + (0,) * (2 - len(numbers))
    if operator in (">", ">=", "~="):
        return True if below <= _SUPPORTED and (operator != "~=" or len(numbers) == 2) else None
    if below < _OLDEST:
        return operator == "!="
    return True if below >= _NEXT and operator != "==" else None


def pyproject(path: str, text: str, look: Look) -> Manifest:
    """Read `pyproject.toml`: the tables of PEP 621 and 735, and those of Poetry."""
    value = load_toml(path, text)
    lines = Lines(text)
    project, poetry = table(value, "project"), table(value, "tool", "poetry")
    found: list[Package] = []

    def add(section: str, wanted: list[str], optional: str = "") -> None:
        for one in wanted:
            name, when = requirement(one.strip()), marker(one)
            if name and when is not None:
                found.append(Package(pip(name), path, lines.of(section, one), optional or when))

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
                when = _written(how)
                if when is not None:
                    yield Package(pip(name), path, lines.of(section, name), extra or when)


def _written(how: Any) -> str | None:
    """The same as `marker`, of a table that says how a package is asked for."""
    said = table(how).get("markers")
    return marker(f"; {said}") if isinstance(said, str) else ""


def pipfile(path: str, text: str, look: Look) -> Manifest:
    """Read a `Pipfile`: `[packages]`, and categories that are not for developers."""
    value = load_toml(path, text)
    lines = Lines(text)
    found = []
    for section, wanted in value.items():
        if section in ("source", "requires", "scripts", "pipenv", "dev-packages") or is_rehearsal(section):
            continue
        for name, how in table(wanted).items():
            when = _written(how)
            if when is not None:
                found.append(Package(pip(name), path, lines.of(section, name), when))
    return Manifest(path, tuple(found))


def setup_cfg(path: str, text: str, look: Look) -> Manifest:
    """Read `setup.cfg`: `install_requires` and `extras_require`."""
    found: list[Package] = []
    names: list[str] = []
    section = key = ""
    for number, raw in enumerate(split_lines(text), 1):
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
            name, when = requirement(wanted), marker(wanted)
            if name and when is not None:
                found.append(Package(pip(name), path, number, EXTRA if optional else when))
    return Manifest(path, tuple(found), tuple(pip(name) for name in names))
