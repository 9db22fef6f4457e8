"""Secrets, parameters by their names, keys, certificates, sign-in."""

from __future__ import annotations

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

_POOL = "AWS::Cognito::UserPool"
CALLS = (
    Call("secretsmanager", "ListSecrets", "SecretList", ("ARN!", "Name!", "KmsKeyId", "PrimaryRegion", "Tags"), kind="secret", hides="secrets"),
    Call("secretsmanager", "DescribeSecret", "", ("ARN!", "replicas: ReplicationStatus[].{region: Region, status: Status}"), each="secretsmanager:ListSecrets", take={"SecretId": "ARN"}, of="ARN", hides="copies of secrets", nothing=("ResourceNotFoundException",)),
    Call("ssm", "DescribeParameters", "Parameters", ("Name!", "ARN", "Type", "KeyId"), kind="secret", hides="parameters"),
    Call("kms", "ListKeys", "Keys", ("KeyId!", "KeyArn"), kind="key", hides="keys"),
    Call("kms", "DescribeKey", "[KeyMetadata]", ("KeyId!", "Arn!", "Description", "KeyState", "KeyManager", "MultiRegion", "primary: MultiRegionConfiguration.PrimaryKey.Arn", "store: CustomKeyStoreId"), each="kms:ListKeys", take={"KeyId": "KeyId"}, of="KeyArn", kind="key", hides="keys", nothing=("NotFoundException",)),
    Call("kms", "ListAliases", "Aliases", ("AliasName!", "AliasArn", "TargetKeyId"), hides="names of keys"),
    Call("acm", "ListCertificates", "CertificateSummaryList", ("CertificateArn!", "DomainName", "InUse"), kind="key", hides="certificates"),
    Call("cognito-idp", "ListUserPools", "UserPools", ("Id!", "Name!"), given={"MaxResults": 60}, kind="identity", hides="user pools"),
    Call("cognito-idp", "DescribeUserPool", "[UserPool]", ("Id!", "Arn", "Name!", "Domain", "CustomDomain", "functions: values(LambdaConfig || `{}`)"), each="cognito-idp:ListUserPools", take={"UserPoolId": "Id"}, of="Id", kind="identity", hides="user pools", nothing=("ResourceNotFoundException",)),
    Call("wafv2", "ListWebACLs", "WebACLs", ("Name!", "ARN!"), given={"Scope": "REGIONAL"}, hides="firewalls of web applications"),
)  # fmt: skip


def _gone(item: Item) -> bool:
    """Keys of the provider are part of its services; those that wait for their end serve nobody."""
    return item.data.get("KeyManager") == "AWS" or item.data.get("KeyState") in (
        "PendingDeletion",
        "PendingReplicaDeletion",
    )


def index(estate: Estate) -> None:
    """Secrets and keys with the names by which others use them."""
    _secretsmanager(estate)
    _ssm(estate)
    _kms(estate)
    _acm(estate)
    _cognito_idp(estate)


def _secretsmanager(estate: Estate) -> None:
    for item in estate.items("secretsmanager:ListSecrets"):
        data = item.data
        estate.add(
            item,
            "secret",
            "secretsmanager",
            "AWS::SecretsManager::Secret",
            data["ARN"],
            data["Name"],
            identities=(_short(data["ARN"]),),
            aliases=(data["Name"],),
            tags=data.get("Tags"),
        )


def _ssm(estate: Estate) -> None:
    for item in estate.items("ssm:DescribeParameters"):
        name = item.data["Name"]
        arn = item.data.get("ARN") or estate.arn(item, "ssm", f"parameter/{name.lstrip('/')}")
        estate.add(item, "secret", "ssm", "AWS::SSM::Parameter", arn, name, aliases=(name,))


def _kms(estate: Estate) -> None:
    for item in estate.items("kms:DescribeKey"):
        if not _gone(item):
            data = item.data
            estate.add(
                item,
                "key",
                "kms",
                "AWS::KMS::Key",
                data["Arn"],
                data.get("Description") or data["KeyId"],
                aliases=(data["KeyId"],),
                attributes={"multi_region": "true"} if data.get("MultiRegion") else {},
            )
            estate.know(item, "key", data["KeyId"], data["Arn"])
    for item in estate.items("kms:ListAliases"):
        key = estate.find(item, "key", item.data.get("TargetKeyId"))
        if key:
            name = item.data["AliasName"]
            estate.know(item, "key", name, key)
            arn = item.data.get("AliasArn")
            estate.update(key, identities=(arn,) if arn else (), aliases=(name,), name=name.removeprefix("alias/"))


