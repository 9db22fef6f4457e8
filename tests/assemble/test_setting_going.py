"""What sets something going is needed only by what has no other way in."""

from __future__ import annotations

import itertools

import pytest
from telling import any_of, needs, thing, told

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
