"""What stands behind balancers, ways in, zones, and copies of buckets."""

from __future__ import annotations

from pathlib import Path

import pytest
from scanning import written

import blastradius
from blastradius.model import Component, Gap, RedundancyFact
from templates import read

BALANCERS = """\
    Resources:
      Public: {Type: AWS::Route53::HostedZone, Properties: {Name: example.com}}
      Inside: {Type: AWS::Route53::HostedZone, Properties: {Name: in.example.com, VPCs: [{VPCId: v}]}}
      LbA: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Name: a}}
      LbB: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Name: b}}
      GroupA: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
      GroupB: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
      GroupC: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
      ListenA: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref LbA, Port: 443, DefaultActions: [{Type: forward, TargetGroupArn: !Ref GroupA}]}}
      ListenB: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref LbB, Port: 443, DefaultActions: [{Type: forward, TargetGroupArn: !Ref GroupB}]}}
      RuleB: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref ListenB, Conditions: [{Field: host-header, Values: [c.example.com]}], Actions: [{Type: forward, TargetGroupArn: !Ref GroupC}]}}
      WebA: {Type: AWS::ECS::Service, Properties: {LoadBalancers: [{TargetGroupArn: !Ref GroupA}]}}
      WebB: {Type: AWS::ECS::Service, Properties: {LoadBalancers: [{TargetGroupArn: !Ref GroupB}]}}
      WebC: {Type: AWS::ECS::Service, Properties: {LoadBalancers: [{TargetGroupArn: !Ref GroupC}]}}
"""


def with_balancers(folder: Path, rows: str):  # type: ignore[no-untyped-def]
    return read(folder, BALANCERS + rows)


def group(found, dependent: str) -> RedundancyFact:  # type: ignore[no-untyped-def]
    return next(f for f in found.found.facts if isinstance(f, RedundancyFact) and f.dependent.endswith(f":{dependent}"))


RECORD = """\
      {0}:
        Type: AWS::Route53::RecordSet
        Properties: {{Name: {1}, Type: A, HostedZoneId: !Ref {2}, {3}AliasTarget: {{DNSName: !GetAtt {4}.DNSName, EvaluateTargetHealth: true}}}}
"""


def test_a_failover_between_balancers_is_one_between_what_stands_behind_them(tmp_path: Path) -> None:
    rows = RECORD.format("One", "shop.example.com", "Public", "SetIdentifier: one, Failover: SECONDARY, ", "LbB")
    rows += RECORD.format("Two", "shop.example.com", "Public", "SetIdentifier: two, Failover: PRIMARY, ", "LbA")
    found = with_balancers(tmp_path, rows)
    assert "One -> ListenB | ListenA" in found.groups()
    assert group(found, "One").active == (1,)
    assert found.components["One"].attributes["entry"] == "DNS shop.example.com"


@pytest.mark.parametrize("choice", ["Weight: 1, ", "Region: eu-west-1, "])
def test_so_are_weights_and_latencies(tmp_path: Path, choice: str) -> None:
    rows = "".join(RECORD.format(f"R{lb}", "c.example.com", "Public", f"SetIdentifier: {lb}, {choice}", lb) for lb in ("LbA", "LbB"))  # fmt: skip
    assert "RLbA -> ListenA | RuleB" in with_balancers(tmp_path, rows).groups()


@pytest.mark.parametrize(
    ("name", "needs"),
    [("c.example.com", ["LbB", "RuleB"]), ("d.example.com", ["LbB", "ListenB"])],
)
def test_a_name_takes_the_route_that_asks_for_it(tmp_path: Path, name: str, needs: list[str]) -> None:
    found = with_balancers(tmp_path, RECORD.format("One", name, "Public", "", "LbB"))
    own = [line.split(" -> ")[1].split(" at ")[0] for line in found.needs() if line.startswith("One -> ")]
    assert sorted(own) == sorted([*needs, "Public"])


def test_a_caller_of_several_routes_needs_what_they_come_to(tmp_path: Path) -> None:
    rows = '      Fn: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {URL: !Sub "http://${LbB.DNSName}"}}}}\n'
    found = with_balancers(tmp_path, rows)
    own = [line.split(" at ")[0] for line in found.needs() if line.startswith("Fn ->")]
    assert own == ["Fn -> LbB", "Fn -> LbB#routes"]
    assert (group(found, "LbB#routes").required, group(found, "LbB#routes").full) == (1, 2)
    assert "entry" not in found.components["LbB#routes"].attributes


