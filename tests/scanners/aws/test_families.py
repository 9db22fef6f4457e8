"""What answers of each family mean, from recorded answers that the SDK's model takes."""

from __future__ import annotations

import json
from typing import Any

from clouds import MAIN
from hypothesis import given
from hypothesis import strategies as st
from recorded import Recorded

from blastradius.model import Mention
from blastradius.scanners.aws.recording import dump
from blastradius.scanners.aws.settings import variables

US = "us-east-1"
SECRET = "hunter2-Tr0ub4dor"


def arn(service: str, resource: str, region: str = US) -> str:
    return f"arn:aws:{service}:{region}:{MAIN}:{resource}"


BALANCER, LISTENER, GROUP = (
    arn("elasticloadbalancing", one) for one in ("loadbalancer/app/web/1", "listener/app/web/1/2", "targetgroup/web/3")
)


def _balanced(target: str, **rule: Any) -> Recorded:
    action = [{"Type": "forward", "TargetGroupArn": GROUP}]
    zones = [{"ZoneName": f"us-east-1{one}", "SubnetId": f"subnet-{one}"} for one in "ab"]
    told = Recorded().zones().told("elbv2:DescribeLoadBalancers", {"LoadBalancers": [
        {"LoadBalancerArn": BALANCER, "LoadBalancerName": "web", "DNSName": "web-1.us-east-1.elb.amazonaws.com", "Scheme": "internet-facing", "AvailabilityZones": zones}]})  # fmt: skip
    told.told(
        "elbv2:DescribeListeners",
        {"Listeners": [{"ListenerArn": LISTENER, "LoadBalancerArn": BALANCER, "Port": 443, "DefaultActions": action}]},
        of=BALANCER,
    )
    if rule:
        told.told(
            "elbv2:DescribeRules",
            {"Rules": [{"RuleArn": f"{LISTENER}/r", "Priority": "1", "IsDefault": False, "Actions": action, **rule}]},
            of=LISTENER,
        )
    told.told(
        "elbv2:DescribeTargetGroups",
        {"TargetGroups": [{"TargetGroupArn": GROUP, "TargetGroupName": "web", "LoadBalancerArns": [BALANCER]}]},
    )
    return told.told("elbv2:DescribeTargetHealth", {"TargetHealthDescriptions": [{"Target": {"Id": target}}]}, of=GROUP)


def _machine(told: Recorded, id: str = "i-1", **more: Any) -> Recorded:
    instance = {
        "InstanceId": id,
        "State": {"Name": "running"},
        "Placement": {"AvailabilityZone": "us-east-1a"},
        "PrivateIpAddress": "10.0.0.7",
        **more,
    }
    return told.told("ec2:DescribeInstances", {"Reservations": [{"Instances": [instance]}]})


def test_a_route_of_a_balancer_needs_it_and_its_targets() -> None:
    facts = _machine(_balanced("i-1")).facts()
    assert (LISTENER, BALANCER) in facts.needs
    assert (LISTENER, arn("ec2", "instance/i-1")) in facts.needs
    assert facts.components[LISTENER].attributes == {"entry": "web 443"}
    assert facts.members(BALANCER) == ["aws:zone/use1-az4", "aws:zone/use1-az6"]


def test_a_target_by_its_address_is_the_machine_there() -> None:
    assert (LISTENER, arn("ec2", "instance/i-1")) in _machine(_balanced("10.0.0.7")).facts().needs


def test_targets_that_nothing_describes_are_a_gap() -> None:
    facts = _balanced("10.0.9.9").facts()
    assert [(gap.component, gap.region) for gap in facts.gaps] == [(LISTENER, US)]


def test_rules_ask_for_hosts() -> None:
    conditions = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["api.shop.example"]}}]
    facts = _machine(_balanced("i-1", Conditions=conditions)).facts()
    assert facts.components[f"{LISTENER}/r"].name == "web api.shop.example"
    assert (f"{LISTENER}/r", arn("ec2", "instance/i-1")) in facts.needs


