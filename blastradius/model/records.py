"""Records of a large inventory: text until somebody asks for one, and columns for what every analysis reads of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, get_args, overload

from blastradius.model.base import PHASES, Basis, Kind, Phase, Strength
from blastradius.model.components import Component, Dependency

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from blastradius.model import Inventory

R = TypeVar("R", Component, Dependency)

KINDS: tuple[Kind, ...] = get_args(Kind)
"""What a code of a column of kinds means."""
BASES: tuple[Basis, ...] = get_args(Basis)
"""What a code of a column of bases means."""
PROVIDER, REGION, SLOW, SOLD = 1, 2, 4, 8
"""Of a component: its provider is known, its region is, it takes time to come back, its service or type is known."""
NONE = -1
"""A time that is not set."""
_AT_ONCE = 1000
"""Records made at once where all are."""


@dataclass(frozen=True)
class ComponentColumns:
    """Of each component, in the order of the records.

    Attributes:
        ids: its id.
        names: its name.
        kind: place of its kind in `KINDS`.
        flags: what is known of it.
    """

    ids: list[str]
    names: list[str]
    kind: NDArray[np.uint8]
    flags: NDArray[np.uint8]


@dataclass(frozen=True)
class DependencyColumns:
    """Of each dependency, in the order of the records.

    Attributes:
        dependent: place of who needs among the components and, behind them, the journeys of the inventory.
        dependency: place of what is needed among the components.
        phase: place of its phase in `PHASES`.
        basis: place of its basis in `BASES`.
        soft: whether it is soft.
        tolerance: in seconds, or `NONE`.
        hardens_after: in seconds, or `NONE`.
    """

    dependent: NDArray[np.int32]
    dependency: NDArray[np.int32]
    phase: NDArray[np.uint8]
    basis: NDArray[np.uint8]
    soft: NDArray[np.bool_]
    tolerance: NDArray[np.int32]
    hardens_after: NDArray[np.int32]


class Records(Sequence[R], Generic[R]):
    """Records that are read out of their text when they are asked for, each once.

    Who asks for all of them gets as many objects as a small inventory has.

    Args:
        model: what each is.
        text: JSON, a record after the other, each followed by one byte or two that part it from the next.
        start: where each begins, and where the text ends.
        columns: what is known of all.
    """

    def __init__(
        self, model: type[R], text: bytes, start: NDArray[np.int64], columns: ComponentColumns | DependencyColumns
    ) -> None:
        self.model: type[R] = model
        self.text, self.start, self.columns = text, start, columns
        self._made: dict[int, R] = {}
        self._all: tuple[R, ...] | None = None

    def __len__(self) -> int:
        return self.start.size - 1

    @overload
    def __getitem__(self, place: int) -> R: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[R, ...]: ...

    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        if place < 0:
            place += len(self)
        if self._all is not None:
            return self._all[place]
        if place not in self._made:
            if not 0 <= place < len(self):
                raise IndexError(place)
            text = self.text[self.start[place] : self.start[place + 1]].rstrip(b",\r\n ")
            self._made[place] = self.model.model_validate_json(text)
        return self._made[place]

    def __iter__(self) -> Iterator[R]:
        return iter(self._everything())

    def texts(self) -> Iterator[bytes]:
        """Each as it is written."""
        for begin, end in pairwise(self.start.tolist()):
            yield self.text[begin:end].rstrip(b",\r\n ")

    def _everything(self) -> tuple[R, ...]:
        """All of them; those that were asked for before are the same objects."""
        if self._all is None:
            from pydantic import TypeAdapter

            adapter: TypeAdapter[list[R]] = TypeAdapter(list[self.model])  # type: ignore[name-defined]
            made: list[R] = []
            for first in range(0, len(self), _AT_ONCE):
                end = self.start[min(first + _AT_ONCE, len(self))]
                made += adapter.validate_json(b"[%s]" % self.text[self.start[first] : end].rstrip(b",\r\n "))
            for place, one in self._made.items():
                made[place] = one
            self._all = tuple(made)
            self._made.clear()
        return self._all

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Records | tuple):
            return tuple(self) == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.model, len(self)))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_made": {}, "_all": None}


def unlike(before: Records[R], after: Records[R]) -> tuple[tuple[R, ...], tuple[R, ...]]:
    """The records of two large inventories without those that are written alike in both; only they are made.

    Args:
        before: those of the one.
        after: those of the other.
    """
    count: dict[bytes, int] = {}
    for text in before.texts():
        count[text] = count.get(text, 0) + 1
    come = []
    for place, text in enumerate(after.texts()):
        if count.get(text, 0):
            count[text] -= 1
        else:
            come.append(place)
    gone = []
    for place, text in enumerate(before.texts()):
        if count[text]:
            count[text] -= 1
            gone.append(place)
    return tuple(before[place] for place in gone), tuple(after[place] for place in come)


class Outline(NamedTuple):
    """What a dependency says of who needs what, without the record.

    Attributes:
        dependent: who needs.
        dependency: what is needed.
        phase: when.
        strength: how much.
        basis: on what ground.
        place: of the record among the dependencies of its inventory.
    """

    dependent: str
    dependency: str
    phase: Phase
    strength: Strength
    basis: Basis
    place: int


class Outlines:
    """The outlines of all dependencies, by place; of a large inventory no record is made for them.

    Args:
        inventory: assembled facts.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._records = records = inventory.dependencies
        self._columns: tuple[list[int], ...] = ()
        components = inventory.components
        if isinstance(records, Records) and isinstance(components, Records):
            columns, own = records.columns, components.columns
            assert isinstance(columns, DependencyColumns)
            assert isinstance(own, ComponentColumns)
            self._names = [*own.ids, *(one.id for one in inventory.journeys)]
            found = (columns.dependent, columns.dependency, columns.phase, columns.soft, columns.basis)
            self._columns = tuple(one.tolist() for one in found)

    def __getitem__(self, place: int) -> Outline:
        if not self._columns:
            one = self._records[place]
            return Outline(one.dependent, one.dependency, one.phase, one.strength, one.basis, place)
        dependent, dependency, phase, soft, basis = self._columns
        ends = self._names[dependent[place]], self._names[dependency[place]]
        return Outline(*ends, PHASES[phase[place]], "soft" if soft[place] else "hard", BASES[basis[place]], place)

    def __len__(self) -> int:
        return len(self._records)


