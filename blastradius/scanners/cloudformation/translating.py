"""Turns stacks into facts: first what is there, then what it needs."""

from __future__ import annotations

import re
from typing import Any

from blastradius.documents import line_of
from blastradius.model import Component, Reference
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.facts import Facts
from blastradius.scanners.cloudformation.including import transforms
from blastradius.scanners.cloudformation.item import Item, deep, lines
from blastradius.scanners.cloudformation.mapping.edge import recorded
from blastradius.scanners.cloudformation.mapping.rows import Row, types
from blastradius.scanners.cloudformation.mapping.standbys import zones
from blastradius.scanners.cloudformation.settings import tell_unmade, variables
from blastradius.scanners.cloudformation.stacks import Stack, evidence
from blastradius.scanners.cloudformation.stored import fetched
from blastradius.scanners.cloudformation.world import NESTED, World
from blastradius.scanners.mapping.zones import UNNAMED, somewhere, spread

_MAX_TAGS = 50
_OWNER = re.compile(r"://[^/@\s]*@")
#: What a type is written as in full, in a template of the tool that makes it.
_NO_TYPE = frozenset({"AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro"})


def translate(world: World, root: str) -> Facts:
    """All facts of all stacks.

    Args:
        world: the stacks.
        root: name of what is scanned.
    """
    facts = Facts(world, root)
    items = [facts.item(stack, resource) for stack, resource in world.all()]
    facts.recorded = recorded(facts)
    for item in items:
        row = row_of(item)
        if row is not None and row.first is not None:
            row.first(facts, item)
    for item in items:
        row = row_of(item)
        if row is not None:
            _component(facts, item, row)
        elif not types().quietly(item.resource.type):
            facts.unmapped[item.resource.type[:200]] += 1
    absent = sum(one.type in types().rows or not types().quietly(one.type) for one in world.left_out())
    if absent:
        facts.unmapped["resources that a condition leaves out, by what is given or by default"] = absent
    for item in items:
        _said(facts, item)
    for last in types().last:
        last(facts)
    for item in items:
        _rewritten(facts, item)
    tell_unmade(facts)
    _ordered(facts)
    _unseen(facts)
    return facts


def row_of(item: Item) -> Row | None:
    """What a resource becomes; None for one that is part of another or says nothing."""
    kind = item.resource.type
    if kind == "AWS::RDS::DBInstance" and item.get("DBClusterIdentifier") is not None:
        return None  # an instance of a cluster: its endpoint is the cluster's
    return types().rows.get(kind)


def _component(facts: Facts, item: Item, row: Row) -> None:
    if item.resource.type == "AWS::ECS::TaskDefinition" and facts.users.get(item.id):
        return  # part of the services that run it
    label = row.label(facts, item) if row.label else None
    if label == "":
        return
    name = _name(item, row)
    region, zone = _place(facts, item, row)
    hosts = [
        host
        for path in row.hosts
        for one in deep(item.properties, path)
        if (text := v.text(one)) and (host := text.lower().rstrip(".")) not in facts.recorded
    ]
    component = Component(
        id=item.id,
        kind=row.kind,
        name=(name or label or item.resource.name)[:500],
        type=item.resource.type,
        service=_service(item, row),
        provider="aws",
        region=region,
        zone=zone,
        account=item.stack.account,
        environment=item.stack.deployment.environment,
        scope=facts.scope(item.stack),
        identities=tuple(dict.fromkeys([*_arn(item, row, name, region), *(one for one in hosts if "*" not in one)])),
        aliases=(item.resource.name,),
        tags=_tags(item),
        attributes=_attributes(facts, item, row),
        evidence=_evidence(item),
    )
    facts.add(component, item.stack, item.resource.name)
    facts.enter(item, row, component.id, name)
    if row.copies is not None:
        row.copies(facts, item)
    for host in (*hosts, *(row.called(facts, item) if row.called else ())):
        facts.hosts.setdefault(host, []).append(component.id)


def _evidence(item: Item) -> tuple[Any, ...]:
    where = item.stack.deployment.evidence
    open_one = item.stack.condition(item.resource) is None
    doubt = (
        f"condition {item.resource.body.get('Condition')} cannot be decided: taken to be made"[:200]
        if open_one
        else None
    )
    own = evidence(f"{item.resource.path}:{item.resource.line}", doubt)
    staged = item.stack.deployment.staged
    return (own, *((where,) if where is not None and item.stack.region else ()), *((staged,) if staged else ()))