def test_machines_of_a_group_are_parts_of_it_and_it_stands_the_loss_of_a_zone() -> None:
    group = {"AutoScalingGroupName": "web", "AutoScalingGroupARN": arn("autoscaling", "g"), "MinSize": 2, "MaxSize": 2, "DesiredCapacity": 2, "DefaultCooldown": 1,
             "AvailabilityZones": ["us-east-1a", "us-east-1b"], "HealthCheckType": "EC2", "CreatedTime": __import__("datetime").datetime(2026, 1, 1),
             "TargetGroupARNs": [GROUP], "Instances": [{"InstanceId": "i-1", "AvailabilityZone": "us-east-1a", "LifecycleState": "InService", "HealthStatus": "Healthy", "ProtectedFromScaleIn": False}]}  # fmt: skip
    facts = (
        _machine(_balanced("i-1")).told("autoscaling:DescribeAutoScalingGroups", {"AutoScalingGroups": [group]}).facts()
    )
    assert arn("ec2", "instance/i-1") not in facts.components
    assert (LISTENER, arn("autoscaling", "g")) in facts.needs
    assert facts.group(arn("autoscaling", "g")).full == 2


def test_nodes_of_a_cluster_are_one_with_the_group_that_they_are_made_of() -> None:
    node = arn("eks", "nodegroup/c/n/1")
    told = (
        Recorded()
        .zones()
        .told(
            "eks:DescribeCluster",
            {
                "cluster": {
                    "name": "c",
                    "arn": arn("eks", "cluster/c"),
                    "resourcesVpcConfig": {"subnetIds": ["subnet-a", "subnet-b"]},
                }
            },
            of="c",
        )
    )
    told.told(
        "eks:DescribeNodegroup",
        {
            "nodegroup": {
                "nodegroupName": "n",
                "nodegroupArn": node,
                "clusterName": "c",
                "subnets": ["subnet-a"],
                "resources": {"autoScalingGroups": [{"name": "eks-n"}]},
            }
        },
        of="n",
    )
    group = {"AutoScalingGroupName": "eks-n", "AutoScalingGroupARN": arn("autoscaling", "g"), "MinSize": 1, "MaxSize": 1, "DesiredCapacity": 1, "DefaultCooldown": 1,
             "AvailabilityZones": ["us-east-1a"], "HealthCheckType": "EC2", "CreatedTime": __import__("datetime").datetime(2026, 1, 1)}  # fmt: skip
    told.told("autoscaling:DescribeAutoScalingGroups", {"AutoScalingGroups": [group]}).told(
        "eks:ListAddons", {"addons": ["coredns"]}, of="c"
    )
    facts = told.facts()
    assert arn("autoscaling", "g") not in facts.components
    assert facts.needs[node, arn("eks", "cluster/c")].phase == "startup"
    assert facts.components[node].zone == "use1-az4"
    assert facts.components[arn("eks", "cluster/c")].attributes == {"addons": "coredns"}


def test_a_task_is_told_where_things_are_and_its_values_are_dropped() -> None:
    service, cluster, task = arn("ecs", "service/c/web"), arn("ecs", "cluster/c"), arn("ecs", "task-definition/web:1")
    told = Recorded().told("ecs:ListClusters", {"clusterArns": [cluster]})
    told.told(
        "ecs:DescribeServices",
        {
            "services": [
                {
                    "serviceArn": service,
                    "serviceName": "web",
                    "clusterArn": cluster,
                    "taskDefinition": task,
                    "status": "ACTIVE",
                }
            ]
        },
    )
    container = {"image": "redis:7", "environment": [{"name": "DATABASE_URL", "value": f"postgres://u:{SECRET}@db.shop.internal/x"}, {"name": "API_KEY", "value": SECRET}],
                 "secrets": [{"name": "TOKEN", "valueFrom": f"{arn('secretsmanager', 'secret:t-AbCdEf')}:key::"}, {"name": "FLAG", "valueFrom": "/shop/flag"}]}  # fmt: skip
    volumes = [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]
    told.told(
        "ecs:DescribeTaskDefinition",
        {"taskDefinition": {"taskDefinitionArn": task, "containerDefinitions": [container], "volumes": volumes}},
        of=task,
    )
    facts = told.facts()
    assert SECRET.encode() not in dump(told.answers)
    assert SECRET not in repr(facts.rest)
    assert facts.needs[service, "db.shop.internal"].reference.role == "address"
    assert facts.needs[service, arn("secretsmanager", "secret:t-AbCdEf")].phase == "startup"
    assert (service, arn("ssm", "parameter/shop/flag")) in facts.needs
    assert (service, arn("elasticfilesystem", "file-system/fs-1")) in facts.needs
    assert facts.needs[service, "redis:7"].reference.role == "image"


