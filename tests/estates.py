"""A shop in two accounts and three regions, built through the provider's own API."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import boto3
from clouds import MAIN, OTHER, Cloud

US, EU, AP = "us-east-1", "eu-west-1", "ap-southeast-2"
REGIONS = (US, EU, AP)
#: Planted where values of settings stand; none may be found in anything that is written.
SECRETS = ("hunter2-Tr0ub4dor", "sk_live_51Planted", "correct-horse-battery", "planted-parameter-value")


class Makers:
    """Clients of one account."""

    def __init__(self, cloud: Cloud, account: str = MAIN) -> None:
        self._given: dict[str, Any] = {
            "endpoint_url": cloud.url,
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        if account != MAIN:
            sts = boto3.client("sts", region_name=US, **self._given)
            role = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/audit", RoleSessionName="build")["Credentials"]
            self._given.update(
                aws_access_key_id=role["AccessKeyId"],
                aws_secret_access_key=role["SecretAccessKey"],
                aws_session_token=role["SessionToken"],
            )

    def __call__(self, service: str, region: str = US) -> Any:
        return boto3.client(service, region_name=region, **self._given)


def code() -> dict[str, bytes]:
    """The code of a function."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("main.py", "def handle(event, context): return 1")
    return {"ZipFile": packed.getvalue()}


def function(make: Makers, region: str, name: str, variables: dict[str, str] | None = None, **more: Any) -> str:
    """A function; gives its ARN."""
    iam = make("iam")
    try:
        role = iam.get_role(RoleName="run")["Role"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        role = iam.create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    made = make("lambda", region).create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role,
        Handler="main.handle",
        Code=code(),
        Environment={"Variables": variables or {}},
        **more,
    )
    return str(made["FunctionArn"])


def subnets(make: Makers, region: str, count: int = 2) -> list[str]:
    """Subnets of the default network, in different zones."""
    found = make("ec2", region).describe_subnets()["Subnets"]
    return [one["SubnetId"] for one in sorted(found, key=lambda one: one["AvailabilityZone"])][:count]


def balancer(make: Makers, region: str, name: str) -> tuple[str, str, dict[str, str]]:
    """A balancer with one listener; gives the ARN of its target group, its host and where aliases point."""
    elb = make("elbv2", region)
    network = make("ec2", region).describe_vpcs()["Vpcs"][0]["VpcId"]
    made = elb.create_load_balancer(Name=name, Subnets=subnets(make, region), Scheme="internet-facing")[
        "LoadBalancers"
    ][0]
    group = elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=network, TargetType="ip")[
        "TargetGroups"
    ][0]
    action = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
    elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action])
    alias = {
        "HostedZoneId": made["CanonicalHostedZoneId"],
        "DNSName": f"dualstack.{made['DNSName']}.",
        "EvaluateTargetHealth": True,
    }
    return group["TargetGroupArn"], made["DNSName"], alias


def shop(cloud: Cloud) -> None:
    """All of it: the shop in the main account, reports and archives in the other."""
    make = Makers(cloud)
    aliases = {region: _region(make, region) for region in (US, EU)}
    _global_database(make)
    _orders_api(make)
    _names(make, aliases)
    _static(make)
    _beside(make)
    _reports(Makers(cloud, OTHER))


def _region(make: Makers, region: str) -> dict[str, str]:
    """What both regions of the shop have alike."""
    key = make("kms", region).create_key(Description=f"shop {region}")["KeyMetadata"]["Arn"]
    make("kms", region).create_alias(AliasName="alias/shop", TargetKeyId=key)
    secret = make("secretsmanager", region).create_secret(Name="shop/db", SecretString=SECRETS[0], KmsKeyId=key)["ARN"]
    make("ssm", region).put_parameter(Name="/shop/flags", Value=SECRETS[3], Type="String")
    make("ecr", region).create_repository(repositoryName="shop/web")
    make("dynamodb", region).create_table(
        TableName="orders", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )  # fmt: skip
    make("elasticache", region).create_replication_group(
        ReplicationGroupId="sessions", ReplicationGroupDescription="sessions", Engine="redis", NumCacheClusters=2, CacheNodeType="cache.t4g.small",
        AutomaticFailoverEnabled=True, TransitEncryptionEnabled=False,
    )  # fmt: skip
    queue = _messages(make, region)
    group, _, alias = balancer(make, region, "web")
    _web(make, region, group, queue, secret)
    return alias


