"""What became of each node over time, and the verdict on a journey."""

from __future__ import annotations

from dataclasses import dataclass, field

from blastradius.engine import DOWN, UP
from blastradius.model import Journey, Verdict
from blastradius.simulate.instants import Instant, Trace

VERDICT_ORDER: tuple[Verdict, ...] = ("survives", "degrades", "unknown", "breaks")
"""From best to worst, as reports list them."""


@dataclass(frozen=True, slots=True)
class Down:
    """A stretch of time down.

    Attributes:
        start: the instant at which it began.
        end: second at which it ended; none where it lasted to the horizon.
        moved: whether a failover ended it.
    """

    start: Instant
    end: int | None
    moved: bool


@dataclass(slots=True)
class Story:
    """One node over time: when it was first bad, and each stretch down."""

    bad: Instant | None = None
    degraded: Instant | None = None
    downs: list[Down] = field(default_factory=list)

    def length(self, down: Down, horizon: int | None) -> int | None:
        """Seconds a stretch lasted, none for ever."""
        end = down.end if down.end is not None else horizon
        return None if end is None else end - down.start.time

    def downtime(self, horizon: int | None) -> int | None:
        """Seconds down in all, none where one stretch has no end."""
        total = 0
        for down in self.downs:
            seconds = self.length(down, horizon)
            if seconds is None:
                return None
            total += seconds
        return total

    @property
    def interrupted_for(self) -> int | None:
        """The longest stretch down that a failover ended, in seconds."""
        return max((d.end - d.start.time for d in self.downs if d.moved and d.end is not None), default=None)

    def excused(self, down: Down, rto: int | None) -> bool:
        """Whether a stretch counts as an interruption only: a failover ended it, in time."""
        return down.moved and down.end is not None and (rto is None or down.end - down.start.time <= rto)


def stories(trace: Trace) -> dict[int, Story]:
    """The story of each component and journey that was ever not up, by number."""
    found: dict[int, Story] = {}
    count = trace.graph.circuit.named_count
    open_since: dict[int, Instant] = {}
    for instant in trace.instants:
        state = instant.state[:count]
        for node in [node for node in open_since if state[node] != DOWN]:
            moved = instant.without is not None and instant.without[node] == DOWN
            found[node].downs.append(Down(open_since.pop(node), instant.time, moved))
        if not any(state):
            continue
        for node, severity in enumerate(state):
            if severity == UP:
                continue
            story = found.setdefault(node, Story())
            story.bad = story.bad or instant
            if severity == DOWN:
                open_since.setdefault(node, instant)
            else:
                story.degraded = story.degraded or instant
    for node, since in open_since.items():
        found[node].downs.append(Down(since, None, False))
    return found


def verdict(story: Story | None, journey: Journey) -> Verdict:
    """The verdict on a journey by what was seen: breaks, degrades or survives."""
    if story is None:
        return "survives"
    if any(not story.excused(down, journey.rto) for down in story.downs):
        return "breaks"
    return "degrades" if story.degraded is not None else "survives"


def telling(story: Story, rto: int | None) -> Instant | None:
    """The instant whose proof explains a story: the first stretch down that counts, else the first degraded, else any."""
    for down in story.downs:
        if not story.excused(down, rto):
            return down.start
    return story.degraded or (story.downs[0].start if story.downs else story.bad)


def worse(one: Verdict, other: Verdict) -> Verdict:
    """The worse of two verdicts."""
    return max(one, other, key=VERDICT_ORDER.index)
