"""What puts things together: state machines, stacks that share values, registries of images."""

from __future__ import annotations

import json
from typing import Any

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.settings import arns, variables
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.tying import settings
from blastradius.scanners.mapping.states import COMPUTED, ENDPOINT, computed_at_run, endpoints

_MACHINE = "AWS::StepFunctions::StateMachine"
_INTEGRATION = ":states:::"


def _states(item: dict[str, Any]) -> dict[str, Any]:
    """A state machine with nothing but the ARNs of what its states call."""
    kept = {"stateMachineArn": item.get("stateMachineArn"), "name": item.get("name"), "type": item.get("type")}
    try:
        definition = json.loads(item.get("definition") or "{}")
    except (ValueError, RecursionError):
        return {**kept, "unread": True}
    found = [one for one in arns(definition, "definition") if _INTEGRATION not in one["arn"]]
    called = list(endpoints(definition))
    told = [one for name, url in called if not _computed(name, url) for one in variables({ENDPOINT: url}, "state")]
    return {
        **kept,
        "found": [one["arn"] for one in found],
        "named": _named(definition),
        "called": told,
        "computed": any(_computed(name, url) for name, url in called),
    }


def _computed(name: str, url: Any) -> bool:
    return computed_at_run(name, url if isinstance(url, str) else None)


#: Arguments of states that hold a bare name, and of what.
_ARGUMENTS = {"FunctionName": "function", "TableName": "table", "StreamName": "stream", "Bucket": "bucket"}


