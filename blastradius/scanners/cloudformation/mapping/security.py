"""Secrets, keys, sign-in; and all that says who may, which alone makes nobody need anything."""

from __future__ import annotations

from blastradius.scanners.cloudformation.mapping.rows import Need, Row

ROWS: dict[str, Row] = {
    "AWS::SecretsManager::Secret": Row(
        "secret", "secretsmanager", ("Name",), "", needs=(Need("KmsKeyId"),)
    ),
    "AWS::SSM::Parameter": Row("secret", "ssm", ("Name",), "ssm:{region}:{account}:parameter/{name}"),
    "AWS::KMS::Key": Row("key", "kms", ()),
    "AWS::KMS::ReplicaKey": Row("key", "kms", (), needs=()),
    "AWS::CertificateManager::Certificate": Row("key", "acm", ()),
    "AWS::Cognito::UserPool": Row("identity", "cognito", ("UserPoolName",)),
    "AWS::Cognito::IdentityPool": Row("identity", "cognito", ("IdentityPoolName",)),
    "AWS::AppConfig::Application": Row("secret", "appconfig", ("Name",)),
}  # fmt: skip
STANDS: dict[str, tuple[str, ...]] = {
    "AWS::KMS::Alias": ("TargetKeyId",),
    "AWS::Cognito::UserPoolClient": ("UserPoolId",),
    "AWS::Cognito::UserPoolDomain": ("UserPoolId",),
    "AWS::SecretsManager::RotationSchedule": ("SecretId",),
}
QUIET = (
    "AWS::IAM::*", "AWS::Cognito::*", "AWS::SecretsManager::*", "AWS::RAM::*", "AWS::CloudWatch::*",
    "AWS::CloudFormation::*", "AWS::Serverless::Application", "AWS::SSM::*", "AWS::Config::*", "AWS::Budgets::*",
    "AWS::CloudTrail::*", "AWS::GuardDuty::*", "AWS::SecurityHub::*", "AWS::Inspector*", "AWS::Macie::*", "AWS::Backup::*",
    "AWS::CDK::Metadata", "AWS::AppConfig::*", "AWS::XRay::*", "AWS::ResourceGroups::*", "AWS::Organizations::*",
    "AWS::ServiceCatalog::*", "AWS::Serverless::LayerVersion", "AWS::Synthetics::*", "AWS::WAFv2::*", "AWS::WAF::*", "AWS::Shield::*",
)  # fmt: skip
