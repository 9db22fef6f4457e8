"""The catalog's own lint: every record says whose word it is, names what is there, and recognises what it says it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from blastradius.catalog import data
from blastradius.catalog.complaining import Complaint
from blastradius.catalog.linting import Entry, dangling, record_complaints, twice, untrue
from blastradius.documents import MarkedList, line_of
from blastradius.errors import InputError

_SHAPES: dict[type, str] = {MarkedList: "list", str: "text"}


def check(folder: Path | None = None) -> list[Complaint]:
    """Everything that is wrong with the shipped files and with a folder of the user's own.

    Args:
        folder: beside the shipped files, if any.

    Raises:
        InputError: when a file cannot be read.
    """
    shipped = _shipped()
    return sorted({*_complaints(shipped, shipped, {}), *(check_own(folder) if folder else ())})


def _shipped() -> dict[str, dict[str, Any]]:
    """The shipped files, every value knowing its line."""
    return {name: data.document(data.SHIPPED / name) for name in data.FILES}


def count(folder: Path | None = None) -> int:
    """How many records there are in the shipped files and in a folder of the user's own."""
    paths = [data.SHIPPED / name for name in data.FILES]
    paths += [folder / name for name in data.FILES if (folder / name).is_file()] if folder else []
    contents = [data.document(path) for path in paths]
    return sum(len(value) for one in contents for value in one.values() if isinstance(value, list))


def check_own(folder: Path) -> list[Complaint]:
    """Everything that is wrong with a folder of the user's own, which stands beside the shipped files.

    Args:
        folder: with files named as the shipped ones are.

    Raises:
        InputError: when a file cannot be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder: name one with files such as vendors.yaml")
    found = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    names = {path.name: str(path) for path in found if path.name in data.FILES}
    wrong = [
        Complaint(str(path), 1, f"is no file of the catalog: name it one of {', '.join(data.FILES)}")
        for path in found
        if path.name not in data.FILES
    ]
    if not found:
        wrong.append(Complaint(str(folder), 1, "holds no file of the catalog, such as vendors.yaml"))
    own = {name: data.document(folder / name, names[name]) for name in names}
    shipped = _shipped()
    return sorted({*wrong, *_complaints(own, shipped, names)})


def _complaints(
    written: Mapping[str, dict[str, Any]], shipped: Mapping[str, dict[str, Any]], names: Mapping[str, str]
) -> Iterator[Complaint]:
    """What is wrong with the records of some files, which count together with the shipped ones."""
    shapeless = [
        wrong for name, content in written.items() for wrong in _shape(content, names.get(name, name), shipped[name])
    ]
    yield from shapeless
    if shapeless:  # what follows takes lists of mappings for granted
        return
    whole = {
        name: data.joined(content, written[name]) if name in written and written[name] is not content else content
        for name, content in shipped.items()
    }
    entries: list[Entry] = []
    for name, content in written.items():
        where = names.get(name, name)
        entries += _entries(name, where, content, whole[name])
    good = []
    for entry in entries:
        wrong = list(record_complaints(entry, whole[entry.file].get("sources", {})))
        yield from wrong
        if not wrong:
            good.append(entry)
    yield from twice(entries)
    if len(good) == len(entries):  # the rest takes each record as its schema has it
        yield from dangling(good, whole)
        yield from untrue(good, whole)


def _shape(content: Mapping[str, Any], where: str, shipped: Mapping[str, Any]) -> Iterator[Complaint]:
    """Keys that no file of this name has, and lists that are none."""
    for key, value in content.items():
        line = line_of(content, key) or 1
        if key not in shipped:
            yield Complaint(where, line, f"{key}: is no key of this file: it has {', '.join(shipped)}")
        elif type(shipped[key]) is not type(value):
            yield Complaint(where, line, f"{key}: must be a {_SHAPES.get(type(shipped[key]), 'mapping')}")
        elif isinstance(value, list):
            for number, one in enumerate(value):
                if not isinstance(one, dict):
                    yield Complaint(
                        where, line_of(value, number) or line, f"{key}: this is no mapping: write id: and so on"
                    )
    for key, source in (content.get("sources") or {}).items():
        if not isinstance(source, dict) or not source.get("title") or "url" not in source:
            yield Complaint(where, line_of(content["sources"], key) or 1, f"sources: {key}: needs title: and url:")


def _entries(name: str, where: str, content: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[Entry]:
    for part, records in content.items():
        if not isinstance(records, list) or not isinstance(whole.get(part), list):
            continue
        there = {data.identity(one): one for one in whole[part]}
        for number, one in enumerate(records):
            yield Entry(name, where, part, line_of(records, number) or 1, one, dict(there[data.identity(one)]))
