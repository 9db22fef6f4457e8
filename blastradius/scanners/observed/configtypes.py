"""Which types of AWS Config become components, and which of their relationships are needs.

Source: supported resource types and their relationships, AWS Config developer guide.
"""

from __future__ import annotations

from dataclasses import dataclass

from blastradius.model import Kind


@dataclass(frozen=True, slots=True)
class Row:
    """What a type becomes.

    Attributes:
        kind: of the component.
        service: in the catalog.
        zonal: whether the zone that is recorded is the only one it is in.
    """

    kind: Kind
    service: str
    zonal: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """A relationship that is a need.

    Attributes:
        any_of: whether one of all of them suffices.
    """

    any_of: bool = False


TYPES: dict[str, Row] = {
    "AWS::EC2::Instance": Row("service", "ec2", zonal=True),
    "AWS::EC2::Volume": Row("bucket", "ebs", zonal=True),
    "AWS::EC2::NatGateway": Row("gateway", "ec2"),
    "AWS::AutoScaling::AutoScalingGroup": Row("service", "ec2"),
    "AWS::ElasticLoadBalancing::LoadBalancer": Row("load-balancer", "elb"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Row("load-balancer", "elb"),
    "AWS::Lambda::Function": Row("function", "lambda"),
    "AWS::ECS::Cluster": Row("cluster", "ecs"),
    "AWS::ECS::Service": Row("service", "ecs"),
    "AWS::EKS::Cluster": Row("cluster", "eks"),
    "AWS::ElasticBeanstalk::Environment": Row("service", "elasticbeanstalk"),
    "AWS::RDS::DBInstance": Row("database", "rds"),
    "AWS::RDS::DBCluster": Row("database", "rds"),
    "AWS::DynamoDB::Table": Row("database", "dynamodb"),
    "AWS::Redshift::Cluster": Row("database", "redshift"),
    "AWS::Elasticsearch::Domain": Row("database", "opensearch"),
    "AWS::OpenSearch::Domain": Row("database", "opensearch"),
    "AWS::ElastiCache::CacheCluster": Row("cache", "elasticache"),
    "AWS::ElastiCache::ReplicationGroup": Row("cache", "elasticache"),
    "AWS::MemoryDB::Cluster": Row("database", "memorydb"),
    "AWS::S3::Bucket": Row("bucket", "s3"),
    "AWS::EFS::FileSystem": Row("bucket", "efs"),
    "AWS::SQS::Queue": Row("queue", "sqs"),
    "AWS::SNS::Topic": Row("topic", "sns"),
    "AWS::Kinesis::Stream": Row("stream", "kinesis"),
    "AWS::MSK::Cluster": Row("stream", "msk"),
    "AWS::AmazonMQ::Broker": Row("queue", "amazonmq"),
    "AWS::KMS::Key": Row("key", "kms"),
    "AWS::SecretsManager::Secret": Row("secret", "secretsmanager"),
    "AWS::ApiGateway::RestApi": Row("gateway", "apigateway"),
    "AWS::ApiGatewayV2::Api": Row("gateway", "apigateway"),
    "AWS::CloudFront::Distribution": Row("cdn", "cloudfront"),
    "AWS::Route53::HostedZone": Row("dns", "route53"),
    "AWS::ECR::Repository": Row("registry", "ecr"),
    "AWS::CodePipeline::Pipeline": Row("pipeline", "codepipeline"),
    "AWS::StepFunctions::StateMachine": Row("function", "stepfunctions"),
}

_KEYED = (
    "AWS::EC2::Volume", "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::DynamoDB::Table", "AWS::Redshift::Cluster",
    "AWS::EFS::FileSystem", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::Kinesis::Stream",
    "AWS::SecretsManager::Secret", "AWS::OpenSearch::Domain", "AWS::Elasticsearch::Domain",
)  # fmt: skip

#: Who needs what, where the two are related: the dependent's type, the dependency's type. All other relationships place
#: a thing, guard it, or made it.
NEEDS: dict[tuple[str, str], Need] = {
    ("AWS::EC2::Instance", "AWS::EC2::Volume"): Need(),
    ("AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance"): Need(any_of=True),
    ("AWS::ElasticLoadBalancing::LoadBalancer", "AWS::AutoScaling::AutoScalingGroup"): Need(any_of=True),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::AutoScaling::AutoScalingGroup"): Need(any_of=True),
    ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance"): Need(any_of=True),
    ("AWS::ECS::Service", "AWS::ECS::Cluster"): Need(),
    **{(kind, "AWS::KMS::Key"): Need() for kind in _KEYED},
}

#: Types that say who may, what is checked, where packets go; what made or watches others. Nothing is lost by them alone.
BESIDE: frozenset[str] = frozenset({
    "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::EC2::NetworkInterface", "AWS::EC2::RouteTable",
    "AWS::EC2::NetworkAcl", "AWS::EC2::InternetGateway", "AWS::EC2::EIP", "AWS::EC2::VPCEndpoint", "AWS::EC2::FlowLog",
    "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration", "AWS::AutoScaling::ScalingPolicy",
    "AWS::AutoScaling::ScheduledAction", "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Policy",
    "AWS::RDS::DBSubnetGroup", "AWS::RDS::DBSecurityGroup", "AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot",
    "AWS::RDS::EventSubscription", "AWS::CloudFormation::Stack", "AWS::CloudTrail::Trail", "AWS::CloudWatch::Alarm",
    "AWS::Config::ResourceCompliance", "AWS::Config::ConformancePackCompliance", "AWS::Config::ConfigurationRecorder",
    "AWS::ACM::Certificate", "AWS::SSM::ManagedInstanceInventory", "AWS::SSM::AssociationCompliance",
    "AWS::SSM::PatchCompliance", "AWS::ElasticBeanstalk::Application", "AWS::ElasticBeanstalk::ApplicationVersion",
    "AWS::Redshift::ClusterParameterGroup", "AWS::Redshift::ClusterSubnetGroup", "AWS::Redshift::ClusterSnapshot",
    "AWS::ElasticLoadBalancingV2::Listener", "AWS::ECS::TaskDefinition", "AWS::Backup::BackupPlan",
    "AWS::Backup::BackupVault", "AWS::Backup::RecoveryPoint", "AWS::Backup::BackupSelection",
})  # fmt: skip