def _messages(make: Makers, region: str) -> str:
    """A queue with dead letters, fed by a topic, read by a function."""
    sqs = make("sqs", region)
    dead = sqs.create_queue(QueueName="orders-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    queue = str(sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive})["QueueUrl"])
    topic = make("sns", region).create_topic(Name="placed")["TopicArn"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    make("sns", region).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    function(
        make,
        region,
        "fulfil",
        {"TABLE_NAME": "orders", "PAYMENTS_URL": "https://api.stripe.com/v1", "STRIPE_API_KEY": SECRETS[1]},
    )
    make("lambda", region).create_event_source_mapping(FunctionName="fulfil", EventSourceArn=queue_arn)
    return queue


def _web(make: Makers, region: str, group: str, queue: str, secret: str) -> None:
    """The web service, as a task that is told where everything is."""
    ecs = make("ecs", region)
    ecs.create_cluster(clusterName="shop")
    host = f"sessions.abc123.ng.0001.{ {US: 'use1', EU: 'euw1'}[region] }.cache.amazonaws.com"
    ecs.register_task_definition(
        family="web",
        containerDefinitions=[{
            "name": "web", "image": f"{MAIN}.dkr.ecr.{region}.amazonaws.com/shop/web:1", "memory": 128,
            "environment": [
                {"name": "QUEUE_URL", "value": queue.replace(queue.partition("://")[2].partition("/")[0], f"sqs.{region}.amazonaws.com").replace("http://", "https://")},
                {"name": "DATABASE_URL", "value": f"postgres://shop:{SECRETS[2]}@shop-{region}.cluster-abcdef.{region}.rds.amazonaws.com:5432/shop"},
                {"name": "REDIS_HOST", "value": host}, {"name": "DB_PASSWORD", "value": SECRETS[0]},
            ],
            "secrets": [{"name": "DB_SECRET", "valueFrom": secret}],
        }],
    )  # fmt: skip
    ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition="web", desiredCount=2,
        loadBalancers=[{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
    )  # fmt: skip


def _global_database(make: Makers) -> None:
    """One database in two regions."""
    rds = make("rds", US)
    rds.create_global_cluster(GlobalClusterIdentifier="shop", Engine="aurora-postgresql")
    for region in (US, EU):
        make("rds", region).create_db_cluster(
            DBClusterIdentifier=f"shop-{region}", Engine="aurora-postgresql", MasterUsername="shop", MasterUserPassword=SECRETS[2],
            GlobalClusterIdentifier="shop",
        )  # fmt: skip
        make("rds", region).create_db_instance(
            DBInstanceIdentifier=f"shop-{region}-1",
            DBClusterIdentifier=f"shop-{region}",
            Engine="aurora-postgresql",
            DBInstanceClass="db.r6g.large",
        )


def _orders_api(make: Makers) -> None:
    """An API of one region."""
    arn = function(make, US, "orders-api", {"ORDERS_TABLE": "orders", "SESSION_SECRET": SECRETS[0]})
    api = make("apigatewayv2", US)
    made = api.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    integration = api.create_integration(
        ApiId=made, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    api.create_route(ApiId=made, RouteKey="GET /orders", Target=f"integrations/{integration}")
    rest = make("apigateway", US)
    old = rest.create_rest_api(name="legacy")["id"]
    root = rest.get_resources(restApiId=old)["items"][0]["id"]
    rest.put_method(restApiId=old, resourceId=root, httpMethod="GET", authorizationType="NONE")
    uri = f"arn:aws:apigateway:{US}:lambda:path/2015-03-31/functions/{arn}/invocations"
    rest.put_integration(
        restApiId=old, resourceId=root, httpMethod="GET", type="AWS_PROXY", integrationHttpMethod="POST", uri=uri
    )


def _names(make: Makers, aliases: dict[str, dict[str, str]]) -> None:
    """`www` fails over from one region to the other; `api` has one."""
    dns = make("route53")
    zone = dns.create_hosted_zone(Name="shop.example", CallerReference="1")["HostedZone"]["Id"]
    check = dns.create_health_check(
        CallerReference="1",
        HealthCheckConfig={
            "Type": "HTTPS",
            "FullyQualifiedDomainName": "www.shop.example",
            "RequestInterval": 10,
            "FailureThreshold": 3,
        },
    )["HealthCheck"]["Id"]
    changes = []
    for region, sort in ((US, "PRIMARY"), (EU, "SECONDARY")):
        record: dict[str, Any] = {
            "Name": "www.shop.example",
            "Type": "A",
            "SetIdentifier": region,
            "Failover": sort,
            "AliasTarget": aliases[region],
        }
        changes.append(
            {
                "Action": "CREATE",
                "ResourceRecordSet": {**record, **({"HealthCheckId": check} if sort == "PRIMARY" else {})},
            }
        )
    text = {"Name": "shop.example", "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": f'"token={SECRETS[1]}"'}]}
    changes.append({"Action": "CREATE", "ResourceRecordSet": text})
    dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def _static(make: Makers) -> None:
    """Pictures at the edge, replicated."""
    s3 = make("s3", US)
    s3.create_bucket(Bucket="shop-pictures")
    make("s3", EU).create_bucket(Bucket="shop-pictures-copy", CreateBucketConfiguration={"LocationConstraint": EU})
    for name in ("shop-pictures", "shop-pictures-copy"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "all",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::shop-pictures-copy"},
    }
    s3.put_bucket_replication(
        Bucket="shop-pictures", ReplicationConfiguration={"Role": f"arn:aws:iam::{MAIN}:role/run", "Rules": [rule]}
    )
    make("cloudfront").create_distribution(DistributionConfig={
        "CallerReference": "1", "Comment": "pictures", "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "s3", "DomainName": "shop-pictures.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""},
                                              "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "X-Key", "HeaderValue": SECRETS[1]}]}}]},
        "DefaultCacheBehavior": {"TargetOriginId": "s3", "ViewerProtocolPolicy": "redirect-to-https", "MinTTL": 0,
                                 "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}},
    })  # fmt: skip


def _beside(make: Makers) -> None:
    """What else a region has."""
    make("kinesis", US).create_stream(StreamName="clicks", ShardCount=1)
    stream = make("kinesis", US).describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["StreamARN"]
    make("firehose", US).create_delivery_stream(
        DeliveryStreamName="clicks-to-lake", DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": stream, "RoleARN": f"arn:aws:iam::{MAIN}:role/run"},
        ExtendedS3DestinationConfiguration={"BucketARN": "arn:aws:s3:::shop-pictures", "RoleARN": f"arn:aws:iam::{MAIN}:role/run"},
    )  # fmt: skip
    events = make("events", US)
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": f"arn:aws:lambda:{US}:{MAIN}:function:fulfil"}])
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": f"arn:aws:lambda:{US}:{MAIN}:function:fulfil", "End": True,
                                                   "Parameters": {"token": SECRETS[1]}}}}  # fmt: skip
    make("stepfunctions", US).create_state_machine(
        name="refund", definition=json.dumps(definition), roleArn=f"arn:aws:iam::{MAIN}:role/run"
    )
    make("efs", US).create_file_system(CreationToken="shared", Tags=[{"Key": "Name", "Value": "shared"}])
    make("cognito-idp", US).create_user_pool(PoolName="customers")
    make("eks", US).create_cluster(
        name="batch", roleArn=f"arn:aws:iam::{MAIN}:role/run", resourcesVpcConfig={"subnetIds": subnets(make, US, 3)}
    )
    make("mq", US).create_broker(
        BrokerName="legacy-bus", EngineType="ACTIVEMQ", EngineVersion="5.18", HostInstanceType="mq.t3.micro", DeploymentMode="SINGLE_INSTANCE",
        PubliclyAccessible=False, AutoMinorVersionUpgrade=True, Users=[{"Username": "bus", "Password": SECRETS[2]}], SubnetIds=subnets(make, US, 1),
    )  # fmt: skip
    make("scheduler", US).create_schedule(
        Name="sweep", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:lambda:{US}:{MAIN}:function:fulfil", "RoleArn": f"arn:aws:iam::{MAIN}:role/run", "Input": json.dumps({"key": SECRETS[1]})},
    )  # fmt: skip


