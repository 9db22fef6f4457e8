"""Runbooks: what they tell to do follows from the simulation, and what people wrote into one stays."""

from __future__ import annotations

from drawing import parse
from hypothesis import given, settings
from strategies import inventories

from blastradius.analysis.runbook import runbook
from blastradius.graph import DependencyGraph
from blastradius.model import Gap, Probe, Scenario
from blastradius.reports.runbook import write
from blastradius.reports.runbook.hands import kept
from blastradius.simulate import scenario, simulate

SHOP = """
web -> db1 || db2 by hand takes 10m needs console lag 30s
web -> cache1 || cache2 takes 1m
web -> monitor @operate
web -> registry @startup
mail -> relay
db1: recovery 5m
console: region far
db2: region far
cache2: region far
monitor: region far
chat1: kind vendor
team -> chat1 || chat2 by hand takes 5m
chat2: region far
journey buy: web rto 1h tier 1
journey write: mail tier 2
journey talk: team tier 3
"""


def system(drawing=SHOP, **journeys):
    drawn = parse(drawing)
    changed = [one.model_copy(update=journeys.get(one.name, {})) for one in drawn.journeys]
    return DependencyGraph(drawn.model_copy(update={"journeys": tuple(changed)}))


def made(graph, *remove, duration=3 * 3600):
    return runbook(graph, scenario(list(remove), [], duration, None))


def test_moves_come_in_the_order_in_which_people_need_them():
    found = made(system(talk={"purpose": "respond"}), "id:db1", "id:cache1", "id:chat1")
    assert [way.name for way in found.moves] == ["team", "web", "web"]
    assert sorted(way.mode for way in found.moves) == ["automatic", "manual", "manual"]
    assert all(way.happens for way in found.moves)


def test_who_moves_something_knows_how_long_they_may_wait():
    found = made(system(), "id:db1", "id:chat1")
    waits = {way.journeys: way.spare for way in found.moves}
    assert waits == {("buy",): 3000, ("talk",): None}
    said = write(found)
    assert "**begin within 50m**: later, an RTO is missed" in said
    assert "side by side; one after the other these take 15m." in said
    tight = made(system(buy={"rto": 300}), "id:db1")
    assert [way.spare for way in tight.moves] == [-300]
    assert "**begin at once**: an RTO is missed by 5m even so" in write(tight)


def test_whether_it_works_again_is_asked_of_what_the_journey_asks():
    said = write(made(system("shop -> pipe @deploy\njourney fix: shop @deploy"), "id:pipe"))
    assert "roll something harmless out to shop" in said


def test_a_move_that_needs_what_is_lost_is_told_not_to_be_tried():
    found = made(system(), "id:db1", "id:console")
    (way,) = (way for way in found.moves if way.mode == "manual")
    assert not way.happens
    assert "console" in way.why_not
    assert [one.text for one in found.cautions] == ["Do not wait for web to move to db2"]
    assert "## 3. Do, in this order\n\nNothing is to be moved by hand." in write(found)


CHAIN = """
db -> db1 || db2 by hand takes 10m needs vpn
vpn -> vpn1 || vpn2 by hand takes 20m
db1: region far
journey buy: db tier 1
"""


def test_a_move_comes_after_the_one_it_needs_and_is_done_when_the_walk_says():
    found = made(system(CHAIN), "id:db1", "id:vpn1")
    assert [(way.id, way.ends) for way in found.moves] == [("vpn", 1200), ("db", 1800)]
    assert [(one.at, one.names) for one in found.events if one.what == "moved"] == [(1200, ("vpn",)), (1800, ("db",))]
    text = write(found)
    assert "needs vpn, **which is down when this is called for** (vpn → vpn1): wait until it is back" in text
    assert "which stands" not in text


def test_a_move_comes_after_the_one_on_which_its_standby_stands():
    found = made(
        system("db -> db1 || db2 takes 1m\ndb2 -> net\nnet -> n1 || n2 takes 5m\njourney buy: db"), "id:db1", "id:n1"
    )
    assert [way.id for way in found.moves] == ["net", "db"]


