"""A live account of 20,000 resources in eight regions, read by `scan --aws` and by a sequential loop over boto3, in one run.

Both go to the same server on loopback, which holds each answer back for 50 ms as a network would. The loop is what one
writes first: region by region, operation by operation, boto3's own paginators, a request for each item where an
operation asks for one. It makes the operations of the specs and nothing more, and turns nothing into a graph.

    python3 dev.py bench account [--latency SECONDS]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from _measuring import ROOT, Run, machine, record, run, table

LATENCY = 0.05
#: What a scan asks before anything else: whose the credentials are, and which regions there are.
FIRST = ("sts:GetCallerIdentity", "ec2:DescribeRegions")


def loop() -> set[str]:
    """The peer: all operations of the specs, one after another; gives the ARNs of what it found."""
    import boto3
    import jmespath
    from botocore import xform_name

    from blastradius.scanners.aws.spec import Call, calls

    clients: dict[tuple[str, str], Any] = {}
    found: set[str] = set()

    def asked(call: Call, region: str, given: dict[str, Any]) -> list[Any]:
        where = (call.service, region)
        if where not in clients:
            clients[where] = boto3.client(call.service, region_name=region)
        client, name = clients[where], xform_name(call.operation)
        pages = (
            client.get_paginator(name).paginate(**given)
            if client.can_paginate(name)
            else [getattr(client, name)(**given)]
        )
        items: list[Any] = []
        for page in pages:
            items += (jmespath.search(call.items, page) if call.items else [page]) or []
        return items

    def each(call: Call, region: str) -> None:
        items = asked(call, region, _given(call))
        found.update(_arns(call.key, region, items))
        _children(call, region, items)

    def _children(call: Call, region: str, items: list[Any]) -> None:
        for child in calls():
            if child.each != call.key or not items:
                continue
            rows = [one if isinstance(one, dict) else {"value": one} for one in items]
            for row in rows:
                if child.when and not jmespath.search(child.when, row):
                    continue
                more = {name: jmespath.search(path, row) for name, path in child.take.items()}
                _children(child, region, asked(child, region, _given(child) | more))

    first = boto3.client("ec2", region_name="us-east-1").describe_regions(AllRegions=True)["Regions"]
    for call in calls():
        if not call.each:
            for region in [one["RegionName"] for one in first] if call.place == "region" else ["us-east-1"]:
                each(call, region)
    return found


def _given(call: Any) -> dict[str, Any]:
    from blastradius.scanners.aws.calling import _timed

    return {name: _timed(value) for name, value in call.given.items()}


def _arns(key: str, region: str, items: list[Any]) -> list[str]:
    """What the raw items of a listing are."""
    from _account import MAIN

    where = f"{region}:{MAIN}"
    match key:
        case "ec2:DescribeInstances":
            return [f"arn:aws:ec2:{where}:instance/{one['InstanceId']}" for one in items]
        case "lambda:ListFunctions":
            return [one["FunctionArn"] for one in items]
        case "dynamodb:ListTables":
            return [f"arn:aws:dynamodb:{where}:table/{one}" for one in items]
        case "sqs:ListQueues":
            return [f"arn:aws:sqs:{where}:{one.rpartition('/')[2]}" for one in items]
        case "sns:ListTopics":
            return [one["TopicArn"] for one in items]
        case "rds:DescribeDBInstances":
            return [one["DBInstanceArn"] for one in items]
        case "ssm:DescribeParameters":
            return [f"arn:aws:ssm:{where}:parameter{one['Name']}" for one in items]
        case "secretsmanager:ListSecrets" | "elasticache:DescribeCacheClusters":
            return [one["ARN"] for one in items]
        case "ecr:DescribeRepositories":
            return [one["repositoryArn"] for one in items]
    return []


TEXT = """{machine}; {count:,} resources in {regions} regions of a generated account, behind a server on loopback that holds each \
answer back for {latency:.0f} ms; one round. `blastradius scan --aws -o inventory.json`, from start to the inventory on disk, \
beside a process that makes the same operations one after another with boto3's own paginators and does nothing with the \
answers. *needed*: distinct requests that the specs take, pages included; *calls/needed* is 1 where none is made in vain. \
*found*: of the generated resources, by ARN; both find the same: {same}. The scan keeps below its budget of {rate:.0f} requests \
a second to one account.

{table}
{ratio:.1f} times faster."""


def main() -> None:
    """Measure, print a table and put it on the page of results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=LATENCY)
    parser.add_argument("--loop", metavar="FILE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.loop:
        Path(chosen.loop).write_text(json.dumps(sorted(loop())), encoding="utf-8")
        return
    from _account import REGIONS, counted, resources, served

    from blastradius.scanners.aws.limits import Limits

    there = resources()
    with tempfile.TemporaryDirectory() as name, served(chosen.latency) as url:
        folder = Path(name)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        inventory, listed = folder / "inventory.json", folder / "listed.json"
        ours = run([sys.executable, "-m", "blastradius", "scan", "--aws", "-o", str(inventory)], environment)
        mine = counted(url)
        print(f"blastradius: {ours.seconds:.1f} s", flush=True)
        theirs = run([sys.executable, __file__, "--loop", str(listed)], environment)
        looped = counted(url)
        components = {one["id"] for one in json.loads(inventory.read_text("utf-8"))["components"]}
        peer = set(json.loads(listed.read_text("utf-8")))
    needed = len({*looped, *(one for one in mine if json.loads(one)[0] in FIRST)})

    def row(title: str, one: Run, calls: int, found: set[str]) -> tuple[str, ...]:
        share = f"{calls / needed:.2f}"
        return (
            title,
            f"{one.seconds:.1f}",
            f"{needed:,}",
            f"{calls:,}",
            share,
            f"{len(found & there):,}",
            f"{one.peak:.0f}",
        )

    rows = (
        row("blastradius", ours, mine.total(), components),
        row("sequential boto3", theirs, looped.total(), peer),
    )
    shown = table(("", "seconds", "needed", "calls", "calls/needed", "found", "peak MiB"), rows)
    same = "yes" if components & there == peer & there == there else "NO"
    print(shown, f"same: {same}, {theirs.seconds / ours.seconds:.1f} times faster")
    text = TEXT.format(
        machine=machine(), count=len(there), regions=len(REGIONS), latency=chosen.latency * 1000, same=same,
        rate=Limits().rate, table=shown, ratio=theirs.seconds / ours.seconds,
    )  # fmt: skip
    record("Live account", text)


if __name__ == "__main__":
    main()
