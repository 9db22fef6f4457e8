"""Reads incident files: the shipped ones by name, others by path or by folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from blastradius.catalog.incidents.model import Incident, Record
from blastradius.errors import InputError, UsageError

if TYPE_CHECKING:
    from blastradius.marks import Document

FOLDER = Path(__file__).parent
MOST = 2_000
"""Most files that are read from one folder."""
LARGEST = 5_000_000
"""Largest incident file, in bytes: the longest shipped one has 44 thousand."""
_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Read:
    """What came of reading a folder.

    Attributes:
        incidents: by id.
        unread: one line for each file that could not be read.
        remarks: keys that are not known, one line a file: they were passed over.
    """

    incidents: tuple[Incident, ...]
    unread: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def names() -> list[str]:
    """Ids of the shipped incidents."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def incident(name: str | Path) -> Incident:
    """A shipped incident by its id or a part that only one has, or the file at a path.

    Args:
        name: such as `2025-10-20-aws-dynamodb-dns`, `2025-10-20`, or `outages/ours.yaml`.

    Raises:
        InputError: when the file cannot be read.
        UsageError: when no shipped incident is called so, or several are.
    """
    text = str(name)
    if text in names():
        return read(FOLDER / f"{text}.yaml")
    if Path(text).suffix in _SUFFIXES or "/" in text or Path(text).is_file():
        return read(Path(text))
    return read(FOLDER / f"{_named(text, names(), 'shipped')}.yaml")


def _named(text: str, known: Sequence[str], where: str) -> str:
    """The id that a person means by it or by a part of it."""
    alike = [text] if text in known else [one for one in known if text and text in one]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise UsageError(f"incident {text[:80]!r}: {', '.join(alike[:8])} are called so: name one")
    from blastradius.complaints import near

    raise UsageError(f"{where}: no incident is called {text[:80]!r}{near(text, known)}; or name a file")


def files_of(path: Path) -> list[Path]:
    """The incident files of a folder, by name.

    Args:
        path: the folder; files below it in other folders are not read.

    Raises:
        InputError: when it is no folder, or holds no incident file or too many.
    """
    try:
        found = sorted(one for one in path.iterdir() if one.suffix in _SUFFIXES and not one.name.startswith("."))
    except OSError as error:
        raise InputError(
            f"{path}: {(error.strerror or 'cannot be read').lower()}: name a folder of incident files"
        ) from None
    if not found:
        raise InputError(f"{path}: holds no incident file (*.yaml)")
    if len(found) > MOST:
        raise InputError(f"{path}: holds more than {MOST:,} incident files: split it")
    return found


def folder(path: Path) -> Read:
    """Every incident file of a folder; one that cannot be read does not keep the others from it.

    Args:
        path: the folder; files below it in other folders are not read.

    Raises:
        InputError: when it is no folder, or holds no incident file or too many.
    """
    incidents: dict[str, Incident] = {}
    unread, remarks = [], []
    for one in files_of(path):
        try:
            made, unknown, _ = read_file(one)
        except InputError as error:
            unread.append(str(error))
            continue
        if made.id in incidents:
            unread.append(f"{one}: a second file of incident {made.id}: rename or remove one")
            continue
        incidents[made.id] = made
        if unknown:
            remarks.append(f"{one}: not known and passed over: {', '.join(unknown)}")
    return Read(tuple(incidents[id] for id in sorted(incidents)), tuple(unread), tuple(remarks))


def chosen(names: Sequence[str] = (), where: str | None = None) -> Read:
    """The incidents that a person asks for.

    Args:
        names: shipped ones, those of the folder, or files; all of the folder or all shipped ones where none.
        where: a folder of incident files, in place of the shipped ones.

    Raises:
        InputError: when a file, or nothing of the folder, can be read.
        UsageError: when no incident is called so, or several are.
    """
    if where is None:
        found = {one.id: one for one in map(incident, names)} if names else {one.id: one for one in shipped()}
        return Read(tuple(found[id] for id in sorted(found)))
    read_ = folder(Path(where))
    if not read_.incidents:
        more = f" (and {len(read_.unread) - 1} more files)" if len(read_.unread) > 1 else ""
        raise InputError(f"{read_.unread[0]}{more}")
    own = {one.id: one for one in read_.incidents}
    try:
        ids = {_named(name, list(own), where) for name in names} or set(own)
    except UsageError as error:
        if not read_.unread:
            raise
        more = f" (and {len(read_.unread) - 1} more files)" if len(read_.unread) > 1 else ""
        raise UsageError(f"{error}; not read: {read_.unread[0]}{more}") from None
    return Read(tuple(own[id] for id in sorted(ids)), read_.unread, read_.remarks)


@cache
def shipped() -> tuple[Incident, ...]:
    """The incidents that come with the program, by id."""
    return folder(FOLDER).incidents


def read(path: Path) -> Incident:
    """One incident file.

    Raises:
        InputError: `path:line: what`, when it cannot be read or is none.
    """
    return read_file(path)[0]


def read_file(path: Path) -> tuple[Incident, list[str], Document]:
    """One incident file, the keys that are not known, and the document as written.

    Args:
        path: the file.

    Raises:
        InputError: `path:line: what`, when it cannot be read or is none.
    """
    from blastradius.complaints import validated
    from blastradius.documents import load_yaml
    from blastradius.files import read_bytes

    documents = load_yaml(read_bytes(path, LARGEST), str(path), strict=True)
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        raise InputError(f"{path}: not one incident: expected keys such as id, provider, trigger, start_utc")
    made = validated(Incident, documents[0].value, documents[0])
    if meant := _misspelt(made.provider):
        line = documents[0].line_of("provider")
        raise InputError(f"{path}:{line}: provider: {made.provider!r} is not known{meant}")
    return made, sorted(set(_unknown(Incident, documents[0].value))), documents[0]


def _misspelt(provider: str) -> str:
    """What a provider that nobody knows is close to; empty where it is known or like nothing that is."""
    from difflib import get_close_matches

    from blastradius.catalog.services import PROVIDERS, vendors

    if provider in PROVIDERS or provider in vendors():
        return ""
    close = get_close_matches(provider.lower(), PROVIDERS, 1, 0.66) or get_close_matches(provider, vendors(), 1, 0.85)
    return f"; the nearest is {close[0]}: write that, or another name for a provider of your own" if close else ""


def _unknown(model: type[BaseModel], value: Any) -> list[str]:
    """Keys that no field reads, each under the name of what it is a key of."""
    if not isinstance(value, dict):
        return []
    found = [str(key) for key in value if key not in model.model_fields]
    for key, field in model.model_fields.items():
        inner = next((one for one in get_args(field.annotation) if isinstance(one, type)), field.annotation)
        if key in value and isinstance(inner, type) and issubclass(inner, Record):
            below = value[key]
            records = below if isinstance(below, list) else [below]
            if key == "sources":
                records = list(below.values()) if isinstance(below, dict) else []
            found += [f"{key}.{name}" for record in records for name in _unknown(inner, record)]
    return found