def test_origin_groups_and_accelerators_stand_on_what_is_behind_their_balancers(tmp_path: Path) -> None:
    rows = """\
      Cdn: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {
        Origins: [{Id: a, DomainName: !GetAtt LbA.DNSName}, {Id: b, DomainName: !GetAtt LbB.DNSName}],
        OriginGroups: {Items: [{Id: g, Members: {Items: [{OriginId: b}, {OriginId: a}]}}]}}}}
      Fast: {Type: AWS::GlobalAccelerator::Accelerator, Properties: {Name: fast}}
      In: {Type: AWS::GlobalAccelerator::Listener, Properties: {AcceleratorArn: !Ref Fast}}
      Ends: {Type: AWS::GlobalAccelerator::EndpointGroup, Properties: {ListenerArn: !Ref In, EndpointConfigurations: [{EndpointId: !Ref LbA}, {EndpointId: !Ref LbB}]}}
"""
    found = with_balancers(tmp_path, rows)
    assert {"Cdn -> LbB#routes | ListenA", "Fast/endpoints -> ListenA | LbB#routes"} <= set(found.groups())
    assert group(found, "Cdn").active == (0,)


@pytest.mark.parametrize(("zone", "entry"), [("Public", "DNS shop.example.com"), ("Inside", None)])
def test_a_public_name_is_a_way_in(tmp_path: Path, zone: str, entry: str | None) -> None:
    found = with_balancers(tmp_path, RECORD.format("One", "shop.example.com", zone, "", "LbA"))
    assert found.components["One"].attributes.get("entry") == entry


@pytest.mark.parametrize(("public", "entry"), [("", True), ("IsPubliclyAccessible: false", False), ("IsPubliclyAccessible: true", True)])  # fmt: skip
def test_a_private_service_of_app_runner_is_no_way_in(tmp_path: Path, public: str, entry: bool) -> None:
    row = f"NetworkConfiguration: {{IngressConfiguration: {{{public}}}}}"
    found = read(tmp_path, f"    Resources:\n      S: {{Type: AWS::AppRunner::Service, Properties: {{{row}}}}}\n")
    assert ("entry" in found.components["S"].attributes) is entry


@pytest.mark.parametrize(("storage", "role"), [("STANDARD", None), ("DEEP_ARCHIVE", "backup")])
def test_a_bucket_that_is_replicated_to_says_of_what(tmp_path: Path, storage: str, role: str | None) -> None:
    template = f"""\
    Resources:
      A: {{Type: AWS::S3::Bucket, Properties: {{ReplicationConfiguration: {{Rules: [
        {{Status: Enabled, Prefix: sales, Destination: {{Bucket: !GetAtt B.Arn, StorageClass: {storage}}}}},
        {{Status: Disabled, Destination: {{Bucket: !GetAtt C.Arn}}}}]}}}}}}
      B: {{Type: AWS::S3::Bucket}}
      C: {{Type: AWS::S3::Bucket}}
    """
    found = read(tmp_path, template)
    copy = found.components["B"].attributes
    assert (copy["copy_of"], copy["replicates"], copy.get("role")) == ("cfn:shop:t.yaml:A", "prefix sales", role)
    assert found.components["B"].evidence[-1].note == "replication"
    assert "copy_of" not in found.components["C"].attributes
    assert found.needs() == []


ZONES = """\
    Resources:
      A: {Type: AWS::EC2::Subnet, Properties: {AvailabilityZone: eu-west-1a}}
      B: {Type: AWS::EC2::Subnet, Properties: {AvailabilityZone: eu-west-1b}}
      Odd: {Type: AWS::EC2::Subnet, Properties: {AvailabilityZone: !Select [0, !GetAZs ""]}}
      Group: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [SUBNETS]}}
      Db: {Type: TYPE}
"""
DEPLOY = "aws cloudformation deploy --template-file t.yaml --region eu-west-1\n"


