from hypothesis import given
from hypothesis import strategies as st
from telling import component, gaps_of, ids, needed, needs, seen, thing, told

from blastradius.model import Component, Mention

WORKLOAD = {"type": "apps/Deployment", "scope": "k8s:root/shop"}


def mention(id, scanner="traces", namespace=None, **fields):
    return Mention(component=thing(id, scanner=scanner, **fields), namespace=namespace)


def test_a_name_that_one_workload_bears_is_that_workload():
    here = told(
        thing("k8s:root/shop/Deployment/cart", "cart", scanner="kubernetes", **WORKLOAD),
        thing("k8s:root/shop/Deployment/db", "db", scanner="kubernetes", **WORKLOAD),
        mention("trace:root/cart"), mention("trace:root/db"),
        needs("trace:root/cart", "trace:root/db", role="resource"),
    )  # fmt: skip
    assert needed(here, "k8s:root/shop/Deployment/cart") == {"k8s:root/shop/Deployment/db"}
    assert "trace:root/cart" not in ids(here)
    found = component(here, "k8s:root/shop/Deployment/cart")
    assert "trace:root/cart" in found.aliases
    assert found.type == "apps/Deployment"
    assert any(one.basis == "inferred" and "they bear one name" in one.note for one in found.evidence if one.note)


def test_a_service_name_counts_as_the_name_of_its_workload():
    here = told(
        thing("k8s:root/shop/Deployment/cart-v1", "cart", "cart.shop.svc", scanner="kubernetes", **WORKLOAD),
        mention("trace:root/cart"),
    )
    assert ids(here) == {"k8s:root/shop/Deployment/cart-v1"}


def test_several_of_a_name_stay_apart_and_each_may_be_it():
    here = told(
        thing("k8s:root/a/Deployment/cart", scanner="kubernetes", scope="k8s:root/a"),
        thing("k8s:root/b/Deployment/cart", scanner="kubernetes", scope="k8s:root/b"),
        mention("trace:root/cart"),
    )
    assert {gap.same_as for gap in gaps_of(here, "trace:root/cart")} == {
        "k8s:root/a/Deployment/cart", "k8s:root/b/Deployment/cart",
    }  # fmt: skip


def test_a_namespace_tells_which():
    here = told(
        thing("k8s:root/a/Deployment/cart", scanner="kubernetes", scope="k8s:root/a", attributes={"namespace": "a"}),
        thing("k8s:root/b/Deployment/cart", scanner="kubernetes", scope="k8s:root/b", attributes={"namespace": "b"}),
        mention("trace:root/b/cart", namespace="b"),
    )
    assert ids(here) == {"k8s:root/a/Deployment/cart", "k8s:root/b/Deployment/cart"}
    assert "trace:root/b/cart" in component(here, "k8s:root/b/Deployment/cart").aliases


def test_a_known_scope_that_differs_keeps_them_apart():
    here = told(
        thing("k8s:root/a/Deployment/cart", scanner="kubernetes", environment="production"),
        mention("trace:root/cart", environment="staging"),
    )
    assert {"k8s:root/a/Deployment/cart", "trace:root/cart"} <= ids(here)


def test_a_service_is_something_that_runs_and_neither_its_registry_nor_its_queue():
    lookalikes = [
        thing(f"tf:root:{kind}", scanner="terraform", kind=kind, name="orders")
        for kind in ("registry", "queue", "secret", "database", "cluster", "gateway")
    ]
    assert "m:orders" in ids(told(*lookalikes, mention("m:orders", name="orders")))
    function = thing("tf:root:fn", scanner="terraform", kind="function", name="orders")
    here = told(*lookalikes, function, mention("m:orders", name="orders"))
    assert "m:orders" in component(here, "tf:root:fn").aliases


def test_a_store_is_of_its_kind_save_where_a_host_named_it():
    store = thing("tf:root:db", "orders", scanner="terraform", kind="database", name="orders")
    assert ids(told(store, mention("m:orders", name="orders", kind="database"))) == {"tf:root:db"}
    assert {"tf:root:db", "m:orders"} <= ids(told(store, mention("m:orders", name="orders", kind="queue")))
    called = Mention(component=thing("m:orders", scanner="traces", name="orders"), addressed=True)
    assert ids(told(store, called)) == {"tf:root:db"}


