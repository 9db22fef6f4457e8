"""Lists of a result as tables of pandas, each column with the type that its field says."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Union

from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import ChainLink, Evidence, Gap, Inventory, Value
from blastradius.reports.tables import chain_text

if TYPE_CHECKING:
    import pandas

_FIRST = ("journeys", "losses", "components")
_BESIDE = ("gaps", "coverage")


def frame(result: Value | DependencyGraph, of: str | None = None) -> pandas.DataFrame:
    """One list of a result as a table of pandas, a column for each field; `.attrs["columns"]` describes them.

    Numbers are `Int64` or `Float64`, yes and no `boolean`, words out of a fixed list `category`, texts `string`; what is
    not set is `<NA>`. Lists of ids stay tuples. A chain is written `a → b`, evidence by its places, gaps are counted.

    Args:
        result: any result, an inventory or a graph.
        of: which of its lists, such as `components`; the journeys where there are any, else the first.

    Raises:
        UsageError: when it has no such list.
    """
    import pandas

    value = result.inventory if isinstance(result, DependencyGraph) else result
    lists = _lists(type(value))
    if of is None:
        first = ("components",) if isinstance(value, Inventory) else _FIRST
        of = next((name for name in (*first, *(n for n in lists if n not in _BESIDE), *lists) if name in lists), None)
    if of not in lists:
        raise UsageError(f"{type(value).__name__} has no list {of!r}: choose one of {', '.join(lists) or 'none'}")
    record = lists[of]
    rows: Sequence[Value] = getattr(value, of)
    columns = {
        name: _column(pandas, [getattr(row, name) for row in rows], field.annotation)
        for name, field in record.model_fields.items()
    }
    made = pandas.DataFrame(columns)
    made.attrs["columns"] = {name: field.description or "" for name, field in record.model_fields.items()}
    return made


def _lists(model: type[Value]) -> dict[str, type[Value]]:
    """The fields of a model that are lists of records, with the model of each."""
    found = {}
    for name, field in model.model_fields.items():
        inner = typing.get_args(field.annotation)
        if typing.get_origin(field.annotation) is tuple and inner and _is_record(inner[0]):
            found[name] = inner[0]
    return found


def _is_record(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Value)


def _column(pandas: Any, values: Sequence[Any], annotation: Any) -> Any:
    """Values as a column of the type that their field says."""
    kinds = _alternatives(annotation)
    if all(typing.get_origin(kind) is Literal for kind in kinds):
        words = [word for kind in kinds for word in typing.get_args(kind)]
        return pandas.Series(pandas.Categorical(values, categories=words))
    plain: dict[frozenset[Any], str] = {
        frozenset({int}): "Int64",
        frozenset({float}): "Float64",
        frozenset({bool}): "boolean",
        frozenset({str}): "string",
    }
    dtype = plain.get(frozenset(kinds))
    if dtype is not None:
        return pandas.Series(values, dtype=dtype)
    shown = _shown(kinds)
    if shown is None:
        return pandas.Series(values, dtype="object")
    write, dtype = shown
    return pandas.Series([write(value) for value in values], dtype=dtype)


def _alternatives(annotation: Any) -> list[Any]:
    """The types that a field may have, `None` apart, without what pydantic knows beside them."""
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return [kind for one in typing.get_args(annotation) for kind in _alternatives(one)]
    if typing.get_origin(annotation) is typing.Annotated:
        return _alternatives(typing.get_args(annotation)[0])
    return [] if annotation is type(None) else [annotation]


def _shown(kinds: Sequence[Any]) -> tuple[Callable[[Any], Any], str] | None:
    """How a list of records inside a record is written, with the type of that column."""
    inner = [typing.get_args(kind)[0] for kind in kinds if typing.get_origin(kind) is tuple and typing.get_args(kind)]
    if inner == [ChainLink]:
        return chain_text, "string"
    if inner == [Evidence]:
        return _places, "string"
    if inner == [Gap]:
        return len, "Int64"
    return None


def _places(evidence: Iterable[Evidence]) -> str:
    return "; ".join(dict.fromkeys(one.locator for one in evidence if one.locator))
