"""What sets something going is needed only by what has no other way in."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import any_of, needs, thing, told

from blastradius.assemble import finish
from blastradius.graph import DependencyGraph
from blastradius.model import Journey, JourneyEntry
from blastradius.pipeline import simulate

WORLD = [
    thing("fn", kind="function"),
    thing("queue", kind="queue"),
    thing("timer", kind="topic"),
    thing("clock", kind="topic"),
    thing("brokers", kind="external"),
    thing("others", kind="external"),
    thing("api", kind="gateway"),
    thing("step", kind="function"),
    thing("store", kind="database"),
]
BY_QUEUE = needs("fn", "queue", via="event source q", role="resource", sets_going="event")
BY_TOPIC = needs("fn", "timer", via="subscription", role="resource", sets_going="event")
BY_TIMER = needs("fn", "timer", via="target", role="resource", sets_going="schedule")
BY_CLOCK = needs("fn", "clock", via="schedule", role="resource", sets_going="schedule")
BY_BROKERS = any_of("fn", "brokers", "others", role="resource", sets_going="event")
ROUTE = needs("api", "fn", via="route /", role="resource")


def seen(*facts):
    here = told(*facts)
    plain = {f"{one.dependent} {'->' if one.strength == 'hard' else '~>'} {one.dependency}"
             for one in here.dependencies if one.dependent == "fn" and one.phase == "runtime"}  # fmt: skip
    groups = {f"fn {'->' if one.strength == 'hard' else '~>'} {' | '.join(one.members)}"
              for one in here.redundancies if one.dependent == "fn"}  # fmt: skip
    return plain | groups


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ([BY_QUEUE], {"fn -> queue"}),
        ([BY_TIMER], {"fn -> timer"}),
        ([BY_QUEUE, BY_TOPIC], {"fn -> queue | timer"}),
        # what comes as events comes by no schedule
        ([BY_QUEUE, BY_TIMER], {"fn -> queue", "fn ~> timer"}),
        ([BY_QUEUE, BY_TOPIC, BY_CLOCK], {"fn -> queue | timer", "fn ~> clock"}),
        ([BY_BROKERS, BY_CLOCK], {"fn -> brokers | others", "fn ~> clock"}),
        ([BY_TIMER, BY_CLOCK], {"fn -> clock | timer"}),
        ([BY_BROKERS, ROUTE], {"fn ~> brokers | others"}),
        # its rule matches events as well as the time
        ([BY_QUEUE, BY_TIMER, BY_TOPIC], {"fn -> queue | timer"}),
        ([BY_QUEUE, ROUTE], {"fn ~> queue"}),
        ([BY_QUEUE, BY_TIMER, ROUTE], {"fn ~> queue", "fn ~> timer"}),
        # it also writes there, or its source says how much it is needed
        ([BY_QUEUE, needs("fn", "queue", via="env QUEUE_URL", role="resource"), ROUTE], {"fn -> queue"}),
        ([needs("fn", "queue", role="resource", sets_going="event", strength="hard"), ROUTE], {"fn -> queue"}),
        # no wording tells that something is set going
        ([needs("fn", "queue", via="event source q", role="resource"), ROUTE], {"fn -> queue"}),
        ([needs("fn", "queue", via="target", role="resource"), BY_TOPIC], {"fn -> queue", "fn -> timer"}),
        # what is needed otherwise stays needed
        ([BY_QUEUE, ROUTE, needs("fn", "store", via="env TABLE", role="resource")], {"fn ~> queue", "fn -> store"}),
        # a caller that comes by the same queue is no other way
        ([BY_QUEUE, needs("step", "fn", via="env FN", role="resource"),
          needs("step", "queue", role="resource", sets_going="event")], {"fn -> queue"}),
        # a queue that it feeds does not call it
        ([BY_QUEUE, needs("timer", "fn", via="feed", role="resource", strength="soft")], {"fn -> queue"}),
    ],
)  # fmt: skip
def test_a_way_in_among_others_is_not_needed_by_itself(facts, wanted):
    for order in itertools.permutations(facts):
        assert seen(*WORLD, *order) == wanted


def test_who_is_called_by_users_has_a_way_in():
    open = thing("fn", kind="function", attributes={"entry": "function URL"})
    assert seen(open, *WORLD[1:], BY_QUEUE) == {"fn ~> queue"}


PRODUCER = [thing("shop"), needs("shop", "queue", via="env QUEUE_URL", role="resource")]
WARMED = [BY_QUEUE, BY_TIMER]
SHARED = [BY_QUEUE, BY_TOPIC]


@pytest.mark.parametrize(
    ("facts", "entries", "lost", "verdict"),
    [
        # nothing of the queue comes by a schedule that keeps the function warm, or does other work
        (WARMED, ["fn"], "queue", "breaks"),
        (WARMED, ["fn"], "timer", "degrades"),
        # without more said a journey through the function is one by any of its event sources
        (SHARED, ["fn"], "queue", "degrades"),
        (SHARED, ["fn"], "timer", "degrades"),
        # by the queue, or by what feeds it: that is the way it takes, whatever else sets the function going
        (SHARED, ["queue", "fn"], "queue", "breaks"),
        (SHARED, ["queue", "fn"], "timer", "degrades"),
        ([*SHARED, *PRODUCER], ["shop", "fn"], "queue", "breaks"),
        ([*WARMED, ROUTE], ["api", "fn"], "queue", "degrades"),
    ],
)
def test_a_journey_needs_the_way_that_it_takes(facts, entries, lost, verdict):
    journey = Journey(
        id="journey:j",
        name="j",
        entries=tuple(JourneyEntry(component=one) for one in entries),
        evidence=BY_QUEUE.evidence,
    )
    here = finish(told(*WORLD, *facts).model_copy(update={"journeys": (journey,)}))
    (found,) = simulate(DependencyGraph(here), [f"id:{lost}"]).journeys
    assert found.verdict == verdict


@given(
    events=st.sets(st.sampled_from("abc")),
    times=st.sets(st.sampled_from("xyz")),
    lost=st.sets(st.sampled_from("abcxyz"), min_size=1),
)
def test_work_comes_by_events_while_there_are_any(events, times, lost):
    things = [thing("fn", kind="function"), *(thing(one, kind="topic") for one in "abcxyz")]
    facts = [needs("fn", one, role="resource", sets_going="event") for one in events]
    facts += [needs("fn", one, role="resource", sets_going="schedule") for one in times]
    found = simulate(DependencyGraph(told(*things, *facts)), [f"id:{one}" for one in sorted(lost)])
    state = next(one.state for one in found.components if one.id == "fn")
    ways = events or times
    worst = "down" if ways and ways <= lost else "degraded" if lost & (events | times) else "up"
    assert state == worst