def _acm(estate: Estate) -> None:
    for item in estate.items("acm:ListCertificates"):
        if item.data.get("InUse") is not False:
            estate.add(
                item,
                "key",
                "acm",
                "AWS::CertificateManager::Certificate",
                item.data["CertificateArn"],
                item.data.get("DomainName", ""),
            )


def _cognito_idp(estate: Estate) -> None:
    for item in estate.items("cognito-idp:DescribeUserPool"):
        data = item.data
        domain = data.get("Domain")
        hosts = [f"{domain}.auth.{item.region}.amazoncognito.com" if domain else None, data.get("CustomDomain")]
        arn = data.get("Arn") or estate.arn(item, "cognito-idp", f"userpool/{data['Id']}")
        path = f"cognito-idp.{item.region}.amazonaws.com/{data['Id']}"
        estate.add(
            item,
            "identity",
            "cognito",
            _POOL,
            arn,
            data["Name"],
            hosts=hosts,
            identities=(path,),
            aliases=(data["Id"],),
        )
        estate.know(item, "pool", data["Id"], arn)


def _short(arn: str) -> str:
    """The ARN of a secret without the six signs that the service puts behind its name; also by that it is referred to."""
    head, dash, tail = arn.rpartition("-")
    return head if dash and len(tail) == 6 and tail.isalnum() else arn


def translate(estate: Estate) -> None:
    """Keys of secrets, copies in other regions, functions of sign-in."""
    for item in estate.items("secretsmanager:ListSecrets"):
        data = item.data
        estate.need(data["ARN"], estate.key(item, data.get("KmsKeyId")), item, "KmsKeyId", via="key")
        primary = data.get("PrimaryRegion")
        if primary and primary != item.region:
            source = data["ARN"].replace(f":{item.region}:", f":{primary}:", 1)
            estate.update(data["ARN"], attributes={"role": "replica", "copy_of": source})
    for item in estate.items("secretsmanager:DescribeSecret"):
        _copies(estate, item)
    for item in estate.items("ssm:DescribeParameters"):
        arn = item.data.get("ARN") or estate.arn(item, "ssm", f"parameter/{item.data['Name'].lstrip('/')}")
        if item.data.get("Type") == "SecureString":
            estate.need(arn, estate.key(item, item.data.get("KeyId")), item, "KeyId", via="key")
    for item in estate.items("kms:DescribeKey"):
        primary = item.data.get("primary")
        if primary and primary != item.data["Arn"]:
            estate.update(item.data["Arn"], attributes={"role": "replica", "copy_of": primary})
    for item in estate.items("cognito-idp:DescribeUserPool"):
        arn = estate.find(item, "pool", item.data["Id"]) or ""
        for one in item.data.get("functions", ()):
            function = one.get("LambdaArn") if isinstance(one, dict) else one
            if str(function).startswith("arn:"):  # people sign in only if the function answers
                estate.need(arn, ":".join(str(function).split(":")[:7]), item, "LambdaConfig", via="trigger")


def _copies(estate: Estate, item: Item) -> None:
    for one in item.data.get("replicas", ()):
        region = one.get("region")
        if not region or region == item.region or one.get("status") == "Failed":
            continue
        arn = item.data["ARN"].replace(f":{item.region}:", f":{region}:", 1)
        if arn not in estate.components:
            name = estate.components[item.data["ARN"]].name if item.data["ARN"] in estate.components else arn
            estate.add(
                item,
                "secret",
                "secretsmanager",
                "AWS::SecretsManager::Secret",
                arn,
                name,
                region=region,
                identities=(_short(arn),),
                aliases=(name,),
                field="ReplicationStatus",
            )
        estate.update(arn, attributes={"role": "replica", "copy_of": item.data["ARN"]})
