"""What was seen at run time, and labels of everything."""

from __future__ import annotations

from blastradius.model import Component, DependencyFact, Evidence, Mention, Reference
from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.ground import NAME
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.texts import plain_tags

#: Sorts of nodes of a service graph, and what they are by the ARN of one of their names.
_TYPES = {
    "AWS::Lambda::Function": "function",
    "AWS::DynamoDB::Table": "database",
    "AWS::SQS::Queue": "queue",
    "AWS::SNS": "topic",
}
CALLS = (
    Call("xray", "GetServiceGraph", "Services", ("ReferenceId", "Name", "Type", "AccountId", "edges: Edges[].ReferenceId", "root: Root"), given={"StartTime": "@hours:6", "EndTime": "@now"}, hides="calls seen at run time"),
    Call("resourcegroupstaggingapi", "GetResources", "ResourceTagMappingList", ("ResourceARN!", "Tags"), hides="labels", actions=("tag:GetResources",)),
)  # fmt: skip


def translate(estate: Estate) -> None:
    """Labels of what is there; calls between services."""
    for item in estate.items("resourcegroupstaggingapi:GetResources"):
        component = estate.components.get(item.data["ResourceARN"])
        if component is not None and not component.tags:
            estate.update(component.id, tags=plain_tags(item.data.get("Tags")))
    for item in estate.items("xray:GetServiceGraph"):
        _node(estate, item)


def _id(item: Item) -> str:
    return f"xray:{item.account}/{item.region}/{item.data.get('Name', item.data.get('ReferenceId'))}"


def _known(estate: Estate, item: Item) -> str:
    """The component that a node is: by name, where it is of a sort that has one."""
    name, sort = str(item.data.get("Name", "")), str(item.data.get("Type", ""))
    kind = _TYPES.get(sort)
    scope = estate.scope(item.account, item.region)
    found = [one for one in estate.named.get((scope, name), ()) if estate.components[one].kind == kind]
    return found[0] if len(set(found)) == 1 else ""


def _node(estate: Estate, item: Item) -> None:
    """A node and its calls; the calls of clients are none of the user's services."""
    if item.data.get("Type") == "client":
        return
    nodes = {
        one.data.get("ReferenceId"): one
        for one in estate.items("xray:GetServiceGraph")
        if (one.account, one.region) == (item.account, item.region)
    }
    own = _known(estate, item) or _id(item)
    evidence = Evidence(scanner=NAME, locator=f"{item.call} Services", basis="observed", note=None)
    if own == _id(item):
        if str(item.data.get("Type", "")).startswith("AWS::") or item.data.get("Type") == "remote":
            return
        component = Component(
            id=own, kind="service", name=str(item.data.get("Name")), account=item.account, evidence=(evidence,)
        )
        estate.rules.append(Mention(component=component))
    for reference in item.data.get("edges", ()):
        other = nodes.get(reference)
        if other is None:
            continue
        sort = str(other.data.get("Type", ""))
        text = _known(estate, other) or (
            _id(other) if not sort.startswith("AWS::") and sort != "remote" else str(other.data.get("Name"))
        )
        role = "address" if sort == "remote" else "resource"
        if text != own and (role == "address" or text in estate.components or text == _id(other)):
            estate.rules.append(
                DependencyFact(
                    dependent=own,
                    reference=Reference(texts=(text,), scope=estate.scope(item.account, item.region), role=role),
                    via="call seen",
                    evidence=(evidence.model_copy(update={"note": f"call to {other.data.get('Name')}"[:200]}),),
                )
            )
