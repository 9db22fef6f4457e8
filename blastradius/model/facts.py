"""What a scanner writes down: components and gaps, and dependencies by the text that referred to them.

A scanner knows who refers and by which text; `assemble` decides once what the text means. So a fact's
dependency is a `Reference`, and strength and phase stay unset wherever the scanner did not see them. Some sources know
the other end only by a text (a pipeline knows the image it builds, a trace the name of a service): they have facts of
their own, which `assemble` ties to what other scanners described.
"""

from typing import Literal

from pydantic import Field

from blastradius.model.base import Evidence, Identifier, Kind, Phase, Seconds, Strength, Value
from blastradius.model.components import Breaker, Component, Failover, Gap

Role = Literal["address", "image", "resource", "package", "path", "any"]
#: What sets something going: events out of what keeps or passes them on, or nothing but the time.
Trigger = Literal["event", "schedule"]


class Reference(Value):
    """A text by which something is referred to, and where the reader stands."""

    texts: tuple[str, ...] = Field(
        min_length=1, description="Texts to try in order, the most exact first; the last is what is shown."
    )
    scope: str = Field(
        default="", description="Path of the reader, such as `k8s:<root>/<namespace>`: aliases nearest to it win."
    )
    role: Role = Field(
        default="any",
        description="What sort of text it is: a network address, an image, a resource id, a package, a path of the tree.",
    )
    kind: Kind | None = Field(default=None, description="Kind it must have, where the place of the text tells.")
    anywhere: bool = Field(
        default=False,
        description="The reader stands in no scope of what runs, as a catalog does: what alone bears the text will do.",
    )


class DependencyFact(Value):
    """`dependent` refers to something by a text."""

    dependent: Identifier = Field(
        description="Id of a component of the same scanner; or `folder:<path>`: the one component of that folder; or "
        "`folder:<top>//<rest>`: that of the nearest folder from `<top>/<rest>` up to `<top>`."
    )
    reference: Reference = Field(description="What it refers to.")
    via: str = Field(default="", description="What shows it: `env PAYMENT_ADDR`, `image`, `volume data`, `route /api`.")
    strength: Strength | None = Field(default=None, description="Set only where the source states it.")
    phase: Phase | None = Field(default=None, description="Set only where the source states it.")
    tolerance: Seconds | None = Field(default=None, description="Set only where the source states it, in seconds.")
    hardens_after: Seconds | None = Field(
        default=None, gt=0, description="Set only where the source states it, in seconds."
    )
    timeout: float | None = Field(default=None, ge=0, description="Seconds, where configuration shows it.")
    attempts: int | None = Field(
        default=None, ge=1, le=10_000, description="Attempts in all, where configuration shows it."
    )
    backoff: str | None = Field(default=None, description="Pause between attempts as configuration states it.")
    breaker: Breaker | None = Field(default=None, description="What stops calls to a failing dependency.")
    reason: str | None = Field(default=None, description="Why this strength and phase, where the source says.")
    sets_going: Trigger | None = Field(
        default=None,
        description="How work comes to the dependent from there, where that is all the fact tells: by an `event` (a message "
        "of a queue, a notification of a bucket, a rule's match), or at a time of a `schedule`. Unset where the "
        "dependent itself calls, and where it keeps what it is sent: a queue is fed.",
    )
    apart: bool = Field(
        default=False, description="It needs this one itself: no redundancy that it is a member of stands in for it."
    )
    variables: tuple[str, ...] = Field(
        default=(),
        description="Variables by the first of which that its dependent is told it refers to something else; of facts of "
        "a folder alone.",
    )
    perhaps_own: bool = Field(
        default=False,
        description="The name of the setting is one by which programs are told their own address: a need only where it "
        "means something else.",
    )
    weak: bool = Field(
        default=False, description="It counts only where the reference means something that was scanned."
    )
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="Who saw it, where.")


