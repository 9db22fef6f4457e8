"""Redundancies that live in configuration, from answers that no mock gives."""

from __future__ import annotations

from typing import Any

from clouds import MAIN
from recorded import Recorded

from blastradius.assemble import assemble
from blastradius.model import Coverage

US, EU = "us-east-1", "eu-west-1"
NOW = __import__("datetime").datetime(2026, 1, 1)


def arn(service: str, resource: str, region: str = US) -> str:
    return f"arn:aws:{service}:{region}:{MAIN}:{resource}"


def _table(region: str, *replicas: str) -> dict[str, Any]:
    listed = [{"RegionName": one, "ReplicaStatus": "ACTIVE"} for one in replicas]
    return {"Table": {"TableName": "carts", "TableArn": arn("dynamodb", "table/carts", region), "Replicas": listed}}


def test_replicas_of_a_table_are_copies_of_one_of_them() -> None:
    told = (
        Recorded()
        .told("dynamodb:DescribeTable", _table(US, EU), of="carts")
        .told("dynamodb:DescribeTable", _table(EU, US), of="carts", region=EU)
    )
    facts = told.facts()
    first, second = (facts.components[arn("dynamodb", "table/carts", region)] for region in (EU, US))
    assert second.attributes["copy_of"] == first.id
    assert "copy_of" not in first.attributes
    assert "role" not in second.attributes, "each takes reads and writes"


def test_a_replica_in_a_region_that_was_not_read_is_there_and_uncertain() -> None:
    facts = Recorded().told("dynamodb:DescribeTable", _table(US, EU), of="carts").facts()
    replica = facts.components[arn("dynamodb", "table/carts", EU)]
    assert replica.region == EU
    assert [gap.component for gap in facts.gaps] == [replica.id]


def _instance(**more: Any) -> dict[str, Any]:
    return {"DBInstances": [{"DBInstanceIdentifier": "db", "DBInstanceArn": arn("rds", "db:db"), "Engine": "postgres",
                             "AvailabilityZone": "us-east-1a", "Endpoint": {"Address": "db.abc.us-east-1.rds.amazonaws.com"}, **more}]}  # fmt: skip


def test_an_instance_of_one_zone_is_there() -> None:
    facts = Recorded().zones().told("rds:DescribeDBInstances", _instance()).facts()
    assert facts.components[arn("rds", "db:db")].zone == "use1-az4"
    assert not facts.groups


def test_a_standby_in_a_second_zone_whose_name_is_told() -> None:
    facts = (
        Recorded()
        .zones()
        .told("rds:DescribeDBInstances", _instance(MultiAZ=True, SecondaryAvailabilityZone="us-east-1c"))
        .facts()
    )
    assert facts.members(arn("rds", "db:db")) == ["aws:zone/use1-az4", "aws:zone/use1-az1"]
    assert facts.group(arn("rds", "db:db")).required == 1
    assert facts.components[arn("rds", "db:db")].zone is None


def test_zone_names_mean_other_zones_in_another_account() -> None:
    told = Recorded().zones().told("rds:DescribeDBInstances", _instance())
    other = [{"ZoneName": "us-east-1a", "ZoneId": "use1-az2"}]
    told.told("ec2:DescribeAvailabilityZones", {"AvailabilityZones": other}, account="444455556666")
    listed = _instance()["DBInstances"][0] | {"DBInstanceArn": "arn:aws:rds:us-east-1:444455556666:db:db"}
    told.told("rds:DescribeDBInstances", {"DBInstances": [listed]}, account="444455556666")
    assert {one.account: one.zone for one in told.facts().components.values()} == {
        MAIN: "use1-az4",
        "444455556666": "use1-az2",
    }


