import re

import pytest

from blastradius.catalog import data, load, redact
from blastradius.model import Kind

DATA = data.read("packages.yaml")
NAMES = [name for row in DATA["packages"] for name in row["packages"]]
CLIENTS = [name for row in DATA["clouds"] for name in (*row["libraries"], *row["clients"])]
VENDORS = {f"vendor:{row['id']}" for row in data.read("vendors.yaml")["vendors"]}
_PART = r"[A-Za-z0-9][\w.{}-]*"
SHAPES = {
    "npm": r"(?:@[a-z0-9][\w.-]*/)?[a-z0-9{][\w.{}-]*",
    "pip": r"[a-z0-9{][a-z0-9{}-]*",
    "go": rf"(?:{_PART}/)+[{{A-Za-z0-9][\w.{{}}-]*",
    "maven": rf"{_PART}:[{{A-Za-z0-9][\w.{{}}-]*",
    "gem": r"[a-z0-9{][\w.{}-]*",
    "cargo": r"[a-z0-9{][a-z0-9{}-]*",
    "composer": r"[a-z0-9-]+/[a-z0-9{][a-z0-9_{}-]*",
    "nuget": r"[a-z0-9{][a-z0-9.{}]*",
    "terraform": r"[a-z0-9-]+/[a-z0-9-]+",
}


@pytest.mark.parametrize("name", [*NAMES, *CLIENTS])
def test_names_are_written_as_a_scanner_writes_them(name):
    ecosystem, _, bare = name.partition(":")
    assert re.fullmatch(SHAPES[ecosystem], bare), name
    assert not re.search(r"/v\d+$", name)


def test_each_package_is_one_vendors():
    assert len(set(NAMES)) == len(NAMES)
    assert {row["id"] for row in DATA["packages"]} <= VENDORS


@pytest.mark.parametrize("name", NAMES)
def test_a_vendors_package_recognises_the_vendor(name):
    found = load().recognise(name, "package")
    assert found is not None
    assert found.id in VENDORS
    assert load().library(name).vendor == found.id


@pytest.mark.parametrize(
    ("name", "provider", "service", "kind"),
    [
        ("npm:@aws-sdk/client-dynamodb", "aws", "dynamodb", "database"), ("pip:boto3", "aws", "", None),
        ("go:github.com/aws/aws-sdk-go-v2/service/sqs", "aws", "sqs", "queue"),
        ("maven:software.amazon.awssdk:s3", "aws", "s3", "bucket"), ("nuget:awssdk.simplenotificationservice", "aws", "sns", "topic"),
        ("pip:google-cloud-pubsub", "gcp", "pubsub", None), ("go:cloud.google.com/go/storage", "gcp", "gcs", "bucket"),
        ("pip:azure-storage-blob", "azure", "storage", None), ("nuget:azure.messaging.servicebus", "azure", "service-bus", None),
        ("pip:cloud-sql-python-connector", "gcp", "cloud-sql", "database"),
    ],
)  # fmt: skip
def test_a_clouds_package_tells_the_service_and_no_place(name, provider, service, kind):
    found = load().library(name)
    assert (found.vendor, found.provider, found.service, found.kind) == ("", provider, service, kind)
    assert load().recognise(name, "package") is None


def test_kinds_of_services_are_kinds():
    kinds = {row["kind"] for cloud in DATA["clouds"] for row in cloud["services"]} - {None}
    assert kinds <= set(Kind.__args__)


@pytest.mark.parametrize(
    "name",
    ["npm:redis", "npm:ioredis", "npm:mongodb", "pip:pymongo", "pip:redis", "pip:elasticsearch", "pip:confluent-kafka", "npm:@sentry/node",
     "pip:sentry-sdk", "npm:express", "npm:@aws-sdk/client-cloudwatch", "npm:@aws-sdk/util-retry", "npm:unleash-client", "Stripe", ""],
)  # fmt: skip
def test_packages_of_nobody_and_of_what_one_may_host(name):
    assert load().library(name) is None
    assert load().recognise(name, "package") is None


@pytest.mark.parametrize("name", ["npm:firebase", "npm:firebase-admin", "pip:firebase-admin"])
def test_firebase_is_google_clouds(name):
    library = load().library(name)
    assert (library.provider, library.service) == ("gcp", "firebase")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("npm:@sendgrid/mail", "npm:@sendgrid/mail"),
        ("user:word@host", "host"),
        ("user:@host", "host"),
        ("npm:@host", "host"),
        ("npm:word@host/path", "host/path"),
    ],
)
def test_a_scope_of_packages_is_no_password(text, shown):
    assert redact(text) == shown