class RedundancyFact(Value):
    """`dependent` refers to several things of which some suffice."""

    dependent: Identifier = Field(
        description="Id of a component of the same scanner; or `folder:<path>`: the one component of that folder."
    )
    members: tuple[Reference, ...] = Field(min_length=1, description="What it refers to.")
    required: int = Field(default=1, ge=1, description="How many suffice.")
    full: int | None = Field(default=None, ge=1, description="Fewer than that many up means degraded.")
    active: tuple[int, ...] = Field(default=(), description="Positions in `members` of those in use now.")
    failover: Failover | None = Field(
        default=None, description="How the others take over; its `needs` are texts of the same scope."
    )
    via: str = Field(default="", description="What shows it.")
    strength: Strength | None = Field(default=None, description="Set only where the source states it.")
    phase: Phase | None = Field(default=None, description="Set only where the source states it.")
    tolerance: Seconds | None = Field(default=None, description="Set only where the source states it, in seconds.")
    hardens_after: Seconds | None = Field(
        default=None, gt=0, description="Set only where the source states it, in seconds."
    )
    reason: str | None = Field(default=None, description="Why this strength and phase, where the source says.")
    sets_going: Trigger | None = Field(default=None, description="As of `DependencyFact`.")
    variables: tuple[str, ...] = Field(default=(), description="As of `DependencyFact`.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="Who saw it, where.")


class EnvironmentFact(Value):
    """The variables that a component is told, so that settings that hold a variable can be understood."""

    dependent: Identifier = Field(description="Id of a component of the same scanner.")
    variables: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = Field(
        description="Names, each with the texts of all that its value refers to: none where it refers to nothing that "
        "could be needed, `${NAME}` alone where the value is not known. Values are never here."
    )


class NeededByFact(Value):
    """Whatever a text names needs `dependency`: a pipeline says what it deploys, and others say who that is.

    By the role of the reference: `image` means all that run that image, whatever its tag; `path` all that is declared
    by a file at or below the path or built from a folder there; else what bears the text as identity or alias.
    """

    dependents: Reference = Field(description="Who needs it; nobody described is nobody.")
    dependency: Identifier = Field(description="Id of a component of the same scanner.")
    via: str = Field(default="", description="What shows it: `job deploy`.")
    strength: Strength | None = Field(default=None, description="Set only where the source states it.")
    phase: Phase | None = Field(default=None, description="Set only where the source states it.")
    reason: str | None = Field(default=None, description="Why this strength and phase, where the source says.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="Who saw it, where.")


class BuiltFromFact(Value):
    """Whoever runs an image is built from a folder: a pipeline builds it there, and others say who runs it."""

    image: Reference = Field(description="The image, whatever its tag; of role `image`.")
    folder: str = Field(description="Path of the folder of its Dockerfile within the tree; `.` is the top.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="Who saw it, where.")


class Mention(Value):
    """A component that a source names and does not define: a service in a trace, an entity of a catalog of services.

    It becomes one with the only described component that bears its name, where no known scope differs; else it stays
    a component of its own.
    """

    component: Component = Field(description="What is known of it; a `service` may turn out to be of any kind.")
    namespace: str | None = Field(default=None, description="Namespace of a cluster that the source puts it in.")
    addressed: bool = Field(
        default=False,
        description="Its name is the host by which it is called: what bears it may be a workload of any kind.",
    )


class CallSettings(Value):
    """How calls to something are made: a property of dependencies that others describe, never a dependency itself."""

    dependency: Reference | None = Field(default=None, description="What is called; whatever it is where unset.")
    dependent: Identifier | None = Field(
        default=None, description="Who calls: an id, or `folder:<path>`; everybody within `scope` where unset."
    )
    scope: str = Field(default="", description="Only callers within this scope; empty for all.")
    services: tuple[str, ...] = Field(
        default=(), description="Only calls to things of these services of the catalog, such as `dynamodb`."
    )
    layer: Literal["client", "proxy"] = Field(
        description="Who makes the attempts: the program, or a proxy beside it. Attempts of both multiply."
    )
    timeout: float | None = Field(default=None, ge=0, description="Seconds the caller waits for one attempt.")
    attempts: int | None = Field(default=None, ge=1, le=10_000, description="Attempts in all, the first included.")
    backoff: str | None = Field(default=None, description="Pause between attempts as configuration states it.")
    breaker: Breaker | None = Field(default=None, description="What stops calls to a failing dependency.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="Who saw it, where.")


Fact = (
    Component
    | DependencyFact
    | RedundancyFact
    | EnvironmentFact
    | NeededByFact
    | BuiltFromFact
    | Mention
    | CallSettings
    | Gap
)
