"""Reads the catalog's YAML files, each at most once and only when it is asked for, with those of a folder of the user's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import _lru_cache_wrapper, cache
from pathlib import Path
from typing import Any, TypeVar

from blastradius.errors import InputError

FILES = (
    "aws.yaml",
    "clouds.yaml",
    "gcp.yaml",
    "azure.yaml",
    "cloudflare.yaml",
    "registries.yaml",
    "vendors.yaml",
    "slas.yaml",
    "packages.yaml",
    "images.yaml",
    "defaults.yaml",
)
SHIPPED = Path(__file__).parent
VARIABLE = "BLASTRADIUS_CATALOG"
"""Environment variable that names a folder of the user's own, where none is named otherwise."""

R = TypeVar("R")
_kept: list[_lru_cache_wrapper[Any]] = []
_named: list[Path] = []


def forgotten(cached: _lru_cache_wrapper[R]) -> _lru_cache_wrapper[R]:
    """A cached function of what is made of the files: it forgets when another folder is used."""
    _kept.append(cached)
    return cached


def kept(function: Callable[..., R]) -> _lru_cache_wrapper[R]:
    """`functools.cache` for what is made of the files, see `forgotten`."""
    return forgotten(cache(function))


def use(folder: Path | None) -> None:
    """Read the user's own folder beside the shipped files from now on; none goes back to the environment's.

    Args:
        folder: with files of the same names and records as the shipped ones.

    Raises:
        InputError: when it is no folder, or something in it is wrong: `file:line: what, what to do`.
    """
    named_before = list(_named)
    _named[:] = [folder] if folder is not None else []
    forget()
    try:
        own()
    except InputError:
        _named[:] = named_before
        forget()
        raise


def forget() -> None:
    """Forget what was read."""
    for one in _kept:
        one.cache_clear()


def named() -> Path | None:
    """The user's own folder as it was named, by `use` or in the environment; None where it was not."""
    if _named:
        return _named[0]
    return Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


@kept
def own() -> Path | None:
    """The user's own folder, checked; None where there is none.

    Raises:
        InputError: see `use`.
    """
    folder = named()
    if folder is None:
        return None
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder: name one with files such as vendors.yaml")
    from blastradius.catalog.checking import check_own

    wrong = check_own(folder)
    if wrong:
        more = f" (and {len(wrong) - 1} more: see `blastradius catalog check`)" if len(wrong) > 1 else ""
        raise InputError(f"{wrong[0]}{more}")
    return folder


@kept
def read(name: str) -> dict[str, Any]:
    """One data file as plain values, the user's own records in it.

    Args:
        name: one of `FILES`.

    Raises:
        InputError: when the user's own is broken.
    """
    folder = own()
    if folder is None or not (folder / name).is_file():
        return shipped(name)
    return joined(shipped(name), document(folder / name))


@kept
def shipped(name: str) -> dict[str, Any]:
    """One shipped file as plain values."""
    from blastradius.catalog import parsed

    found = parsed.content(SHIPPED / name)
    return document(SHIPPED / name) if found is None else found


def document(path: Path, where: str | None = None) -> dict[str, Any]:
    """One file as plain values that know their lines.

    Args:
        path: the file.
        where: its name for messages.

    Raises:
        InputError: when it is unreadable or no mapping.
    """
    from blastradius.documents import load_yaml  # costs 20 ms, and simulating never comes here
    from blastradius.files import read_bytes

    documents = load_yaml(read_bytes(path), where or path.name, strict=True)
    content = documents[0].value if documents else None
    if content is None:
        return {}
    if not isinstance(content, dict) or len(documents) > 1:
        raise InputError(f"{where or path.name}:1: is no mapping: write keys such as vendors: and sources:")
    return content


def joined(content: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Shipped values with the user's: a record of the same id has the keys that are written replaced, others come first.

    Args:
        content: of a shipped file.
        own: of the file of that name.
    """
    result = dict(content)
    for key, value in own.items():
        if isinstance(value, list):
            result[key] = _records(content.get(key, []), value)
        elif isinstance(value, dict):
            result[key] = {**content.get(key, {}), **value}
        else:
            result[key] = value
    return result


def _records(theirs: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records of both; the user's are tried before the shipped ones."""
    mine = {identity(one): one for one in own}
    there = {identity(one) for one in theirs}
    new = [one for one in own if identity(one) not in there]
    return [*new, *({**one, **mine[identity(one)]} if identity(one) in mine else one for one in theirs)]


def identity(record: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one record of a list from the others."""
    if "id" in record:
        return str(record.get("provider")), str(record["id"])
    return tuple(str(record.get(key)) for key in ("provider", "service", "resource", "ecosystem", "name", "names"))
