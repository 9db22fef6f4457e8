"""What an account answered: items by account, region and operation, and how each operation ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from blastradius.model import CallCoverage

Status = Literal["ok", "denied", "throttled", "unsupported", "error"]
#: From what is best to what says most about a failure: several requests of one operation end as the worst of them.
_ORDER: tuple[Status, ...] = ("ok", "unsupported", "throttled", "error", "denied")
GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an answer.

    Attributes:
        account: whose it is.
        region: where it was asked for; `global` for what has none.
        call: `service:Operation`.
        of: what it belongs to, for what is asked for each item of another call.
        data: what was kept.
    """

    account: str
    region: str
    call: str
    of: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """An operation in a region of an account."""

    account: str
    region: str
    call: str


@dataclass(slots=True)
class Ended:
    """How reading an area ended.

    Attributes:
        status: as coverage calls it.
        code: of the error, in the provider's words; empty where it is ok.
    """

    status: Status
    code: str = ""


@dataclass(slots=True)
class Answers:
    """All that was read.

    Attributes:
        items: by area, in the order of the answers.
        ended: by area.
        partition: by account.
        regions: asked for, by account; `left` are enabled and were not asked for.
        names: of accounts, where they are known.
        missed: by area: what its failed requests were about, as `Item.of` says it.
    """

    items: dict[Area, list[Item]] = field(default_factory=dict)
    ended: dict[Area, Ended] = field(default_factory=dict)
    partition: dict[str, str] = field(default_factory=dict)
    regions: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    missed: dict[Area, list[str]] = field(default_factory=dict)

    def note(self, area: Area, status: Status, code: str = "") -> None:
        """Note how a request of an area ended; the worst of several stays."""
        known = self.ended.get(area)
        if known is None or _ORDER.index(status) > _ORDER.index(known.status):
            self.ended[area] = Ended(status, code)

    def of(self, call: str) -> Iterator[Item]:
        """Items of an operation, of all accounts and regions, in an order that does not depend on when they came."""
        for area in sorted(one for one in self.items if one.call == call):
            yield from self.items[area]

    def done(self, area: Area) -> bool:
        """Whether an area was read whole."""
        return area in self.ended and self.ended[area].status == "ok"

    def coverage(self) -> tuple[CallCoverage, ...]:
        """One record per area."""
        return tuple(
            CallCoverage(account=area.account, region=area.region, operation=area.call, status=self.ended[area].status)
            for area in sorted(self.ended)
        )
