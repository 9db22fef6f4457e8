"""Waivers in comments: `# blastradius: allow BR001 until=2027-03-01 reason="…" owner=…`, or with `//`.

A comment on a line of its own speaks of the next line that is none; one behind something speaks of its own line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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

_MARK = b"blastradius"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEAR = re.compile(
    r"(?:^|(?<=\s))(?:#+|//+|/\*+|<!--|--|;+)[ \t]*blast[-_ ]?radius\b[ \t]*[:,-]?[ \t]*(\S*)(.*)$", re.IGNORECASE
)
_NEAR_RULE = re.compile(r"\bBR-?\d{3}\b", re.IGNORECASE)
#: What people write where they mean to let something through.
_MEANT = ("allow", "ignore", "waive", "waiver", "skip", "disable", "suppress", "noqa", "except", "accept")
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#+|//+)[ \t]*blastradius:[ \t]*(.*)$")
_ALONE = re.compile(r"^[ \t]*(#|//)")
_SETTING = re.compile(r"([a-z_]+)=(\"[^\"]*\"|'[^']*'|[^\s\"']+)(?:\s+|$)")
_RULES = re.compile(r"([A-Z]{2,5}\d{3}(?:,[A-Z]{2,5}\d{3})*)(?:\s+|$)")
_ODD = re.compile(rb"(?<=blast)[-_ ](?=radius)")
_LONGEST = 2_000
_KEYS = ("until", "reason", "owner")
#: Files that explain to people how to write such a comment.
_PROSE = (".md", ".markdown", ".rst", ".adoc", ".html", ".ipynb")
_FORM = '# blastradius: allow BR001 until=2027-03-01 reason="why" owner=team'


@dataclass
class Comments:
    """What comments say.

    Attributes:
        written: the waivers.
        notices: comments that read like one and are none, each `path:line: what`.
    """

    written: list[Written] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read(system: System) -> Comments:
    """The waivers in comments of the files that a scan of a folder reads; none for a file of an inventory.

    Args:
        system: the system.

    Raises:
        UsageError: `path:line: what`, when one is malformed.
    """
    if system.folder is None:
        return Comments()
    from blastradius.scanners.growing import grow

    found = Comments()
    for file in grow([system.folder]).files:
        if not file.path.lower().endswith(_PROSE):
            path = (PurePosixPath(system.prefix) / file.path).as_posix()
            _read(file.disk, path, found)
    return found


def _read(disk: Path, path: str, into: Comments) -> None:
    try:
        content = read_bytes(disk, MAX_BYTES)
    except InputError:
        return  # the scan says so
    if _MARK not in _ODD.sub(b"", content.lower()):
        return
    lines = split_lines(content.decode("utf-8", "replace"))
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(line)
        if comment is None or not re.match(r"allow\b", comment[1]):
            if _is_near(line):
                into.notices.append(f"{path}:{number}: reads like a waiver and is none: write {_FORM}")
            continue
        at = frozenset({(path, number), (path, _next(lines, number) if _ALONE.match(line) else number)})
        for waiver in _waivers(comment[1], f"{path}:{number}"):
            into.written.append(Written(waiver, f"{path}:{number}", at))


def _is_near(line: str) -> bool:
    """Whether a comment speaks to this program of letting something through, in a form that it does not read."""
    near = _NEAR.search(line[:_LONGEST])
    if near is None:
        return False
    word = near[1].lower().strip(":=([")
    return bool(_NEAR_RULE.search(near[0]) or difflib.get_close_matches(word, _MEANT, 1, 0.75))


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
        if not _DAY.fullmatch(settings["until"]):
            raise ValueError
        until = date.fromisoformat(settings["until"])
    except ValueError:
        raise UsageError(f"{where}: until: {settings['until']!r} is no date: write 2027-03-01") from None
    for rule in named[1].split(","):
        try:
            yield Waiver(rule=rule, match=where, reason=settings["reason"], owner=settings["owner"], until=until)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise UsageError(f"{where}: {first['loc'][0]}: {first['msg'].lower()}: write {_FORM}") from None
