"""Streams: Kinesis, Firehose, Kafka."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

_CLUSTER = "AWS::MSK::Cluster"
CALLS = (
    Call("kinesis", "ListStreams", "StreamNames", ("value!",), kind="stream", hides="streams", pages=("ExclusiveStartStreamName", "StreamNames[-1]", "HasMoreStreams")),
    Call("kinesis", "DescribeStreamSummary", "[StreamDescriptionSummary]", ("StreamName!", "StreamARN!", "KeyId"), each="kinesis:ListStreams", take={"StreamName": "value"}, of="value", kind="stream", hides="streams", nothing=("ResourceNotFoundException",)),
    Call("firehose", "ListDeliveryStreams", "DeliveryStreamNames", ("value!",), kind="stream", hides="delivery streams", pages=("ExclusiveStartDeliveryStreamName", "DeliveryStreamNames[-1]", "HasMoreDeliveryStreams")),
    Call("firehose", "DescribeDeliveryStream", "[DeliveryStreamDescription]", ("DeliveryStreamName!", "DeliveryStreamARN!", "source: Source.KinesisStreamSourceDescription.KinesisStreamARN", "kafka: Source.MSKSourceDescription.MSKClusterARN", "bucket: Destinations[].ExtendedS3DestinationDescription.BucketARN", "plain: Destinations[].S3DestinationDescription.BucketARN", "search: Destinations[].AmazonopensearchserviceDestinationDescription.DomainARN", "url: Destinations[].HttpEndpointDestinationDescription.EndpointConfiguration.Url", "functions: Destinations[].ExtendedS3DestinationDescription.ProcessingConfiguration.Processors[].Parameters[] | [?ParameterName=='LambdaArn'].ParameterValue"), each="firehose:ListDeliveryStreams", take={"DeliveryStreamName": "value"}, of="value", kind="stream", hides="delivery streams", nothing=("ResourceNotFoundException",), reduce=lambda item: {**item, "Destinations": [_hostly(one) for one in item.get("Destinations") or ()]}),
    Call("kafka", "ListClustersV2", "ClusterInfoList", ("ClusterName!", "ClusterArn!", "ClusterType", "subnets: Provisioned.BrokerNodeGroupInfo.ClientSubnets", "brokers: Provisioned.NumberOfBrokerNodes", "serverless: Serverless.VpcConfigs[].SubnetIds[]", "key: Provisioned.EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId", "Tags"), kind="stream", hides="Kafka clusters"),
    Call("kafka", "GetBootstrapBrokers", "", ("plain: BootstrapBrokerString", "tls: BootstrapBrokerStringTls", "sasl: BootstrapBrokerStringSaslIam", "scram: BootstrapBrokerStringSaslScram"), each="kafka:ListClustersV2", take={"ClusterArn": "ClusterArn"}, of="ClusterArn", hides="brokers of Kafka clusters", nothing=("ConflictException",)),
    Call("kafka", "ListReplicators", "Replicators", ("ReplicatorArn!", "ReplicatorName", "ReplicatorState", "clusters: KafkaClustersSummary[].AmazonMskCluster.MskClusterArn"), hides="Kafka replicators", leaves=(_CLUSTER,)),
    Call("kafka", "DescribeReplicator", "", ("ReplicatorArn", "aliases: KafkaClusters[].{alias: KafkaClusterAlias, arn: AmazonMskCluster.MskClusterArn}", "flows: ReplicationInfoList[].{source: SourceKafkaClusterAlias, target: TargetKafkaClusterAlias}"), each="kafka:ListReplicators", take={"ReplicatorArn": "ReplicatorArn"}, of="ReplicatorArn", hides="Kafka replicators", leaves=(_CLUSTER,)),
)  # fmt: skip


def _hostly(destination: dict[str, Any]) -> dict[str, Any]:
    """A destination with nothing but the host of its URL: access keys stand in such URLs."""
    from blastradius.scanners.aws.texts import plain_host

    endpoint = (destination.get("HttpEndpointDestinationDescription") or {}).get("EndpointConfiguration") or {}
    return {
        **destination,
        "HttpEndpointDestinationDescription": {"EndpointConfiguration": {"Url": plain_host(endpoint.get("Url"))}},
    }


def index(estate: Estate) -> None:
    """Streams and clusters."""
    for item in estate.items("kinesis:DescribeStreamSummary"):
        data = item.data
        estate.add(
            item,
            "stream",
            "kinesis",
            "AWS::Kinesis::Stream",
            data["StreamARN"],
            data["StreamName"],
            aliases=(data["StreamName"],),
        )
    for item in estate.items("firehose:DescribeDeliveryStream"):
        data = item.data
        estate.add(
            item,
            "stream",
            "firehose",
            "AWS::KinesisFirehose::DeliveryStream",
            data["DeliveryStreamARN"],
            data["DeliveryStreamName"],
            aliases=(data["DeliveryStreamName"],),
        )
    for item in estate.items("kafka:ListClustersV2"):
        data = item.data
        estate.add(item, "stream", "msk", _CLUSTER, data["ClusterArn"], data["ClusterName"], tags=data.get("Tags"))
    for item in estate.items("kafka:GetBootstrapBrokers"):
        hosts = sorted(
            {
                one.rpartition(":")[0].lower()
                for text in item.data.values()
                for one in str(text).split(",")
                if ":" in one
            }
        )
        if item.of in estate.components:
            estate.update(item.of, identities=hosts)
            for host in hosts:
                estate.hosts[host].add(item.of)


def translate(estate: Estate) -> None:
    """Sources, destinations, zones, copies."""
    for item in estate.items("kinesis:DescribeStreamSummary"):
        estate.need(item.data["StreamARN"], estate.key(item, item.data.get("KeyId")), item, "KeyId", via="key")
    for item in estate.items("firehose:DescribeDeliveryStream"):
        data, id = item.data, item.data["DeliveryStreamARN"]
        for key in ("source", "kafka"):
            estate.need(id, data.get(key), item, "Source", via="source")
        for key in ("bucket", "plain", "search"):
            for arn in data.get(key, ()):
                estate.need(
                    id,
                    arn,
                    item,
                    "Destinations",
                    via="destination",
                    strength="soft",
                    reason="it keeps what it was given while it cannot deliver",
                )
        for host in data.get("url", ()):
            estate.need(
                id,
                host,
                item,
                "Destinations",
                via="destination",
                role="address",
                strength="soft",
                reason="it keeps what it was given while it cannot deliver",
            )
        for arn in data.get("functions", ()):
            estate.need(id, ":".join(str(arn).split(":")[:7]), item, "ProcessingConfiguration", via="transformation")
    for item in estate.items("kafka:ListClustersV2"):
        data = item.data
        zones = estate.zones_of(item, data.get("subnets") or data.get("serverless") or ())
        estate.spread(data["ClusterArn"], zones, len(zones), item, "ClientSubnets")
        estate.need(data["ClusterArn"], estate.key(item, data.get("key")), item, "EncryptionAtRest", via="key")
    for item in estate.items("kafka:DescribeReplicator"):
        _replicated(estate, item)


def _replicated(estate: Estate, item: Item) -> None:
    """The target of a replicator is a copy that goes on when its source is away."""
    arns = {one.get("alias"): one.get("arn") for one in item.data.get("aliases", ())}
    for flow in item.data.get("flows", ()):
        source, target = arns.get(flow.get("source")), arns.get(flow.get("target"))
        if source and target in estate.components:
            estate.update(str(target), attributes={"copy_of": str(source), "replicates": "topics"})
