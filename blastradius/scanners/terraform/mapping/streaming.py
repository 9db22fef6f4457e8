"""Streams of AWS."""

from __future__ import annotations

from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.values import at
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block


def _delivery(world: World, block: Block, id: str) -> None:
    """A delivery stream needs where it reads from and where it writes to."""
    for path in ("kinesis_source_configuration.kinesis_stream_arn", "msk_source_configuration.msk_cluster_arn"):
        references(world, id, at(block.values, path), world.evidence(block, path), via="source")
    for key, value in block.values.items():
        if key.endswith("_configuration") and "source" not in key and "encryption" not in key:
            for inner in ("bucket_arn", "cluster_arn", "domain_arn", "url", "collection_endpoint", "cluster_jdbcurl"):
                references(world, id, at(value, inner), world.evidence(block, key), via="destination")


def _application(world: World, block: Block, id: str) -> None:
    path = "application_configuration"
    settings(world, id, block.values.get(path), world.evidence(block, path), via=path)


def _replicator(world: World, block: Block, id: str) -> None:
    references(
        world, id, at(block.values, "kafka_cluster"), world.evidence(block, "kafka_cluster"), via="kafka_cluster"
    )


ROWS = {
    "aws_kinesis_stream": Row("stream", "kinesis", arn="kinesis:{region}:{account}:stream/{name}", needs=(Need("kms_key_id"),)),
    "aws_kinesis_firehose_delivery_stream": Row("stream", "firehose", arn="firehose:{region}:{account}:deliverystream/{name}", more=_delivery),
    "aws_kinesisanalyticsv2_application": Row("service", "kinesisanalytics", more=_application),
    "aws_msk_cluster": Row("stream", "msk", ("cluster_name",), hosts=("zookeeper_connect_string",), zones=("broker_node_group_info.client_subnets",)),
    "aws_msk_serverless_cluster": Row("stream", "msk", ("cluster_name",), zones=("vpc_config.subnet_ids",)),
    "aws_msk_replicator": Row("service", "msk", ("replicator_name",), more=_replicator),
    "aws_mskconnect_connector": Row("service", "msk", needs=(Need("kafka_cluster"), Need("connector_configuration", settings=True))),
    "aws_kinesis_video_stream": Row("stream", "kinesisvideo"),
}  # fmt: skip
STANDS = {"aws_kinesis_stream_consumer": ("stream_arn",)}
QUIET = {"aws_msk_configuration", "aws_msk_scram_secret_association", "aws_msk_cluster_policy", "aws_mskconnect_*", "aws_kinesis_*"}  # fmt: skip
