"""Queues, topics, event buses: producer and consumer each need them, neither the other."""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any

from blastradius.model import Failover
from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

_DEAD = "takes what could not be handled; the queue goes on without"
_RULE = "AWS::Events::Rule"
CALLS = (
    Call("sqs", "ListQueues", "QueueUrls", ("value!",), given={"MaxResults": 1000}, kind="queue", hides="queues"),
    Call("sqs", "GetQueueAttributes", "[Attributes]", ("QueueArn", "RedrivePolicy", "KmsMasterKeyId"), given={"AttributeNames": ["QueueArn", "RedrivePolicy", "KmsMasterKeyId"]}, each="sqs:ListQueues", take={"QueueUrl": "value"}, of="value", hides="settings of queues", leaves=("AWS::SQS::Queue",), nothing=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")),
    Call("sns", "ListTopics", "Topics", ("TopicArn!",), kind="topic", hides="topics"),
    Call("sns", "ListSubscriptions", "Subscriptions", ("TopicArn!", "Protocol", "Endpoint", "SubscriptionArn"), hides="subscriptions", leaves=("AWS::Lambda::Function", "AWS::SQS::Queue"), reduce=lambda item: {**item, "Endpoint": item.get("Endpoint") if str(item.get("Endpoint", "")).startswith("arn:") else None}),
    Call("events", "ListEventBuses", "EventBuses", ("Name!", "Arn!"), kind="topic", hides="event buses"),
    Call("events", "ListRules", "Rules", ("Name!", "Arn!", "State", "EventBusName", "ScheduleExpression", "EventPattern"), reduce=lambda item: {**item, "EventPattern": bool(item.get("EventPattern"))}, each="events:ListEventBuses", take={"EventBusName": "Name"}, of="Name", kind="topic", hides="rules"),
    Call("events", "ListTargetsByRule", "Targets", ("Id", "Arn!", "task: EcsParameters.TaskDefinitionArn", "dead: DeadLetterConfig.Arn"), each="events:ListRules", take={"Rule": "Name", "EventBusName": "EventBusName"}, of="Arn", when="State != 'DISABLED'", hides="targets of rules", leaves=("AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::StepFunctions::StateMachine"), nothing=("ResourceNotFoundException",)),
    Call("events", "ListEndpoints", "Endpoints", ("Name!", "Arn!", "EndpointUrl", "check: RoutingConfig.FailoverConfig.Primary.HealthCheck", "second: RoutingConfig.FailoverConfig.Secondary.Route", "replication: ReplicationConfig.State", "buses: EventBuses[].EventBusArn"), kind="topic", hides="global endpoints of event buses"),
    Call("pipes", "ListPipes", "Pipes", ("Name!", "Arn!", "CurrentState"), kind="topic", hides="pipes"),
    Call("pipes", "DescribePipe", "", ("Arn!", "Name!", "Source", "Enrichment", "Target", "CurrentState"), each="pipes:ListPipes", take={"Name": "Name"}, of="Arn", hides="pipes", leaves=("AWS::Pipes::Pipe",)),
    Call("scheduler", "ListSchedules", "Schedules", ("Name!", "GroupName", "Arn!", "State", "target: Target.Arn"), kind="topic", hides="schedules"),
    Call("mq", "ListBrokers", "BrokerSummaries", ("BrokerId!", "BrokerArn!", "BrokerName!", "DeploymentMode"), kind="queue", hides="message brokers"),
    Call("mq", "DescribeBroker", "", ("BrokerId", "BrokerArn!", "BrokerName!", "DeploymentMode", "EngineType", "SubnetIds", "hosts: BrokerInstances[].Endpoints[]", "key: EncryptionOptions.KmsKeyId", "Tags"), each="mq:ListBrokers", take={"BrokerId": "BrokerId"}, of="BrokerId", kind="queue", hides="message brokers"),
)  # fmt: skip


#: Seconds at most until events arrive in the other region, and for which they may be stuck, with the alarm that AWS advises.
#: Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-global-endpoints.html, read 2026-11-21.
_SWITCHED_IN = 420


def queue_arn(estate: Estate, item: Item, url: str) -> str:
    """The ARN of a queue by its URL."""
    return estate.arn(item, "sqs", url.rstrip("/").rpartition("/")[2])


def index(estate: Estate) -> None:
    """Queues, topics, buses with their rules, pipes, schedules, brokers."""
    _sqs(estate)
    _sns(estate)
    _events(estate)
    _pipes(estate)
    _scheduler(estate)
    _mq(estate)


def _sqs(estate: Estate) -> None:
    for item in estate.items("sqs:ListQueues"):
        url = item.data["value"]
        name = url.rstrip("/").rpartition("/")[2]
        domain = "amazonaws.com.cn" if estate.partition(item.account) == "aws-cn" else "amazonaws.com"
        path = f"sqs.{item.region}.{domain}/{item.account}/{name}"
        estate.add(
            item,
            "queue",
            "sqs",
            "AWS::SQS::Queue",
            queue_arn(estate, item, url),
            name,
            identities=(path,),
            aliases=(name,),
        )


def _sns(estate: Estate) -> None:
    for item in estate.items("sns:ListTopics"):
        arn = item.data["TopicArn"]
        estate.add(
            item, "topic", "sns", "AWS::SNS::Topic", arn, arn.rpartition(":")[2], aliases=(arn.rpartition(":")[2],)
        )


def _events(estate: Estate) -> None:
    for item in estate.items("events:ListEventBuses"):
        if item.data["Name"] != "default":
            estate.add(
                item,
                "topic",
                "eventbridge",
                "AWS::Events::EventBus",
                item.data["Arn"],
                item.data["Name"],
                aliases=(item.data["Name"],),
            )
    for item in estate.items("events:ListRules"):
        if item.data.get("State") != "DISABLED":
            estate.add(item, "topic", "eventbridge", _RULE, item.data["Arn"], item.data["Name"])
    for item in estate.items("events:ListEndpoints"):
        estate.add(
            item,
            "topic",
            "eventbridge",
            "AWS::Events::Endpoint",
            item.data["Arn"],
            item.data["Name"],
            region="global",
            hosts=(item.data.get("EndpointUrl"),),
        )


def _pipes(estate: Estate) -> None:
    for item in estate.items("pipes:DescribePipe"):
        if item.data.get("CurrentState") != "STOPPED":
            estate.add(item, "topic", "eventbridge", "AWS::Pipes::Pipe", item.data["Arn"], item.data["Name"])


def _scheduler(estate: Estate) -> None:
    for item in estate.items("scheduler:ListSchedules"):
        if item.data.get("State") != "DISABLED":
            estate.add(item, "topic", "eventbridge", "AWS::Scheduler::Schedule", item.data["Arn"], item.data["Name"])


def _mq(estate: Estate) -> None:
    for item in estate.items("mq:DescribeBroker"):
        data = item.data
        estate.add(
            item,
            "queue",
            "mq",
            "AWS::AmazonMQ::Broker",
            data["BrokerArn"],
            data["BrokerName"],
            hosts=data.get("hosts", ()),
            tags=data.get("Tags"),
        )


def translate(estate: Estate) -> None:
    """Who is fed by what."""
    for item in estate.items("sqs:GetQueueAttributes"):
        _queue(estate, item)
    for item in estate.items("sns:ListSubscriptions"):
        fed = _subject(str(item.data.get("Endpoint") or ""))
        if fed in estate.components:
            estate.need(fed, item.data["TopicArn"], item, "TopicArn", via="subscription", sets_going=estate.going(fed))
    for item in estate.items("events:ListRules"):
        if item.data["Arn"] in estate.components and item.data.get("EventBusName", "default") != "default":
            bus = estate.arn(item, "events", f"event-bus/{item.data['EventBusName']}")
            estate.need(item.data["Arn"], bus, item, "EventBusName", via="bus")
    timed = {
        item.data["Arn"]
        for item in estate.items("events:ListRules")
        if item.data.get("ScheduleExpression") and not item.data.get("EventPattern")
    }
    for item in estate.items("events:ListTargetsByRule"):
        _target(estate, item, timed)
    for item in estate.items("events:ListEndpoints"):
        _endpoint(estate, item)
    for item in estate.items("pipes:DescribePipe"):
        data, id = item.data, item.data["Arn"]
        estate.need(id, _subject(data.get("Source", "")), item, "Source", via="source")
        estate.need(id, _subject(data.get("Enrichment", "")), item, "Enrichment", via="enrichment")
        target = _subject(data.get("Target", ""))
        if target in estate.components:
            estate.need(target, id, item, "Target", via="pipe", sets_going=estate.going(target))
    for item in estate.items("scheduler:ListSchedules"):
        target = _subject(item.data.get("target", ""))
        if target in estate.components and estate.components[target].kind != "cluster":
            estate.need(
                target, item.data["Arn"], item, "Target", via="schedule", sets_going=estate.going(target, "schedule")
            )
    for item in estate.items("mq:DescribeBroker"):
        data = item.data
        zones = estate.zones_of(item, data.get("SubnetIds", ()))
        copies = {"SINGLE_INSTANCE": 1, "ACTIVE_STANDBY_MULTI_AZ": 2}.get(data.get("DeploymentMode", ""), len(zones))
        estate.spread(data["BrokerArn"], zones, copies, item, "SubnetIds")
        estate.need(data["BrokerArn"], estate.key(item, data.get("key")), item, "EncryptionOptions", via="key")


def _subject(arn: str) -> str:
    """The thing itself, of which a version or a stream is named."""
    if ":lambda:" in arn:
        return ":".join(arn.split(":")[:7])
    return arn.partition("/stream/")[0] if ":dynamodb:" in arn else arn


def _queue(estate: Estate, item: Item) -> None:
    id = queue_arn(estate, item, item.of)
    estate.need(id, estate.key(item, item.data.get("KmsMasterKeyId")), item, "KmsMasterKeyId", via="key")
    try:
        policy: Any = json.loads(item.data.get("RedrivePolicy") or "{}")
    except ValueError:
        return
    if isinstance(policy, dict):
        estate.need(
            id,
            policy.get("deadLetterTargetArn"),
            item,
            "RedrivePolicy",
            via="dead letters",
            strength="soft",
            reason=_DEAD,
        )


def _target(estate: Estate, item: Item, timed: Container[str]) -> None:
    """What a rule starts is fed by it; a task of a cluster is told by its definition."""
    data = item.data
    fed = _subject(data.get("Arn", ""))
    component = estate.components.get(fed)
    if component is not None and component.kind != "cluster":
        going = estate.going(fed, "schedule" if item.of in timed else "event")
        estate.need(fed, item.of, item, "Arn", via="target", sets_going=going)
    estate.need(item.of, data.get("dead"), item, "DeadLetterConfig", via="dead letters", strength="soft", reason=_DEAD)


def _endpoint(estate: Estate, item: Item) -> None:
    """A global endpoint sends events to its second bus while the health check of the first fails."""
    data = item.data
    buses = [_bus(one) for one in data.get("buses", ())]
    first = [one for one in buses if f":{item.region}:" in one]
    needs = tuple(one for one in (data.get("check"),) if one)
    failover = Failover(mode="automatic", takes=_SWITCHED_IN, lag=_SWITCHED_IN, needs=needs)
    if not needs:
        failover = Failover(mode="manual")
    estate.any_of(
        data["Arn"],
        buses,
        item,
        "EventBuses",
        via="event bus",
        active=first,
        failover=failover,
        reason="events are sent to the other region while the health check fails: at most 420 s with the alarm that AWS advises",
    )


def _bus(arn: str) -> str:
    """A bus; the default one of a region is the service itself."""
    parts = arn.split(":")
    if len(parts) > 5 and parts[5] == "event-bus/default":
        return f"aws:platform/{parts[3]}/eventbridge"
    return arn
