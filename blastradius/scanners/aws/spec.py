"""What is asked of an account: one declaration for each operation, and the families that they come in."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from blastradius.model import Kind

if TYPE_CHECKING:
    from blastradius.scanners.aws.estate import Estate

Reduce = Callable[[dict[str, Any]], dict[str, Any]]
#: Beginnings of names of operations that read and change nothing.
READS = ("Describe", "List", "Get", "BatchGet", "Lookup", "Search")
#: Operations that begin so and read what users keep in a service, not how it is configured.
DATA_READS = frozenset({
    "GetObject", "GetItem", "BatchGetItem", "GetSecretValue", "BatchGetSecretValue", "GetParameter", "GetParameters",
    "GetParametersByPath", "GetParameterHistory", "GetRecords", "GetQueryResults", "GetLogEvents", "GetAuthorizationToken",
    "GetSessionToken", "GetFederationToken", "GetPasswordData", "GetConsoleOutput", "GetConsoleScreenshot", "GetObjectTorrent",
    "GetLogRecord", "GetRandomPassword", "GetCredentialsForIdentity", "GetId", "GetOpenIdToken", "GetUser", "ListUsers",
    "GetLayerVersion", "GetFunction", "GetClusterCredentials", "GetDownloadUrlForLayer", "BatchGetImage", "GetExport",
    "ListObjects", "ListObjectsV2", "ListObjectVersions", "GetTemplate", "GetApiKeys", "GetApiKey", "GetStaticIp",
    "GetExecutionHistory", "ListExecutions", "GetDataKey", "GetMedia", "GetRoleCredentials",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One operation: how to ask, what of the answer is kept, and what stays unknown where it fails.

    Attributes:
        service: as the SDK calls it: `elbv2`.
        operation: as the API calls it: `DescribeLoadBalancers`.
        items: JMESPath to a list within an answer; the whole answer is one item where empty.
        keep: what is kept of an item: names of fields, or `name: expression`. Nothing else of an answer is held. An item
            without a text in a field marked `name!` is none.
        given: arguments that are always the same.
        each: key of another call: asked once for each of its items.
        take: arguments by JMESPath on such an item; `_of` stands for what the item itself belongs to.
        same: like `take`, for arguments that are one for a whole batch.
        when: JMESPath on such an item; the item is left out where that is empty or false.
        batch: how many items one request takes; their values go into a list.
        of: JMESPath on such an item: what its answers are kept under.
        within: JMESPath on such an item: the region to ask in, where it is not the item's own.
        place: `region`, or `global` for what is asked once for an account.
        kind: of what stays unknown where it fails: the bound of the gap.
        hides: words for what stays unknown.
        leaves: types of components whose needs stay unknown where it fails.
        nothing: codes of errors that say that there is none.
        pages: argument, JMESPath of the next token and JMESPath of whether there is more, where the SDK's own data lacks
            them.
        actions: IAM actions, where they are not `service:Operation`.
        resource: ARN to which the permission can be narrowed, behind the partition: `apigateway:*::/vpclinks`.
        reduce: takes what may hold secrets out of an item before it is held.
    """

    service: str
    operation: str
    items: str = ""
    keep: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    each: str = ""
    take: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    when: str = ""
    batch: int = 0
    of: str = ""
    within: str = ""
    place: Literal["region", "global"] = "region"
    kind: Kind | None = None
    hides: str = ""
    leaves: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    pages: tuple[str, str, str] | None = None
    actions: tuple[str, ...] = ()
    resource: str = ""
    reduce: Reduce | None = None

    @property
    def key(self) -> str:
        """`service:Operation`, by which answers, coverage and evidence speak of it."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class Family:
    """Calls that belong together, and what their answers mean.

    Attributes:
        name: of its file.
        calls: in the order in which they depend on each other.
        index: notes what other families refer to; called for all families before any is translated.
        translate: writes down facts.
    """

    name: str
    calls: tuple[Call, ...]
    translate: Callable[[Estate], None]
    index: Callable[[Estate], None] | None = None


@cache
def families() -> tuple[Family, ...]:
    """All families: each module of `specs` has `CALLS` and `translate`, and may have `index`."""
    package = f"{__package__}.specs"
    found = []
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        module = importlib.import_module(f"{package}.{info.name}")
        found.append(Family(info.name, module.CALLS, module.translate, getattr(module, "index", None)))
    return tuple(found)


@cache
def calls() -> tuple[Call, ...]:
    """The calls of all families, each once."""
    return tuple({call.key: call for family in families() for call in family.calls}.values())
