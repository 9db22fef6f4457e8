"""Secrets, keys, certificates and identities of AWS; policies and attachments say nothing about run time."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.values import decoded, items, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block, Ref


def _secret(world: World, block: Block) -> None:
    """A secret with copies in other regions."""
    id = world.id_of(block)
    for one in items(block.values, "replica"):
        region = world.text(one.get("region"))
        world.copy(id, region, world.evidence(block, "replica"), role="replica", key=str(region))


def _content(world: World, block: Block) -> None:
    """What a secret or parameter is made of: it may hold the address of something. Its value is not looked at."""
    keys = ("secret_string",) if block.type.endswith("_version") else ("value", "insecure_value")
    holders = world.targets(block.values, "secret_id") if block.type.endswith("_version") else [world.id_of(block)]
    for key in keys:
        value = block.values.get(key)
        text = world.text(value)
        if text is not None and not set(text) & set(".:/$"):
            world.read.update(holders)  # a word is no address
        for ref in refs(decoded(value)):
            for id in world.ids(ref):
                if not _says_where(ref, world.components[id].kind):
                    continue
                for holder in holders:
                    if id != holder:
                        world.read.add(holder)
                        world.told[holder][id] = world.evidence(block, key, f"{key} from {ref.address}")


def _says_where(ref: Ref, kind: str) -> bool:
    """Whether an attribute is what something is called by: its address, or its name where a name is enough to call it."""
    steps = {str(step) for step in ref.path}
    return bool(steps & _ADDRESSES) or (kind in _BY_NAME and bool(steps & _NAMES))


def _key_replica(world: World, block: Block) -> None:
    """A multi-region key in a second region: it works on its own."""
    for original in world.targets(block.values, "primary_key_arn"):
        id = describe(world, block, Row("key", "kms"), name=world.components[original].name)
        world.block_of.pop(id)
        world.update(id, attributes={"copy_of": original, "role": "replica"})
        if world.components[id].region != world.components[original].region:
            world.copied(original, id)


def _pool(world: World, block: Block, id: str) -> None:
    triggers: Any = items(block.values, "lambda_config")
    for one in triggers:
        for value in one.values():
            for function in world.targets(value, ""):
                world.need(id, function, world.evidence(block, "lambda_config"), via="trigger")


#: Attributes, and outputs of modules, by which something is called.
_ADDRESSES = frozenset({
    "endpoint", "address", "hostname", "host", "dns_name", "fqdn", "reader_endpoint", "primary_endpoint_address", "arn", "url",
    "configuration_endpoint_address", "cluster_endpoint", "cluster_reader_endpoint", "db_instance_address", "instances",
    "db_instance_endpoint", "domain_endpoint", "bootstrap_brokers", "bootstrap_brokers_tls", "connection_string", "invoke_url",
})  # fmt: skip
#: Kinds of which clients know no more than the name, and attributes that hold it.
_BY_NAME = frozenset({"bucket", "queue", "topic", "stream", "function", "database"})
_NAMES = frozenset({"name", "id", "bucket", "function_name"})
_POOL = Row("identity", "cognito", more=_pool)

ROWS = {
    "aws_secretsmanager_secret": Row("secret", "secretsmanager", ("name", "name_prefix"), needs=(Need("kms_key_id"),)),
    "aws_ssm_parameter": Row("secret", "ssm", arn=""),
    "aws_kms_key": Row("key", "kms", ("description",)),
    "aws_acm_certificate": Row("key", "acm", ("domain_name",)),
    "aws_acmpca_certificate_authority": Row("key", "acm", ("id",)),
    "aws_cloudhsm_v2_cluster": Row("key", "cloudhsm", ("cluster_id",), zones=("subnet_ids",)),
    "aws_cognito_user_pool": _POOL,
    "aws_cognito_identity_pool": Row(
        "identity", "cognito", ("identity_pool_name",), needs=(Need("cognito_identity_providers.provider_name"),)
    ),
    "aws_directory_service_directory": Row("identity", "directory", zones=("vpc_settings.subnet_ids",)),
}
EARLY = {"aws_secretsmanager_secret": _secret, "aws_kms_replica_key": _key_replica}
LATE = {"aws_secretsmanager_secret_version": _content, "aws_ssm_parameter": _content}
STANDS = {
    "aws_kms_alias": ("target_key_id",),
    "aws_acm_certificate_validation": ("certificate_arn",),
    "aws_secretsmanager_secret_version": ("secret_id",),
    "aws_cognito_user_pool_client": ("user_pool_id",),
    "aws_cognito_user_pool_domain": ("user_pool_id",),
}
QUIET = {
    "aws_iam_*", "aws_kms_*", "aws_secretsmanager_*", "aws_acm_*", "aws_cognito_*", "aws_ssm_*", "aws_ssoadmin_*",
    "aws_organizations_*", "aws_accessanalyzer_*", "aws_guardduty_*", "aws_securityhub_*", "aws_config_*", "aws_macie2_*",
    "aws_inspector*", "aws_detective_*", "aws_lakeformation_*", "aws_identitystore_*", "aws_account_*", "aws_acmpca_*",
}  # fmt: skip
