"""Secrets, keys, sign-in; and all that says who may, which alone makes nobody need anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.rows import Need, Row
from blastradius.scanners.cloudformation.stacks import evidence

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item


def secret(facts: Facts, item: Item) -> None:
    """A secret is read in each region that it is replicated to: there its reader takes the replica."""
    first = facts.components[item.id]
    for replica in v.dicts(item.get("ReplicaRegions")):
        region = v.text(replica.get("Region"))
        if not region or region == first.region:
            continue
        where = evidence(f"{item.resource.path}:{getattr(replica, 'line', item.resource.line)}", f"replica in {region}")
        changes = {"id": f"{item.id}@{region}", "region": region, "identities": (), "aliases": (), "evidence": (where,)}
        attributes = {**first.attributes, "role": "replica", "copy_of": item.id}
        copy = first.model_copy(update={**changes, "attributes": attributes})
        facts.components[copy.id] = copy
        facts.found.append(copy)
        facts.replicas.setdefault(item.id, {})[region] = copy.id


def replica_key(facts: Facts, item: Item) -> None:
    """A replica of a key works where its primary is away."""
    for primary in facts.targets(item.get("PrimaryKeyArn"))[:1]:
        facts.update(item.id, role="replica", copy_of=primary)


ROWS: dict[str, Row] = {
    "AWS::SecretsManager::Secret": Row(
        "secret", "secretsmanager", ("Name",), "", needs=(Need("KmsKeyId"),), copies=secret
    ),
    "AWS::SSM::Parameter": Row("secret", "ssm", ("Name",), "ssm:{region}:{account}:parameter/{name}"),
    "AWS::KMS::Key": Row("key", "kms", ()),
    "AWS::KMS::ReplicaKey": Row("key", "kms", (), more=replica_key),
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
