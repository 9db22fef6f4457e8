"""The smallest sets of changes that suffice: exact by hitting sets, bounded beyond.

What suffices only grows with the set, so a set fails exactly if it misses some *core*: changes of which at least one is
needed. Cores are found one at a time: the cheapest set that meets all known ones is tried; if it fails it is grown until
nothing can be added without sufficing, and what is left out of that is a new core (the implicit hitting set method;
Moreno-Centeno and Karp, Operations Research 61(2), 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Set = frozenset[int]
Suffices = Callable[[Sequence[Set]], list[bool]]

MAX_TRIALS = 30_000
"""Sets that are tried before the search is bounded."""
MAX_STEPS = 200_000
"""Steps of one search for the cheapest set that meets all cores."""


@dataclass(frozen=True)
class Found:
    """Sets that suffice, the cheapest first, none of which could lose a change.

    Attributes:
        sets: the sets.
        exact: whether the first is the cheapest of all.
    """

    sets: tuple[Set, ...]
    exact: bool


class _SpentError(Exception):
    """The budget is used up."""


def smallest(weights: Sequence[int], suffices: Suffices, most: int = 3) -> Found:
    """The cheapest sets of changes that suffice.

    Args:
        weights: what each change costs; at least 1.
        suffices: whether sets suffice, tried together; monotone.
        most: how many sets to find at the most.
    """
    search = _Search(weights, suffices)
    everything = frozenset(range(len(weights)))
    if not search.tries([everything])[0]:
        return Found((), exact=True)
    found: list[Set] = []
    try:
        while len(found) < most:
            best = search.cheapest(found)
            if best is None:
                return Found(tuple(found), exact=True)
            if search.tries([best])[0]:
                found.append(best)
            else:
                search.add_core(everything, best)
    except _SpentError:
        return Found(tuple(found) or (search.shrunk(everything),), exact=bool(found))
    return Found(tuple(found), exact=True)


class _Search:
    def __init__(self, weights: Sequence[int], suffices: Suffices) -> None:
        self.weights, self._suffices = weights, suffices
        self.cores: list[Set] = []
        self._known: dict[Set, bool] = {}
        self._trials = 0

    def tries(self, sets: Sequence[Set]) -> list[bool]:
        """Whether each set suffices; what was tried before is not tried again."""
        new = [one for one in dict.fromkeys(sets) if one not in self._known]
        self._known.update(zip(new, self._suffices(new) if new else [], strict=True))
        self._trials += len(new)
        return [self._known[one] for one in sets]

    def add_core(self, everything: Set, failed: Set) -> None:
        """Grow a set that fails as far as it goes on failing; what is left is a core."""
        grown = failed
        order = sorted(everything - failed, key=lambda one: (-self.weights[one], one))
        while order:
            if self._trials > MAX_TRIALS:
                raise _SpentError
            # many additions are tried at once; the first that still fails is kept, and so are those that fail with it
            answers = self.tries([grown | {one} for one in order])
            failing = [one for one, enough in zip(order, answers, strict=True) if not enough]
            if not failing:
                break
            together = grown | frozenset(failing)
            if not self.tries([together])[0]:
                grown = together
                break
            grown |= {failing[0]}
            order = failing[1:]
        self.cores.append(everything - grown)

    def cheapest(self, known: Sequence[Set]) -> Set | None:
        """The cheapest set that meets every core and holds no set that is known to suffice; none where there is none."""
        best = _Cover(self.weights, self.cores, known).solve()
        return None if best is None else frozenset(best)

    def shrunk(self, enough: Set) -> Set:
        """A set that suffices without what can be left out, the dearest first."""
        for one in sorted(enough, key=lambda one: (-self.weights[one], one)):
            if self._suffices([enough - {one}])[0]:
                enough -= {one}
        return enough


class _Cover:
    """The cheapest set that meets every core: branch and bound, one step per core that is not met."""

    def __init__(self, weights: Sequence[int], cores: Sequence[Set], known: Sequence[Set]) -> None:
        self.weights, self.known = weights, known
        # a core that holds another one is met with it
        self.cores = [core for core in dict.fromkeys(cores) if not any(other < core for other in cores)]
        self.best: tuple[int, tuple[int, ...]] | None = None
        self.steps = 0

    def solve(self) -> tuple[int, ...] | None:
        """Numbers of the changes; none where every such set holds a known one."""
        self._descend((), 0, frozenset())
        return self.best[1] if self.best is not None else None

    def _descend(self, chosen: tuple[int, ...], cost: int, barred: Set) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _SpentError
        have = frozenset(chosen)
        if any(one <= have for one in self.known):
            return
        missed = [core - barred for core in self.cores if not core & have]
        if self.best is not None and cost + self._least(missed) >= self.best[0]:
            return
        if not missed:
            self.best = cost, tuple(sorted(chosen))
            return
        core = min(missed, key=lambda one: (len(one), sorted(one)))
        for one in sorted(core, key=lambda one: (self.weights[one], one)):
            self._descend((*chosen, one), cost + self.weights[one], barred)
            barred |= {one}

    def _least(self, missed: Sequence[Set]) -> int:
        """What meeting these costs at the least: cores that share nothing are paid for one by one."""
        total, used = 0, frozenset[int]()
        for core in sorted(missed, key=lambda one: (len(one), sorted(one))):
            if not core & used:
                total += min((self.weights[one] for one in core), default=0)
                used |= core
        return total
