"""Lists of a result as tables of pandas, each column with the type that its field says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Inventory, Value
from blastradius.notebook.columns import Column, columns, lists

if TYPE_CHECKING:
    import pandas

_FIRST = ("journeys", "losses", "components")
_BESIDE = ("gaps", "coverage")
_NAMING = ("id", "journey", "dependent", "name")
_OF = Column("of", "string", "Id of the record whose list this is, else its number.", lambda row: row)


def frame(result: Value | DependencyGraph, of: str | None = None) -> pandas.DataFrame:
    """One list of a result as a table of pandas, a column for each field; `.attrs["columns"]` describes them.

    Types depend on the field alone, so that an empty table has them too: numbers are `Int64` or `Float64`, yes and no
    `boolean`, words out of a fixed list `category`, texts `string`, days `datetime64[s]`; what is not set is `<NA>`. Lists of
    ids stay tuples (`object`). A chain is written `a → b`, evidence by its places, a record inside a record as columns
    `outer.inner`. Other lists of records are counted; `frame(result, "journeys.gaps")` lists them, with a column `of` that
    says whose they are. `docs/frames.md` has every column.

    Args:
        result: any result, an inventory or a graph.
        of: which of its lists, such as `components`; the journeys where there are any, else the first.

    Raises:
        UsageError: when it has no such list, or is nothing of which there are tables.
    """
    import pandas

    if not isinstance(result, Value | DependencyGraph):
        raise UsageError(
            f"frame: of a {type(result).__name__} there are no tables: give a result such as of br.simulate or br.sweep, an "
            "inventory or a graph"
        )

    value = result.inventory if isinstance(result, DependencyGraph) else result
    path = (of if of is not None else default_list(type(value)) or "").split(".")
    record, rows, whose = _walk(value, path)
    found = columns(record)
    made = pandas.DataFrame({one.name: _series(pandas, one, rows) for one in found})
    if len(path) > 1:
        made.insert(0, _OF.name, _series(pandas, _OF, whose))
        found = [_OF, *found]
    made.attrs["columns"] = {one.name: one.means for one in found}
    return made


def default_list(model: type[Value]) -> str | None:
    """The list of a result that is meant where none is named.

    Args:
        model: the result.
    """
    there = lists(model)
    first = ("components",) if issubclass(model, Inventory) else _FIRST
    return next((name for name in (*first, *(n for n in there if n not in _BESIDE), *there) if name in there), None)


def _walk(value: Value, path: Sequence[str]) -> tuple[type[Value], list[Any], list[str]]:
    """Down a path of lists: the sort of record at its end, all of them, and whose each is."""
    record: type[Value] = type(value)
    rows, whose = [value], [""]
    for name in path:
        there = lists(record)
        if name not in there:
            raise UsageError(f"{record.__name__} has no list {name!r}: choose one of {', '.join(there) or 'none'}")
        found = [
            (inner, _named(row, at) if not above else f"{above} / {_named(row, at)}")
            for at, (row, above) in enumerate(zip(rows, whose, strict=True))
            for inner in getattr(row, name)
            if inner is not None
        ]
        rows = [inner for inner, _ in found]
        # the result itself needs no name
        whose = [above for _, above in found] if record is not type(value) else [""] * len(rows)
        record = there[name]
    return record, rows, whose


def _named(row: Value, at: int) -> str:
    """By what a record is told from its like."""
    names = (getattr(row, field, None) for field in _NAMING)
    return next((name for name in names if isinstance(name, str)), str(at))


def _series(pandas: Any, column: Column, rows: Sequence[Any]) -> Any:
    values = [column.read(row) for row in rows]
    if column.dtype == "category":
        return pandas.Series(pandas.Categorical(values, categories=list(column.words)))
    if column.dtype == "datetime64[s]":
        return pandas.Series([None if one is None else one.isoformat() for one in values], dtype=column.dtype)
    return pandas.Series(values, dtype=column.dtype)
