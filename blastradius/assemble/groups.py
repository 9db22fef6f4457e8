"""Ids in sets that grow together: what turns out to be one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence


class Groups:
    """Sets that grow together."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, id: str) -> str:
        """The id that stands for the set of another."""
        while (above := self._above.setdefault(id, id)) != id:
            self._above[id] = self._above[above]
            id = above
        return id

    def join(self, ids: Sequence[str]) -> None:
        """Make one set of those of some ids, at least one."""
        first = self.root(ids[0])
        for id in ids[1:]:
            other = self.root(id)
            first, other = min(first, other), max(first, other)
            self._above[other] = first

    def members(self) -> list[str]:
        """All ids that were asked about, sorted."""
        return sorted(self._above)

    def groups(self) -> list[list[str]]:
        """The sets of more than one, each sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for id in sorted(self._above):
            found[self.root(id)].append(id)
        return [found[id] for id in sorted(found) if len(found[id]) > 1]
