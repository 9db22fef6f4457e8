"""Queues, topics, streams and what they set going."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.documents import line_of
from blastradius.model import Reference, Trigger
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.rows import Need, Row
from blastradius.scanners.cloudformation.stacks import Stack

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

_FED = "it keeps what it holds when what feeds it stops"
_FAILED = "only what failed is sent there"
_STORES = frozenset({"queue", "topic", "stream", "database", "bucket"})


def delivered(
    facts: Facts, stack: Stack, target: Any, source: str, via: str, place: str, by: Trigger = "event"
) -> None:
    """Write down that a source sets a target going: a function needs it, a queue is only fed by it.

    Args:
        facts: to write to.
        stack: where it is written.
        target: resolved value that names the target.
        source: id of the source.
        via: what shows it.
        place: `path:line`.
        by: whether events of the source set it going, or the time.
    """
    ids = facts.targets(target, stack.region)
    if not v.refs(target):
        known = [facts.names.find(v.shown(one), stack) for one in v.items(target)]
        ids = [one for one in known if one]
    for id in ids:
        reference = Reference(texts=(source,), scope=facts.scope(stack), role="resource")
        if facts.components[id].kind in _STORES:
            facts.reference(id, reference, via, place, strength="soft", phase="runtime", reason=_FED)
        else:
            facts.reference(id, reference, via, place, sets_going=by)


def source_mapping(facts: Facts, item: Item) -> None:
    """A function that reads a queue, stream or broker needs it."""
    functions = facts.targets(item.get("FunctionName"), item.stack.region)
    if not functions and not v.refs(item.get("FunctionName")):
        name = facts.names.find(v.shown(item.get("FunctionName")), item.stack, "lambda")
        functions = [name] if name else []
    brokers = item.get("SelfManagedEventSource", "Endpoints", "KafkaBootstrapServers")
    for function in functions:
        for key in ("EventSourceArn", "DestinationConfig"):
            strength: Any = "soft" if key == "DestinationConfig" else None
            found = facts.need(function, item.stack, _all(item.get(key)), f"event source {item.resource.name}" if key == "EventSourceArn" else key,
                               item.place(key), strength=strength, reason=_FAILED if strength else None, sets_going=None if strength else "event")  # fmt: skip
            if key == "EventSourceArn" and item.get(key) is not None and not found and not v.refs(item.get(key)):
                reason = f"event source {v.shown(item.get(key))[:200]} is not known here: scan it as well"
                facts.gap(function, reason, item.place(key), component=function)
        hosts = [text for one in v.items(brokers) if (text := v.text(one))]
        facts.group(
            function,
            item.stack,
            hosts,
            f"event source {item.resource.name}",
            item.place(),
            role="address",
            sets_going="event",
        )


def _all(value: Any) -> Any:
    """A value whose own texts count although it is a mapping."""
    return v.listed(list(v.parts(value)), 1) if isinstance(value, dict) else value


def invoked(facts: Facts, item: Item) -> None:
    """Where the outcome of a function called without waiting goes."""
    for function in facts.targets(item.get("FunctionName"), item.stack.region):
        for key in ("OnFailure", "OnSuccess"):
            value = item.get("DestinationConfig", key, "Destination")
            soft: Any = "soft" if key == "OnFailure" else None
            facts.need(function, item.stack, value, f"destination {key}", item.place("DestinationConfig"),
                       strength=soft, reason=_FAILED if soft else None)  # fmt: skip


def subscription(facts: Facts, item: Item) -> None:
    """Who subscribes to a topic needs it; the topic needs nobody."""
    topics = _topics(facts, item)
    for topic in topics:
        delivered(facts, item.stack, item.get("Endpoint"), topic, "subscription", item.place("Endpoint"))
    if not topics:
        for id in facts.targets(item.get("Endpoint"), item.stack.region):
            going: Trigger | None = None if facts.components[id].kind in _STORES else "event"
            facts.need(id, item.stack, item.get("TopicArn"), "subscription", item.place("TopicArn"), sets_going=going)


def _topics(facts: Facts, item: Item) -> list[str]:
    value = item.get("TopicArn")
    found = facts.targets(value, item.stack.region)
    if not found and value is not None and not v.refs(value):
        named = facts.names.find(v.shown(value), item.stack, "sns")
        found = [named] if named else []
    return found


def topic(facts: Facts, item: Item) -> None:
    """Subscriptions that stand in the topic itself."""
    for one in v.dicts(item.get("Subscription")):
        place = f"{item.resource.path}:{line_of(one) or item.resource.line}"
        delivered(facts, item.stack, one.get("Endpoint"), item.id, "subscription", place)


def rule(facts: Facts, item: Item) -> None:
    """What a rule sets going, and the task that it runs."""
    by = _by(item)
    targets = v.dicts(item.get("Targets")) + v.dicts(item.get("Target"))
    for one in targets:
        place = f"{item.resource.path}:{line_of(one, 'Arn') or line_of(one) or item.resource.line}"
        task = v.get(one, "EcsParameters", "TaskDefinitionArn")
        if task is not None:
            _task(facts, item, task, one.get("Arn"), place)
        else:
            delivered(facts, item.stack, one.get("Arn"), item.id, "target", place, by)


def _by(item: Item) -> Trigger:
    """Whether a rule goes by the time alone, or by events."""
    timed = item.get("ScheduleExpression") is not None and item.get("EventPattern") is None
    return "schedule" if timed else "event"


def _task(facts: Facts, item: Item, task: Any, cluster: Any, place: str) -> None:
    """A task that a rule runs is a workload of its own, although a service may run the same definition."""
    from blastradius.scanners.cloudformation.mapping.compute import told

    for ref in v.refs(task):
        definition = facts.of(ref)
        if definition is None:
            continue
        id = facts.id(definition.stack, definition.resource.name)
        if id not in facts.components:
            rule_of = facts.components[item.id]
            id = f"{item.id}/task"
            run = rule_of.model_copy(update={
                "id": id, "kind": "service", "service": "ecs", "type": "AWS::ECS::TaskDefinition",
                "name": f"{rule_of.name} task", "aliases": (), "attributes": {"stack": rule_of.attributes.get("stack", "")},
            })  # fmt: skip
            facts.add(run, item.stack, f"{item.resource.name}/task")
            told(facts, definition, id)
        here = v.Ref(item.stack.key, item.resource.name, "", place)
        facts.need(id, item.stack, here, "target", place, sets_going=_by(item))
        facts.need(id, item.stack, cluster, "cluster", place)


def pipe(facts: Facts, item: Item) -> None:
    """A pipe needs what it reads and what it asks on the way, and sets going what it passes that on to."""
    for key in ("Source", "Enrichment"):
        facts.need(item.id, item.stack, item.get(key), key.lower(), item.place(key))
    delivered(facts, item.stack, item.get("Target"), item.id, "pipe", item.place("Target"))


def topic_rule(facts: Facts, item: Item) -> None:
    """What a rule of the message broker passes messages to."""
    for action in v.dicts(item.get("TopicRulePayload", "Actions")):
        for name, body in action.items():
            place = f"{item.resource.path}:{line_of(action, name) or item.resource.line}"
            if name == "Lambda":
                delivered(facts, item.stack, v.get(body, "FunctionArn"), item.id, "rule of the broker", place)
            else:
                refs = [one for one in v.refs(body) if facts.targets(one)]
                for one in refs:
                    facts.need(item.id, item.stack, one, f"action {name}", place)


_KMS = "KmsMasterKeyId"
ROWS: dict[str, Row] = {
    "AWS::SQS::Queue": Row("queue", "sqs", ("QueueName",), "sqs:{region}:{account}:{name}", needs=(
        Need(_KMS), Need("RedrivePolicy.deadLetterTargetArn", "soft", "runtime", _FAILED))),
    "AWS::SNS::Topic": Row("topic", "sns", ("TopicName",), "sns:{region}:{account}:{name}", needs=(Need(_KMS),), more=topic),
    "AWS::Kinesis::Stream": Row("stream", "kinesis", ("Name",), "kinesis:{region}:{account}:stream/{name}",
                                needs=(Need("StreamEncryption.KeyId"),), shows=(("ShardCount", "shards"),)),
    "AWS::KinesisFirehose::DeliveryStream": Row(
        "stream", "firehose", ("DeliveryStreamName",), "firehose:{region}:{account}:deliverystream/{name}",
        needs=(
            Need("KinesisStreamSourceConfiguration.KinesisStreamARN", "soft", "runtime", _FED),
            Need("MSKSourceConfiguration.MSKClusterARN", "soft", "runtime", _FED),
            Need("S3DestinationConfiguration.BucketARN"), Need("ExtendedS3DestinationConfiguration.BucketARN"),
            Need("ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors.Parameters.ParameterValue"),
            Need("RedshiftDestinationConfiguration.S3Configuration.BucketARN"),
            Need("RedshiftDestinationConfiguration.ClusterJDBCURL"),
            Need("AmazonopensearchserviceDestinationConfiguration.DomainARN"),
            Need("ElasticsearchDestinationConfiguration.DomainARN"),
            Need("HttpEndpointDestinationConfiguration.EndpointConfiguration.Url"),
        ),
    ),
    "AWS::KinesisAnalyticsV2::Application": Row("service", "kinesisanalytics", ("ApplicationName",), needs=(
        Need("ApplicationConfiguration.SqlApplicationConfiguration.Inputs.KinesisStreamsInput.ResourceARN"),)),
    "AWS::Events::EventBus": Row("topic", "eventbridge", ("Name",), "events:{region}:{account}:event-bus/{name}"),
    "AWS::Events::Rule": Row("topic", "eventbridge", ("Name",), needs=(Need("EventBusName"),),
                             shows=(("ScheduleExpression", "schedule"),), more=rule),
    "AWS::Scheduler::Schedule": Row("topic", "eventbridge-scheduler", ("Name",),
                                    shows=(("ScheduleExpression", "schedule"),), more=rule),
    "AWS::Events::Connection": Row("secret", "eventbridge", ("Name",)),
    "AWS::Events::ApiDestination": Row("gateway", "eventbridge", ("Name",), needs=(Need("ConnectionArn"), Need("InvocationEndpoint", settings=True))),
    "AWS::Pipes::Pipe": Row("topic", "eventbridge", ("Name",), more=pipe),
    "AWS::AmazonMQ::Broker": Row("queue", "mq", ("BrokerName",), shows=(("DeploymentMode", "deployment_mode"), ("EngineType", "engine"))),
    "AWS::MSK::Cluster": Row("stream", "msk", ("ClusterName",), needs=(Need("EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId"),)),
    "AWS::MSK::ServerlessCluster": Row("stream", "msk", ("ClusterName",)),
    "AWS::KafkaConnect::Connector": Row("service", "msk", ("ConnectorName",), needs=(Need("KafkaCluster", settings=True),)),
    "AWS::IoT::TopicRule": Row("topic", "iot", ("RuleName",), more=topic_rule),
    "AWS::IoTAnalytics::Channel": Row("stream", "iotanalytics", ("ChannelName",)),
    "AWS::SES::ConfigurationSet": Row("service", "ses", ("Name",)),
    "AWS::Pinpoint::App": Row("service", "pinpoint", ("Name",)),
}  # fmt: skip
JOINS = {
    "AWS::Lambda::EventSourceMapping": source_mapping,
    "AWS::Lambda::EventInvokeConfig": invoked,
    "AWS::SNS::Subscription": subscription,
}
STANDS: dict[str, tuple[str, ...]] = {"AWS::Kinesis::StreamConsumer": ("StreamARN",)}
QUIET = (
    "AWS::SQS::*", "AWS::SNS::*", "AWS::Events::EventBusPolicy", "AWS::Logs::*", "AWS::IoT::*", "AWS::SES::*",
    "AWS::Scheduler::ScheduleGroup", "AWS::MSK::*", "AWS::AmazonMQ::*", "AWS::EventSchemas::*",
)  # fmt: skip
