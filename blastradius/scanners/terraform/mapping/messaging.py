"""Queues, topics and event buses of AWS: producer and consumer each need them, neither the other."""

from __future__ import annotations

from blastradius.model import Trigger
from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.standbys import broker
from blastradius.scanners.terraform.mapping.values import at, decoded, items
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_DEAD = "takes what could not be handled; the queue goes on without"


def _redrive(world: World, block: Block, id: str) -> None:
    _dead_letters(world, block, id)


def _redrive_of(world: World, block: Block) -> None:
    for id in world.targets(block.values, "queue_url"):
        _dead_letters(world, block, id)


def _dead_letters(world: World, block: Block, id: str) -> None:
    for value in at(block.values, "redrive_policy"):
        evidence = world.evidence(block, "redrive_policy")
        need = Need("redrive_policy", strength="soft", reason=_DEAD)
        references(world, id, decoded(value), evidence, via="dead letters", need=need)


def _subscription(world: World, block: Block) -> None:
    """The subscriber is fed by the topic."""
    evidence = world.evidence(block, "topic_arn")
    for topic in at(block.values, "topic_arn"):
        for id in world.targets(block.values, "endpoint"):
            with world.setting_going(id):
                references(world, id, topic, evidence, via="subscription")


def _target(world: World, block: Block) -> None:
    """What a rule triggers is fed by it."""
    rules = world.targets(block.values, "rule")
    for key in ("arn", "ecs_target.task_definition_arn"):
        for id in world.targets(block.values, key):
            for rule in rules if world.components[id].kind != "cluster" else ():
                world.fed(id, rule, world.evidence(block, key), via="target", by=_by(world, rule))
    for one in items(block.values, "dead_letter_config"):
        for rule in rules:
            need = Need("dead_letter_config", strength="soft", reason=_DEAD)
            references(
                world, rule, one.get("arn"), world.evidence(block, "dead_letter_config"), via="dead letters", need=need
            )


def _by(world: World, rule: str) -> Trigger:
    """Whether a rule goes by the time alone, or by events."""
    values = world.block_of[rule].values if rule in world.block_of else {}
    timed = values.get("schedule_expression") is not None and values.get("event_pattern") is None
    return "schedule" if timed else "event"


def _schedule(world: World, block: Block, id: str) -> None:
    for path in ("target.arn", "target.ecs_parameters.task_definition_arn"):
        for one in world.targets(block.values, path):
            if world.components[one].kind != "cluster":
                world.fed(one, id, world.evidence(block, "target"), via="schedule", by="schedule")


def _pipe(world: World, block: Block, id: str) -> None:
    for source in world.targets(block.values, "source"):
        world.need(id, source, world.evidence(block, "source"), via="source")
    for one in world.targets(block.values, "enrichment"):
        world.need(id, one, world.evidence(block, "enrichment"), via="enrichment")
    for target in world.targets(block.values, "target"):
        world.fed(target, id, world.evidence(block, "target"), via="pipe")


_KEY = Need("kms_master_key_id")

ROWS = {
    "aws_sqs_queue": Row("queue", "sqs", ("name", "name_prefix"), arn="sqs:{region}:{account}:{name}", hosts=(), needs=(_KEY,), more=_redrive),
    "aws_sns_topic": Row("topic", "sns", ("name", "name_prefix"), arn="sns:{region}:{account}:{name}", needs=(_KEY,)),
    "aws_cloudwatch_event_rule": Row("topic", "eventbridge", ("name", "name_prefix"), needs=(Need("event_bus_name"),)),
    "aws_cloudwatch_event_bus": Row("topic", "eventbridge"),
    "aws_scheduler_schedule": Row("topic", "eventbridge", more=_schedule),
    "aws_pipes_pipe": Row("topic", "eventbridge", more=_pipe),
    "aws_mq_broker": Row("queue", "mq", ("broker_name",), zones=("subnet_ids",), copies=broker, hosts=("instances.endpoints", "instances.ip_address")),
    "aws_ses_domain_identity": Row("topic", "ses", ("domain",)),
    "aws_sesv2_email_identity": Row("topic", "ses", ("email_identity",)),
    "aws_pinpoint_app": Row("topic", "pinpoint"),
    "aws_iot_topic_rule": Row("topic", "iot"),
}  # fmt: skip
JOINS = {
    "aws_sns_topic_subscription": _subscription,
    "aws_cloudwatch_event_target": _target,
    "aws_sqs_queue_redrive_policy": _redrive_of,
}
STANDS = {"aws_sqs_queue_policy": ("queue_url",), "aws_sns_topic_policy": ("arn",)}
QUIET = {
    "aws_sqs_*", "aws_sns_*", "aws_cloudwatch_event_*", "aws_scheduler_schedule_group", "aws_mq_configuration", "aws_ses_*",
    "aws_sesv2_*", "aws_schemas_*", "aws_pinpoint_*", "aws_iot_*",
}  # fmt: skip
