"""What SAM and the Serverless Framework write that no plain resource stands for: connectors and triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.events import delivered
from blastradius.scanners.cloudformation.values import Ref

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item


def _ends(item: Item, key: str) -> list[Any]:
    """What one end of a connector names: logical ids, ARNs."""
    found: list[Any] = []
    for one in v.dicts(item.get(key)):
        id = v.text(one.get("Id"))
        if id and id in item.stack.template.resources:
            found.append(Ref(item.stack.key, id, "", item.place(key)))
        elif one.get("Arn") is not None:
            found.append(one["Arn"])
        elif one.get("QueueUrl") is not None:
            found.append(one["QueueUrl"])
    return found


def connector(facts: Facts, item: Item) -> None:
    """A connector lets its source use its destination: the source needs it, an event source is needed by what it calls."""
    for source in _ends(item, "Source"):
        for target in _ends(item, "Destination"):
            for id in facts.targets(source):
                if facts.components[id].kind in ("topic", "bucket"):
                    delivered(facts, item.stack, target, id, "connector", item.place())
                else:
                    facts.need(id, item.stack, target, "connector", item.place("Destination"))


def trigger(facts: Facts, item: Item) -> None:
    """Something that sets a function going: a bucket, a log group, a user pool."""
    what = item.text("What") or "event"
    if what == "log subscription":
        return  # lines of a log are told, not asked for
    sources = facts.targets(item.get("Source"))
    if not sources:
        service = {"S3 notification": "s3", "user pool trigger": "cognito"}.get(what, "")
        known = facts.names.find(v.shown(item.get("Source")), item.stack, service)
        sources = [known] if known else []
    for source in sources:
        if what == "user pool trigger":  # people sign in only if the function answers
            for target in v.refs(item.get("Target")):
                facts.need(source, item.stack, target, what, item.place("Source"))
        else:
            delivered(facts, item.stack, item.get("Target"), source, what, item.place("Source"))
    if not sources and item.get("Source") is not None:
        for id in facts.targets(item.get("Target")):
            if not facts.need(id, item.stack, item.get("Source"), what, item.place("Source"), sets_going="event"):
                shown = v.shown(item.get("Source"))[:200]
                facts.gap(
                    id,
                    f"{what}: {shown} is not known here: scan it as well",
                    item.place("Source"),
                    component=id,
                    reference=shown,
                )


JOINS = {"blastradius::Connector": connector, "blastradius::Trigger": trigger}
