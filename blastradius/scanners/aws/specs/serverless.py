"""Functions: what starts them, what they are told, where their results go."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.settings import variables
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.tying import settings

_FUNCTION = "AWS::Lambda::Function"
_DEAD = "takes what failed"


def _told(item: dict[str, Any]) -> dict[str, Any]:
    """A function without the values of its variables."""
    environment = item.get("Environment") or {}
    return {**item, "found": variables(environment.get("Variables")), "Environment": None}


def _kafka(item: dict[str, Any]) -> dict[str, Any]:
    """Brokers of one's own, which a mapping names by their hosts."""
    listed = ((item.get("SelfManagedEventSource") or {}).get("Endpoints") or {}).get("KAFKA_BOOTSTRAP_SERVERS") or ()
    return {**item, "found": variables({"KAFKA_BOOTSTRAP_SERVERS": ",".join(map(str, listed))}, "event source")}


_EACH: dict[str, Any] = {"each": "lambda:ListFunctions", "take": {"FunctionName": "FunctionName"}, "of": "FunctionArn"}
CALLS = (
    Call("lambda", "ListFunctions", "Functions", ("FunctionName!", "FunctionArn!", "found", "PackageType", "dead: DeadLetterConfig.TargetArn", "subnets: VpcConfig.SubnetIds", "files: FileSystemConfigs[].Arn", "layers: Layers[].Arn", "KMSKeyArn"), reduce=_told, kind="function", hides="functions"),
    Call("lambda", "ListEventSourceMappings", "EventSourceMappings", ("UUID", "EventSourceArn", "FunctionArn", "State", "found", "dead: DestinationConfig.OnFailure.Destination"), reduce=_kafka, hides="event sources", leaves=(_FUNCTION,)),
    Call("lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs", ("FunctionUrl", "FunctionArn"), nothing=("ResourceNotFoundException",), hides="URLs of functions", **_EACH),
    Call("lambda", "ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs", ("FunctionArn", "failed: DestinationConfig.OnFailure.Destination", "passed: DestinationConfig.OnSuccess.Destination"), nothing=("ResourceNotFoundException",), hides="destinations of functions", leaves=(_FUNCTION,), **_EACH),
)  # fmt: skip


def plain_arn(arn: str) -> str:
    """The ARN of a function without the version or alias behind it."""
    return ":".join(arn.split(":")[:7])


def index(estate: Estate) -> None:
    """Functions, also under the names of their aliases and versions."""
    for item in estate.items("lambda:ListFunctions"):
        data = item.data
        estate.add(
            item,
            "function",
            "lambda",
            _FUNCTION,
            plain_arn(data["FunctionArn"]),
            data["FunctionName"],
            aliases=(data["FunctionName"],),
        )
    for item in estate.items("lambda:ListFunctionUrlConfigs"):
        id = plain_arn(item.data.get("FunctionArn") or item.of)
        host = str(item.data.get("FunctionUrl", "")).rpartition("://")[2].strip("/").lower()
        if id in estate.components and host:
            estate.hosts[host].add(id)
            estate.update(id, identities=(host,), attributes={"entry": "function URL"})


def translate(estate: Estate) -> None:
    """What functions need."""
    for item in estate.items("lambda:ListFunctions"):
        data, id = item.data, plain_arn(item.data["FunctionArn"])
        settings(estate, id, data.get("found"), item, "Environment")
        estate.need(id, data.get("dead"), item, "DeadLetterConfig", via="dead letters", strength="soft", reason=_DEAD)
        for arn in data.get("files", ()):
            estate.need(id, arn, item, "FileSystemConfigs", via="file system")
        estate.need(id, data.get("KMSKeyArn"), item, "KMSKeyArn", via="key")
        zones = estate.zones_of(item, data.get("subnets", ()))
        if zones:
            estate.spread(id, zones, len(zones), item, "VpcConfig.SubnetIds")
    for item in estate.items("lambda:ListEventSourceMappings"):
        _source(estate, item)
    for item in estate.items("lambda:ListFunctionEventInvokeConfigs"):
        id = plain_arn(item.data.get("FunctionArn") or item.of)
        estate.need(
            id,
            item.data.get("failed"),
            item,
            "DestinationConfig.OnFailure",
            via="destination of failures",
            strength="soft",
            reason=_DEAD,
        )
        passed = item.data.get("passed")
        if passed and passed in estate.components:  # what takes results is fed by the function
            estate.need(passed, id, item, "DestinationConfig.OnSuccess", via="destination")


def _source(estate: Estate, item: Item) -> None:
    """The function is fed by its source."""
    data = item.data
    id = plain_arn(data.get("FunctionArn", ""))
    if data.get("State") in ("Disabled", "Disabling", "Deleting") or id not in estate.components:
        return
    source = data.get("EventSourceArn", "")
    if ":dynamodb:" in source:
        source = source.partition("/stream/")[0]
    estate.need(id, source, item, "EventSourceArn", via="event source", sets_going="event")
    settings(estate, id, data.get("found"), item, "SelfManagedEventSource", sets_going="event")
    estate.need(
        id, data.get("dead"), item, "DestinationConfig.OnFailure", via="dead letters", strength="soft", reason=_DEAD
    )
