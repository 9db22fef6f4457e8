"""Buckets, file systems and backups of AWS."""

from __future__ import annotations

import re
from typing import Any

from blastradius.model import Basis
from blastradius.scanners.mapping.copies import unfilled, unfound
from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.values import items
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block, Expr, Ref

_ARN = re.compile(r"^arn:[a-z-]{1,20}:s3:::")
#: Letters of a name that tell it from others.
_TELLING = 4
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")


def _replication(world: World, block: Block) -> None:
    """A bucket that is replicated: the destination is a readable copy, save one that is an archive."""
    for source in world.targets(block.values, "bucket"):
        _rules(world, block, source, items(block.values, "rule"), "rule")


def _inline(world: World, block: Block, id: str) -> None:
    _rules(world, block, id, items(block.values, "replication_configuration.rules"), "replication_configuration")


def _rules(world: World, block: Block, source: str, rules: list[dict[str, Any]], key: str) -> None:
    for rule in rules:
        if world.text(rule.get("status")) == "Disabled":
            continue
        filtered = _filtered(world, rule)
        for one in items(rule, "destination"):
            archive = world.text(one.get("storage_class")) in _ARCHIVES
            evidence = world.evidence(block, key, "replication")
            copies, basis = _destination(world, one.get("bucket"))
            for copy in copies:
                if copy != source:
                    where = evidence.model_copy(update={"basis": basis}) if basis else evidence
                    _copied(world, source, copy, archive, filtered, where)
            if not copies:
                world.gaps.append(unfound(world.components[source], evidence))


def _destination(world: World, value: Any) -> tuple[list[str], Basis | None]:
    """Ids of the bucket that a destination means, and on what basis where that is not a reference to it.

    A name of which a part is known only later is the same where that part is; else where only one bucket is called alike.
    """
    found = world.targets(value, "")
    wanted = _pieces(world, value)
    if found or not wanted:
        return found, None
    named = [(world.id_of(one), _pieces(world, one.values.get("bucket"))) for one in world.of_type("aws_s3_bucket")]
    same = [id for id, pieces in named if pieces == wanted and id in world.components]
    if len(same) == 1:
        return same, None
    if sum(len(one) for one in wanted if isinstance(one, str)) < _TELLING:
        return [], None
    alike = [id for id, pieces in named if _texts(pieces) == _texts(wanted) and id in world.components]
    return (alike, "inferred") if len(alike) == 1 else ([], None)


def _pieces(world: World, value: Any) -> tuple[str | Ref, ...]:
    """Known texts and unknown parts of a bucket's name or ARN, in order; none where nothing of it is known."""
    parts = (value,) if isinstance(value, str) else value.parts if isinstance(value, Expr) else ()
    found: list[str | Ref] = []
    for part in parts:
        text = part if isinstance(part, str) else world.of(part)
        if text is not None and found and isinstance(found[-1], str):
            found[-1] += text
        else:
            found.append(part if text is None else text)
    if found and isinstance(found[0], str):
        found[0] = _ARN.sub("", found[0])
    return tuple(one for one in found if one != "")


def _texts(pieces: tuple[str | Ref, ...]) -> tuple[str | None, ...]:
    return tuple(one if isinstance(one, str) else None for one in pieces)


def _filtered(world: World, rule: dict[str, Any]) -> str:
    for path in ("filter", "filter.and"):
        for one in items(rule, path):
            if world.text(one.get("prefix")):
                return f"prefix {world.text(one['prefix'])}"
            if one.get("tag") or one.get("tags"):
                return "some tags"
    return f"prefix {world.text(rule['prefix'])}" if world.text(rule.get("prefix")) else ""


def _copied(world: World, source: str, copy: str, archive: bool, filtered: str, evidence: Any) -> None:
    attributes = {"copy_of": source, "replicates": filtered or "everything"}
    if archive and not any(_target(rule) == copy for rule in world.rules):
        attributes["role"] = "backup"
    world.update(copy, attributes=attributes)
    # a copy that is no longer fed keeps what it holds: replication is no need of it
    component = world.components[copy]
    world.components[copy] = component.model_copy(update={"evidence": (*component.evidence, evidence)})


def _target(rule: Any) -> str:
    reference = getattr(rule, "reference", None)
    return reference.texts[0] if reference is not None else ""


def _notification(world: World, block: Block) -> None:
    """What a bucket notifies is fed by it."""
    keys = (("lambda_function", "lambda_function_arn"), ("queue", "queue_arn"), ("topic", "topic_arn"))
    for bucket in world.targets(block.values, "bucket"):
        for part, key in keys:
            for one in items(block.values, part):
                for id in world.targets(one, key):
                    world.fed(id, bucket, world.evidence(block, part), via="notification")


