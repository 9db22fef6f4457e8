import re

import pytest

from blastradius.catalog import data, load, places
from blastradius.catalog.patterns import Row, expand

CATALOG = load()
ROWS = list(CATALOG.rows())
CLOUD = [row for row in ROWS if row.provider]
VENDORS = [row for row in ROWS if not row.provider]
RECORDS = [
    (name, record)
    for name in data.FILES
    for part, records in data.read(name).items()
    if isinstance(records, list)
    for record in records
]


def _sample(host: str) -> str:
    return re.sub(r"^\*\.", "some.where.", host).replace("*", "x1")


@pytest.mark.parametrize("row", CLOUD, ids=lambda row: row.origin)
def test_a_cloud_record_recognises_its_example(row: Row):
    found = CATALOG.recognise(row.data["example"], "any")
    assert found is not None
    assert found.record == row.origin
    (component,) = found.components
    assert component.id == found.id
    assert component.provider == row.provider
    assert component.service
    assert (found.gap is not None) == (component.region is None)
    assert component.kind == row.data.get("kind", row.data.get("plane", "platform"))


@pytest.mark.parametrize("row", VENDORS, ids=lambda row: row.origin)
def test_a_vendor_record_recognises_each_of_its_hosts(row: Row):
    for host in row.hosts:
        found = CATALOG.recognise(f"https://{_sample(host)}", "address")
        assert found is not None, host
        assert found.id == f"vendor:{row.data['id']}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.origin)
def test_near_misses_of_a_record_are_not_taken_for_it(row: Row):
    hosts = [row.data["example"]] if row.provider else [_sample(host) for host in row.hosts]
    for text in hosts:
        if "://" in text and not text.startswith("http"):
            continue
        host = text.removeprefix("https://").partition("/")[0]
        if "." not in host or ":" in host:
            continue
        for miss in (
            f"{host}.evil.example",
            f"{host}x",
            f"https://evil.example/{host}",
            f"https://{host}@evil.example/",
        ):
            found = CATALOG.recognise(miss, "address")
            assert found is None, (miss, found)
    for text in row.data.get("hosts", ()):
        if row.data.get("provider") or row.provider or "*" in text or "/" in text:
            continue
        found = CATALOG.recognise(f"evil{text}", "address")
        assert found is None or found.record != row.origin


@pytest.mark.parametrize(("name", "record"), RECORDS, ids=lambda value: str(value)[:40])
def test_every_record_says_where_it_is_from(name: str, record: dict):
    sources = data.read(name)["sources"]
    assert record["source"]
    assert set(record["source"]) <= set(sources)
    assert record["confidence"] in ("high", "medium", "low")
    assert record["as_of"] == "2026-11-20"
    if record["source"] == ["unverified"]:
        assert record["confidence"] != "high"
        assert name == "packages.yaml" or record["check"].startswith("https://")


def test_ids_of_records_are_unique():
    for name in data.FILES:
        for part, records in data.read(name).items():
            if isinstance(records, list) and part not in ("arns", "service_names"):
                keys = [(record.get("provider"), record["id"]) for record in records]
                assert len(set(keys)) == len(keys), (name, part)


@pytest.mark.parametrize(
    ("text", "role", "id", "region"),
    [
        ("sqs.us-east-1.amazonaws.com", "address", "aws:platform/us-east-1/sqs", "us-east-1"),
        (
            "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
            "address",
            "arn:aws:sqs:eu-west-1:111122223333:orders",
            "eu-west-1",
        ),
        ("s3.amazonaws.com", "any", "aws:platform/us-east-1/s3", "us-east-1"),
        ("https://s3.us-west-2.amazonaws.com/photos/a.jpg", "any", "arn:aws:s3:::photos", "us-west-2"),
        ("s3-fips.dualstack.us-west-2.amazonaws.com", "any", "aws:platform/us-west-2/s3", "us-west-2"),
        ("dynamodb.cn-north-1.amazonaws.com.cn", "any", "aws:platform/cn-north-1/dynamodb", "cn-north-1"),
        ("iam.amazonaws.com", "any", "aws:control-plane/us-east-1/iam", "us-east-1"),
        ("monitoring.eu-west-1.amazonaws.com", "any", "aws:platform/eu-west-1/cloudwatch", "eu-west-1"),
        (
            "db.cluster-ro-abc123.us-east-1.rds.amazonaws.com:5432",
            "address",
            "aws:resource/us-east-1/aurora/db.cluster-abc123",
            "us-east-1",
        ),
        (
            "jdbc:mysql://db.abc123.us-east-1.rds.amazonaws.com:3306/shop?user=a",
            "address",
            "aws:resource/us-east-1/rds/db.abc123",
            "us-east-1",
        ),
        (
            "b-2.demo.abc.c2.kafka.us-east-1.amazonaws.com:9092",
            "any",
            "aws:resource/us-east-1/msk/demo.abc",
            "us-east-1",
        ),
        ("abc.execute-api.us-east-1.amazonaws.com", "any", "aws:resource/us-east-1/apigateway/abc", "us-east-1"),
        ("redis:alpine", "image", "vendor:docker-hub", None),
        ("docker.io/library/redis@sha256:0a", "image", "vendor:docker-hub", None),
        ("team/app", "image", "vendor:docker-hub", None),
        ("ghcr.io/team/app:1", "image", "vendor:ghcr", None),
        ("quay.io/team/app", "image", "vendor:quay-io", None),
        ("gcr.io/team/app", "image", "gcp:platform/unknown/container-registry", None),
        ("public.ecr.aws/docker/library/nginx:1", "image", "aws:platform/us-east-1/ecr-public", "us-east-1"),
        (
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:1",
            "image",
            "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
            "eu-west-1",
        ),
        ("npm:stripe", "package", "vendor:stripe", None),
        ("us-east-1_AbCdEfGhI", "any", "aws:resource/us-east-1/cognito/us-east-1_AbCdEfGhI", "us-east-1"),
        ("arn:aws:s3:::photos/a/b.jpg", "resource", "arn:aws:s3:::photos", None),
        (
            "arn:aws:dynamodb:us-east-1:111122223333:table/carts/index/by-user",
            "resource",
            "arn:aws:dynamodb:us-east-1:111122223333:table/carts",
            "us-east-1",
        ),
        (
            "arn:aws:lambda:us-east-1:111122223333:function:pay:live",
            "any",
            "arn:aws:lambda:us-east-1:111122223333:function:pay",
            "us-east-1",
        ),
        ("arn:aws:iam::111122223333:role/app/writer", "any", "arn:aws:iam::111122223333:role/app/writer", "global"),
        ("arn:aws:sns:us-east-1:111122223333:*", "any", "aws:platform/us-east-1/sns", "us-east-1"),
    ],
)
def test_texts_as_configuration_writes_them(text, role, id, region):
    found = CATALOG.recognise(text, role)
    assert found is not None
    assert (found.id, found.components[0].region) == (id, region)
    assert (found.gap is None) == (region is not None)