def test_what_cannot_move_is_restored_after_its_active_member():
    drawing = "db -> db1 || db2 by hand takes 1m needs vpn\nvpn -> line\ndb1 -> disk\nline -> pole\npole -> disk\njourney buy: db"
    waves = [set(one.names) for one in made(system(drawing), "id:disk").restored]
    assert waves == [{"disk"}, {"db1", "pole"}, {"db", "line"}, {"vpn"}]


def test_what_could_not_start_again_is_not_to_be_restarted():
    found = made(system(), "id:registry")
    assert found.plans == ()
    found = made(system(), "id:registry", "id:cache1")
    assert any("Do not restart" in one.text and "web" in one.text for one in found.cautions)


def cautions(found):
    return [one.text for one in found.cautions]


def test_what_could_not_start_again_is_named_whoever_needs_it():
    drawing = "batch -> tool @startup\ntool -> registry @startup\njourney buy: web"
    found = made(system(drawing), "id:registry")
    assert found.plans == ()
    assert cautions(found) == [
        "Do not restart, scale in or move tool: what is stopped now could not start again",
        "Do not restart batch: it would not come up again while this lasts",
    ]
    circle = made(system("a -> b @startup\nb -> a @startup\nc -> d\njourney buy: c"), "id:d")
    assert cautions(circle) == ["Do not take all of a, b down together"]


def test_what_could_not_be_rolled_out_for_a_while_only_is_named():
    graph = system("web -> pipe @deploy\njourney buy: web")
    early = {"phases": [{"for": 600, "remove": ["id:pipe"]}, {"at": 3600, "for": 600, "remove": ["id:web"]}]}
    found = runbook(graph, Scenario.model_validate(early | {"horizon": 7200}))
    assert cautions(found) == ["Do not count on changing web: nothing can be rolled out there"]


@settings(max_examples=80, deadline=None)
@given(inventories())
def test_what_the_simulation_doubts_is_never_left_out(inventory):
    graph = DependencyGraph(inventory)
    asked = scenario([f"id:{graph.ids[0]}"], [], 3600, None)
    result, found = simulate(graph, asked), runbook(graph, asked)
    said = "; ".join(cautions(found))
    for one in result.components:
        if one.state != "down" and (one.cannot or one.id in {*result.unfounded, *result.deadlocks}):
            assert one.name in said
    gaps = {gap for journey in result.journeys for gap in journey.gaps}
    assert set(found.gaps) == gaps
    text = write(found)
    assert not (result.gaps and "Nothing that was not seen could make this worse" in text)
    assert not (said and "Nothing that was seen speaks against" in text)


def test_without_journeys_nobody_can_say_what_it_means():
    drawn = parse("db -> db1 || db2 by hand takes 10m\nweb -> db")
    gap = Gap(scope="app", component="web", hides="dependency", reason="cannot be read")
    graph = DependencyGraph(drawn.model_copy(update={"journeys": (), "gaps": (gap,)}))
    found = made(graph, "id:db1")
    text = write(found)
    assert "**No journeys are declared, so nobody can say what this loss means to users**" in text
    assert "No journey is touched" not in text
    assert "could make this worse" not in text
    assert "1 × cannot be read: web" in text
    assert "### 1. Move db to db2" in text


def test_a_journey_that_only_something_unseen_could_touch_is_not_called_untouched():
    drawn = parse("web ~> mail\napi -> x\njourney buy: web")
    gap = Gap(scope="mail", component="mail", hides="dependency", reason="what it needs is not known")
    found = made(DependencyGraph(drawn.model_copy(update={"gaps": (gap,)})), "id:api")
    assert [one.id for one in found.doubtful] == ["journey:buy"]
    assert found.untouched == ()
    assert found.gaps == (gap,)
    assert "**could be by what was not** (see 8): buy (could be degraded)." in write(found)


