"""Selectors: what a person types, and what it means."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.errors import UsageError
from blastradius.model import Component
from blastradius.selectors import ComponentIndex, nearest, parse, require, select

COMPONENTS = [
    Component(id="aws:region/us-east-1", kind="region", name="us-east-1", provider="aws"),
    Component(id="aws:region/eu-west-1", kind="region", name="eu-west-1", provider="aws"),
    Component(id="provider:aws", kind="provider", name="Amazon Web Services"),
    Component(id="aws:zone/use1-az4", kind="zone", name="us-east-1a", aliases=("use1-az4",), region="us-east-1"),
    Component(id="aws:platform/us-east-1/dynamodb", kind="platform", name="DynamoDB", region="us-east-1"),
    Component(id="aws:platform/eu-west-1/dynamodb", kind="platform", name="DynamoDB", region="eu-west-1"),
    Component(id="aws:control-plane/us-east-1/iam", kind="control-plane", name="IAM", region="us-east-1"),
    Component(id="vendor:docker-hub", kind="vendor", name="Docker Hub"),
    Component(id="aws:account/111122223333", kind="account", name="111122223333"),
    Component(id="k8s:shop/default/Deployment/checkout", kind="service", name="checkout", tags={"team": "payments"}),
    Component(id="k8s:shop/default/Deployment/checkout-worker", kind="service", name="checkout-worker"),
    Component(id="k8s:shop/default/Deployment/redis-cart", kind="cache", name="redis-cart", aliases=("cart-db",)),
    Component(id="tf:root:module.q[0].aws_sqs_queue.q", kind="queue", name="orders", tags={"team": "data"}),
    Component(id="external:user@host", kind="external", name="user@host"),
    Component(
        id="arn:aws:sqs:us-east-1:111122223333:orders",
        kind="queue",
        name="orders",
        identities=("tf:old:aws_sqs_queue.orders",),
        region="us-east-1",
    ),
]
SHORT = {
    "region:us-east-1": ["aws:region/us-east-1"],
    "region:*": ["aws:region/eu-west-1", "aws:region/us-east-1"],
    "region:us-east-?": ["aws:region/us-east-1"],
    "provider:aws": ["provider:aws"],
    "zone:use1-az4": ["aws:zone/use1-az4"],
    "zone:*@us-east-1": ["aws:zone/use1-az4"],
    "vendor:docker-hub": ["vendor:docker-hub"],
    "vendor:docker*": ["vendor:docker-hub"],
    "vendor:Docker Hub": ["vendor:docker-hub"],
    "platform:dynamodb@us-east-1": ["aws:platform/us-east-1/dynamodb"],
    "platform:dynamodb": ["aws:platform/eu-west-1/dynamodb", "aws:platform/us-east-1/dynamodb"],
    "platform:*@us-*": ["aws:platform/us-east-1/dynamodb"],
    "control-plane:*@us-east-1": ["aws:control-plane/us-east-1/iam"],
    "account:1111*": ["aws:account/111122223333"],
    "service:checkout": ["k8s:shop/default/Deployment/checkout"],
    "service:checkout*": ["k8s:shop/default/Deployment/checkout", "k8s:shop/default/Deployment/checkout-worker"],
    "service:*/checkout": ["k8s:shop/default/Deployment/checkout"],
    "cache:cart-db": ["k8s:shop/default/Deployment/redis-cart"],
    "*:redis-cart": ["k8s:shop/default/Deployment/redis-cart"],
    "*:orders": ["arn:aws:sqs:us-east-1:111122223333:orders", "tf:root:module.q[0].aws_sqs_queue.q"],
    "*:orders@us-east-1": ["arn:aws:sqs:us-east-1:111122223333:orders"],
    "tag:team=payments": ["k8s:shop/default/Deployment/checkout"],
    "tag:team=*": ["k8s:shop/default/Deployment/checkout", "tf:root:module.q[0].aws_sqs_queue.q"],
    "tag:t*=data": ["tf:root:module.q[0].aws_sqs_queue.q"],
    "id:vendor:docker-hub": ["vendor:docker-hub"],
    "id:external:user@host": ["external:user@host"],
    "id:tf:old:aws_sqs_queue.orders": ["arn:aws:sqs:us-east-1:111122223333:orders"],
    "tf:old:aws_sqs_queue.orders": ["arn:aws:sqs:us-east-1:111122223333:orders"],
    "aws:region/us-east-1": ["aws:region/us-east-1"],
    "tf:root:module.q[0].aws_sqs_queue.q": ["tf:root:module.q[0].aws_sqs_queue.q"],
    "queue:*q[0]*": ["tf:root:module.q[0].aws_sqs_queue.q"],
    "queue:*q[01]*": [],
    "external:user@host": ["external:user@host"],
    "external:user@h*": ["external:user@host"],
    " region:us-east-1 ": ["aws:region/us-east-1"],
    "Region:us-east-1": [],
    "region:US-EAST-1": [],
    "service:redis-cart": [],
    "checkout": [],
    "id:checkout": [],
}


@pytest.mark.parametrize("text", SHORT)
def test_a_selector_means_these_components(text):
    assert select(text, COMPONENTS) == SHORT[text]


@pytest.mark.parametrize("text", SHORT)
def test_an_index_of_the_components_gives_the_same_answer(text):
    assert select(text, ComponentIndex(COMPONENTS)) == SHORT[text]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty selector"),
        ("  ", "empty selector"),
        ("region:", "nothing stands after the colon"),
        ("id:", "nothing stands after the colon"),
        ("tag:team", "tag:key=value"),
        ("platform:dynamodb@", "no region stands after the @"),
        ("platform:@us-east-1", "write platform:\\*@us-east-1"),
        ("journey:checkout", "a journey is no component.*service:checkout"),
        ("region:\x00", "unprintable"),
        ("region:a\nb", "unprintable"),
        ("x" * 5000, "longer than"),
    ],
)
def test_a_malformed_selector_is_refused_with_advice(text, says):
    with pytest.raises(UsageError, match=says) as caught:
        parse(text)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("region:us-eest-1", "region:us-east-1"),
        ("regoin:us-east-1", "region:us-east-1"),
        ("REGION:US-EAST-1", "region:us-east-1"),
        ("checkout", "service:checkout"),
        ("vendor:dockerhub", "vendor:docker-hub"),
        ("service:redis-cart", "cache:redis-cart"),
        ("platform:dynamo@us-east-1", "platform:dynamodb"),
        ("aws:region/us-east-2", "aws:region/us-east-1"),
    ],
)
def test_what_matches_nothing_is_answered_with_the_nearest(text, near):
    assert near in nearest(text, COMPONENTS)
    with pytest.raises(UsageError, match=r"^f\.yaml:3: .* matches no component; the nearest: "):
        require(text, COMPONENTS, "f.yaml:3")


@given(st.sampled_from([*sorted(SHORT), "regon:us", "queue:order", "x", "vendor:dock", "*:check"]))
def test_every_suggestion_matches_something(text):
    assert all(select(one, COMPONENTS) for one in nearest(text, COMPONENTS))


def test_nothing_alike_is_said_so():
    with pytest.raises(UsageError, match="nothing here is called anything like it"):
        require("region:zzzzzzzz", COMPONENTS)


@given(st.text(min_size=1, max_size=40))
def test_any_id_can_be_selected_exactly(identifier):
    components = [Component(id=identifier, kind="service", name="x"), *COMPONENTS]
    assert select(f"id:{identifier}", components) == [identifier]
    assert select(f"id:{identifier}", ComponentIndex(components)) == [identifier]


@given(st.text(alphabet="ab*?[]@:!/", min_size=1, max_size=12), st.text(alphabet="ab[]@:!/", min_size=1, max_size=8))
def test_any_text_is_a_selector_or_a_usage_error_and_index_and_scan_agree(text, identifier):
    components = [
        Component(id=identifier, kind="queue", name="ab", region="a", tags={"a": "b"}),
        Component(id="vendor:" + identifier, kind="vendor", name=identifier, aliases=("a[b]",), region="b"),
    ]
    for full in (text, f"queue:{text}", f"vendor:{text}", f"*:{text}", f"tag:{text}"):
        try:
            parse(full)
        except UsageError:
            continue
        assert select(full, ComponentIndex(components)) == select(full, components)


def test_a_component_added_to_an_index_is_found_by_every_form():
    index = ComponentIndex(COMPONENTS)
    for text in ("id:new", "service:new", "service:n*", "*:new", "tag:a=b"):
        assert not select(text, index)
    index.add(Component(id="new", kind="service", name="new", tags={"a": "b"}))
    for text in ("new", "id:new", "service:new", "service:n*", "*:new", "tag:a=b"):
        assert select(text, index) == ["new"]


def test_a_component_replaced_in_an_index_is_found_by_what_it_is_now():
    index = ComponentIndex([Component(id="a", kind="service", name="zebra", tags={"x": "zebra"}), *COMPONENTS])
    for text in ("service:zebra", "service:zeb*", "tag:x=zebra", "*:*zebra*"):
        assert select(text, index) == ["a"]
    index.replace(Component(id="a", kind="queue", name="new", tags={"x": "new"}, region="r"))
    for text in ("service:zebra", "service:zeb*", "tag:x=zebra", "*:*zebra*", "service:new"):
        assert not select(text, index)
    for text in ("queue:new", "queue:ne*@r", "tag:x=ne*", "*:*new*", "id:a"):
        assert select(text, index) == ["a"]


WORDS = st.sampled_from(["team", "team-a", "shop", "cart", "a", "x-1", "web[0]", "eu-west-1", "user@host", ""])
NAMED = st.builds("/".join, st.lists(WORDS, min_size=1, max_size=3))
GLOBS = st.builds(
    "".join,
    st.lists(
        st.sampled_from(["*", "?", "team", "shop/", "art", "a", "-1", "[0]", "@", "=", "host"]), min_size=1, max_size=5
    ),
)
MANY = st.lists(
    st.builds(
        Component,
        id=NAMED.filter(bool),
        kind=st.sampled_from(["service", "queue", "vendor"]),
        name=NAMED,
        aliases=st.lists(NAMED, max_size=2).map(tuple),
        identities=st.lists(NAMED, max_size=2).map(tuple),
        region=st.sampled_from([None, "eu-west-1", "us-east-1"]),
        tags=st.dictionaries(WORDS, WORDS, max_size=2),
    ),
    max_size=6,
)


@given(
    components=MANY,
    later=MANY,
    globs=st.lists(GLOBS, min_size=1, max_size=4),
    kind=st.sampled_from(["service", "queue", "vendor", "*", "tag", "id"]),
)
def test_an_index_answers_as_trying_each_component_does_also_after_changes(components, later, globs, kind):
    index = ComponentIndex(components)

    def agree():
        for glob in globs:
            try:
                selector = parse(f"{kind}:{glob}")
            except UsageError:
                continue
            assert select(selector, index) == select(selector, list(index))

    agree()
    for one in later:
        if any(there.id == one.id for there in index):
            index.replace(one)
        else:
            index.add(one)
        agree()


def test_a_thousand_patterns_over_a_thousand_components_look_at_few_of_them(monkeypatch):
    components = [Component(id=f"k8s:r/n/Deployment/s-{i}", kind="service", name=f"svc-{i}-x") for i in range(1000)]
    index, looked = ComponentIndex(components), []
    for number in range(1000):
        selector = parse(f"service:*vc-{number:03}-*")
        looked.append(len(list(index.candidates(selector))))
        assert len(select(selector, index)) == 1 or number < 100
    assert max(looked) <= 100
    assert sum(looked) < 20_000


def test_many_wildcards_do_not_take_exponential_time():
    component = Component(id="a" * 2000, kind="service", name="a" * 2000)
    started = time.perf_counter()
    assert not select("service:" + "*a" * 200 + "b", [component])
    assert time.perf_counter() - started < 60  # a guard against a hang, not a measure


def test_a_hundred_thousand_components_are_searched_in_well_under_a_second():
    components = [
        Component(id=f"k8s:r/n{i % 50}/Deployment/s{i}", kind="service", name=f"s{i}", region="r1")
        for i in range(100_000)
    ]
    for text, count in (("service:s5*@r*", 11_111), ("service:s77", 1), ("id:k8s:r/n7/Deployment/s7", 1)):
        started = time.process_time()
        assert len(select(text, components)) == count
        assert time.process_time() - started < 1.5  # some 0.2 s; the rest is for busy machines
    started = time.process_time()
    assert nearest("service:z77777", components)
    assert time.process_time() - started < 3
