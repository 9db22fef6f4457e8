"""What a matrix makes of the variables of a job: in each run those that belong together, never their mixture."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

MOST = 200
"""Runs of one job that are looked at."""
Row = dict[str, list[str]]


@dataclass(slots=True)
class Matrix:
    """The matrix of one job.

    Attributes:
        axes: values by name.
        inner: axes whose values are mappings, by name and the key of the item.
        added: what `include` says, or what an entry of a list of runs does, by the key of the item.
        left: what `exclude` says, by the key of the item.
    """

    axes: Row = field(default_factory=dict)
    inner: dict[str, dict[str, Row]] = field(default_factory=dict)
    added: dict[str, Row] = field(default_factory=dict)
    left: dict[str, Row] = field(default_factory=dict)

    def runs(self) -> list[dict[str, str]]:
        """The variables of each run."""
        found = _product(self.axes)
        for rows in self.inner.values():
            chosen = [one for row in rows.values() for one in _product(row)]
            found = [{**one, **more} for one in found or [{}] for more in chosen][:MOST]
        found = [one for one in found if not any(_has(one, other) for other in self.left.values())]
        made = bool(found)
        for row in self.added.values():
            for extra in _product(row):
                same = [one for one in found if made and _agrees(one, extra, self.axes)]
                for one in same:
                    one.update(extra)
                if not same and len(found) < MOST:
                    found.append(extra)
        return found


def _product(row: Row) -> list[dict[str, str]]:
    """Every choice of one value for each name; nothing of nothing."""
    if not row:
        return []
    chosen = itertools.islice(itertools.product(*row.values()), MOST)
    return [dict(zip(row, one, strict=True)) for one in chosen]


def _has(run: dict[str, str], row: Row) -> bool:
    return bool(row) and all(run.get(name) in values for name, values in row.items())


def _agrees(run: dict[str, str], extra: dict[str, str], axes: Row) -> bool:
    """Whether an addition changes nothing that the axes say of a run."""
    return run.keys() >= axes.keys() and all(run[name] == value for name, value in extra.items() if name in axes)