def _reports(make: Makers) -> None:
    """Reports of another account: machines of a third region, with a database of their own."""
    make("s3", AP).create_bucket(Bucket="reports-archive", CreateBucketConfiguration={"LocationConstraint": AP})
    make("rds", AP).create_db_instance(
        DBInstanceIdentifier="reports", Engine="postgres", DBInstanceClass="db.t4g.small", AllocatedStorage=20, MasterUsername="r", MasterUserPassword=SECRETS[2],
        AvailabilityZone=f"{AP}a",
    )  # fmt: skip
    ec2 = make("ec2", AP)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    template = ec2.create_launch_template(
        LaunchTemplateName="reports", LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"}
    )
    elb = make("elb", AP)
    elb.create_load_balancer(
        LoadBalancerName="reports",
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=[f"{AP}a", f"{AP}b"],
    )
    make("autoscaling", AP).create_auto_scaling_group(
        AutoScalingGroupName="reports", MinSize=2, MaxSize=4, DesiredCapacity=2, AvailabilityZones=[f"{AP}a", f"{AP}b"],
        LaunchTemplate={"LaunchTemplateId": template["LaunchTemplate"]["LaunchTemplateId"]}, LoadBalancerNames=["reports"],
    )  # fmt: skip


#: The same small system as files: what `deployed` builds, word for word.
DEPLOYED = """
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["111122223333"]
}
resource "aws_dynamodb_table" "orders" { name = "orders" }
resource "aws_sqs_queue" "dead" { name = "orders-dead" }
resource "aws_sqs_queue" "orders" {
  name           = "orders"
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}
resource "aws_sns_topic" "placed" { name = "placed" }
resource "aws_sns_topic_subscription" "orders" {
  topic_arn = aws_sns_topic.placed.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.orders.arn
}
resource "aws_lambda_function" "fulfil" {
  function_name = "fulfil"
  handler       = "main.handle"
  environment {
    variables = {
      ORDERS_TABLE = aws_dynamodb_table.orders.name
      PAYMENTS_URL = "https://api.stripe.com/v1"
    }
  }
}
resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = aws_lambda_function.fulfil.arn
}
resource "aws_db_instance" "shop" {
  identifier        = "shop"
  engine            = "postgres"
  availability_zone = "us-east-1b"
}
resource "aws_s3_bucket" "pictures" { bucket = "shop-pictures" }
resource "aws_secretsmanager_secret" "db" { name = "shop/db" }
resource "aws_ecr_repository" "web" { name = "shop/web" }
"""


def deployed(make: Makers) -> None:
    """The small system of `DEPLOYED`, as it is after an apply."""
    attributes = [{"AttributeName": "id", "AttributeType": "S"}]
    make("dynamodb").create_table(
        TableName="orders", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=attributes,
    )  # fmt: skip
    queue = _messages(make, US).rpartition("/")[2]
    assert queue == "orders"
    make("lambda").update_function_configuration(
        FunctionName="fulfil", Environment={"Variables": {"ORDERS_TABLE": "orders", "PAYMENTS_URL": "https://api.stripe.com/v1"}}
    )  # fmt: skip
    make("rds").create_db_instance(
        DBInstanceIdentifier="shop", Engine="postgres", DBInstanceClass="db.t4g.small", AllocatedStorage=20, MasterUsername="u",
        MasterUserPassword=SECRETS[2], AvailabilityZone="us-east-1b",
    )  # fmt: skip
    make("s3").create_bucket(Bucket="shop-pictures")
    make("secretsmanager").create_secret(Name="shop/db", SecretString=SECRETS[0])
    make("ecr").create_repository(repositoryName="shop/web")
