"""What stands in the stacks of a scan, found by name, host or reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from blastradius.model import Component, Reference
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.item import Item, deep, texts
from blastradius.scanners.cloudformation.mapping.rows import Row, types
from blastradius.scanners.cloudformation.naming import Named, Names, external_arn
from blastradius.scanners.cloudformation.stacks import Stack
from blastradius.scanners.cloudformation.template import Resource
from blastradius.scanners.cloudformation.values import Ref
from blastradius.scanners.cloudformation.world import World

_MAX_STEPS = 8


@dataclass(slots=True)
class Directory:
    """What stands in all stacks, by every text and reference that may mean it.

    Attributes:
        world: the stacks.
        root: name of what is scanned.
        names: components by their physical names.
        ids: of components, by stack and name of the resource.
        places: the stack of each component, by its id.
        users: who runs what is no component itself, such as a task definition, by that one's id.
        replicas: ids of a component's replicas by region, by its id.
        hosts: ids of what is called by a host name.
        components: those that are written down, by id.
    """

    world: World
    root: str
    names: Names = field(default_factory=Names)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    places: dict[str, Stack] = field(default_factory=dict)
    users: dict[str, list[Item]] = field(default_factory=dict)
    replicas: dict[str, dict[str, str]] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    components: dict[str, Component] = field(default_factory=dict)

    def item(self, stack: Stack, resource: Resource) -> Item:
        """A resource with its properties resolved."""
        return Item(stack, resource, stack.properties(resource.name), self.id(stack, resource.name))

    def id(self, stack: Stack, name: str) -> str:
        """Id of what a resource becomes."""
        return f"cfn:{self.root}:{stack.key}:{name}"

    def scope(self, stack: Stack) -> str:
        """Path within which aliases of a stack's resources hold."""
        return f"cfn:{self.root}/{stack.key}"

    def of(self, ref: Ref) -> Item | None:
        """The resource that a reference names."""
        stack = self.world.stacks.get(ref.stack)
        resource = stack.template.resources.get(ref.name) if stack else None
        if stack is None or resource is None or not stack.exists(resource):
            return None
        return self.item(stack, resource)

    def kind_of(self, ref: Ref) -> str:
        """Type of the resource that a reference names; empty where it is not made."""
        found = self.of(ref)
        return found.resource.type if found else ""

    def call(self, host: str, stack: Stack) -> str | None:
        """Id of what is called by a host name from a stack; None where nothing is, or nothing tells which."""
        ids = self.hosts.get(host.lower(), [])
        for near in (
            [one for one in ids if self.places[one] is stack],
            [one for one in ids if self.places[one].region == stack.region],
            ids,
        ):
            if near:
                return near[0] if len(set(near)) == 1 else None
        return None

    def targets(self, value: Any, region: str | None = None) -> list[str]:
        """Ids of the components that the references of a value mean, through what stands for others.

        Args:
            value: resolved.
            region: of the reader: the replica there is meant where there are several.
        """
        found: dict[str, None] = {}
        todo: list[tuple[Any, int]] = [(one, 0) for one in v.refs(value)]
        seen: set[tuple[str, str]] = set()
        while todo:
            ref, steps = todo.pop(0)
            if (ref.stack, ref.name) in seen or steps > _MAX_STEPS:
                continue
            seen.add((ref.stack, ref.name))
            id = self.ids.get((ref.stack, ref.name))
            if id is not None:
                found[self.replicas.get(id, {}).get(region or "", id)] = None
                continue
            item = self.of(ref)
            if item is None:
                continue
            if item.resource.type == "AWS::ECS::TaskDefinition":
                found.update(dict.fromkeys(one.id for one in self.users.get(item.id, []) if one.id in self.components))
            for one in types().stands.get(item.resource.type, ()):
                todo.extend((inner, steps + 1) for inner in v.refs(deep(item.properties, one)))
        return list(found)

    def enter(self, item: Item, row: Row, id: str, name: str | None) -> None:
        """Let a component be found by its physical name."""
        for one in row.names:
            value = item.get(one)
            if value is not None and not v.refs(value) and v.shown(value):
                self.names.add(Named(id, v.shown(value), row.service or "", row.kind, item.stack))
                return
        if name:
            self.names.add(Named(id, name, row.service or "", row.kind, item.stack))

    def named(self, value: Any, stack: Stack, service: str) -> list[Reference]:
        """What the literal texts of a value name: components of the stacks, else ARNs of what lies outside them."""
        found = []
        for one in v.items(value):
            for text in texts(one):
                known = self.names.find(text, stack, service)
                arn = external_arn(text, stack) if known is None else None
                if known or arn:
                    ids = (self.replicas.get(known, {}).get(stack.region or "", known),) if known else (arn or "",)
                    found.append(Reference(texts=ids, scope=self.scope(stack), role="resource"))
        return found