def _name(item: Item, row: Row) -> str | None:
    for path in row.names:
        text = v.text(item.get(*path.split(".")))
        if text:
            return text
    return None


def _place(facts: Facts, item: Item, row: Row) -> tuple[str | None, str | None]:
    """Region and zone; a zone that is written down tells its region."""
    if row.place == "global":
        return "global", None
    zone = item.text("AvailabilityZone") if row.kind in ("service", "database", "cache") else None
    if zone and zone[-1:].isalpha() and zone[-2:-1].isdigit() and zone.count("-") >= 2:
        return item.stack.region or zone[:-1], zone
    found = zones(facts, [one for path in row.zones for one in deep(item.properties, path)])
    if len(found) == 1 and not found[0].startswith(UNNAMED):
        return item.stack.region or found[0][:-1], found[0]
    return item.stack.region, None


def _on_fargate(item: Item) -> bool:
    """Whether tasks run on Fargate alone: by the launch type or by every capacity provider that is named."""
    if stated := item.text("LaunchType"):
        return stated.upper() == "FARGATE"
    named = [v.text(one.get("CapacityProvider")) or "" for one in v.dicts(item.get("CapacityProviderStrategy"))]
    return bool(named) and all(one.upper() in ("FARGATE", "FARGATE_SPOT") for one in named)


def _service(item: Item, row: Row) -> str | None:
    engine = item.text("Engine")
    if item.resource.type == "AWS::ECS::Service" and _on_fargate(item):
        return "fargate"
    if row.service == "aurora" and engine and not engine.startswith("aurora"):
        return "neptune" if engine == "neptune" else "rds"
    return row.service


def _arn(item: Item, row: Row, name: str | None, region: str | None) -> list[str]:
    """ARN of a thing of which all parts are known."""
    if not row.arn or not name:
        return []
    parts = {"name": name, "region": region, "account": item.stack.account}
    if any(parts[key] is None and "{" + key + "}" in row.arn for key in parts):
        return []
    partition = v.text(item.stack.resolver.named("AWS::Partition", 1)) or "aws"
    return [f"arn:{partition}:{row.arn.format(**parts)}"]


def _tags(item: Item) -> dict[str, str]:
    found = item.get("Tags")
    if isinstance(found, dict):
        pairs = list(found.items())
    else:
        pairs = [(v.text(one.get("Key")), one.get("Value")) for one in v.dicts(found)]
    known = {key[:128]: text[:256] for key, value in pairs if key and (text := v.text(value)) is not None}
    return dict(list(known.items())[:_MAX_TAGS])


def _attributes(facts: Facts, item: Item, row: Row) -> dict[str, str]:
    found = {name: item.text(*path.split(".")) for path, name in row.shows}
    found["role"] = row.role or ("read-replica" if item.get("SourceDBInstanceIdentifier") is not None else None)
    found["condition"] = (
        item.resource.body.get("Condition") if isinstance(item.resource.body.get("Condition"), str) else None
    )
    found["stack"] = v.text(item.stack.name)
    found["entry"] = row.entry(facts, item) if row.entry else None
    return {key: value[:500] for key, value in sorted(found.items()) if value}


def _said(facts: Facts, item: Item) -> None:
    """What a resource says of needs, its own or those of others."""
    row = row_of(item)
    if row is not None and item.id in facts.components:
        for need in row.needs:
            if need.settings:
                told = v.chosen(item.properties, *need.path.split("."))
                what = "env" if isinstance(told, dict) else need.path
                line = line_of(item.properties, need.path) or item.resource.line
                variables(facts, item.id, item.stack, told, item.resource.path, line, what)
                continue
            for value, line in lines(item.properties, need.path, item.resource.line):
                facts.need(
                    item.id, item.stack, value, need.via or need.path, f"{item.resource.path}:{line}",
                    strength=need.strength, phase=need.phase, reason=need.reason, service=_bare(need.path),
                )  # fmt: skip
    if row is not None and row.zones and item.id in facts.components:
        _spread(facts, item, row)
    if row is not None and row.more is not None and (item.id in facts.components or facts.users.get(item.id)):
        row.more(facts, item)
    join = types().joins.get(item.resource.type)
    if join is not None:
        join(facts, item)
    if row is not None and item.id in facts.components:
        for where in ("MasterUserPassword", "MasterUsername", "SecretString", "AuthToken", "Value"):
            fetched(facts, item.id, item.stack, item.get(where), where)


