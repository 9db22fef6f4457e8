"""Buckets, file systems and backups."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.aws.answers import GLOBAL, Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

_BUCKET = "AWS::S3::Bucket"
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")
_EACH: dict[str, Any] = {
    "each": "s3:GetBucketLocation",
    "take": {"Bucket": "_of"},
    "of": "_of",
    "within": "LocationConstraint",
    "place": "global",
    "leaves": (_BUCKET,),
}
CALLS = (
    Call("s3", "ListBuckets", "Buckets", ("Name!",), place="global", kind="bucket", hides="buckets", actions=("s3:ListAllMyBuckets",)),
    Call("s3", "GetBucketLocation", "", ("LocationConstraint",), each="s3:ListBuckets", take={"Bucket": "Name"}, of="Name", place="global", hides="regions of buckets", nothing=("NoSuchBucket",)),
    Call("s3", "GetBucketReplication", "ReplicationConfiguration.Rules", ("ID", "Status", "bucket: Destination.Bucket", "class: Destination.StorageClass", "Prefix", "Filter"), nothing=("ReplicationConfigurationNotFoundError", "NoSuchBucket"), hides="replication of buckets", actions=("s3:GetReplicationConfiguration",), **_EACH),
    Call("s3", "GetBucketNotificationConfiguration", "", ("functions: LambdaFunctionConfigurations[].LambdaFunctionArn", "queues: QueueConfigurations[].QueueArn", "topics: TopicConfigurations[].TopicArn"), nothing=("NoSuchBucket",), hides="notifications of buckets", actions=("s3:GetBucketNotification",), **_EACH),
    Call("s3", "GetBucketEncryption", "ServerSideEncryptionConfiguration.Rules", ("key: ApplyServerSideEncryptionByDefault.KMSMasterKeyID",), nothing=("ServerSideEncryptionConfigurationNotFoundError", "NoSuchBucket"), hides="keys of buckets", actions=("s3:GetEncryptionConfiguration",), **_EACH),
    Call("efs", "DescribeFileSystems", "FileSystems", ("FileSystemId!", "FileSystemArn", "Name", "zone: AvailabilityZoneId", "KmsKeyId", "Tags"), kind="bucket", hides="file systems", actions=("elasticfilesystem:DescribeFileSystems",)),
    Call("efs", "DescribeMountTargets", "MountTargets", ("MountTargetId", "FileSystemId!", "SubnetId", "AvailabilityZoneId"), each="efs:DescribeFileSystems", take={"FileSystemId": "FileSystemId"}, of="FileSystemId", hides="mount targets", nothing=("FileSystemNotFound",), actions=("elasticfilesystem:DescribeMountTargets",)),
    Call("efs", "DescribeReplicationConfigurations", "Replications", ("SourceFileSystemArn", "SourceFileSystemId", "destinations: Destinations[].{id: FileSystemId, region: Region, status: Status}"), hides="replication of file systems", nothing=("ReplicationNotFound",), actions=("elasticfilesystem:DescribeReplicationConfigurations",), leaves=("AWS::EFS::FileSystem",)),
    Call("fsx", "DescribeFileSystems", "FileSystems", ("FileSystemId!", "ResourceARN!", "FileSystemType", "DNSName", "SubnetIds", "mode: [WindowsConfiguration.DeploymentType, OntapConfiguration.DeploymentType, OpenZFSConfiguration.DeploymentType] | [?@] | [0]", "KmsKeyId", "Tags"), kind="bucket", hides="FSx file systems"),
    Call("backup", "ListBackupPlans", "BackupPlansList", ("BackupPlanId!", "BackupPlanArn", "BackupPlanName"), hides="backup plans"),
    Call("backup", "GetBackupPlan", "[BackupPlan]", ("BackupPlanName", "rules: Rules[].{vault: TargetBackupVaultName, copies: CopyActions[].DestinationBackupVaultArn}"), each="backup:ListBackupPlans", take={"BackupPlanId": "BackupPlanId"}, of="BackupPlanArn", hides="backup plans"),
)  # fmt: skip


def _where(text: object) -> str:
    """The region of a bucket: the oldest two are written in another way."""
    return {"": "us-east-1", "EU": "eu-west-1", "None": "us-east-1"}.get(str(text or ""), str(text or ""))


def bucket(estate: Estate, item: Item, name: str) -> str:
    """The ARN of a bucket."""
    return f"arn:{estate.partition(item.account)}:s3:::{name}"


def index(estate: Estate) -> None:
    """Buckets in their regions, file systems, vaults."""
    _s3(estate)
    _efs(estate)
    _fsx(estate)
    _backup(estate)


def _s3(estate: Estate) -> None:
    places = {
        (one.account, one.of): _where(one.data.get("LocationConstraint"))
        for one in estate.items("s3:GetBucketLocation")
    }
    for item in estate.items("s3:ListBuckets"):
        name = item.data["Name"]
        id, region = bucket(estate, item, name), places.get((item.account, name))
        suffix = "amazonaws.com.cn" if estate.partition(item.account) == "aws-cn" else "amazonaws.com"
        hosts = [f"{name}.s3.{suffix}"]
        if region:
            hosts += [
                f"{name}.s3.{region}.{suffix}",
                f"{name}.s3-website-{region}.{suffix}",
                f"{name}.s3-website.{region}.{suffix}",
            ]
        estate.add(
            item,
            "bucket",
            "s3",
            _BUCKET,
            id,
            name,
            region=region or GLOBAL,
            hosts=hosts,
            aliases=(name,),
            identities=(f"s3://{name}",),
        )
        # a bucket's name is one in all accounts: it is found by it from any region of its own account
        estate.update(id, scope=estate.scope(item.account, GLOBAL), **({} if region else {"region": None}))
        estate.named[estate.scope(item.account, GLOBAL), name].append(id)


def _efs(estate: Estate) -> None:
    for item in estate.items("efs:DescribeFileSystems"):
        data = item.data
        id = data.get("FileSystemArn") or estate.arn(item, "elasticfilesystem", f"file-system/{data['FileSystemId']}")
        host = f"{data['FileSystemId']}.efs.{item.region}.amazonaws.com"
        estate.add(
            item,
            "bucket",
            "efs",
            "AWS::EFS::FileSystem",
            id,
            data.get("Name") or data["FileSystemId"],
            zone=data.get("zone"),
            hosts=(host,),
            aliases=(data["FileSystemId"],),
            tags=data.get("Tags"),
        )
        estate.know(item, "file system", data["FileSystemId"], id)


def _fsx(estate: Estate) -> None:
    for item in estate.items("fsx:DescribeFileSystems"):
        data = item.data
        named = next((one.get("Value") for one in data.get("Tags", ()) if one.get("Key") == "Name"), None)
        estate.add(
            item,
            "bucket",
            "fsx",
            "AWS::FSx::FileSystem",
            data["ResourceARN"],
            named or data["FileSystemId"],
            hosts=(data.get("DNSName"),),
            tags=data.get("Tags"),
        )


def _backup(estate: Estate) -> None:
    for item in estate.items("backup:GetBackupPlan"):
        for rule in item.data.get("rules", ()):
            own = estate.arn(item, "backup", f"backup-vault:{rule.get('vault')}")
            for arn in (own, *(rule.get("copies") or ())):
                parts = str(arn).split(":")
                if len(parts) > 6 and parts[4] == item.account:
                    estate.add(
                        item,
                        "bucket",
                        "backup",
                        "AWS::Backup::BackupVault",
                        arn,
                        parts[-1],
                        region=parts[3],
                        attributes={"role": "backup"},
                        field="Rules",
                    )


def translate(estate: Estate) -> None:
    """Replication, notifications, keys, zones."""
    for item in estate.items("s3:ListBuckets"):
        id = bucket(estate, item, item.data["Name"])
        if id in estate.components and estate.components[id].region is None:
            estate.gap(
                id,
                "its region could not be read: allow s3:GetBucketLocation, or state it with `place:` in blastradius.yaml",
                item,
                "Name",
                hides="location",
                provider="aws",
                account=item.account,
            )
    for item in estate.items("s3:GetBucketReplication"):
        _replicated(estate, item)
    for item in estate.items("s3:GetBucketNotificationConfiguration"):
        id = bucket(estate, item, item.of)
        for key in ("functions", "queues", "topics"):
            for arn in item.data.get(key, ()):
                # what a bucket notifies is fed by it
                fed = ":".join(arn.split(":")[:7]) if key == "functions" else arn
                if fed in estate.components:
                    estate.need(
                        fed, id, item, f"{key} configurations", via="notification", sets_going=estate.going(fed)
                    )
    for item in estate.items("s3:GetBucketEncryption"):
        id = bucket(estate, item, item.of)
        place = estate.components[id].region if id in estate.components else None
        estate.need(id, estate.key(item, item.data.get("key"), region=place), item, "KMSMasterKeyID", via="key")
    targets: dict[tuple[str, str, str], list[str]] = {}
    for item in estate.items("efs:DescribeMountTargets"):
        zone = item.data.get("AvailabilityZoneId") or next(iter(estate.zones_of(item, [item.data.get("SubnetId")])), "")
        targets.setdefault((item.account, item.region, item.of), []).append(zone)
    for item in estate.items("efs:DescribeFileSystems"):
        id = estate.find(item, "file system", item.data["FileSystemId"]) or ""
        zones = sorted({one for one in targets.get((item.account, item.region, item.data["FileSystemId"]), ()) if one})
        if zones:
            estate.update(id, attributes={"mount_zones": ", ".join(zones)})
        estate.need(id, estate.key(item, item.data.get("KmsKeyId")), item, "KmsKeyId", via="key")
    for item in estate.items("efs:DescribeReplicationConfigurations"):
        _files(estate, item)
    for item in estate.items("fsx:DescribeFileSystems"):
        zones = estate.zones_of(item, item.data.get("SubnetIds", ()))
        copies = 2 if "MULTI_AZ" in str(item.data.get("mode", "")) else 1
        estate.spread(item.data["ResourceARN"], zones, copies, item, "SubnetIds")
        estate.need(item.data["ResourceARN"], estate.key(item, item.data.get("KmsKeyId")), item, "KmsKeyId", via="key")


def _filtered(rule: dict[str, Any]) -> str:
    chosen = rule.get("Filter") or {}
    both = chosen.get("And") or {}
    prefix = rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix")
    if prefix:
        return f"prefix {prefix}"
    return "some tags" if chosen.get("Tag") or both.get("Tags") else ""


def _replicated(estate: Estate, item: Item) -> None:
    """The destination is a readable copy, save one that is an archive; it keeps what it holds when nothing feeds it."""
    data, source = item.data, bucket(estate, item, item.of)
    copy = str(data.get("bucket", ""))
    if data.get("Status") == "Disabled" or copy == source or copy not in estate.components:
        return
    attributes = {"copy_of": source, "replicates": _filtered(data) or "everything"}
    if data.get("class") in _ARCHIVES:
        attributes["role"] = "backup"
    estate.update(copy, attributes=attributes)
    component = estate.components[copy]
    estate.components[copy] = component.model_copy(
        update={"evidence": (*component.evidence, estate.evidence(item, "Rules", "replication"))}
    )


def _files(estate: Estate, item: Item) -> None:
    source = item.data.get("SourceFileSystemArn", "")
    for one in item.data.get("destinations", ()):
        region, name = one.get("region"), one.get("id")
        if not region or not name or region == item.region:
            continue
        arn = estate.arn(item, "elasticfilesystem", f"file-system/{name}", region=region)
        if arn not in estate.components:
            estate.add(item, "bucket", "efs", "AWS::EFS::FileSystem", arn, name, region=region, field="Destinations")
        estate.update(arn, attributes={"role": "read-replica", "copy_of": source})
