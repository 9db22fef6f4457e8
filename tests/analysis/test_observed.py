"""What was seen at run time beside what configuration shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from telling import any_of, needs, thing, told

from blastradius.analysis.observed import observed
from blastradius.model import Evidence
from blastradius.reports import render

ALL = ("web", "cart", "ads", "db", "lb")


def recorded(dependent, dependency):
    seen = (Evidence(scanner="otlp", locator=f"t.json:{len(dependent)}", basis="observed", note="3 calls"),)
    return needs(dependent, dependency, role="resource", via="call", evidence=seen)


def stated(dependent, dependency, **fields):
    return needs(dependent, dependency, role="resource", **fields)


def compared(*facts, kinds=None):
    return observed(told(*(thing(one, kind=(kinds or {}).get(one, "service")) for one in ALL), *facts))


def ends(calls):
    return [(one.dependent, one.dependency) for one in calls]


def test_what_either_side_does_not_know_is_listed():
    result = compared(
        recorded("web", "cart"),
        recorded("cart", "db"),
        stated("web", "cart"),
        stated("web", "db"),
        stated("web", "ads"),
    )
    assert (result.recorded, result.shown, result.sources) == (2, 1, ("otlp",))
    assert ends(result.only_seen) == [("cart", "db")]
    assert result.only_seen[0].evidence[0].locator == "t.json:4"
    assert ends(result.never_seen) == [("web", "db")], "ads was never seen, so nothing can be said of it"
    assert all(piece.basis != "observed" for piece in result.never_seen[0].evidence)


def test_configuration_may_lead_through_what_records_nothing():
    through = compared(
        recorded("web", "cart"), stated("web", "lb"), stated("lb", "cart"), kinds={"lb": "load-balancer"}
    )
    assert (ends(through.only_seen), through.shown) == ([], 1)
    recording = compared(recorded("web", "cart"), recorded("lb", "ads"), stated("web", "lb"), stated("lb", "cart"))
    assert ends(recording.only_seen) == [("lb", "ads"), ("web", "cart")]


def test_start_order_shows_no_call_and_is_said():
    (call,) = compared(recorded("web", "cart"), stated("web", "cart", phase="startup", strength="hard")).only_seen
    assert call.note == "configuration shows it for starting or changing only"


def test_of_alternatives_one_that_was_called_is_enough():
    group = any_of("web", "cart", "ads", role="resource")
    assert ends(compared(group, recorded("web", "cart"), recorded("db", "ads")).never_seen) == []
    never = compared(group, recorded("db", "cart"), recorded("db", "ads"), recorded("web", "lb"))
    assert ends(never.never_seen) == [("web", "ads"), ("web", "cart")]


def test_who_records_no_call_of_its_own_is_said_to():
    (call,) = compared(recorded("web", "cart"), recorded("web", "db"), stated("cart", "db")).never_seen
    assert call.note == "no call of its own was recorded at all"


def test_snapshots_of_configuration_are_no_calls():
    snapshot = (Evidence(scanner="awsconfig", locator="c.json:1", basis="observed"),)
    result = compared(
        needs("web", "db", role="resource", evidence=snapshot), recorded("web", "cart"), recorded("cart", "db")
    )
    assert ends(result.never_seen) == [("web", "db")]
    assert ends(result.only_seen) == [("cart", "db"), ("web", "cart")]


def test_nothing_recorded_says_nothing():
    result = compared(stated("web", "cart"))
    assert (result.recorded, result.only_seen, result.never_seen) == (0, (), ())
    assert "no calls: scan traces" in render(result, "text")


PAIRS = st.tuples(st.sampled_from(ALL), st.sampled_from(ALL)).filter(lambda pair: pair[0] != pair[1])


@given(st.sets(PAIRS, max_size=8), st.sets(PAIRS, max_size=8))
def test_every_pair_is_on_one_list_at_most_and_none_is_lost(seen, config):
    result = compared(*(recorded(*pair) for pair in seen), *(stated(*pair) for pair in config))
    only, never = set(ends(result.only_seen)), set(ends(result.never_seen))
    assert only <= seen - config
    assert never == {pair for pair in config - seen if {*pair} <= {one for found in seen for one in found}}
    assert result.recorded == len(seen) == result.shown + len(only)
