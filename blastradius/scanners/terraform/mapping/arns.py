"""ARNs and queue URLs of which a part is known only once Terraform ran: most often the account."""

from __future__ import annotations

import re
from collections.abc import Sequence

from blastradius.scanners.terraform.mapping.rows import Row
from blastradius.scanners.terraform.mapping.world import World

_HOLE = "${x}"
_ARN = re.compile(
    r"(?<![\w:/-])arn:(aws[a-z-]{0,12}|\$\{x\}):([a-z0-9-]{1,40}):([a-z0-9-]{1,30}|\$\{x\}|):(\d{12}|\$\{x\}|)"
    r":((?:[A-Za-z0-9_./:+=@*#-]|\$\{x\}){1,300})"
)
_QUEUE = re.compile(r"https?://sqs\.([a-z0-9-]{1,30}|\$\{x\})\.amazonaws\.com(?:\.cn)?/(\d{12}|\$\{x\})/((?:[\w.-]|\$\{x\}){1,160})")  # fmt: skip
_HOLES = re.compile(r"\$\{[^{}]{0,500}\}")
_SUFFIX = re.compile(r"-(?:[A-Za-z0-9]{6}|\?{6})$")
_LONGEST = 100_000


def partly_known(pieces: Sequence[str | None]) -> list[str]:
    """ARNs in a text with unknown parts, the unknown left empty; a resource that is not all known is `*`.

    Args:
        pieces: of the text, in order; None for those that are not known.
    """
    text = _HOLES.sub(_HOLE, "".join(_HOLE if one is None else one for one in pieces)[:_LONGEST])
    found: dict[str, None] = {}
    for match in _ARN.finditer(text):
        if _HOLE in match[0]:
            found[_arn(*match.groups())] = None
    for match in _QUEUE.finditer(text):
        if _HOLE in match[0]:
            found[_arn("", "sqs", *match.groups())] = None
    return list(found)


def _arn(partition: str, service: str, region: str, account: str, resource: str) -> str:
    region, account = region.replace(_HOLE, ""), account.replace(_HOLE, "")
    if partition in ("", _HOLE):
        partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    name = "*" if _HOLE in resource else resource.rstrip(".:")
    return f"arn:{partition}:{service}:{region}:{account}:{name}"


def declared(world: World, arn: str) -> list[str]:
    """Components of this root that an ARN may name whose region or account is not known.

    Args:
        world: the root.
        arn: with empty parts for what is not known.
    """
    _, _, service, region, account, resource = arn.split(":", 5)
    tails = [resource, *(resource[at.end() :] for at in re.finditer(r"[:/]", resource))]
    heads = [tail[: at.start()] for tail in tails for at in re.finditer(r"[:/]", tail)]
    names = [*tails, *heads, *(f"/{tail}" for tail in tails), *(_SUFFIX.sub("", tail) for tail in tails)]
    found: dict[str, None] = {}
    for name in dict.fromkeys(names):
        for id in sorted(world.names.get(name, ())):
            component = world.components[id]
            row = world.types.rows.get(component.type or "")
            alike = row is not None and _bears(row, name, service, resource)
            near = not region or component.region in (None, region)
            if alike and near and (not account or component.account in (None, account)):
                found[id] = None
    return list(found)


def _bears(row: Row, name: str, service: str, resource: str) -> bool:
    """Whether something of a type and name has an ARN of that service and resource."""
    if not row.arn:
        return row.service == service
    of, _, rest = row.arn.partition(":")
    own = rest.split(":", 2)[-1].format(name=name)
    return of == service and (resource == own or resource.startswith((f"{own}:", f"{own}/")))


def without_account(row: Row, name: str, region: str) -> str:
    """The ARN that something has but for its account; empty where its type has none of that form."""
    if "{account}" not in row.arn:
        return ""
    of, _, rest = row.arn.partition(":")
    return _arn("", of, region, "", rest.split(":", 2)[-1].format(name=name))