def test_a_service_of_app_runner() -> None:
    own = arn("apprunner", "service/web/1")
    image = {"ImageIdentifier": "public.ecr.aws/x/web:1", "ImageRepositoryType": "ECR_PUBLIC",
             "ImageConfiguration": {"RuntimeEnvironmentVariables": {"CACHE_HOST": "cache.shop.internal", "PASSWORD": SECRET}, "RuntimeEnvironmentSecrets": {"KEY": arn("ssm", "parameter/key")}}}  # fmt: skip
    now = __import__("datetime").datetime(2026, 1, 1)
    service = {"ServiceArn": own, "ServiceName": "shop-web", "ServiceId": "1" * 32, "ServiceUrl": "x.us-east-1.awsapprunner.com", "CreatedAt": now, "UpdatedAt": now, "Status": "RUNNING",
               "SourceConfiguration": {"ImageRepository": image}, "InstanceConfiguration": {}, "NetworkConfiguration": {},
               "AutoScalingConfigurationSummary": {}}  # fmt: skip
    told = Recorded().told("apprunner:DescribeService", {"Service": service}, of=own)
    facts = told.facts()
    assert SECRET.encode() not in dump(told.answers)
    assert {
        (own, "cache.shop.internal"),
        (own, arn("ssm", "parameter/key")),
        (own, "public.ecr.aws/x/web:1"),
    } <= facts.needs.keys()
    assert facts.components[own].attributes == {"entry": "App Runner shop-web"}


def test_an_environment_of_elastic_beanstalk() -> None:
    own = arn("elasticbeanstalk", "environment/shop/live")
    told = Recorded().told(
        "elasticbeanstalk:DescribeEnvironments",
        {
            "Environments": [
                {
                    "EnvironmentArn": own,
                    "EnvironmentName": "live",
                    "ApplicationName": "shop",
                    "CNAME": "live.us-east-1.elasticbeanstalk.com",
                }
            ]
        },
    )
    space = "aws:elasticbeanstalk:application:environment"
    options = [
        {"Namespace": space, "OptionName": "DB_HOST", "Value": "db.shop.internal"},
        {"Namespace": space, "OptionName": "DB_PASSWORD", "Value": SECRET},
    ]
    told.told(
        "elasticbeanstalk:DescribeConfigurationSettings",
        {"ConfigurationSettings": [{"OptionSettings": options}]},
        of=own,
    )
    assert SECRET.encode() not in dump(told.answers)
    assert (own, "db.shop.internal") in told.facts().needs


def _function(told: Recorded, name: str = "f", **settings: str) -> str:
    told.told(
        "lambda:ListFunctions",
        {
            "Functions": [
                {
                    "FunctionName": name,
                    "FunctionArn": arn("lambda", f"function:{name}"),
                    "Environment": {"Variables": settings},
                }
            ]
        },
    )
    return arn("lambda", f"function:{name}")


def test_a_function_is_fed_by_its_sources_and_hands_on() -> None:
    told = Recorded()
    own = _function(told)
    stream, dead = arn("dynamodb", "table/carts/stream/2026"), arn("sqs", "dead")
    told.told(
        "lambda:ListEventSourceMappings",
        {
            "EventSourceMappings": [
                {"FunctionArn": f"{own}:live", "EventSourceArn": stream, "State": "Enabled"},
                {"FunctionArn": own, "EventSourceArn": arn("sqs", "off"), "State": "Disabled"},
            ]
        },
    )
    told.told(
        "lambda:ListFunctionEventInvokeConfigs",
        {
            "FunctionEventInvokeConfigs": [
                {"FunctionArn": f"{own}:$LATEST", "DestinationConfig": {"OnFailure": {"Destination": dead}}}
            ]
        },
        of=own,
    )
    told.told(
        "lambda:ListFunctionUrlConfigs",
        {
            "FunctionUrlConfigs": [
                {
                    "FunctionUrl": "https://abc.lambda-url.us-east-1.on.aws/",
                    "FunctionArn": own,
                    "CreationTime": "x",
                    "LastModifiedTime": "x",
                    "AuthType": "NONE",
                }
            ]
        },
        of=own,
    )
    facts = told.facts()
    assert facts.needs[own, arn("dynamodb", "table/carts")].via == "event source"
    assert facts.needs[own, dead].strength == "soft"
    assert (own, arn("sqs", "off")) not in facts.needs
    assert facts.components[own].attributes == {"entry": "function URL"}
    assert "abc.lambda-url.us-east-1.on.aws" in facts.components[own].identities