def _spread(facts: Facts, item: Item, row: Row) -> None:
    """Zones that it is spread over, or the one that nobody names."""
    found = zones(facts, [one for path in row.zones for one in deep(item.properties, path)])
    component = facts.components[item.id]
    copies = row.spares(facts, item) if row.spares else len(found)
    via = next((path for path in row.zones if deep(item.properties, path)), "")
    where = evidence(item.place(*via.split(".")), via or None)
    if row.spares and (copies or 1) < 2:
        facts.found.extend(somewhere(component, found, copies, where))
    else:
        facts.found.extend(spread(component, found, copies or 1, where, via))


_BARE = {"TableName": "dynamodb", "Cluster": "ecs", "EventBusName": "eventbridge", "RepositoryName": "*", "ProjectName": "codebuild",
         "FunctionName": "lambda", "ClusterName": "eks", "KmsKeyId": "kms"}  # fmt: skip


def _bare(path: str) -> str:
    """Service of what a property names where it holds a bare name."""
    return _BARE.get(path.rpartition(".")[2], "")


def _rewritten(facts: Facts, item: Item) -> None:
    """What macros make of parts of a resource, and files that it includes and that were not scanned."""
    own = {key: one for key, one in item.resource.properties.items() if key != "Tags"}  # which nothing depends on
    at_top = {key: one for key, one in item.resource.body.items() if key not in ("Properties", "Metadata")}
    for name, _, line in [*transforms(own), *transforms(at_top)]:
        what = "takes in a file that was not scanned" if name == "AWS::Include" else f"goes through {name}"
        reason = f"a part of {item.resource.name} {what} when it is deployed: scan what it makes"
        about: list[str | None] = [item.id] if item.id in facts.components else []
        about = about or [one.id for one in facts.users.get(item.id, []) if one.id in facts.components]
        if not about and not types().quietly(item.resource.type):
            about = [None]
        for id in about:
            scope = id or facts.scope(item.stack)
            facts.gap(
                scope,
                reason,
                f"{item.resource.path}:{line if line > 1 else item.resource.line}",
                component=id,
                reference=item.resource.name[:200],
            )


def _ordered(facts: Facts) -> None:
    """What is deployed after other stacks is changed only where those can be."""
    for id, stack in facts.places.items():
        if facts.components[id].kind == "function":
            for region, where in stack.template.after:
                text = f"aws:control-plane/{region or 'unknown'}/cloudformation"
                reference = Reference(texts=(text,), scope=facts.scope(stack), role="resource")
                via, reason = where.note or "deployed after", "its stack is deployed after one that lies there"
                facts.reference(id, reference, via, where.locator, strength="hard", phase="deploy", reason=reason)


def _unseen(facts: Facts) -> None:
    """Nested stacks that were not scanned, or not followed."""
    world = facts.world
    for (key, name), reason in sorted(world.refused.items()):
        if reason:
            resource = world.stacks[key].template.resources[name]
            facts.gap(facts.scope(world.stacks[key]), reason, f"{resource.path}:{resource.line}", component=None)
    for stack, resource in world.all():
        at = (stack.key, resource.name)
        if resource.type in NESTED and at not in world.nested and at not in world.refused:
            _not_nested(facts, stack, facts.item(stack, resource))


def _not_nested(facts: Facts, stack: Stack, item: Item) -> None:
    location = item.get("TemplateURL") or item.get("Location")
    application = v.text(v.get(location, "ApplicationId"))
    text = application or (v.shown(location) if not isinstance(location, dict) else "")
    text = _OWNER.sub("://", text.partition("?")[0])[:200]
    reason = f"nested stack {item.resource.name} is made from a template that was not scanned: scan it as well"
    place = item.place("TemplateURL" if item.get("TemplateURL") is not None else "Location")
    line = line_of(item.resource.body)
    facts.gap(facts.scope(stack), reason, place or str(line), component=None, reference=text or None)