@pytest.mark.parametrize(
    ("type", "subnets", "members", "bounds"),
    [
        ("AWS::RDS::DBInstance, Properties: {MultiAZ: true, DBSubnetGroupName: !Ref Group}", "!Ref A, !Ref B", 2, []),
        ("AWS::RDS::DBInstance, Properties: {MultiAZ: true, DBSubnetGroupName: !Ref Group}", "!Ref A, !Ref Odd", 0, []),
        ("AWS::RDS::DBInstance, Properties: {DBSubnetGroupName: !Ref Group}", "!Ref A, !Ref B", 0, ["eu-west-1a", "eu-west-1b"]),
        ("AWS::RDS::DBInstance, Properties: {DBSubnetGroupName: !Ref Group}", "!Ref A", 0, []),
        ("AWS::RDS::DBInstance", "!Ref A", 0, [None]),
        ("AWS::RDS::DBCluster, Properties: {DBSubnetGroupName: !Ref Group}", "!Ref A, !Ref Odd", 0, [None]),
        ("AWS::ElastiCache::ReplicationGroup, Properties: {AutomaticFailoverEnabled: true, NumCacheClusters: 2, PreferredCacheClusterAZs: [eu-west-1a, eu-west-1b]}", "!Ref A", 2, []),
        ("AWS::AutoScaling::AutoScalingGroup, Properties: {VPCZoneIdentifier: [!Ref A, !Ref B]}", "!Ref A", 2, []),
    ],
)  # fmt: skip
def test_zones(tmp_path: Path, type: str, subnets: str, members: int, bounds: list[str | None]) -> None:
    found = read(tmp_path, {"t.yaml": ZONES.replace("SUBNETS", subnets).replace("TYPE", type), "deploy.sh": DEPLOY})
    groups = [fact for fact in found.found.facts if isinstance(fact, RedundancyFact)]
    gaps = [fact for fact in found.found.facts if isinstance(fact, Gap) and fact.hides == "location"]
    assert sum(len(one.members) for one in groups) == members
    assert [one.zone for one in gaps] == bounds
    assert {one.region for one in gaps} <= {"eu-west-1"}


def test_a_cluster_of_two_instances_stands_the_loss_of_a_zone(tmp_path: Path) -> None:
    more = "".join(
        f"      I{n}: {{Type: AWS::RDS::DBInstance, Properties: {{DBClusterIdentifier: !Ref Db}}}}\n" for n in (1, 2)
    )
    template = ZONES.replace("SUBNETS", "!Ref A, !Ref B").replace("TYPE", "AWS::RDS::DBCluster, Properties: {DBSubnetGroupName: !Ref Group}")  # fmt: skip
    found = read(tmp_path, {"t.yaml": template + more, "deploy.sh": DEPLOY})
    assert found.groups() == ["Db -> aws:zone/eu-west-1a | aws:zone/eu-west-1b"]


def test_a_bucket_that_is_named_without_a_place_is_written_down(tmp_path: Path) -> None:
    row = "Fn: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {ORDERS_BUCKET: orders-of-others}}}}"
    assert read(tmp_path, f"    Resources:\n      {row}\n").needs() == ["Fn -> orders-of-others at 2"]


def test_hosts_of_one_list_are_alternatives_and_that_is_inferred(tmp_path: Path) -> None:
    row = 'Fn: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {KAFKA_BROKERS: "k-1.example.com:9092,k-2.example.com:9092"}}}}'
    (group,) = [
        one for one in read(tmp_path, f"    Resources:\n      {row}\n").found.facts if isinstance(one, RedundancyFact)
    ]
    assert (group.full, group.evidence[0].basis) == (2, "inferred")
    assert "assumed" in (group.reason or "")


GATEWAY = """\
    Resources:
      Pay: {Type: AWS::Lambda::Function, Properties: {FunctionName: pay}}
      Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
      Root: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: OPTIONS, Integration: {Type: MOCK}}}
      Post: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: POST, Integration: {Type: AWS_PROXY, Uri: !GetAtt Pay.Arn}}}
      Domain: {Type: AWS::ApiGateway::DomainName, Properties: {DomainName: api.example.com}}
      Map: {Type: AWS::ApiGateway::BasePathMapping, Properties: {DomainName: !Ref Domain, RestApiId: !Ref Api}}
"""


def test_a_name_on_a_gateway_needs_what_the_routes_of_the_gateway_come_to(tmp_path: Path) -> None:
    own = {line.split(" at ")[0] for line in read(tmp_path, GATEWAY).needs()}
    assert {"Domain -> Api", "Domain -> Post"} <= own
    second = """\
      Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET, Integration: {Type: AWS_PROXY, Uri: !GetAtt Pay.Arn}}}
"""
    found = read(tmp_path, GATEWAY + second)
    assert {"Domain -> Api", "Domain -> Api#routes"} <= {line.split(" at ")[0] for line in found.needs()}
    assert (group(found, "Api#routes").required, group(found, "Api#routes").full) == (1, 2)