def test_a_read_replica_goes_on_without_its_source() -> None:
    replica = {
        "DBInstanceIdentifier": "copy",
        "DBInstanceArn": arn("rds", "db:copy", EU),
        "ReadReplicaSourceDBInstanceIdentifier": arn("rds", "db:db"),
    }
    facts = (
        Recorded()
        .told("rds:DescribeDBInstances", _instance())
        .told("rds:DescribeDBInstances", {"DBInstances": [replica]}, region=EU)
        .facts()
    )
    need = facts.needs[arn("rds", "db:copy", EU), arn("rds", "db:db")]
    assert need.strength == "soft"
    assert facts.components[arn("rds", "db:copy", EU)].attributes == {
        "role": "read-replica",
        "copy_of": arn("rds", "db:db"),
    }


def test_a_global_cache_is_promoted_by_hand() -> None:
    members = [
        {"ReplicationGroupId": "s-us", "ReplicationGroupRegion": US, "Role": "PRIMARY"},
        {"ReplicationGroupId": "s-eu", "ReplicationGroupRegion": EU, "Role": "SECONDARY"},
    ]
    own = "arn:aws:elasticache::111122223333:globalreplicationgroup:g"
    told = Recorded().told(
        "elasticache:DescribeGlobalReplicationGroups",
        {"GlobalReplicationGroups": [{"GlobalReplicationGroupId": "g", "ARN": own, "Members": members}]},
    )
    for region, name in ((US, "s-us"), (EU, "s-eu")):
        told.told(
            "elasticache:DescribeReplicationGroups",
            {
                "ReplicationGroups": [
                    {"ReplicationGroupId": name, "ARN": arn("elasticache", f"replicationgroup:{name}", region)}
                ]
            },
            region=region,
        )
    facts = told.facts()
    assert facts.active(own) == [arn("elasticache", "replicationgroup:s-us")]
    assert facts.group(own).failover.mode == "manual"  # type: ignore[union-attr]
    assert facts.components[arn("elasticache", "replicationgroup:s-eu", EU)].attributes["role"] == "read-replica"


def test_a_cache_whose_replicas_do_not_take_over_does_not_stand_the_loss_of_a_zone() -> None:
    nodes = [
        {"NodeGroupMembers": [{"PreferredAvailabilityZone": "us-east-1a"}, {"PreferredAvailabilityZone": "us-east-1b"}]}
    ]
    group = {"ReplicationGroupId": "s", "ARN": arn("elasticache", "replicationgroup:s"), "NodeGroups": nodes}
    off = (
        Recorded()
        .zones()
        .told(
            "elasticache:DescribeReplicationGroups", {"ReplicationGroups": [{**group, "AutomaticFailover": "disabled"}]}
        )
        .facts()
    )
    assert not off.groups
    assert [gap.hides for gap in off.gaps] == ["location"]
    on = (
        Recorded()
        .zones()
        .told(
            "elasticache:DescribeReplicationGroups", {"ReplicationGroups": [{**group, "AutomaticFailover": "enabled"}]}
        )
        .facts()
    )
    assert on.group(group["ARN"]).required == 1