def test_routes_of_gateways() -> None:
    told = Recorded()
    function = _function(told)
    api, rest = f"arn:aws:apigateway:{US}::/apis/a1", f"arn:aws:apigateway:{US}::/restapis/r1"
    told.told(
        "apigatewayv2:GetApis",
        {
            "Items": [
                {
                    "ApiId": "a1",
                    "Name": "shop",
                    "ApiEndpoint": "https://a1.execute-api.us-east-1.amazonaws.com",
                    "ProtocolType": "HTTP",
                    "RouteSelectionExpression": "x",
                }
            ]
        },
    )
    told.told(
        "apigatewayv2:GetRoutes",
        {
            "Items": [
                {"RouteId": "1", "RouteKey": "GET /a", "Target": "integrations/i1", "AuthorizerId": "z"},
                {"RouteId": "2", "RouteKey": "GET /b", "Target": "integrations/i2"},
            ]
        },
        of="a1",
    )
    told.told(
        "apigatewayv2:GetIntegrations",
        {
            "Items": [
                {"IntegrationId": "i1", "IntegrationUri": function},
                {"IntegrationId": "i2", "IntegrationUri": "https://api.partner.example/v1?key=hunter2"},
            ]
        },
        of="a1",
    )
    told.told(
        "apigatewayv2:GetAuthorizers",
        {
            "Items": [
                {
                    "AuthorizerId": "z",
                    "Name": "z",
                    "JwtConfiguration": {"Issuer": f"https://cognito-idp.{US}.amazonaws.com/{US}_P"},
                }
            ]
        },
        of="a1",
    )
    told.told(
        "cognito-idp:DescribeUserPool",
        {
            "UserPool": {
                "Id": f"{US}_P",
                "Arn": arn("cognito-idp", f"userpool/{US}_P"),
                "Name": "people",
                "LambdaConfig": {"PreSignUp": function},
            }
        },
        of=f"{US}_P",
    )
    told.told("apigateway:GetRestApis", {"items": [{"id": "r1", "name": "old"}]})
    uri = "arn:aws:apigateway:us-east-1:sqs:path/111122223333/orders"
    told.told(
        "apigateway:GetResources",
        {
            "items": [
                {
                    "id": "x",
                    "path": "/o",
                    "resourceMethods": {
                        "POST": {"methodIntegration": {"type": "AWS", "uri": uri}},
                        "OPTIONS": {"methodIntegration": {"type": "MOCK"}},
                    },
                }
            ]
        },
        of="r1",
    )
    told.told(
        "apigateway:GetDomainNames",
        {
            "items": [
                {"domainName": "old.shop.example", "regionalDomainName": "d-1.execute-api.us-east-1.amazonaws.com"}
            ]
        },
    )
    told.told(
        "apigateway:GetBasePathMappings", {"items": [{"basePath": "(none)", "restApiId": "r1"}]}, of="old.shop.example"
    )
    facts = told.facts()
    pool = arn("cognito-idp", f"userpool/{US}_P")
    assert {
        (f"{api}#GET /a", api),
        (f"{api}#GET /a", function),
        (f"{api}#GET /a", pool),
        (f"{api}#GET /b", "api.partner.example"),
        (pool, function),
    } <= facts.needs.keys()
    assert (f"{rest}#POST /o", "sqs.us-east-1.amazonaws.com") in facts.needs
    assert f"{rest}#OPTIONS /o" not in facts.components
    assert "d-1.execute-api.us-east-1.amazonaws.com" in facts.components[rest].identities
    assert b"hunter2" not in dump(told.answers)