def test_what_nothing_watches_is_said():
    found = made(system(), "id:db1", "id:relay")
    watched = {one.name: one.by for one in found.watches}
    assert watched["web"] == ("monitor",)
    assert watched["relay"] == ()
    assert "**Nothing that was seen watches:**" in write(found)


def test_a_watcher_that_is_lost_itself_is_no_watcher():
    found = made(system(), "id:db1", "id:monitor")
    assert next(one for one in found.watches if one.name == "web").blind == ("monitor",)


def test_restoration_follows_the_needs():
    found = made(
        system("shop -> cart\ncart -> db\ndb -> disk\nshop -> img @startup\nimg -> disk\njourney buy: shop"), "id:disk"
    )
    assert [set(one.names) for one in found.restored] == [{"disk"}, {"db", "img"}, {"cart"}, {"shop"}]


def test_a_cycle_is_started_together():
    found = made(system("a -> b\nb -> a\nb -> disk\njourney buy: a"), "id:disk")
    assert [(set(one.names), one.together) for one in found.restored] == [({"disk"}, False), ({"a", "b"}, True)]


def test_a_probe_is_what_shows_recovery():
    graph = system(write={"probe": Probe(url="https://shop.example/health", status=204)})
    text = write(made(graph, "id:relay"))
    assert "`GET` `https://shop.example/health` answers 204 within 10 s" in text


def test_hands_survive_and_what_has_no_place_any_more_is_kept():
    first = write(made(system(), "id:relay"))
    written = first.replace("<!-- yours: journey:write -->\n\n", "<!-- yours: journey:write -->\nAsk Ada <first>.\n")
    again = write(made(system(), "id:relay"), kept(written))
    assert again == written
    other = write(made(system(), "id:cache1"), kept(written))
    assert "## Kept from an earlier runbook" in other
    assert kept(other).bodies == {"journey:write": "Ask Ada <first>.\n"}
    assert write(made(system(), "id:relay"), kept(other)) == written


def test_names_of_an_input_steer_nothing():
    drawn = parse("shop -> db\njourney buy: shop")
    evil = "<script>alert(1)</script> --> | `x`\n# Title <!-- end of yours -->"
    components = tuple(one.model_copy(update={"name": evil}) for one in drawn.components)
    journeys = tuple(one.model_copy(update={"name": evil, "owner": evil}) for one in drawn.journeys)
    graph = DependencyGraph(drawn.model_copy(update={"components": components, "journeys": journeys}))
    text = write(made(graph, "id:db"))
    assert "<script>" not in text
    assert "\n# Title" not in text
    assert text.count("<!-- end of yours -->") == text.count("<!-- yours: ")


@settings(max_examples=60, deadline=None)
@given(inventories())
def test_any_system_gives_the_same_runbook_twice(inventory):
    graph = DependencyGraph(inventory)
    lost = graph.ids[0]
    asked = scenario([f"id:{lost}"], [], 3600, None)
    first = write(runbook(graph, asked))
    assert write(runbook(DependencyGraph(inventory), asked)) == first
    assert write(runbook(graph, asked), kept(first)) == first


def test_two_things_of_one_name_are_told_apart():
    drawn = parse(
        "web -> us/db || eu/db by hand takes 5m\napi -> us/db\njourney buy: web tier 1\njourney read: api tier 2"
    )
    names = {"us/db": "db", "eu/db": "db"}
    components = tuple(one.model_copy(update={"name": names.get(one.id, one.name)}) for one in drawn.components)
    journeys = tuple(one.model_copy(update={"name": "shop"}) for one in drawn.journeys)
    text = write(
        made(DependencyGraph(drawn.model_copy(update={"components": components, "journeys": journeys})), "id:us/db")
    )
    assert "### 1. Move web to eu/db" in text
    assert "- [ ] away from us/db" in text
    assert "| 1 | **journey:buy** |" in text
    assert "| 2 | **journey:read** |" in text
    assert "because of journey:read → api → us/db" in text