def _files(world: World, block: Block) -> None:
    for source in world.targets(block.values, "source_file_system_id"):
        for one in items(block.values, "destination"):
            region = world.text(one.get("region"))
            world.copy(source, region, world.evidence(block, "destination"), role="read-replica", key=str(region))


def _multi_region(world: World, block: Block, id: str) -> None:
    """A multi-region access point: any of its buckets."""
    buckets = world.targets(block.values, "details.region.bucket")
    evidence = world.evidence(block, "details")
    world.any_of(id, buckets, evidence, via="region", full=len(buckets) or None)
    replicated = {
        one
        for other in world.of_type("aws_s3_bucket_replication_configuration", "aws_s3_bucket")
        for path in ("rule.destination.bucket", "replication_configuration.rules.destination.bucket")
        for one in world.targets(other.values, path)
    }
    for one in buckets if len(buckets) > 1 else ():
        if one not in replicated:
            world.gaps.append(unfilled(world.components[id], world.components[one], evidence))


def _plan(world: World, block: Block) -> None:
    """Copies of backups go to another vault, and what is backed up is not served from it."""
    for one in items(block.values, "rule.copy_action"):
        for vault in world.targets(one, "destination_vault_arn"):
            world.update(vault, attributes={"role": "backup"})
    for rule in items(block.values, "rule"):
        for vault in world.targets(rule, "target_vault_name"):
            world.update(vault, attributes={"role": "backup"})


def _website(world: World, block: Block) -> None:
    for id in world.targets(block.values, "bucket"):
        for key in ("website_endpoint", "website_domain"):
            if host := world.text(block.values.get(key)):
                world.hosts[host.lower()].add(id)


def _mount(world: World, block: Block, id: str) -> None:
    references(world, id, block.values.get("kms_key_id"), world.evidence(block, "kms_key_id"), via="kms_key_id")


ROWS = {
    "aws_s3_bucket": Row("bucket", "s3", ("bucket", "bucket_prefix"), arn="s3:::{name}", hosts=("bucket_regional_domain_name", "bucket_domain_name", "website_endpoint"), needs=(Need("server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id"),), more=_inline),
    "aws_s3_directory_bucket": Row("bucket", "s3", ("bucket",)),
    "aws_s3control_multi_region_access_point": Row("bucket", None, ("details.name",), place="global", more=_multi_region),
    "aws_efs_file_system": Row("bucket", "efs", ("tags.Name", "creation_token"), hosts=("dns_name",), zones=("availability_zone_name",), more=_mount),
    "aws_fsx_lustre_file_system": Row("bucket", "fsx", ("tags.Name",), hosts=("dns_name",), zones=("subnet_ids",)),
    "aws_fsx_windows_file_system": Row("bucket", "fsx", ("tags.Name",), hosts=("dns_name",), zones=("subnet_ids",)),
    "aws_fsx_ontap_file_system": Row("bucket", "fsx", ("tags.Name",), zones=("subnet_ids",)),
    "aws_fsx_openzfs_file_system": Row("bucket", "fsx", ("tags.Name",), zones=("subnet_ids",)),
    "aws_backup_vault": Row("bucket", "backup", role="backup"),
    "aws_glacier_vault": Row("bucket", "glacier", role="backup"),
    "aws_transfer_server": Row("gateway", "transfer", ("tags.Name",), hosts=("endpoint",)),
}  # fmt: skip
JOINS = {
    "aws_s3_bucket_replication_configuration": _replication,
    "aws_s3_bucket_notification": _notification,
    "aws_efs_replication_configuration": _files,
    "aws_backup_plan": _plan,
}
EARLY = {"aws_s3_bucket_website_configuration": _website}
STANDS = {
    "aws_s3_access_point": ("bucket",),
    "aws_s3_bucket_website_configuration": ("bucket",),
    "aws_s3_bucket_versioning": ("bucket",),
    "aws_s3_bucket_policy": ("bucket",),
    "aws_s3_bucket_ownership_controls": ("bucket",),
    "aws_s3_bucket_public_access_block": ("bucket",),
    "aws_s3_object": ("bucket",),
    "aws_efs_access_point": ("file_system_id",),
    "aws_efs_mount_target": ("file_system_id",),
}
QUIET = {
    "aws_s3_bucket_*", "aws_s3_object*", "aws_s3_account_public_access_block", "aws_s3control_*", "aws_efs_*", "aws_backup_*",
    "aws_dlm_lifecycle_policy", "aws_s3tables_*", "aws_transfer_*", "aws_fsx_backup",
}  # fmt: skip
