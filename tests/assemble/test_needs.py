from telling import any_of, component, groups, need, needs, seen, thing, told


def test_facts_of_one_need_add_their_evidence_and_the_strongest_counts():
    here = told(
        thing("a"),
        thing("db", "db"),
        needs("a", "db", strength="soft", reason="optional", evidence=seen("f:1")),
        needs("a", "db", strength="hard", reason="it refuses to answer", evidence=seen("f:2")),
        needs("a", "db", via="env OTEL_X", evidence=seen("f:3")),
    )
    runtime = [one for one in here.dependencies if one.dependent == "a" and one.phase == "runtime"]
    assert [one.strength for one in runtime] == ["hard"]
    assert runtime[0].reason == "it refuses to answer"
    assert [one.locator for one in runtime[0].evidence] == ["f:1", "f:2"]
    assert [one.phase for one in here.dependencies if one.dependent == "a"] == ["operate", "runtime"]


def test_the_shortest_tolerance_counts_and_none_is_the_shortest():
    things = thing("a"), thing("db", "db")
    long, short = needs("a", "db", tolerance=60), needs("a", "db", tolerance=30)
    assert need(told(*things, long, short), "a", "db").tolerance == 30
    assert need(told(*things, long, needs("a", "db")), "a", "db").tolerance is None


def test_what_the_source_states_is_kept():
    here = told(
        thing("a"), thing("db", "db"),
        needs("a", "db", strength="soft", phase="deploy", hardens_after=60, timeout=2.5, attempts=3, backoff="1s", reason="stated"),
    )  # fmt: skip
    found = need(here, "a", "db")
    assert (found.strength, found.phase, found.hardens_after, found.timeout) == ("soft", "deploy", 60, 2.5)
    assert (found.attempts, found.backoff, found.reason) == (3, "1s", "stated")


def test_evidence_says_what_shows_it():
    here = told(thing("a"), thing("db", "db"), needs("a", "db", via="env DB_ADDR"))
    assert need(here, "a", "db").evidence[0].note == "env DB_ADDR"


def test_telemetry_is_soft_by_its_variable_and_hard_where_it_is_waited_for():
    things = thing("a"), thing("t", "tracer")
    found = need(told(*things, needs("a", "tracer", via="env ZIPKIN")), "a", "t")
    assert (found.strength, found.phase) == ("soft", "operate")
    assert "assumed from the name ZIPKIN" in found.reason
    waited = need(told(*things, needs("a", "tracer", via="env ZIPKIN", phase="startup")), "a", "t")
    assert (waited.strength, waited.phase) == ("hard", "startup")


def test_telemetry_is_soft_by_its_image_and_its_own_store_is_not():
    here = told(
        thing("a"), thing("col", "col"), thing("store", "store"),
        needs("col", "jaegertracing/all-in-one:1", role="image", via="image"),
        needs("a", "col", via="env SINK"), needs("col", "store", via="env STORE"),
    )  # fmt: skip
    assert need(here, "a", "col").strength == "soft"
    assert need(here, "col", "store").strength == "hard"


def test_a_group_takes_strength_and_phase_by_the_same_rules():
    here = told(thing("a"), thing("x", "x"), thing("y", "y"), any_of("a", "x", "y", reason="behind one name"))
    (group,) = groups(here)
    assert (group.strength, group.phase) == ("hard", "runtime")
    assert group.reason.startswith("behind one name; ")


def test_two_facts_of_one_group_are_one():
    here = told(
        thing("a"), thing("x", "x"), thing("y", "y"),
        any_of("a", "x", "y", strength="soft", evidence=seen("f:1")), any_of("a", "y", "x", strength="hard", evidence=seen("f:2")),
    )  # fmt: skip
    (group,) = groups(here)
    assert group.strength == "hard"
    assert [one.locator for one in group.evidence] == ["f:1", "f:2"]


def test_kinds_come_from_images_where_they_agree():
    def kind(*images):
        facts = [needs("w", image, role="image", via="image") for image in images]
        return component(told(thing("w"), *facts), "w").kind

    assert kind("redis:7") == "cache"
    assert kind("redis:7", "oliver006/redis_exporter:1", "busybox") == "cache"
    assert kind("redis:7", "team/app:1") == "service"
    assert kind("team/app:1") == "service"
    assert kind("busybox") == "service"


def test_a_kind_that_a_scanner_saw_is_kept():
    here = told(thing("w", kind="function"), needs("w", "redis:7", role="image", via="image"))
    assert component(here, "w").kind == "function"


def test_load_makers_are_not_customers_and_the_ground_is_assumed():
    by_name = component(told(thing("loadgenerator")), "loadgenerator")
    by_image = component(told(thing("w"), needs("w", "locustio/locust:2", role="image", via="image")), "w")
    for found in (by_name, by_image):
        assert found.customer_facing is False
        assert found.evidence[-1].basis == "assumed"
    assert component(told(thing("loadgenerator", customer_facing=True)), "loadgenerator").customer_facing is True
