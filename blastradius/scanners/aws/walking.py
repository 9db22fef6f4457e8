"""All operations in all regions of all accounts, by a bounded number of threads, until all is read or it is interrupted."""

from __future__ import annotations

import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from blastradius.scanners.aws.account import Account
from blastradius.scanners.aws.answers import GLOBAL, Answers, Area, Item
from blastradius.scanners.aws.calling import Asked, ask, expression
from blastradius.scanners.aws.limits import Limits
from blastradius.scanners.aws.spec import Call

Progress = Callable[[str], None]
Order = tuple[int, ...]
_TICK = 0.1


@dataclass(frozen=True, slots=True)
class _Task:
    """One request, with all its pages.

    Attributes:
        area: whose answers it adds to.
        call: what is asked.
        region: where it is asked.
        arguments: of the request.
        of: what the answers belong to, one for each item of a batch.
        order: where its answers stand among those of the area.
    """

    account: Account
    area: Area
    call: Call
    region: str
    arguments: dict[str, Any]
    of: tuple[str, ...]
    order: Order


class Walk:
    """One scan of some accounts.

    Args:
        answers: what is known from before; it is added to.
        calls: all that is asked.
        limits: bounds.
        progress: told now and then how far it is.
    """

    def __init__(
        self, answers: Answers, calls: Sequence[Call], limits: Limits, progress: Progress | None = None
    ) -> None:
        self.answers = answers
        self.requests = 0
        self.interrupted = False
        self._calls = calls
        self._children: dict[str, list[Call]] = defaultdict(list)
        for call in calls:
            if call.each:
                self._children[call.each].append(call)
        self._limits = limits
        self._progress = progress
        self._todo: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[_Task, Asked]] = queue.SimpleQueue()
        self._open: dict[int, _Task] = {}
        self._found: dict[Area, list[tuple[Order, list[Item]]]] = defaultdict(list)
        self._counts: Counter[str] = Counter()
        self._finished = 0
        self._before: set[Area] = set()
        self._resumed: set[Area] = set()
        self._asked: set[tuple[Area, str, str]] = set()

    def run(self, accounts: Sequence[Account]) -> None:
        """Ask everything that is not known yet; an interruption ends it early and keeps what was read."""
        self._forget()
        workers = [threading.Thread(target=self._work, daemon=True) for _ in range(max(1, self._limits.threads))]
        for worker in workers:
            worker.start()
        try:
            for account in accounts:
                for call in self._calls:
                    if not call.each:
                        self._begin(account, call)
            while self._open:
                self._collect()
        except KeyboardInterrupt:
            self._interrupt()
            for account in accounts:
                self._unasked(account)
        for _ in workers:
            self._todo.put(None)
        self._settle()

    def _forget(self) -> None:
        """Drop what is asked again: areas that did not end well, and what is asked for their items."""
        parent = {call.key: call.each for call in self._calls}
        good = {area for area, ended in self.answers.ended.items() if ended.status in ("ok", "unsupported")}
        for area in {*self.answers.ended, *self.answers.items}:
            if area.call not in parent:
                continue
            key = area.call
            while key and Area(area.account, area.region, key) in good:
                key = parent.get(key, "")
            if not key:
                self._before.add(area)
                continue
            for known in (self.answers.items, self.answers.ended, self.answers.missed):
                known.pop(area, None)

    def _begin(self, account: Account, call: Call) -> None:
        for region in self._regions(account, call):
            area = Area(account.id, region, call.key)
            where = account.home if region == GLOBAL else region
            if area in self._before:
                self._descend(account, call, where, self.answers.items.get(area, []), ())
            else:
                self._put(_Task(account, area, call, where, {}, ("",), ()))

    def _put(self, task: _Task) -> None:
        self._open[id(task)] = task
        self._todo.put(task)

    def _work(self) -> None:
        while (task := self._todo.get()) is not None:
            if self.interrupted:
                continue
            self._done.put((task, ask(task.account, task.call, task.region, task.arguments)))

    def _collect(self) -> None:
        try:
            task, asked = self._done.get(timeout=_TICK)
        except queue.Empty:
            return
        self._take(task, asked)
        del self._open[id(task)]
        if self._progress and (not self._open or self._finished % 20 == 0):
            self._progress(self._told())

    def _take(self, task: _Task, asked: Asked) -> None:
        self._finished += 1
        self.requests += asked.requests
        self._counts[task.call.service] += len(asked.items)
        area = task.area
        self.answers.note(area, asked.status, asked.code)
        if asked.status != "ok":
            self.answers.missed.setdefault(area, []).extend(one for one in task.of if one)
        of = task.of[0] if len(task.of) == 1 else ""
        items = [Item(area.account, area.region, area.call, of, data) for data in asked.items]
        self._found[area].append((task.order, items))
        self._descend(task.account, task.call, task.region, items, task.order)

    def _descend(self, account: Account, call: Call, region: str, items: list[Item], order: Order) -> None:
        """Ask what is asked for each of some items."""
        for child in self._children.get(call.key, ()):
            wanted = [one for one in items if not child.when or _look(child.when, one)]
            if not wanted:
                continue
            area = Area(wanted[0].account, wanted[0].region, child.key)
            if area in self._before:
                if area not in self._resumed:
                    self._resumed.add(area)
                    self._descend(account, child, region, self.answers.items.get(area, []), ())
                continue
            for number, some in enumerate(_chunks(child, wanted)):
                where = region
                if child.within:
                    where = _look(child.within, some[0]) or region
                of = tuple(str(_look(child.of, one) or "") if child.of else "" for one in some)
                arguments = _arguments(child, some)
                request = (area, where, repr(sorted(arguments.items())))
                if request not in self._asked:
                    self._asked.add(request)
                    self._put(_Task(account, area, child, where, arguments, of, (*order, number)))

    def _interrupt(self) -> None:
        self.interrupted = True
        while True:
            try:
                task, asked = self._done.get_nowait()
            except queue.Empty:
                break
            self._take(task, asked)
            self._open.pop(id(task), None)
        for task in self._open.values():
            self.answers.note(task.area, "error", "Interrupted")
            self.answers.missed.setdefault(task.area, []).extend(one for one in task.of if one)
        self._open.clear()

    def _unasked(self, account: Account) -> None:
        for call in self._calls:
            for region in () if call.each else self._regions(account, call):
                area = Area(account.id, region, call.key)
                if area not in self.answers.ended:
                    self.answers.note(area, "error", "Interrupted")

    def _regions(self, account: Account, call: Call) -> list[str]:
        return [GLOBAL] if call.place == "global" else self.answers.regions.get(account.id, [])

    def _settle(self) -> None:
        """Put what came in some order into that in which it was asked for."""
        for area, found in self._found.items():
            found.sort(key=lambda one: one[0])
            self.answers.items[area] = [item for _, items in found for item in items]

    def _told(self) -> str:
        counts = ", ".join(f"{service} {count:,}" for service, count in self._counts.most_common(6) if count)
        return f"aws: {self.requests:,} requests, {len(self._open):,} to go: {counts}"


def _look(path: str, item: Item) -> Any:
    """What a path finds in an item."""
    return expression(path).search({**item.data, "_of": item.of})


def _chunks(call: Call, items: list[Item]) -> Iterator[list[Item]]:
    """Items that one request takes together."""
    together: dict[str, list[Item]] = defaultdict(list)
    for one in items:
        together[repr([_look(path, one) for path in call.same.values()])].append(one)
    size = call.batch or 1
    for some in together.values():
        for start in range(0, len(some), size):
            yield some[start : start + size]


def _arguments(call: Call, items: list[Item]) -> dict[str, Any]:
    """The arguments of a request: lists of values for a batch."""
    found = {name: _look(path, items[0]) for name, path in call.same.items()}
    for name, path in call.take.items():
        values = [_look(path, one) for one in items]
        found[name] = values if call.batch else values[0]
    return {name: value for name, value in found.items() if value is not None}