@pytest.mark.parametrize(
    "text",
    [
        "api.stripe.com.evil.example", "notapi.stripe.com", "stripe.com", "10.0.0.1", "192.0.2.1:443", "[::1]:80", "localhost",
        "db.local", "shop.internal", "cart.shop.svc.cluster.local", "cart", "cart:8080", "${DB_HOST}", "$(HOST):80", "",
        "ip-10-0-0-1.ec2.internal", "amazonaws.com", "sqs.nowhere-1.amazonaws.com", "http://", "a" * 10_000, "x y",
        "registry.example.com", "arn:aws:sqs", "arn:nonsense:::x", "slack.com/careers", "host:99999", "http://[::bad",
    ],
)  # fmt: skip
def test_what_nobody_knows_is_not_guessed(text):
    assert CATALOG.recognise(text, "any") is None


def test_a_bare_word_is_an_image_only_where_the_role_says_so():
    assert CATALOG.recognise("redis", "address") is None
    assert CATALOG.recognise("redis", "image").id == "vendor:docker-hub"
    assert CATALOG.recognise("localhost:5000/app", "image") is None
    assert CATALOG.recognise("registry.example.com:5000/app", "image") is None


def test_account_and_region_come_out_of_the_text():
    queue = CATALOG.recognise("https://sqs.eu-west-1.amazonaws.com/111122223333/orders", "any").components[0]
    assert (queue.kind, queue.name, queue.account, queue.service) == ("queue", "orders", "111122223333", "sqs")


def test_a_template_with_odd_text_stays_a_template():
    assert expand("a.b+c.{id}") == r"a\.b\+c\.(?P<id>[a-z0-9_-]+)"


@pytest.mark.parametrize(
    ("id", "kind", "name", "region"),
    [
        ("aws:region/us-east-1", "region", "us-east-1", "us-east-1"),
        ("aws:zone/use1-az4", "zone", "use1-az4", "us-east-1"),
        ("aws:zone/eu-west-1b", "zone", "eu-west-1b", "eu-west-1"),
        ("gcp:zone/us-central1-a", "zone", "us-central1-a", "us-central1"),
        ("aws:platform/us-east-1/dynamodb", "platform", "dynamodb", "us-east-1"),
        ("aws:control-plane/us-east-1/iam", "control-plane", "iam", "us-east-1"),
        ("gcp:platform/unknown/pubsub", "platform", "pubsub", None),
        ("vendor:stripe", "vendor", "stripe", None),
        ("external:api.example.com", "external", "api.example.com", None),
        ("provider:aws", "provider", "aws", None),
        ("aws:account/111122223333", "account", "111122223333", None),
    ],
)
def test_well_known_ids_become_components(id, kind, name, region):
    made = CATALOG.component_for_id(id)
    assert (made.id, made.kind, made.name, made.region) == (id, kind, name, region)


@pytest.mark.parametrize(
    "id",
    [
        "",
        "shop",
        "k8s:root/ns/Deployment/a",
        "aws:region/",
        "aws:region/a/b",
        "aws:platform/x",
        "vendor:",
        "a b:region/x",
    ],
)
def test_other_ids_are_not_made_up(id):
    assert CATALOG.component_for_id(id) is None


def test_regions_and_providers_by_name():
    assert CATALOG.place("region", "eu-west-1").id == "aws:region/eu-west-1"
    assert CATALOG.place("region", "us-central1").id == "gcp:region/us-central1"
    assert CATALOG.place("provider", "aws").id == "provider:aws"
    assert CATALOG.place("region", "atlantis") is None
    assert CATALOG.place("provider", "acme") is None


def test_short_codes_of_regions():
    codes = {
        "use1": "us-east-1",
        "usw2": "us-west-2",
        "euc1": "eu-central-1",
        "apne3": "ap-northeast-3",
        "mxc1": "mx-central-1",
    }
    assert {code: places.region_of_code(code) for code in codes} == codes
    assert places.region_of_code("xyz") is None