def _distribution(default: str) -> dict[str, Any]:
    origins = [
        {"Id": "a", "DomainName": "a.s3.us-east-1.amazonaws.com"},
        {"Id": "b", "DomainName": "b.s3.eu-west-1.amazonaws.com"},
    ]
    members = {"Quantity": 2, "Items": [{"OriginId": "a"}, {"OriginId": "b"}]}
    group = {"Id": "both", "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [500]}}, "Members": members}
    none: dict[str, Any] = {"Quantity": 0}
    paths = {"PathPattern": "/b/*", "TargetOriginId": "b", "ViewerProtocolPolicy": "https-only"}
    return {"DistributionList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 1, "Items": [{
        "Id": "E1", "ARN": "arn:aws:cloudfront::111122223333:distribution/E1", "Status": "Deployed", "LastModifiedTime": NOW, "DomainName": "d1.cloudfront.net",
        "Aliases": {"Quantity": 1, "Items": ["www.shop.example"]}, "Origins": {"Quantity": 2, "Items": origins}, "OriginGroups": {"Quantity": 1, "Items": [group]},
        "DefaultCacheBehavior": {"TargetOriginId": default, "ViewerProtocolPolicy": "https-only"}, "CacheBehaviors": {"Quantity": 1, "Items": [paths]},
        "CustomErrorResponses": none, "Comment": "shop", "PriceClass": "All", "Enabled": True, "ViewerCertificate": {}, "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "", "HttpVersion": "http2", "IsIPV6Enabled": True, "Staging": False}]}}  # fmt: skip


def test_the_second_origin_of_a_group_takes_over_at_once() -> None:
    facts = Recorded().told("cloudfront:ListDistributions", _distribution("both")).facts()
    own = "arn:aws:cloudfront::111122223333:distribution/E1"
    assert facts.active(own) == ["a.s3.us-east-1.amazonaws.com"]
    assert facts.group(own).failover.takes == 0  # type: ignore[union-attr]
    assert facts.needs[own, "b.s3.eu-west-1.amazonaws.com"].strength == "soft", "only some paths are served from it"


def test_healthy_endpoints_of_an_accelerator_serve_and_a_dial_of_zero_waits() -> None:
    own, listener = (
        "arn:aws:globalaccelerator::111122223333:accelerator/x",
        "arn:aws:globalaccelerator::111122223333:accelerator/x/listener/l",
    )
    told = Recorded().told(
        "globalaccelerator:ListAccelerators",
        {
            "Accelerators": [
                {"AcceleratorArn": own, "Name": "edge", "DnsName": "x.awsglobalaccelerator.com", "Enabled": True}
            ]
        },
    )
    told.told("globalaccelerator:ListListeners", {"Listeners": [{"ListenerArn": listener}]}, of=own)
    us, eu = (arn("elasticloadbalancing", f"loadbalancer/app/{region}/1", region) for region in (US, EU))

    def group(region: str, endpoint: str, dial: float) -> dict[str, Any]:
        return {
            "EndpointGroupArn": f"{listener}/{region}",
            "EndpointGroupRegion": region,
            "TrafficDialPercentage": dial,
            "EndpointDescriptions": [{"EndpointId": endpoint, "Weight": 128}],
        }

    told.told(
        "globalaccelerator:ListEndpointGroups",
        {"EndpointGroups": [group(US, us, 100.0), group(EU, eu, 0.0)]},
        of=listener,
    )
    facts = told.facts()
    assert facts.members(own) == [us, eu]
    assert facts.active(own) == [us]
    assert facts.group(own).failover.mode == "manual"  # type: ignore[union-attr]


def test_a_global_endpoint_of_events_follows_its_health_check() -> None:
    own, check = arn("events", "endpoint/e"), "arn:aws:route53:::healthcheck/1"
    buses = [arn("events", "event-bus/shop", region) for region in (US, EU)]
    routing = {"FailoverConfig": {"Primary": {"HealthCheck": check}, "Secondary": {"Route": EU}}}
    endpoint = {
        "Name": "e",
        "Arn": own,
        "RoutingConfig": routing,
        "EventBuses": [{"EventBusArn": one} for one in buses],
        "EndpointUrl": "https://e.endpoint.events.amazonaws.com",
    }
    facts = Recorded().told("events:ListEndpoints", {"Endpoints": [endpoint]}).facts()
    assert facts.active(own) == [buses[0]]
    failover = facts.group(own).failover
    assert failover is not None
    assert (failover.mode, failover.takes, failover.lag, failover.needs) == ("automatic", 420, 420, (check,))


def test_the_target_of_a_replicator_is_a_copy() -> None:
    clusters = [arn("kafka", f"cluster/k/{region}-1", region) for region in (US, EU)]
    told = Recorded()
    for region, one in zip((US, EU), clusters, strict=True):
        told.told("kafka:ListClustersV2", {"ClusterInfoList": [{"ClusterName": "k", "ClusterArn": one}]}, region=region)
    listed = [
        {"KafkaClusterAlias": name, "AmazonMskCluster": {"MskClusterArn": one}}
        for name, one in zip("ab", clusters, strict=True)
    ]
    flows = [{"SourceKafkaClusterAlias": "a", "TargetKafkaClusterAlias": "b"}]
    told.told(
        "kafka:DescribeReplicator",
        {"ReplicatorArn": arn("kafka", "replicator/r"), "KafkaClusters": listed, "ReplicationInfoList": flows},
        of=arn("kafka", "replicator/r"),
    )
    assert told.facts().components[clusters[1]].attributes["copy_of"] == clusters[0]


def test_a_file_system_is_replicated_for_reading() -> None:
    source = arn("elasticfilesystem", "file-system/fs-1")
    told = Recorded().told(
        "efs:DescribeFileSystems",
        {
            "FileSystems": [
                {
                    "FileSystemId": "fs-1",
                    "FileSystemArn": source,
                    "OwnerId": MAIN,
                    "CreationToken": "x",
                    "CreationTime": NOW,
                    "LifeCycleState": "available",
                    "NumberOfMountTargets": 0,
                    "SizeInBytes": {"Value": 1},
                    "PerformanceMode": "generalPurpose",
                    "Tags": [],
                }
            ]
        },
    )
    destinations = [{"Status": "ENABLED", "FileSystemId": "fs-2", "Region": EU}]
    told.told(
        "efs:DescribeReplicationConfigurations",
        {
            "Replications": [
                {
                    "SourceFileSystemId": "fs-1",
                    "SourceFileSystemRegion": US,
                    "SourceFileSystemArn": source,
                    "OriginalSourceFileSystemArn": source,
                    "CreationTime": NOW,
                    "Destinations": destinations,
                }
            ]
        },
    )
    copy = told.facts().components[arn("elasticfilesystem", "file-system/fs-2", EU)]
    assert copy.attributes == {"role": "read-replica", "copy_of": source}
    assert copy.region == EU


def test_replication_of_a_bucket_says_of_what() -> None:
    told = Recorded().told("s3:ListBuckets", {"Buckets": [{"Name": "from"}, {"Name": "to"}, {"Name": "cold"}]})
    for name, region in (("from", None), ("to", EU), ("cold", EU)):
        told.told("s3:GetBucketLocation", {"LocationConstraint": region} if region else {}, of=name)
    rules = [
        {"ID": "1", "Status": "Enabled", "Filter": {"Prefix": "orders/"}, "Destination": {"Bucket": "arn:aws:s3:::to"}},
        {
            "ID": "2",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Destination": {"Bucket": "arn:aws:s3:::cold", "StorageClass": "DEEP_ARCHIVE"},
        },
        {"ID": "3", "Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::from"}},
    ]
    told.told("s3:GetBucketReplication", {"ReplicationConfiguration": {"Role": "r", "Rules": rules}}, of="from")
    buckets = told.facts().components
    assert buckets["arn:aws:s3:::from"].region == US
    assert buckets["arn:aws:s3:::to"].attributes == {"copy_of": "arn:aws:s3:::from", "replicates": "prefix orders/"}
    assert buckets["arn:aws:s3:::cold"].attributes == {
        "copy_of": "arn:aws:s3:::from",
        "replicates": "everything",
        "role": "backup",
    }
    assert not buckets["arn:aws:s3:::from"].attributes


def test_a_bucket_whose_region_could_not_be_read_may_be_anywhere() -> None:
    told = Recorded().told("s3:ListBuckets", {"Buckets": [{"Name": "somewhere"}]})
    facts = told.facts()
    assert facts.components["arn:aws:s3:::somewhere"].region is None
    assert [gap.hides for gap in facts.gaps] == ["location"]


def test_copies_of_secrets_and_keys_in_other_regions() -> None:
    secret = arn("secretsmanager", "secret:db-AbCdEf")
    told = Recorded().told("secretsmanager:ListSecrets", {"SecretList": [{"ARN": secret, "Name": "db"}]})
    told.told(
        "secretsmanager:DescribeSecret",
        {"ARN": secret, "Name": "db", "ReplicationStatus": [{"Region": EU, "Status": "InSync"}]},
        of=secret,
    )
    primary, replica = arn("kms", "key/mrk-1"), arn("kms", "key/mrk-1", EU)
    shape = {
        "KeyId": "mrk-1",
        "MultiRegion": True,
        "MultiRegionConfiguration": {"PrimaryKey": {"Arn": primary, "Region": US}},
    }
    told.told("kms:DescribeKey", {"KeyMetadata": {**shape, "Arn": primary}}, of=primary)
    told.told("kms:DescribeKey", {"KeyMetadata": {**shape, "Arn": replica}}, of=replica, region=EU)
    found = told.facts().components
    assert found[arn("secretsmanager", "secret:db-AbCdEf", EU)].attributes == {"role": "replica", "copy_of": secret}
    assert found[replica].attributes == {"multi_region": "true", "role": "replica", "copy_of": primary}
    assert "copy_of" not in found[primary].attributes


def test_repositories_are_replicated_by_the_rules_of_their_registry() -> None:
    told = Recorded()
    for region in (US, EU):
        listed = [
            {"repositoryName": name, "repositoryArn": arn("ecr", f"repository/{name}", region)}
            for name in ("shop/web", "tools")
        ]
        told.told("ecr:DescribeRepositories", {"repositories": listed}, region=region)
    rule = {
        "destinations": [{"region": EU, "registryId": MAIN}],
        "repositoryFilters": [{"filter": "shop/", "filterType": "PREFIX_MATCH"}],
    }
    told.told("ecr:DescribeRegistry", {"replicationConfiguration": {"rules": [rule]}})
    found = told.facts().components
    assert found[arn("ecr", "repository/shop/web", EU)].attributes["copy_of"] == arn("ecr", "repository/shop/web")
    assert not found[arn("ecr", "repository/tools", EU)].attributes


def _record(name: str, target: str, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": target}], **more}


def _zone(*records: dict[str, Any], checks: tuple[dict[str, Any], ...] = ()) -> Recorded:
    zone = {"Id": "/hostedzone/Z1", "Name": "shop.example.", "CallerReference": "1"}
    told = Recorded().told(
        "route53:ListHostedZones", {"HostedZones": [zone], "Marker": "", "IsTruncated": False, "MaxItems": "100"}
    )
    told.told(
        "route53:ListResourceRecordSets",
        {"ResourceRecordSets": list(records), "IsTruncated": False, "MaxItems": "100"},
        of="/hostedzone/Z1",
    )
    listed = [{"CallerReference": "1", "HealthCheckVersion": 1, **one} for one in checks]
    return told.told(
        "route53:ListHealthChecks", {"HealthChecks": listed, "Marker": "", "IsTruncated": False, "MaxItems": "100"}
    )


NAME = "arn:aws:route53:::hostedzone/Z1#api.shop.example"


def test_weights_without_health_checks_lose_who_is_sent_to_a_lost_target() -> None:
    records = [_record("api.shop.example.", f"{one}.example.net", SetIdentifier=one, Weight=50) for one in ("a", "b")]
    group = _zone(*records).facts().group(NAME)
    assert (group.required, group.full, group.failover) == (1, 2, None)


def test_latency_routing_with_health_checks_stands_a_loss() -> None:
    check = {"Id": "h", "HealthCheckConfig": {"Type": "HTTPS"}}
    records = [
        _record("api.shop.example.", f"{one}.example.net", SetIdentifier=one, Region=one, HealthCheckId="h")
        for one in (US, EU)
    ]
    assert _zone(*records, checks=(check,)).facts().group(NAME).full is None


def test_a_health_check_that_is_switched_off_checks_nothing() -> None:
    check = {"Id": "h", "HealthCheckConfig": {"Type": "HTTPS", "Disabled": True}}
    records = [
        _record("api.shop.example.", f"{one}.example.net", SetIdentifier=one, Region=one, HealthCheckId="h")
        for one in (US, EU)
    ]
    assert _zone(*records, checks=(check,)).facts().group(NAME).full == 2


def test_a_weight_of_zero_is_a_standby_that_somebody_switches_on() -> None:
    records = [
        _record("api.shop.example.", f"{one}.example.net", SetIdentifier=one, Weight=weight)
        for one, weight in (("a", 100), ("b", 0))
    ]
    facts = _zone(*records).facts()
    assert facts.active(NAME) == ["a.example.net"]
    assert facts.group(NAME).failover.mode == "manual"  # type: ignore[union-attr]


def _pair(**check: Any) -> Any:
    records = [
        _record("api.shop.example.", "a.example.net", SetIdentifier="a", Failover="PRIMARY", HealthCheckId="h"),
        _record("api.shop.example.", "b.example.net", SetIdentifier="b", Failover="SECONDARY"),
    ]
    config = {"RequestInterval": 10, "FailureThreshold": 2, **check}
    return _zone(*records, checks=({"Id": "h", "HealthCheckConfig": config},)).facts()


def test_a_failover_takes_as_long_as_its_check_and_its_answers_last() -> None:
    failover = _pair(Type="HTTPS").group(NAME).failover
    assert (failover.mode, failover.takes, failover.needs) == ("automatic", 10 * 2 + 60, ())


CONTROL = "arn:aws:route53-recovery-control::111122223333:controlpanel/p/routingcontrol/c"


def test_a_routing_control_switches_nothing_by_itself() -> None:
    group = _pair(Type="RECOVERY_CONTROL", RoutingControlArn=CONTROL).group(NAME)
    assert (group.failover.mode, group.failover.takes, group.failover.needs) == ("manual", None, (CONTROL,))
    assert "somebody" in group.reason


def test_routing_controls_are_no_health_checks_of_weighted_answers() -> None:
    check = {"Id": "h", "HealthCheckConfig": {"Type": "RECOVERY_CONTROL", "RoutingControlArn": CONTROL}}
    records = [
        _record("api.shop.example.", f"{one}.example.net", SetIdentifier=one, Weight=50, HealthCheckId="h")
        for one in ("a", "b")
    ]
    assert _zone(*records, checks=(check,)).facts().group(NAME).full == 2


def test_the_switch_of_a_failover_is_in_no_single_region() -> None:
    facts = _pair(Type="RECOVERY_CONTROL", RoutingControlArn=CONTROL).rest
    (group,) = assemble(facts, Coverage(), ("x",)).redundancies
    assert group.failover is not None
    assert group.failover.needs == ("aws:platform/global/route53-recovery-control",)


def test_a_global_database_is_promoted_by_hand() -> None:
    own = "arn:aws:rds::111122223333:global-cluster:g"
    arns = {region: arn("rds", f"cluster:c-{region}", region) for region in (US, EU)}
    members = [{"DBClusterArn": one, "IsWriter": region == US} for region, one in arns.items()]
    told = Recorded().told(
        "rds:DescribeGlobalClusters",
        {
            "GlobalClusters": [
                {"GlobalClusterIdentifier": "g", "GlobalClusterArn": own, "GlobalClusterMembers": members}
            ]
        },
    )
    for region, one in arns.items():
        cluster = {"DBClusterIdentifier": f"c-{region}", "DBClusterArn": one, "Engine": "aurora-postgresql"}
        told.told("rds:DescribeDBClusters", {"DBClusters": [cluster]}, region=region)
    facts = told.facts()
    assert set(facts.members(own)) == set(arns.values())
    assert facts.active(own) == [arns[US]]
    assert (facts.group(own).failover.mode, facts.group(own).failover.takes) == ("manual", None)  # type: ignore[union-attr]
    assert facts.components[arns[EU]].attributes["role"] == "read-replica"


def test_texts_of_a_zone_are_not_held() -> None:
    told = _zone({"Name": "shop.example.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"hunter2"'}]})
    assert "hunter2" not in repr(told.answers)
