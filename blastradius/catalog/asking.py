"""Questions to the catalog itself: one record with all that hangs on it, records that hold a text, and whose word they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from blastradius.catalog import data
from blastradius.catalog.records import RECOLLECTION
from blastradius.catalog.services import PROVIDERS, whole_id
from blastradius.errors import UsageError
from blastradius.model import SCHEMA_VERSION, Value

_MOST = 200
#: Keys that say of a record whose word it is, and not what it says.
_SAYS = frozenset({"id", "name", "source", "confidence", "as_of", "check", "provider"})


class Source(Value):
    """Where facts are from."""

    file: str = Field(description="File of the catalog.")
    key: str = Field(description="Key by which records name it.")
    title: str = Field(description="What it is.")
    url: str = Field(description="Where it is; empty for none.")
    records: int = Field(description="How many statements name it.")


class Entry(Value):
    """A record of the catalog."""

    file: str = Field(description="File in which it stands.")
    part: str = Field(description="List in which it stands: `services`, `dependencies`, `vendors` …")
    id: str = Field(description="Its id.")
    name: str = Field(default="", description="What people call it.")
    says: dict[str, Any] = Field(description="What it says, by key.")
    confidence: Literal["high", "medium", "low"] = Field(description="How much it is worth.")
    recollection: bool = Field(description="Whether nobody has looked it up.")
    source: tuple[str, ...] = Field(description="Titles of its sources, with addresses.")
    as_of: str = Field(description="Day on which it was collected.")
    check: str | None = Field(default=None, description="Page to look it up on.")


class CatalogAnswer(Value):
    """What the catalog holds of something."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    asked: str = Field(description="What was asked.")
    records: tuple[Entry, ...] = Field(default=(), description="Records that answer.")
    left_out: int = Field(default=0, description="How many more there are.")
    sources: tuple[Source, ...] = Field(default=(), description="Sources, where they were asked for.")
    complaints: tuple[str, ...] = Field(default=(), description="`file:line: what is wrong`, where it was checked.")
    checked: int | None = Field(default=None, description="How many records were checked.")


def show(id: str) -> CatalogAnswer:
    """The records of a service or vendor: its own, what it needs and who needs it.

    Args:
        id: of a record, of a component (`aws:platform/us-east-1/dynamodb`, `vendor:stripe`) or `provider:service`.

    Raises:
        UsageError: when there is no such record, naming the nearest.
    """
    wanted = _short(id)
    everything = list(entries())
    found = [one for one in everything if _is(one, wanted)]
    if not found:
        near = get_close_matches(wanted.partition(":")[2] or wanted, sorted({one.id for one in everything}), n=1)
        raise UsageError(f"catalog show: there is no {id!r}{f': the nearest is {near[0]}' if near else ''}")
    keys = {_key(one) for one in found if one.part == "services"}
    around = [one for one in everything if one.part == "dependencies" and keys & set(_ends(one))]
    names = {f"vendor:{one.id}" for one in found if one.part in ("vendors", "registries")} | keys
    around += [one for one in everything if one.part == "vendors" and names & {_short(on) for on in _needs(one)}]
    return _answer(id, [*found, *(one for one in around if one not in found)])


def search(text: str) -> CatalogAnswer:
    """Records that hold a text, in whatever they say; upper and lower case are one.

    Args:
        text: such as `eu-central`, `kinesis`, `stripe.com`.

    Raises:
        UsageError: when it is empty.
    """
    wanted = text.strip().lower()
    if not wanted:
        raise UsageError("catalog search: name a text to search for")
    return _answer(text, [one for one in entries() if any(wanted in said for said in _texts(one))])


def sources() -> CatalogAnswer:
    """All sources, with how many statements name each."""
    found = []
    for file in data.FILES:
        content = data.read(file)
        named = [key for key in _named(content) if isinstance(key, str)]
        found += [
            Source(file=file, key=key, title=one["title"], url=one["url"], records=named.count(key))
            for key, one in sorted(content.get("sources", {}).items())
        ]
    return CatalogAnswer(asked="sources", sources=tuple(found))


def checked(folder: Path | None = None, incidents: Path | None = None) -> CatalogAnswer:
    """What is wrong with the catalog, its incident files and a folder of the user's own, see `catalog.checking.check`.

    Args:
        folder: of the user's own; that of the environment where none. Its folder `incidents` is read as well.
        incidents: a folder of incident files of the user's own.

    Raises:
        InputError: when a file of it cannot be read.
    """
    from blastradius.catalog.checking import check, count
    from blastradius.catalog.incidents.checking import check_both

    own = folder or data.named()
    told, records = check_both(own, incidents)
    complaints = (*check(own), *told)
    return CatalogAnswer(asked="check", complaints=tuple(map(str, complaints)), checked=count(own) + records)


def entries() -> Iterator[Entry]:
    """All records, in the order of the files."""
    for file in data.FILES:
        content = data.read(file)
        titles = {key: _title(one) for key, one in content.get("sources", {}).items()}
        for part, records in content.items():
            if isinstance(records, list):
                yield from (_entry(file, part, number, one, titles) for number, one in enumerate(records, 1))


def _entry(file: str, part: str, number: int, record: Mapping[str, Any], titles: Mapping[str, str]) -> Entry:
    id = str(record.get("id") or record.get("service") or number)
    return Entry(
        file=file,
        part=part,
        id=id,
        name=str(record.get("name", "")),
        says={key: value for key, value in record.items() if key not in _SAYS},
        confidence=record["confidence"],
        recollection=set(record["source"]) == {RECOLLECTION},
        source=tuple(titles.get(key, key) for key in record["source"]),
        as_of=str(record["as_of"]),
        check=record.get("check"),
    )


def _title(source: Mapping[str, Any]) -> str:
    return f"{source['title']} ({source['url']})" if source["url"] else str(source["title"])


def _answer(asked: str, found: list[Entry]) -> CatalogAnswer:
    return CatalogAnswer(asked=asked, records=tuple(found[:_MOST]), left_out=max(0, len(found) - _MOST))


def _short(id: str) -> str:
    """`aws:dynamodb` for `aws:platform/us-east-1/dynamodb`; any other id as it is."""
    owner, colon, rest = id.partition(":")
    if colon and rest.count("/") == 2 and rest.partition("/")[0] in ("platform", "control-plane"):
        return f"{owner}:{rest.rpartition('/')[2]}"
    return id


def _is(one: Entry, wanted: str) -> bool:
    if one.part == "services":
        return wanted in (one.id, _key(one))
    if one.part in ("vendors", "registries"):
        return wanted in (one.id, f"vendor:{one.id}")
    return wanted == one.id


def _key(one: Entry) -> str:
    return f"{one.file.removesuffix('.yaml')}:{one.id}"


def _ends(one: Entry) -> tuple[str, str]:
    provider = one.file.removesuffix(".yaml")
    assert provider in PROVIDERS
    return whole_id(one.says["dependent"], provider), whole_id(one.says["dependency"], provider)


def _needs(one: Entry) -> Iterable[str]:
    return (need["on"] for need in one.says.get("needs", ()))


def _texts(one: Entry) -> Iterator[str]:
    yield one.id.lower()
    yield one.name.lower()
    yield from (text.lower() for text in _within(one.says))


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _within(inner)
    elif value is not None:
        yield str(value)


def _named(value: Any) -> Iterator[Any]:
    """Keys of sources that statements name."""
    if isinstance(value, dict):
        if isinstance(value.get("source"), list):
            yield from value["source"]
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
