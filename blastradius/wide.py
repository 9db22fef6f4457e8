"""The circuit of a large inventory: the same numbers as `Circuit` gives, computed from columns; rules made when asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from blastradius.circuit import NEVER, Circuit, Rule
from blastradius.model import PHASES, Dependency, Inventory
from blastradius.model.records import ComponentColumns, DependencyColumns, Records

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def circuit_of(inventory: Inventory) -> Circuit:
    """The circuit of an inventory, from its columns where it has them.

    Args:
        inventory: assembled facts.

    Raises:
        KeyError: when a record names an id that is not there.
    """
    columns = isinstance(inventory.components, Records) and isinstance(inventory.dependencies, Records)
    return WideCircuit(inventory) if columns else Circuit(inventory)


class WideCircuit(Circuit):
    """A circuit from the columns of components and dependencies."""

    @staticmethod
    def _component_ids(inventory: Inventory) -> Iterable[str]:
        return _components(inventory).ids

    def _phases_of_needs(self, inventory: Inventory) -> Iterator[tuple[int, str]]:
        self._plain = _Plain(self, inventory)
        return self._plain.phases(self)

    def _needs(self, inventory: Inventory, first: int) -> Sequence[Rule]:
        self._plain.place(self)
        return self._plain

    def _link(self, before: Sequence[Rule], needs: Sequence[Rule], behind: Sequence[Rule]) -> None:
        import numpy as np

        plain = self._plain
        self.rules = _Joined(before, plain, behind)

        def whole(field: int, middle: Any, kind: Any) -> Any:
            ends = (np.array([rule[field] for rule in rules], kind) for rules in (before, behind))
            return np.concatenate([next(ends), middle.astype(kind), next(ends)])

        node, source = whole(0, plain.node, np.int32), whole(1, plain.source, np.int32)
        self.rule_node, self.rule_source = _array(node), _array(source)
        self.rule_hard = bytearray(whole(3, ~plain.soft, np.uint8).tobytes())
        self.rule_impaired, self.rule_down = (
            _array(whole(4, plain.impaired, np.int32)),
            _array(whole(5, plain.down, np.int32)),
        )
        count = len(self.ids)
        self.feeds = Rows(*_grouped(node, np.arange(node.size), count))
        used = np.flatnonzero(source >= 0)
        self.users_start, self.users = (_array(one) for one in _grouped(source[used], used, count))
        roles = np.array(list(self._roles()), np.int64).reshape(-1, 3)
        start, order = _grouped(roles[:, 0], np.arange(len(roles)), count)
        self.roles_start, self.roles = _array(start * 2), _array(roles[order, 1:].reshape(-1))
        self._inputs: dict[bool, tuple[Any, Any]] = {}
        del self._plain

    def closure(self, node: int, *, hard: bool) -> set[int]:
        """Every node that a node needs, as `simulate.proof.closure` has it, from arrays.

        Args:
            node: who needs.
            hard: whether soft rules are left out.
        """
        import numpy as np

        if hard not in self._inputs:
            self._inputs[hard] = self._read_by(hard)
        start, sources = self._inputs[hard]
        found = np.zeros(len(self.ids), np.bool_)
        found[node] = True
        front = np.array([node])
        while front.size:
            count = start[front + 1] - start[front]
            # the places of all that the front reads: each row from its start on
            places = np.arange(count.sum()) + np.repeat(start[front] - (np.cumsum(count) - count), count)
            read = sources[places]
            front = np.unique(read[~found[read]])
            found[front] = True
        return set(np.flatnonzero(found).tolist())

    def _read_by(self, hard: bool) -> tuple[Any, Any]:
        """The nodes that each node reads, members of groups and needs of their failovers among them."""
        import numpy as np

        node, source = (np.frombuffer(one, np.int32) for one in (self.rule_node, self.rule_source))
        kept = np.flatnonzero((source >= 0) & (np.frombuffer(self.rule_hard, np.uint8) >= hard))
        groups = [group for group in self.groups if self.rule_hard[group.rule] >= hard]
        heads = [self.rule_node[one.rule] for one in groups for _ in (*one.members, *one.needs)]
        tails = [read for one in groups for read in (*one.members, *one.needs)]
        ends = (
            np.concatenate([node[kept], heads]).astype(np.int64),
            np.concatenate([source[kept], tails]).astype(np.int64),
        )
        return _grouped(*ends, len(self.ids))


class Rows(Sequence[Sequence[int]]):
    """Lists of numbers, one behind the other.

    Args:
        start: where each begins, and where the last ends.
        values: all numbers.
    """

    def __init__(self, start: Any, values: Any) -> None:
        self.start, self.values = _array(start), _array(values)

    def __len__(self) -> int:
        return len(self.start) - 1

    @overload
    def __getitem__(self, place: int) -> Sequence[int]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[int]]: ...

    def __getitem__(self, place: int | slice) -> Sequence[Any]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return self.values[self.start[place] : self.start[place + 1]].tolist()


class _Joined(Sequence[Rule]):
    """Rules one behind the other."""

    def __init__(self, *parts: Sequence[Rule]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)

    @overload
    def __getitem__(self, place: int) -> Rule: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Rule]: ...

    def __getitem__(self, place: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = place + len(self) if place < 0 else place
        for part in self._parts:
            if at < len(part):
                return part[at]
            at -= len(part)
        raise IndexError(place)

    def __iter__(self) -> Iterator[Rule]:
        for part in self._parts:
            yield from part


class _Plain(Sequence[Rule]):
    """The rules of plain dependencies: columns in the order of their numbers."""

    def __init__(self, circuit: Circuit, inventory: Inventory) -> None:
        import numpy as np

        records = inventory.dependencies
        assert isinstance(records, Records)
        columns = records.columns
        assert isinstance(columns, DependencyColumns)
        names = [*_components(inventory).ids, *(one.id for one in inventory.journeys)]
        number = np.array([circuit.index[name] for name in names], np.int64)
        self.records: Records[Dependency] = records
        heads, tails = number[columns.dependent], number[columns.dependency]
        self._order = _in_order(_ranks(circuit.ids), heads, tails, columns, records)
        order = self._order
        self._heads, self._tails, self._phase = heads[order], tails[order], columns.phase[order]
        self.soft = columns.soft[order]
        tolerance, hardens = columns.tolerance[order], columns.hardens_after[order]
        self.impaired = np.maximum(tolerance, 0)
        late = np.where(hardens < 0, NEVER, np.maximum(self.impaired, hardens))
        self.down = np.where(self.soft, late, self.impaired)

    def _apart(self, circuit: Circuit) -> Ints:
        """Those that do not feed and read the runtime state of components."""
        import numpy as np

        found: Ints = np.flatnonzero(
            (self._phase != PHASES.index("runtime")) | (self._heads >= circuit.component_count)
        )
        return found

    def phases(self, circuit: Circuit) -> Iterator[tuple[int, str]]:
        """Components and the phases in which they need a node."""
        for at in self._apart(circuit).tolist():
            head, phase = int(self._heads[at]), PHASES[self._phase[at]]
            yield (int(self._tails[at]), circuit.phase_of(head)) if head >= circuit.component_count else (head, phase)

    def place(self, circuit: Circuit) -> None:
        """Find the nodes that they feed and read, once all phases have their nodes."""
        self.node, self.source = self._heads.copy(), self._tails.copy()
        for at in self._apart(circuit).tolist():
            record_phase = PHASES[self._phase[at]]
            node, reads = circuit.sides(int(self._heads[at]), record_phase)
            self.node[at], self.source[at] = node, circuit.at_phase(int(self._tails[at]), reads)

    def __len__(self) -> int:
        return int(self._order.size)

    @overload
    def __getitem__(self, place: int) -> Rule: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Rule]: ...

    def __getitem__(self, place: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return Rule(
            int(self.node[place]),
            int(self.source[place]),
            -1,
            not self.soft[place],
            int(self.impaired[place]),
            int(self.down[place]),
            self.records,
            int(self._order[place]),
        )


def _components(inventory: Inventory) -> ComponentColumns:
    records = inventory.components
    assert isinstance(records, Records)
    assert isinstance(records.columns, ComponentColumns)
    return records.columns


def _ranks(ids: Sequence[str]) -> Ints:
    """Where each id stands among all of them, sorted."""
    import numpy as np

    order = sorted(range(len(ids)), key=ids.__getitem__)
    ranks = np.empty(len(ids), np.int64)
    ranks[order] = np.arange(len(ids))
    return ranks


def _in_order(rank: Ints, heads: Ints, tails: Ints, columns: DependencyColumns, records: Sequence[Dependency]) -> Ints:
    """The order of `Circuit`: by ends, phase and strength; those that share all of that by their whole content."""
    import numpy as np

    phases = np.array([sorted(PHASES).index(phase) for phase in PHASES], np.int64)
    key = ((rank[heads] * rank.size + rank[tails]) * len(PHASES) + phases[columns.phase]) * 2 + columns.soft
    if (key[1:] > key[:-1]).all():
        return np.arange(key.size)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    same = np.flatnonzero(ordered[1:] == ordered[:-1])
    for group in np.split(same, np.flatnonzero(np.diff(same) > 1) + 1) if same.size else ():
        span = slice(int(group[0]), int(group[-1]) + 2)
        order[span] = sorted(order[span].tolist(), key=lambda place: records[place].model_dump_json())
    return order


def _grouped(keys: Any, values: Any, count: int) -> tuple[Any, Any]:
    """Values by key, those of one key in their order: where each key's begin, and the values."""
    import numpy as np

    start = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=count), out=start[1:])
    return start, values[np.argsort(keys, kind="stable")]


def _array(values: Any) -> array[int]:
    """Numbers of numpy as `Circuit` holds them."""
    import numpy as np

    found = array("i")
    found.frombytes(np.ascontiguousarray(values, np.int32).tobytes())
    return found
