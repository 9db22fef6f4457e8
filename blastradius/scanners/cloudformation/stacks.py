"""A stack: a template as it is deployed once, with what its resources come to there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blastradius.model import Evidence
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.resolving import Resolver
from blastradius.scanners.cloudformation.stacksets import given_by_set
from blastradius.scanners.cloudformation.template import NAME, Resource, Template

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.world import World


@dataclass(slots=True)
class Stack:
    """A template deployed once.

    Attributes:
        world: all stacks of the scan.
        key: path of the template, with what tells several of its stacks apart; stands in ids.
        parent: the stack that it is nested in, and the resource there.
    """

    world: World
    key: str
    template: Template
    deployment: Deployment
    parent: tuple[Stack, Resource] | None = None
    resolver: Resolver = field(init=False)
    _properties: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resolver = Resolver(self)

    @property
    def region(self) -> str | None:
        """Region, None where nothing says it."""
        return self.deployment.region

    @property
    def account(self) -> str | None:
        """Account, None where nothing says it."""
        return self.deployment.account

    @property
    def name(self) -> Any:
        """Name of the stack: a text, one with unknown parts, or None."""
        return self.deployment.name if self.deployment.name is not None else self.template.stack_name

    def given(self, name: str) -> Any:
        """What the deployment gives for a parameter; None where it gives nothing that is known."""
        if self.parent is None:
            known = dict(self.deployment.parameters).get(name)
            return given_by_set(self, name) if known is None and self.deployment.above else known
        above, resource = self.parent
        return v.get(above.properties(resource.name), "Parameters", name)

    def properties(self, name: str) -> Any:
        """Properties of a resource, resolved."""
        if name not in self._properties:
            resource = self.template.resources[name]
            self._properties[name] = v.made(resource.line)  # while it is being resolved it has none
            self._properties[name] = v.mapping(self.resolver.resolve(resource.properties, resource.line))
        return self._properties[name]

    def forget(self) -> None:
        """Drop all that was resolved."""
        self._properties.clear()
        self.resolver = Resolver(self)

    def exists(self, resource: Resource) -> bool:
        """Whether a resource is made; True where its condition cannot be decided."""
        return self.condition(resource) is not False

    def condition(self, resource: Resource) -> bool | None:
        """Whether the condition of a resource holds; None where that cannot be decided."""
        condition = resource.body.get("Condition")
        return self.resolver.conditions.named(condition) if isinstance(condition, str) else True


def same_place(one: Stack, other: Stack) -> bool:
    """Whether two stacks may lie in one place: nothing that is known of both differs."""
    return all(
        a == b
        for a, b in (
            (one.region, other.region),
            (one.account, other.account),
            (one.deployment.environment, other.deployment.environment),
        )
        if a and b
    )


def evidence(place: str, note: str | None = None) -> Evidence:
    """Evidence of this scanner."""
    return Evidence(scanner=NAME, locator=place, note=note)
