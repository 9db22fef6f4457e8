"""Values by which a resource is known to others once it is there: what its provider gave it, as plans and states tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blastradius.scanners.terraform.model import Block, Expr

#: Attributes whose value is a resource's own whatever its type.
_OWN = (
    "arn", "id", "endpoint", "address", "dns_name", "domain_name", "fqdn", "reader_endpoint", "invoke_url", "self_link",
    "invoke_arn", "regional_domain_name", "bucket_regional_domain_name", "connection_name", "qualified_arn",
)  # fmt: skip
#: Words that end the name of an attribute with a host or URL, at the top or in a block that says where it is reached.
_SAYS = re.compile(
    r"(?:.+_)?(?:endpoints?|address|hostname|host|fqdn|dns_name|url|uri|uris|brokers(?:_\w+)?|default_site_hostname)"
)
_WITHIN = frozenset(
    {
        "ingress",
        "endpoint",
        "endpoints",
        "cluster_endpoint",
        "service_config",
        "status",
        "uris",
        "instances",
        "dns_entry",
        "cache_nodes",
    }
)
#: Names of that form by which a resource says what it calls, fetches or answers to: none of these is its own.
_OTHERS = re.compile(
    r".*(?:image|issuer|origin|source|target|push|callback|logout|redirect|webhook|integration|authorizer|authority|repo|git"
    r"|schema|template|license|documentation|health|metadata|idp|provider|backend|upstream|proxy|notification|log|artifact"
    r"|ip|public_key|token|policy|role|queue_endpoint).*"
)
#: Domains below which providers give names to what their customers make: a name elsewhere may be shared by several.
_GIVEN = re.compile(
    r"(?:[a-z0-9_-]+\.)+(?:amazonaws\.com(?:\.cn)?|on\.aws|awsapprunner\.com|cloudfront\.net|awsglobalaccelerator\.com|run\.app"
    r"|cloudfunctions\.net|appspot\.com|azurewebsites\.net|azurecontainerapps\.io|azurecontainer\.io|azurefd\.net|azure-api\.net"
    r"|azureedge\.net|azurecr\.io|azmk8s\.io|azure\.com|azure\.net|windows\.net|azurestaticapps\.net|trafficmanager\.net"
    r"|signalr\.net|amplifyapp\.com|elasticbeanstalk\.com|gateway\.dev)"
)
#: Hosts that are made of other attributes. Source: API Gateway developer guide, "Invoke a REST API".
_MADE = {"aws_api_gateway_rest_api": "{id}.execute-api.{region}.amazonaws.com"}
_SHORTEST = 6


def own_values(block: Block) -> list[str]:
    """Texts by which a resource is known, each once: of a URL the whole and its host.

    Args:
        block: the resource, or what looks one up.
    """
    found = dict.fromkeys(text for key in _OWN for text in _both(block.values.get(key)))
    for name, value in block.values.items():
        for text in _reached(name, value):
            found[text] = None
    made = _MADE.get(block.type)
    id = _known(block.values.get("id"))
    if made and id and isinstance(block.region, str):
        found[made.format(id=id, region=block.region)] = None
    return [text for text in found if len(text) >= _SHORTEST]


def _reached(name: str, value: Any, depth: int = 0) -> Iterator[str]:
    """Hosts that a provider gave, in an attribute that says where the resource is reached."""
    if isinstance(value, Expr):
        value = value.value
    if isinstance(value, list):
        for one in value[:20]:
            yield from _reached(name, one, depth + 1)
    elif isinstance(value, dict) and name in _WITHIN and depth < 3:
        for key, one in value.items():
            yield from _reached(str(key) if name != "uris" else name, one, depth + 1)
    elif isinstance(value, str) and _SAYS.fullmatch(name) and not _OTHERS.fullmatch(name):
        for one in value.split(",")[:20]:
            yield from (text for text in _both(one.strip()) if _GIVEN.fullmatch(text.partition("/")[0]))


def _both(value: Any) -> Iterator[str]:
    text = _known(value)
    yield text
    if "://" in str(value.value if isinstance(value, Expr) else value):
        host = re.sub(r":\d{1,5}$", "", text.partition("/")[0])
        if _GIVEN.fullmatch(host) and not re.fullmatch(r"(?:sqs|s3|dynamodb|sns)\..*", host):
            yield host


def _known(value: Any) -> str:
    """A text that a plan or state knows, in lower case, without scheme and port."""
    if isinstance(value, Expr):
        value = value.value
    if not isinstance(value, str) or len(value) > 1000:
        return ""
    text = value.rpartition("://")[2].lower()
    return text if text.startswith("arn:") else re.sub(r":\d{1,5}$", "", text).rstrip("./")
