"""The columns of a frame: what each field of a record becomes in a table of pandas, without looking at any value."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Union

from blastradius.model import ChainLink, Evidence, Value
from blastradius.reports.tables import chain_text

Dtype = Literal["Int64", "Float64", "boolean", "string", "category", "datetime64[s]", "object"]

_PLAIN: dict[Any, Dtype] = {int: "Int64", float: "Float64", bool: "boolean", str: "string", date: "datetime64[s]"}
_FRONT = ("id", "name", "dependent", "dependency")
#: A record that holds an answer and says something beside it: the columns of the answer keep their names.
_TRANSPARENT = "result."


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: its name; `outer.inner` for a field of a record inside the record.
        dtype: its type; `object` holds tuples of texts.
        means: what stands in it.
        read: takes its value out of a record.
        words: all that may stand in a `category`.
    """

    name: str
    dtype: Dtype
    means: str
    read: Callable[[Any], Any]
    words: tuple[str, ...] = ()


def lists(model: type[Value]) -> dict[str, type[Value]]:
    """The fields of a record that are lists of records, with the model of each.

    Args:
        model: the record.
    """
    found = {name: _listed(field.annotation) for name, field in model.model_fields.items()}
    return {name: record for name, record in found.items() if record is not None}


def columns(model: type[Value]) -> list[Column]:
    """The columns of a table of such records, in the order of their fields, what tells them apart first.

    Args:
        model: the record.
    """
    found = []
    for name, field in model.model_fields.items():
        for column in _columns(name, field.annotation, field.description or ""):
            inner = column.name.removeprefix(_TRANSPARENT)
            short = inner if inner not in model.model_fields else column.name
            found.append(replace(column, name=short))
    return sorted(found, key=lambda column: _FRONT.index(column.name) if column.name in _FRONT else len(_FRONT))


def _columns(name: str, annotation: Any, means: str) -> Iterable[Column]:
    def read(row: Any) -> Any:
        return getattr(row, name)

    kinds = alternatives(annotation)
    inner = kinds[0] if len(kinds) == 1 else None
    if all(typing.get_origin(kind) is Literal for kind in kinds):
        words = tuple(dict.fromkeys(word for kind in kinds for word in typing.get_args(kind)))
        yield Column(name, "category", means, read, words)
    elif set(kinds) <= {int, float} and float in kinds:
        yield Column(name, "Float64", means, read)
    elif inner in _PLAIN:
        yield Column(name, _PLAIN[inner], means, read)
    elif inner is Evidence:
        yield Column(name, "string", means, lambda row: _places([read(row)] if read(row) else []))
    elif inner is not None and _is_record(inner):
        yield from _inside(name, inner, means, read)
    elif (record := _listed(annotation)) is not None:
        yield _list(name, record, means, read)
    elif typing.get_origin(inner) is tuple:
        yield Column(name, "object", means, read)
    else:
        yield Column(name, "string", f"{means} As JSON.", lambda row: _json(read(row)))


def _inside(name: str, record: type[Value], means: str, read: Callable[[Any], Any]) -> Iterable[Column]:
    """The columns of a record inside a record; all of them unset where it is."""
    prefix = f"{name}."
    for column in columns(record):

        def deeper(row: Any, inner: Callable[[Any], Any] = column.read) -> Any:
            outer = read(row)
            return None if outer is None else inner(outer)

        said = column.means if prefix == _TRANSPARENT else f"{means} {column.means}".strip()
        yield Column(prefix + column.name, column.dtype, said, deeper, column.words)


def _list(name: str, record: type[Value], means: str, read: Callable[[Any], Any]) -> Column:
    """A list of records inside a record."""
    if record is ChainLink:
        return Column(name, "string", f"{means} Written `a → b`.", lambda row: chain_text(read(row)))
    if record is Evidence:
        return Column(name, "string", f"{means} The places alone.", lambda row: _places(read(row)))
    return Column(name, "Int64", f"{means} How many.", lambda row: len(read(row)))


def alternatives(annotation: Any) -> list[Any]:
    """The types that a field may have, `None` apart, without what pydantic knows beside them.

    Args:
        annotation: of the field.
    """
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return [kind for one in typing.get_args(annotation) for kind in alternatives(one)]
    if typing.get_origin(annotation) is typing.Annotated:
        return alternatives(typing.get_args(annotation)[0])
    return [] if annotation is type(None) else [annotation]


def _listed(annotation: Any) -> type[Value] | None:
    """The record that a field is a list of, if it is one."""
    kinds = alternatives(annotation)
    arguments = typing.get_args(kinds[0]) if len(kinds) == 1 and typing.get_origin(kinds[0]) is tuple else ()
    inner = alternatives(arguments[0]) if len(arguments) == 2 and arguments[1] is Ellipsis else []
    return inner[0] if len(inner) == 1 and _is_record(inner[0]) else None


def _is_record(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Value)


def _places(evidence: Sequence[Evidence]) -> str:
    return "; ".join(dict.fromkeys(one.locator for one in evidence if one.locator))


def _json(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, Value) else str(value)