def test_a_global_cluster_of_unknown_writer_leaves_each_of_its_members_in_doubt(tmp_path: Path) -> None:
    text = """\
    Resources:
      All: {Type: AWS::Neptune::GlobalCluster, Properties: {GlobalClusterIdentifier: all}}
      A: {Type: AWS::Neptune::DBCluster, Properties: {GlobalClusterIdentifier: !Ref All}}
      B: {Type: AWS::Neptune::DBCluster, Properties: {GlobalClusterIdentifier: !Ref All}}
"""
    found = read(tmp_path, text)
    doubts = {one.reference for one in found.found.facts if isinstance(one, Gap) and one.reference}
    assert {one.rpartition(":")[2] for one in doubts} == {"A", "B"}
    assert group(found, "All").failover is None
    assert {found.components[one].attributes["role"] for one in "AB"} == {"replica"}


def test_a_listener_that_signs_users_in_needs_who_does(tmp_path: Path) -> None:
    text = """\
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Pool: {Type: AWS::Cognito::UserPool}
      Lb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
      Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
      In:
        Type: AWS::ElasticLoadBalancingV2::Listener
        Properties:
          LoadBalancerArn: !Ref Lb
          DefaultActions:
          - {Type: authenticate-cognito, AuthenticateCognitoConfig: {UserPoolArn: !GetAtt Pool.Arn, UserPoolDomain: x}}
          - {Type: authenticate-oidc, AuthenticateOidcConfig: {TokenEndpoint: "https://acme.eu.auth0.com/token"}}
          - {Type: forward, TargetGroupArn: !Ref Group}
    """
    needs = read(tmp_path, text).needs()
    assert "In -> Pool at 10" in needs
    assert "In -> acme.eu.auth0.com at 10" in needs


@pytest.mark.parametrize(
    ("properties", "service"),
    [
        ("LaunchType: FARGATE", "fargate"),
        ("LaunchType: EC2", "ecs"),
        ("CapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT}, {CapacityProvider: FARGATE}]", "fargate"),
        ("CapacityProviderStrategy: [{CapacityProvider: FARGATE}, {CapacityProvider: machines}]", "ecs"),
    ],
)
def test_tasks_on_fargate_run_on_it(tmp_path: Path, properties: str, service: str) -> None:
    found = read(tmp_path, f"    Resources:\n      Web: {{Type: AWS::ECS::Service, Properties: {{{properties}}}}}\n")
    (web,) = [one for one in found.found.facts if isinstance(one, Component) and one.kind == "service"]
    assert web.service == service


def test_a_name_leads_to_its_record_and_a_secret_to_the_replica_of_the_region(tmp_path: Path) -> None:
    gateway = """\
    Parameters: {Stage: {Type: String, Default: x}}
    Resources:
      Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: api}}
      Domain: {Type: AWS::ApiGatewayV2::DomainName, Properties: {DomainName: api.shop.example}}
      Map: {Type: AWS::ApiGatewayV2::ApiMapping, Properties: {ApiId: !Ref Api, DomainName: !Ref Domain, Stage: p}}
      Names:
        Type: AWS::Route53::RecordSetGroup
        Properties:
          HostedZoneName: shop.example.
          RecordSets:
          - {Name: api.shop.example, Type: A, SetIdentifier: !Ref AWS::Region, Region: !Ref AWS::Region,
             AliasTarget: {DNSName: !GetAtt Domain.RegionalDomainName, HostedZoneId: Z, EvaluateTargetHealth: true}}
      Secret:
        Type: AWS::SecretsManager::Secret
        Properties: {Name: "key", ReplicaRegions: [{Region: eu-west-1}]}
      Fn: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {KEY: !Ref Secret}}}}
      Cdn:
        Type: AWS::CloudFront::Distribution
        Properties:
          DistributionConfig:
            Origins: [{Id: a, DomainName: api.shop.example}, {Id: s, DomainName: site.example}]
            DefaultCacheBehavior: {TargetOriginId: s}
            CacheBehaviors: [{PathPattern: "/api/*", TargetOriginId: a}]
    """
    deploy = "for r in us-east-1 eu-west-1; do aws cloudformation deploy --template-file t.yaml --stack-name s --region $r; done\n"
    inventory = blastradius.scan(
        written(
            tmp_path, {"t.yaml": gateway, "deploy.sh": deploy.replace("; do ", "\ndo\n").replace("; done", "\ndone")}
        )
    )
    needs = {(one.dependent, one.dependency): one.strength for one in inventory.dependencies}
    (record,) = (one.id for one in inventory.components if one.kind == "dns")
    cdns = [one.id for one in inventory.components if one.kind == "cdn"]
    assert {needs[cdn, record] for cdn in cdns} == {"soft"}
    (group,) = (one for one in inventory.redundancies if one.dependent == record)
    kinds = {one.id: (one.kind, one.region) for one in inventory.components}
    assert [kinds[one] for one in group.members] == [("gateway", "eu-west-1"), ("gateway", "us-east-1")]
