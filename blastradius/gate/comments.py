"""Waivers in comments: `# blastradius: allow BR001 until=2027-03-01 reason="…" owner=…`, or with `//`.

A comment on a line of its own speaks of the next line that is none; one behind something speaks of its own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from blastradius.errors import InputError, UsageError
from blastradius.files import read_bytes
from blastradius.gate.system import System
from blastradius.gate.waivers import Written
from blastradius.marks import split_lines
from blastradius.model import Waiver

MAX_BYTES = 5_000_000
"""Largest file that is looked into for comments: nobody writes longer ones by hand."""

_MARK = b"blastradius:"
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#+|//+)[ \t]*blastradius:[ \t]*(.*)$")
_ALONE = re.compile(r"^[ \t]*(#|//)")
_SETTING = re.compile(r"([a-z_]+)=(\"[^\"]*\"|'[^']*'|[^\s\"']+)(?:\s+|$)")
_RULES = re.compile(r"([A-Z]{2,5}\d{3}(?:,[A-Z]{2,5}\d{3})*)(?:\s+|$)")
_KEYS = ("until", "reason", "owner")
#: Files that explain to people how to write such a comment.
_PROSE = (".md", ".markdown", ".rst", ".adoc", ".html", ".ipynb")
_FORM = '# blastradius: allow BR001 until=2027-03-01 reason="why" owner=team'


def written(system: System) -> list[Written]:
    """The waivers in comments of the files that a scan of a folder reads; none for a file of an inventory.

    Args:
        system: the system.

    Raises:
        UsageError: `path:line: what`, when one is malformed.
    """
    if system.folder is None:
        return []
    from blastradius.scanners.growing import grow

    found = []
    for file in grow([system.folder]).files:
        if not file.path.lower().endswith(_PROSE):
            path = (PurePosixPath(system.prefix) / file.path).as_posix()
            found += list(_in_file(file.disk, path))
    return found


def _in_file(disk: Path, path: str) -> Iterator[Written]:
    try:
        content = read_bytes(disk, MAX_BYTES)
    except InputError:
        return  # the scan says so
    if _MARK not in content:
        return
    lines = split_lines(content.decode("utf-8", "replace"))
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(line)
        if comment is None or not comment[1].startswith("allow"):
            continue
        at = frozenset({(path, number), (path, _next(lines, number) if _ALONE.match(line) else number)})
        for waiver in _waivers(comment[1], f"{path}:{number}"):
            yield Written(waiver, f"{path}:{number}", at)


def _next(lines: list[str], number: int) -> int:
    """The line that a comment on a line of its own stands above."""
    for at in range(number, len(lines)):
        if lines[at].strip() and not _ALONE.match(lines[at]):
            return at + 1
    return number


def _waivers(text: str, where: str) -> Iterator[Waiver]:
    rest = text.removeprefix("allow").strip()
    rest = rest.removesuffix("*/").removesuffix("-->").strip()
    named = _RULES.match(rest)
    if named is None:
        raise UsageError(f"{where}: names no rule: write {_FORM}")
    settings: dict[str, str] = {}
    at = named.end()
    while at < len(rest):
        setting = _SETTING.match(rest, at)
        if setting is None or setting[1] not in _KEYS or setting[1] in settings:
            raise UsageError(f"{where}: cannot read {rest[at:][:40]!r}: write {_FORM}")
        settings[setting[1]] = setting[2].strip("\"'")
        at = setting.end()
    missing = [key for key in _KEYS if not settings.get(key)]
    if missing:
        raise UsageError(f"{where}: says no {' and no '.join(missing)}: write {_FORM}")
    try:
        until = date.fromisoformat(settings["until"])
    except ValueError:
        raise UsageError(f"{where}: until: {settings['until']!r} is no date: write 2027-03-01") from None
    for rule in named[1].split(","):
        try:
            yield Waiver(rule=rule, match=where, reason=settings["reason"], owner=settings["owner"], until=until)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise UsageError(f"{where}: {first['loc'][0]}: {first['msg'].lower()}: write {_FORM}") from None