def _named(definition: Any) -> list[dict[str, str]]:
    """Functions, tables, streams and buckets that states call by their bare names."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    todo = [definition]
    while todo and len(found) < 500:
        one = todo.pop()
        if isinstance(one, list):
            todo.extend(one)
        elif isinstance(one, dict):
            todo.extend(one.values())
            for key, sort in _ARGUMENTS.items():
                name = one.get(key)
                if isinstance(name, str) and 0 < len(name) < 256 and not name.startswith(("arn:", "$", "{%")):
                    found[sort, name] = {"sort": sort, "name": name}
    return [found[key] for key in sorted(found)]


CALLS = (
    Call("stepfunctions", "ListStateMachines", "stateMachines", ("stateMachineArn!", "name!"), kind="function", hides="state machines", actions=("states:ListStateMachines",)),
    Call("stepfunctions", "DescribeStateMachine", "", ("stateMachineArn!", "name!", "found", "named", "called", "computed", "unread"), each="stepfunctions:ListStateMachines", take={"stateMachineArn": "stateMachineArn"}, of="stateMachineArn", reduce=_states, hides="definitions of state machines", leaves=(_MACHINE,), nothing=("StateMachineDoesNotExist",), actions=("states:DescribeStateMachine",)),
    Call("ecr", "DescribeRepositories", "repositories", ("repositoryName!", "repositoryArn!", "repositoryUri"), kind="registry", hides="registries of images"),
    Call("ecr", "DescribeRegistry", "", ("rules: replicationConfiguration.rules[].{destinations: destinations[].{region: region, account: registryId}, filters: repositoryFilters[].filter}",), hides="replication of registries"),
    Call("ecr", "DescribePullThroughCacheRules", "pullThroughCacheRules", ("ecrRepositoryPrefix!", "upstreamRegistryUrl"), hides="registries behind caches of images"),
    Call("cloudformation", "ListExports", "Exports", ("Name!", "stack: ExportingStackId"), hides="values that stacks share"),
    Call("cloudformation", "ListImports", "Imports", ("value!",), each="cloudformation:ListExports", take={"ExportName": "Name"}, of="Name", hides="values that stacks share", nothing=("ValidationError",)),
)  # fmt: skip


def index(estate: Estate) -> None:
    """Machines, registries, stacks that share values."""
    for item in estate.items("stepfunctions:ListStateMachines"):
        estate.add(
            item,
            "function",
            "stepfunctions",
            _MACHINE,
            item.data["stateMachineArn"],
            item.data["name"],
            aliases=(item.data["name"],),
        )
    for item in estate.items("ecr:DescribeRepositories"):
        data = item.data
        estate.add(
            item,
            "registry",
            "ecr",
            "AWS::ECR::Repository",
            data["repositoryArn"],
            data["repositoryName"],
            identities=(data["repositoryUri"],) if data.get("repositoryUri") else (),
        )
    for item in estate.items("cloudformation:ListImports"):
        _stack(estate, item, item.data["value"])
    for item in estate.items("cloudformation:ListExports"):
        if estate.find(item, "imported", item.data["Name"]):
            _stack(estate, item, _stack_name(item.data.get("stack", "")))


def _stack_name(arn: str) -> str:
    return arn.partition(":stack/")[2].partition("/")[0] or arn


def _stack_id(estate: Estate, item: Item, name: str) -> str:
    return estate.arn(item, "cloudformation", f"stack/{name}")


def _stack(estate: Estate, item: Item, name: str) -> None:
    """A stack that shares values with others: a pipeline of changes, which serves nobody."""
    estate.add(item, "pipeline", "cloudformation", "AWS::CloudFormation::Stack", _stack_id(estate, item, name), name)
    if item.of:
        estate.know(item, "imported", item.of, name)


def translate(estate: Estate) -> None:
    """What states call; copies of registries; stacks that wait for others."""
    for item in estate.items("stepfunctions:DescribeStateMachine"):
        data, id = item.data, item.data["stateMachineArn"]
        for arn in data.get("found", ()):
            estate.need(id, ":".join(arn.split(":")[:7]) if ":lambda:" in arn else arn, item, "definition", via="state")
        for one in data.get("named", ()):
            estate.need(id, _meant(estate, item, one), item, "definition", via="state")
        settings(estate, id, data.get("called"), item, "definition")
        if data.get("computed"):
            estate.gap(id, f"state {ENDPOINT} {COMPUTED}", item, "definition")
        if data.get("unread"):
            estate.gap(id, "its definition cannot be read: state what it calls", item, "definition")
    for item in estate.items("ecr:DescribeRegistry"):
        _registry(estate, item)
    for item in estate.items("ecr:DescribePullThroughCacheRules"):
        for repository in estate.items("ecr:DescribeRepositories"):
            same = (repository.account, repository.region) == (item.account, item.region)
            if same and repository.data["repositoryName"].startswith(item.data["ecrRepositoryPrefix"] + "/"):
                estate.need(
                    repository.data["repositoryArn"],
                    item.data.get("upstreamRegistryUrl"),
                    item,
                    "upstreamRegistryUrl",
                    via="cache of",
                    role="address",
                    strength="soft",
                    reason="what was pulled before is kept",
                )
    exports = {
        (one.account, one.region, one.data["Name"]): _stack_name(one.data.get("stack", ""))
        for one in estate.items("cloudformation:ListExports")
    }
    for item in estate.items("cloudformation:ListImports"):
        exporter = exports.get((item.account, item.region, item.of))
        if exporter:
            estate.need(
                _stack_id(estate, item, item.data["value"]),
                _stack_id(estate, item, exporter),
                item,
                "Imports",
                via=f"import {item.of}",
                strength="hard",
                phase="deploy",
                reason="a stack cannot be changed while the value that it imports is not there",
            )


def _meant(estate: Estate, item: Item, one: dict[str, str]) -> str:
    service, resource, region, account = {
        "function": ("lambda", f"function:{one['name']}", item.region, item.account),
        "table": ("dynamodb", f"table/{one['name']}", item.region, item.account),
        "stream": ("kinesis", f"stream/{one['name']}", item.region, item.account),
        "bucket": ("s3", one["name"], "global", ""),
    }[one["sort"]]
    return estate.arn(item, service, resource, region=region, account=account)


def _registry(estate: Estate, item: Item) -> None:
    """Repositories that are replicated have a copy in each destination."""
    for rule in item.data.get("rules", ()):
        filters = rule.get("filters") or [""]
        for repository in list(estate.items("ecr:DescribeRepositories")):
            name = repository.data["repositoryName"]
            same = (repository.account, repository.region) == (item.account, item.region)
            if not same or not any(name.startswith(one) for one in filters):
                continue
            for one in rule.get("destinations") or ():
                arn = estate.arn(
                    item, "ecr", f"repository/{name}", region=one.get("region"), account=one.get("account")
                )
                if arn in estate.components and arn != repository.data["repositoryArn"]:
                    estate.update(arn, attributes={"role": "replica", "copy_of": repository.data["repositoryArn"]})
