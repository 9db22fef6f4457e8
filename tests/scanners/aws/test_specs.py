"""What is asked: read-only, known to the SDK, permitted by what is printed."""

from __future__ import annotations

import json
import re

import botocore.session
import pytest

from blastradius.scanners.aws.calling import expression
from blastradius.scanners.aws.policy import actions, audit, policy
from blastradius.scanners.aws.spec import DATA_READS, READS, Call, calls, families

SESSION = botocore.session.get_session()
ALL = pytest.mark.parametrize("call", calls(), ids=lambda call: call.key)
#: Families that the README names.
FAMILIES = {
    "caches", "compute", "containers", "databases", "dns", "edge", "gateways", "identity_secrets", "messaging", "networking",
    "observability", "orchestration", "serverless", "storage", "streaming",
}  # fmt: skip


@ALL
def test_it_reads_and_changes_nothing(call: Call) -> None:
    assert call.operation.startswith(READS)
    assert call.operation not in DATA_READS, "it reads what users keep, not how it is configured"


@ALL
def test_the_sdk_knows_it(call: Call) -> None:
    model = SESSION.get_service_model(call.service).operation_model(call.operation)
    takes = set(model.input_shape.members) if model.input_shape else set()
    given = {*call.given, *call.take, *call.same}
    assert given <= takes
    assert set(model.input_shape.required_members if model.input_shape else ()) <= given
    top = re.match(r"\[?(\w+)", call.items)
    assert not top or top[1] in model.output_shape.members
    assert model.http["method"] == "GET" or not call.operation.startswith(("Put", "Create", "Update", "Delete"))


@ALL
def test_its_expressions_can_be_read(call: Call) -> None:
    for text in (call.items, call.when, call.of, call.within, *call.take.values(), *call.same.values()):
        assert not text or expression(text)
    for name in call.keep:
        assert expression(name.partition(": ")[2] or name.removesuffix("!"))


@ALL
def test_what_it_hangs_on_is_asked_in_the_same_places(call: Call) -> None:
    parents = {one.key: one for one in calls()}
    assert not call.each or parents[call.each].place == call.place
    assert call.hides, "a gap says what is not known"


def test_no_operation_is_declared_twice() -> None:
    keys = [call.key for family in families() for call in family.calls]
    assert len(keys) == len(set(keys))
    assert {family.name for family in families()} == FAMILIES


def test_the_policy_allows_what_is_asked_and_nothing_else() -> None:
    whole = json.loads(policy(beyond_audit=False))
    allowed = {action for one in whole["Statement"] for action in one["Action"]}
    assert allowed == {action for found in actions().values() for action in found}
    assert not [one for one in allowed if re.search(r"[*?]", one)]
    verbs = {one.partition(":")[2] for one in allowed}
    assert all(one.startswith(READS) or one == "GET" for one in verbs)
    assert not verbs & DATA_READS


def test_what_is_added_to_the_audit_policy_is_what_it_lacks() -> None:
    added = {action for one in json.loads(policy())["Statement"] for action in one["Action"]}
    assert "pipes:DescribePipe" in added
    assert not added & {"rds:DescribeDBInstances", "lambda:ListFunctions", "s3:ListAllMyBuckets"}
    paths = [
        one["Resource"] for one in json.loads(policy("aws-cn"))["Statement"] if one["Action"] == ["apigateway:GET"]
    ]
    assert paths == ["arn:aws-cn:apigateway:*::/domainnames/*/basepathmappings"]


def test_what_the_audit_policy_allows_is_as_the_provider_states_it() -> None:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    theirs = json.loads(aws_managed_policies_data)["SecurityAudit"]
    if theirs["DefaultVersionId"] != audit()["version"]:
        pytest.skip("another version of it")
    listed = set(theirs["Document"]["Statement"][0]["Action"])
    ours = {f"{service}:{name}" for service, names in audit()["allows"].items() for name in names}
    assert ours <= listed
    assert {one for one in listed if one.partition(":")[0] in audit()["allows"]} == ours
