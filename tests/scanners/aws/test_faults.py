"""What goes wrong on the way: nothing read is lost, every miss is in coverage, and nothing hangs."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from clouds import MAIN, OTHER, Answer, Cloud, Request, denied, failing, told
from estates import EU, US
from running import TOOL, blastradius, environment

from blastradius.assemble import assemble
from blastradius.errors import InputError
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Gap
from blastradius.scanners.aws.accounts import FIRST, Wanted
from blastradius.scanners.aws.limits import Limits
from blastradius.scanners.aws.recording import SUFFIX, dump
from blastradius.scanners.aws.scanning import AccountScan, scan_accounts
from blastradius.scanners.aws.spec import calls
from blastradius.simulate.unseen import touched

HASTE = Limits(attempts=2, rate=10_000, connect=2, read=5)
ONE = Wanted(regions=(EU,))


def _scan(wanted: Wanted = ONE, limits: Limits = HASTE, resume: str | None = None) -> AccountScan:
    return scan_accounts(wanted, limits=limits, resume=resume)


def _status(found: AccountScan, key: str, region: str = EU, account: str = MAIN) -> str:
    calls = {(one.account, one.region, one.operation): one.status for one in found.result.coverage.calls}
    return calls[account, region, key]


def _failed(found: AccountScan) -> Counter[str]:
    return Counter(one.status for one in found.result.coverage.calls if one.status not in ("ok", "unsupported"))


def _components(found: AccountScan) -> set[str]:
    return {one.id for one in found.result.facts if isinstance(one, Component)}


def _gaps(found: AccountScan, key: str) -> list[Gap]:
    return [one for one in found.result.facts if isinstance(one, Gap) and one.evidence[0].locator == key]


@pytest.fixture(scope="module")
def whole(built: Cloud) -> set[str]:
    """Ids of all that is in Ireland."""
    built.rules = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in built.environment().items():
            patch.setenv(name, value)
        found = _scan()
    assert not _failed(found)
    return _components(found)


def test_nothing_is_asked_that_the_printed_policy_does_not_name(cloud: Cloud) -> None:
    _scan()
    asked = {one.key for one in cloud.asked if one.operation}
    asked -= {"s3:GetBucketNotification"}  # one request with GetBucketNotificationConfiguration: its name of old
    assert asked <= {call.key for call in (*calls(), *FIRST)} | {"sts:GetCallerIdentity"}
    assert len(asked) > 70


def test_one_operation_is_denied(cloud: Cloud, whole: set[str]) -> None:
    cloud.rules = [denied("dynamodb:ListTables")]
    found = _scan()
    assert _status(found, "dynamodb:ListTables") == "denied"
    assert _failed(found) == {"denied": 1}
    assert whole - _components(found) == {f"arn:aws:dynamodb:{EU}:{MAIN}:table/orders"}
    gap = _gaps(found, "dynamodb:ListTables")[0]
    assert (gap.provider, gap.region, gap.account, gap.kind, gap.component) == ("aws", EU, MAIN, "database", None)
    assert "allow dynamodb:ListTables" in gap.reason


def test_who_needs_what_was_denied_is_left_uncertain(cloud: Cloud) -> None:
    cloud.rules = [denied("dynamodb:ListTables")]
    found = _scan()
    inventory = assemble(found.result.facts, found.result.coverage, found.result.roots)
    function = f"arn:aws:lambda:{EU}:{MAIN}:function:fulfil"
    assert [gap.component for gap in inventory.gaps if gap.reference == "orders"] == [function]
    uncertain = touched(DependencyGraph(inventory), {f"aws:platform/{EU}/elasticache"}, set())
    assert function in uncertain
    assert f"arn:aws:sqs:{EU}:{MAIN}:orders" not in uncertain, (
        "an area that was not read says nothing of who refers to nothing in it"
    )


def test_needs_that_stand_in_a_denied_answer_leave_each_component_uncertain(cloud: Cloud, whole: set[str]) -> None:
    cloud.rules = [denied("lambda:ListEventSourceMappings")]
    found = _scan()
    assert _components(found) == whole
    about = [gap.component for gap in _gaps(found, "lambda:ListEventSourceMappings")]
    assert about == [None, f"arn:aws:lambda:{EU}:{MAIN}:function:fulfil"]


def test_one_region_is_denied(cloud: Cloud, whole: set[str]) -> None:
    cloud.rules = [denied(region=US)]
    found = _scan(Wanted(regions=(US, EU)))
    assert {one for one in whole if f":{EU}:" in one} <= _components(found)
    assert not [one for one in _components(found) if f":{US}:" in one]
    assert {one.status for one in found.result.coverage.calls if one.region == US} == {"denied"}


def test_one_account_is_denied(cloud: Cloud, tmp_path: Path, whole: set[str]) -> None:
    listed = tmp_path / "accounts"
    listed.write_text(f"{MAIN}\n{OTHER}\n")
    cloud.rules = [denied("sts:AssumeRole")]
    found = _scan(Wanted(accounts=str(listed), role_name="audit", regions=(EU,)))
    assert _components(found) == whole
    assert _status(found, "sts:AssumeRole", "global", OTHER) == "denied"
    gap = _gaps(found, "sts:AssumeRole")[0]
    assert (gap.account, gap.region, gap.kind) == (OTHER, None, None)
    assert "could not be entered" in gap.reason


def test_no_account_can_be_entered(cloud: Cloud, tmp_path: Path) -> None:
    listed = tmp_path / "accounts"
    listed.write_text(OTHER)
    cloud.rules = [denied("sts:AssumeRole")]
    with pytest.raises(InputError, match="none of the accounts could be entered"):
        _scan(Wanted(accounts=str(listed), role_name="audit"))


def test_a_storm_of_throttling_that_passes(cloud: Cloud, whole: set[str]) -> None:
    seen: Counter[str] = Counter()

    def storm(request: Request) -> Answer | None:
        seen[request.key] += 1
        hit = request.service in ("sqs", "lambda", "ecs", "kms") and seen[request.key] == 1
        return Answer(400, "ThrottlingException") if hit else None

    cloud.rules = [storm]
    found = _scan(limits=Limits(attempts=6, rate=10_000))
    assert not _failed(found)
    assert _components(found) == whole


def test_throttling_that_does_not_pass(cloud: Cloud, whole: set[str]) -> None:
    cloud.rules = [
        failing(429, "TooManyRequestsException", "sns:ListTopics"),
        failing(400, "Throttling", "rds:DescribeDBClusters"),
    ]
    found = _scan()
    assert _status(found, "sns:ListTopics") == "throttled"
    assert _status(found, "rds:DescribeDBClusters") == "throttled"
    lost = {f"arn:aws:sns:{EU}:{MAIN}:placed", f"arn:aws:rds:{EU}:{MAIN}:cluster:shop-eu-west-1"}
    assert whole - _components(found) <= lost | {one for one in whole if ":db:" in one}


def test_a_region_that_times_out_is_soon_asked_no_more(cloud: Cloud) -> None:
    def silence(request: Request) -> Answer | None:
        if request.region == US and request.service not in ("sts", "ec2"):
            time.sleep(1.2)
        return None

    cloud.rules = [silence]
    limits = Limits(threads=4, attempts=1, rate=10_000, read=0.5, unreachable=3)
    found = _scan(Wanted(regions=(US, EU)), limits)
    assert {f"arn:aws:dynamodb:{EU}:{MAIN}:table/orders"} <= _components(found)
    missed = [one for one in found.result.coverage.calls if one.region == US and one.status == "error"]
    assert len(missed) > 40
    waited = [one for one in cloud.asked if one.region == US and one.service not in ("sts", "ec2")]
    assert len(waited) < 40, "each of these waited for half a second"


def test_credentials_that_end_during_the_scan(cloud: Cloud) -> None:
    count = itertools.count()

    def ends(request: Request) -> Answer | None:
        return Answer(400, "ExpiredTokenException") if request.service != "sts" and next(count) >= 40 else None

    cloud.rules = [ends]
    found = _scan(limits=Limits(threads=4, attempts=2, rate=10_000))
    statuses = Counter(one.status for one in found.result.coverage.calls)
    assert statuses["ok"] >= 30
    assert statuses["error"] >= 30
    assert len(cloud.asked) < 55, "nothing is asked once the credentials have ended, save what was on its way"
    assert _components(found)
    assert {ended.code for ended in found.answers.ended.values() if ended.status == "error"} == {
        "ExpiredTokenException"
    }


def test_a_region_that_does_not_know_the_credentials_is_not_switched_on(cloud: Cloud, whole: set[str]) -> None:
    cloud.rules = [failing(403, "UnrecognizedClientException", region=US), denied("ec2:DescribeRegions")]
    found = _scan(Wanted(regions=(US, EU)))
    assert {one.status for one in found.result.coverage.calls if one.region == US} == {"unsupported"}
    assert {one for one in whole if f":{EU}:" in one} <= _components(found)


def test_a_region_that_is_switched_on_and_does_not_know_the_credentials_was_not_read(cloud: Cloud) -> None:
    """Tokens of the global endpoint do not hold in regions that were opted into: that hides all of them."""
    cloud.rules = [failing(403, "UnrecognizedClientException", region=US)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", EU)
        found = _scan(Wanted(regions=(US, EU)))
    assert {one.status for one in found.result.coverage.calls if one.region == US} == {"error"}
    assert not found.complete
    assert _gaps(found, "sqs:ListQueues")


def test_a_clock_that_is_wrong_for_one_service_is_told_and_ends_nothing(cloud: Cloud) -> None:
    cloud.rules = [
        failing(403, "RequestTimeTooSkewed", "s3:ListBuckets"),
        failing(403, "SignatureDoesNotMatch", "sqs:ListQueues"),
    ]
    found = _scan()
    assert _status(found, "s3:ListBuckets", "global") == "error"
    assert _status(found, "sqs:ListQueues") == "error"
    assert _failed(found) == {"error": 2}


@pytest.mark.parametrize("name", ["x" * 2000, "a\x00b", "\u202eabc", "a\nb"])
def test_names_that_are_none_are_told_and_left_out(cloud: Cloud, name: str) -> None:
    cloud.rules = [told("dynamodb:ListTables", {"TableNames": [name, "orders"]})]
    found = _scan()
    assert _status(found, "dynamodb:ListTables") == "error"
    assert f"arn:aws:dynamodb:{EU}:{MAIN}:table/orders" in _components(found)


def test_empty_pages_are_passed(cloud: Cloud) -> None:
    pages: list[dict[str, object]] = [{"TableNames": [], "LastEvaluatedTableName": one} for one in "abc"]
    left = iter([*pages, {"TableNames": ["orders"]}])

    def empty(request: Request) -> Answer | None:
        return Answer(body=json.dumps(next(left)).encode()) if request.key == "dynamodb:ListTables" else None

    cloud.rules = [empty]
    found = _scan()
    assert _status(found, "dynamodb:ListTables") == "ok"
    assert f"arn:aws:dynamodb:{EU}:{MAIN}:table/orders" in _components(found)


def test_pages_without_end_have_one(cloud: Cloud) -> None:
    pages = itertools.count()

    def endless(request: Request) -> Answer | None:
        if request.key != "dynamodb:ListTables":
            return None
        return Answer(body=json.dumps({"TableNames": [], "LastEvaluatedTableName": f"t{next(pages)}"}).encode())

    cloud.rules = [endless]
    found = _scan(limits=Limits(attempts=2, rate=10_000, pages=20))
    assert _status(found, "dynamodb:ListTables") == "error"
    assert next(pages) == 20


def test_a_page_token_that_repeats(cloud: Cloud) -> None:
    cloud.rules = [told("dynamodb:ListTables", {"TableNames": ["orders"], "LastEvaluatedTableName": "orders"})]
    found = _scan()
    assert _status(found, "dynamodb:ListTables") == "error"
    assert sum(one.key == "dynamodb:ListTables" for one in cloud.asked) == 2
    assert f"arn:aws:dynamodb:{EU}:{MAIN}:table/orders" in _components(found), "what came before is kept"


def test_page_tokens_that_go_round(cloud: Cloud) -> None:
    pages = itertools.cycle(["a", "b"])

    def rounds(request: Request) -> Answer | None:
        if request.key != "dynamodb:ListTables":
            return None
        return Answer(body=json.dumps({"TableNames": ["orders"], "LastEvaluatedTableName": next(pages)}).encode())

    cloud.rules = [rounds]
    found = _scan()
    assert _status(found, "dynamodb:ListTables") == "error"
    assert sum(one.key == "dynamodb:ListTables" for one in cloud.asked) == 3


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("rds:DescribeDBClusters", b"<html>welcome to the hotel's network</html>"),
        ("rds:DescribeDBClusters", b"\x00\xff\xfe"),
        ("dynamodb:ListTables", b"[1,"),
        ("dynamodb:ListTables", b'"a text"'),
        ("lambda:ListFunctions", b'{"Functions": {"FunctionName": 7}}'),
        ("lambda:ListFunctions", b'{"Functions": [7, null]}'),
        ("lambda:ListFunctions", b'{"Functions": [{"FunctionName": null}]}'),
        ("ecs:ListClusters", b"[]"),
        ("sqs:ListQueues", b'{"QueueUrls": [{"a": 1}]}'),
    ],
)
def test_an_endpoint_that_answers_garbage(cloud: Cloud, whole: set[str], key: str, body: bytes) -> None:
    cloud.rules = [lambda request: Answer(body=body) if request.key == key else None]
    found = _scan()
    service = key.partition(":")[0]
    untouched = {one for one in whole if f":{service}:" not in one and "#" not in one}
    assert untouched - {one for one in whole if ":sns:" in one or ":lambda:" in one} <= _components(found)
    assert _status(found, key) in ("ok", "error")
    assert _status(found, "kms:ListKeys") == "ok"


def test_messages_of_errors_are_never_told(cloud: Cloud, tmp_path: Path) -> None:
    cloud.rules = [failing(400, "ValidationException", "dynamodb:ListTables"), denied("sqs:ListQueues")]
    target = tmp_path / "x.json"
    done = blastradius("scan", "--aws", "--regions", EU, "-o", str(target), **cloud.environment(AWS_PROFILE=None))  # type: ignore[arg-type]
    for text in (done.stdout, done.stderr, target.read_bytes(), *(file.read_bytes() for file in tmp_path.iterdir())):
        assert b"hunter2" not in text


def test_a_scan_goes_on_where_another_was_cut_short(cloud: Cloud, whole: set[str], tmp_path: Path) -> None:
    cloud.rules = [denied("dynamodb:ListTables"), failing(500, "InternalError", "ecs:DescribeServices")]
    kept = tmp_path / f"x{SUFFIX}"
    kept.write_bytes(dump(_scan().answers))
    cloud.rules, cloud.asked = [], []
    found = _scan(resume=str(tmp_path / "x.json"))
    assert found.complete
    assert _components(found) == whole
    asked = {one.key for one in cloud.asked if one.service not in ("sts",)}
    assert asked == {
        "ec2:DescribeRegions",
        "dynamodb:ListTables",
        "dynamodb:DescribeTable",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
    }


@pytest.mark.parametrize("content", [b"", b"not packed", b"\x1f\x8b broken", b"{}"])
def test_what_is_no_scan_that_was_cut_short(cloud: Cloud, tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"x{SUFFIX}").write_bytes(content)
    with pytest.raises(InputError, match="--resume"):
        _scan(resume=str(tmp_path / "x.json"))
    with pytest.raises(InputError, match="--resume"):
        _scan(resume=str(tmp_path / "nothing.json"))


def test_an_interruption_keeps_what_was_read(cloud: Cloud, whole: set[str], tmp_path: Path) -> None:
    cloud.latency = 0.15
    target = tmp_path / "x.json"
    given = environment(**cloud.environment(), AWS_PROFILE=None)
    running = subprocess.Popen(
        [*TOOL, "scan", "--aws", "--regions", EU, "-o", str(target)],
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # what runs in the background of a shell inherits that Ctrl-C is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while len(cloud.asked) < 60 and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130, said
    assert b"Traceback" not in said
    inventory = json.loads(target.read_text())
    statuses = Counter(one["status"] for one in inventory["coverage"]["calls"])
    assert statuses["ok"] >= 20
    assert statuses["error"] >= 20
    cloud.latency, cloud.asked = 0.0, []
    found = _scan(resume=str(target))
    assert found.complete
    assert _components(found) == whole
    assert len(cloud.asked) < 130


def test_the_sdk_is_loaded_only_for_accounts() -> None:
    told = "import sys, blastradius.cli.app, blastradius.scanners as s; s.scanners(); sys.exit(any(m.startswith('boto') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", told], env=dict(os.environ), check=False).returncode == 0