def test_a_namespace_that_is_written_down_is_that_and_one_that_is_not_may_be_any():
    def workload(**attributes):
        return thing(
            "k8s:root/default/Deployment/api", scanner="kubernetes", scope="k8s:root/default", attributes=attributes
        )

    there = mention("trace:root/prod/api", namespace="prod", name="api")
    assert "trace:root/prod/api" in ids(told(workload(namespace="default"), there))
    assert ids(told(workload(), there)) == {"k8s:root/default/Deployment/api"}


def test_an_alias_of_the_mention_counts_where_nothing_bears_its_name():
    entity = Mention(component=thing("backstage:root/checkout-api", "checkout", scanner="backstage"))
    workload = thing("k8s:root/shop/Deployment/checkout", scanner="kubernetes", **WORKLOAD)
    assert ids(told(workload, entity)) == {workload.id}
    named = thing("k8s:root/shop/Deployment/checkout-api", scanner="kubernetes", **WORKLOAD)
    assert ids(told(workload, named, entity)) == {workload.id, named.id}


def test_a_region_seen_at_run_time_is_one_and_perhaps_not_the_only_one():
    workload = thing("k8s:root/shop/Deployment/cart", scanner="kubernetes", **WORKLOAD)
    here = told(workload, mention("trace:root/cart", region="us-east-1", provider="aws"))
    found = component(here, workload.id)
    assert found.region == "us-east-1"
    (gap,) = gaps_of(here, workload.id, hides="location")
    assert "seen in us-east-1 at run time" in gap.reason
    placed = workload.model_copy(update={"region": "us-east-1"})
    assert not gaps_of(told(placed, mention("trace:root/cart", region="us-east-1")), workload.id, hides="location")


def test_two_of_one_source_that_claim_one_workload_are_doubtful():
    here = told(
        thing("k8s:root/a/Deployment/cart", scanner="kubernetes"),
        mention("trace:one/cart"), mention("trace:two/cart"),
    )  # fmt: skip
    assert {"trace:one/cart", "trace:two/cart"} <= ids(here)
    assert gaps_of(here, "trace:one/cart")


def test_mentions_of_two_sources_are_one_where_nobody_describes_it():
    here = told(mention("trace:root/cart"), mention("backstage:root/cart", scanner="backstage", tags={"owner": "shop"}))
    assert ids(here) == {"backstage:root/cart"}
    assert component(here, "backstage:root/cart").tags == {"owner": "shop"}


def test_a_shared_identity_goes_before_names():
    arn = "arn:aws:lambda:us-east-1:111122223333:function:pay"
    here = told(
        thing("tf:root:pay", scanner="terraform", kind="function", name="pay-live", identities=(arn,)),
        thing("k8s:root/a/Deployment/pay", scanner="kubernetes", name="pay"),
        mention("xray:root/pay", scanner="xray", kind="function", name="pay", identities=(arn,)),
    )
    assert "xray:root/pay" in component(here, arn).aliases
    assert "k8s:root/a/Deployment/pay" in ids(here)


def test_the_order_of_facts_is_irrelevant():
    facts = [
        thing("k8s:root/a/Deployment/cart", scanner="kubernetes"),
        thing("k8s:root/a/Deployment/db", scanner="kubernetes"),
        mention("trace:root/cart"), mention("trace:root/db"), mention("backstage:root/db", scanner="backstage"),
        needs("trace:root/cart", "trace:root/db", role="resource", evidence=seen("x:1")),
    ]  # fmt: skip

    @given(st.permutations(facts))
    def law(order):
        assert told(*order).model_dump() == told(*facts).model_dump()

    law()


def test_a_mention_is_a_value():
    assert Mention(component=Component(id="a", kind="service", name="a")).namespace is None


def test_a_host_is_borne_by_a_workload_of_any_kind():
    workload = thing("k8s:root/shop/Deployment/redis-cart", "redis-cart", scanner="kubernetes", **WORKLOAD)
    called = mention("trace:root/redis-cart", kind="cache")
    assert "trace:root/redis-cart" in ids(told(workload, called))
    found = told(workload, called.model_copy(update={"addressed": True}))
    assert ids(found) == {"k8s:root/shop/Deployment/redis-cart"}
    assert component(found, "k8s:root/shop/Deployment/redis-cart").kind == "cache"