def test_a_graph_answers_from_its_sources() -> None:
    own = arn("appsync", "apis/g1")
    told = Recorded().told(
        "appsync:ListGraphqlApis",
        {
            "graphqlApis": [
                {
                    "apiId": "g1",
                    "name": "graph",
                    "arn": own,
                    "uris": {"GRAPHQL": "https://x.appsync-api.us-east-1.amazonaws.com/graphql"},
                }
            ]
        },
    )
    sources = [
        {"name": "t", "dynamodbConfig": {"tableName": "carts", "awsRegion": "eu-west-1"}},
        {"name": "h", "httpConfig": {"endpoint": "https://api.partner.example"}},
    ]
    facts = told.told("appsync:ListDataSources", {"dataSources": sources}, of="g1").facts()
    assert {(own, arn("dynamodb", "table/carts", "eu-west-1")), (own, "api.partner.example")} <= facts.needs.keys()


def test_a_machine_of_states_needs_what_they_call() -> None:
    own = arn("states", "stateMachine:m")
    states = {"A": {"Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": {"TableName": "carts", "Item": {"secret": SECRET}}},
              "B": {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": f"{arn('lambda', 'function:f')}:live"}}}  # fmt: skip
    told = Recorded().told(
        "stepfunctions:ListStateMachines",
        {
            "stateMachines": [
                {
                    "stateMachineArn": own,
                    "name": "m",
                    "type": "STANDARD",
                    "creationDate": __import__("datetime").datetime(2026, 1, 1),
                }
            ]
        },
    )
    told.told(
        "stepfunctions:DescribeStateMachine",
        {
            "stateMachineArn": own,
            "name": "m",
            "definition": json.dumps({"States": states}),
            "roleArn": "r",
            "type": "STANDARD",
            "creationDate": __import__("datetime").datetime(2026, 1, 1),
        },
        of=own,
    )
    assert told.facts().needs.keys() == {(own, arn("dynamodb", "table/carts")), (own, arn("lambda", "function:f"))}
    assert SECRET.encode() not in dump(told.answers)


def test_what_is_handed_from_one_to_another() -> None:
    told = Recorded()
    function, queue, rule = _function(told), arn("sqs", "in"), arn("events", "rule/bus/r")
    told.told("sqs:ListQueues", {"QueueUrls": ["https://sqs.us-east-1.amazonaws.com/111122223333/in"]})
    told.told("events:ListEventBuses", {"EventBuses": [{"Name": "bus", "Arn": arn("events", "event-bus/bus")}]})
    told.told(
        "events:ListRules", {"Rules": [{"Name": "r", "Arn": rule, "State": "ENABLED", "EventBusName": "bus"}]}, of="bus"
    )
    told.told("events:ListTargetsByRule", {"Targets": [{"Id": "1", "Arn": queue, "Input": SECRET}]}, of=rule)
    pipe = arn("pipes", "pipe/p")
    told.told("pipes:DescribePipe", {"Arn": pipe, "Name": "p", "Source": queue, "Target": function}, of=pipe)
    facts = told.facts()
    assert {
        (queue, rule),
        (rule, arn("events", "event-bus/bus")),
        (pipe, queue),
        (function, pipe),
    } <= facts.needs.keys()
    assert SECRET.encode() not in dump(told.answers)


def test_streams_keep_what_they_cannot_deliver() -> None:
    own = arn("firehose", "deliverystream/d")
    endpoint = {"EndpointConfiguration": {"Url": f"https://logs.vendor.example/v1/{SECRET}", "Name": "v"}}
    stream = {"DeliveryStreamName": "d", "DeliveryStreamARN": own, "DeliveryStreamStatus": "ACTIVE", "DeliveryStreamType": "DirectPut", "VersionId": "1", "HasMoreDestinations": False,
              "Destinations": [{"DestinationId": "1", "HttpEndpointDestinationDescription": endpoint, "S3DestinationDescription": {"RoleARN": "r", "BucketARN": "arn:aws:s3:::lake", "BufferingHints": {}, "CompressionFormat": "GZIP", "EncryptionConfiguration": {}}}]}  # fmt: skip
    told = Recorded().told("firehose:DescribeDeliveryStream", {"DeliveryStreamDescription": stream}, of="d")
    facts = told.facts()
    assert facts.needs[own, "arn:aws:s3:::lake"].strength == "soft"
    assert facts.needs[own, "logs.vendor.example"].strength == "soft"
    assert SECRET.encode() not in dump(told.answers)


def test_stacks_that_share_values_wait_for_each_other() -> None:
    told = Recorded().told(
        "cloudformation:ListExports",
        {"Exports": [{"Name": "vpc", "ExportingStackId": arn("cloudformation", "stack/net/1"), "Value": SECRET}]},
    )
    facts = told.told("cloudformation:ListImports", {"Imports": ["shop"]}, of="vpc").facts()
    need = facts.needs[arn("cloudformation", "stack/shop"), arn("cloudformation", "stack/net")]
    assert (need.strength, need.phase) == ("hard", "deploy")
    assert SECRET.encode() not in dump(told.answers)


def test_calls_that_were_seen() -> None:
    told = Recorded()
    function = _function(told, "cart")
    nodes = [
        {"ReferenceId": 0, "Name": "clients", "Type": "client", "Edges": [{"ReferenceId": 1}]},
        {"ReferenceId": 1, "Name": "shop", "Edges": [{"ReferenceId": 2}, {"ReferenceId": 3}, {"ReferenceId": 4}]},
        {"ReferenceId": 2, "Name": "cart", "Type": "AWS::Lambda::Function", "Edges": []},
        {"ReferenceId": 3, "Name": "api.stripe.com", "Type": "remote", "Edges": []},
        {"ReferenceId": 4, "Name": "mystery", "Type": "AWS::Unheard::Of", "Edges": []},
    ]  # fmt: skip
    facts = told.told("xray:GetServiceGraph", {"Services": nodes}).facts()
    own = f"xray:{MAIN}/{US}/shop"
    assert [one.component.id for one in facts.rest if isinstance(one, Mention)] == [own]
    assert facts.needs.keys() == {(own, function), (own, "api.stripe.com")}
    assert {one.evidence[0].basis for one in facts.needs.values()} == {"observed"}


def test_names_of_services_within_a_network() -> None:
    service, registry = arn("ecs", "service/c/cart"), arn("servicediscovery", "service/srv-1")
    told = Recorded().told(
        "ecs:DescribeServices",
        {
            "services": [
                {
                    "serviceArn": service,
                    "serviceName": "cart",
                    "clusterArn": arn("ecs", "cluster/c"),
                    "status": "ACTIVE",
                    "serviceRegistries": [{"registryArn": registry}],
                }
            ]
        },
    )
    told.told(
        "servicediscovery:ListNamespaces",
        {"Namespaces": [{"Id": "ns-1", "Arn": arn("servicediscovery", "namespace/ns-1"), "Name": "shop.local"}]},
    )
    told.told(
        "servicediscovery:ListServices",
        {
            "Services": [
                {"Id": "srv-1", "Arn": registry, "Name": "cart", "DnsConfig": {"NamespaceId": "ns-1", "DnsRecords": []}}
            ]
        },
    )
    function = _function(told, CART_URL="http://cart.shop.local:8080")
    facts = told.facts()
    assert (function, "cart.shop.local") in facts.needs or (function, "cart.shop.local:8080") in facts.needs
    assert "cart.shop.local" in facts.components[service].aliases


def test_vaults_keep_backups_and_serve_nobody() -> None:
    rule = {
        "RuleName": "daily",
        "TargetBackupVaultName": "own",
        "CopyActions": [{"DestinationBackupVaultArn": arn("backup", "backup-vault:far", "eu-west-1")}],
    }
    facts = (
        Recorded()
        .told("backup:GetBackupPlan", {"BackupPlan": {"BackupPlanName": "p", "Rules": [rule]}}, of="p")
        .facts()
    )
    assert {one.region: one.attributes for one in facts.components.values()} == {
        US: {"role": "backup"},
        "eu-west-1": {"role": "backup"},
    }


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=200), max_size=5))
def test_variables_never_stop_a_scan(values: dict[str, str]) -> None:
    for one in variables(values):
        assert one["via"]


@given(
    st.sampled_from(["API_KEY", "DB_PASSWORD", "TOKEN", "STRIPE_SECRET", "CLIENT_SECRET_ID", "PRIVATE_KEY"]),
    st.from_regex(r"[A-Za-z0-9+/]{12,40}", fullmatch=True),
)
def test_values_of_secret_variables_are_never_held(name: str, value: str) -> None:
    assert value not in repr(variables({name: value, "DB_HOST": "db.shop.internal"}))