def outlines(inventory: Inventory) -> Iterator[Outline]:
    """All dependencies in their order; of a large inventory none is made for it.

    Args:
        inventory: assembled facts.
    """
    found = Outlines(inventory)
    return map(found.__getitem__, range(len(found)))


class _Values(ValuesView[Component]):
    """All components, made at once."""

    _mapping: ById

    def __iter__(self) -> Iterator[Component]:
        return iter(self._mapping.records)


class ById(Mapping[str, Component]):
    """Components by id.

    Args:
        records: all of them.
    """

    def __init__(self, records: Records[Component]) -> None:
        columns = records.columns
        assert isinstance(columns, ComponentColumns)
        self.records, self._place = records, {id: place for place, id in enumerate(columns.ids)}

    def __getitem__(self, id: str) -> Component:
        return self.records[self._place[id]]

    def __contains__(self, id: object) -> bool:
        return id in self._place

    def told(self, id: str) -> tuple[str, Kind]:
        """Name and kind of a component, which is not made for it."""
        place, columns = self._place[id], self.records.columns
        assert isinstance(columns, ComponentColumns)
        return columns.names[place], KINDS[columns.kind[place]]

    def values(self) -> ValuesView[Component]:
        """All of them, in the order of the records."""
        return _Values(self)

    def __iter__(self) -> Iterator[str]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)
