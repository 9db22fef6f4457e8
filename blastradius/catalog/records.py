"""The records of the catalog: what a provider's service is made of, what it needs, and what is known of vendors."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from blastradius.model import Kind, Phase, Seconds, Strength, Value

Plane = Literal["data", "control"]
Confidence = Literal["high", "medium", "low"]
RECOLLECTION = "unverified"
"""Key of the source of what nobody has looked up: such a record is never at high confidence."""

Source = Annotated[tuple[str, ...], Field(min_length=1, description="Keys of the file's `sources`.")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Place = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Day = Annotated[date, BeforeValidator(lambda value: date.fromisoformat(value) if isinstance(value, str) else value)]


class Cited(Value):
    """What every statement of the catalog says of itself."""

    source: Source
    confidence: Confidence = Field(description="How much it is worth; never `high` for a mere recollection.")
    note: str | None = Field(default=None, description="What else there is to say.")

    @property
    def recollection(self) -> bool:
        """Whether nobody has looked it up."""
        return set(self.source) == {RECOLLECTION}


class Seen(Cited):
    """A need that incidents may have shown."""

    observed_in: tuple[str, ...] = Field(default=(), description="Incidents that showed it.")

    def rests_on(self, incidents: Container[str]) -> bool:
        """Whether it was seen in some of these incidents and in no other: without them nobody would know of it."""
        return bool(self.observed_in) and all(one in incidents for one in self.observed_in)


class Record(Cited):
    """A record of its own: it also says when it held, and where a recollection can be looked up."""

    as_of: Day = Field(description="Day on which it was collected.")
    check: str | None = Field(default=None, pattern="^https://", description="Page to look it up on.")


class Service(Record):
    """A service of a provider: where its data plane runs, and where its control plane."""

    provider: str = Field(default="", description="Whose it is; the file says it.")
    id: Place = Field(description="Its word in ids: `dynamodb` in `aws:platform/us-east-1/dynamodb`.")
    name: Name = Field(description="What people call it.")
    scope: Literal["zonal", "regional", "global", "single-region"] = Field(
        description="Where its data plane runs; `single-region`: all of it at `home`, for everybody."
    )
    home: str | None = Field(
        default=None, description="Region of its control plane, where that is one for all Regions."
    )
    part_of: str | None = Field(default=None, description="Service whose part it is, which nobody configures apart.")
    launches: bool = Field(default=False, description="What it runs is started through its control plane.")
    failover: str | None = Field(default=None, description="Why a failover by hand calls it.")
    failover_as: Literal["switch", "standby"] = Field(
        default="standby",
        description="What it is in such a failover: the `switch` in front of what takes over, or the `standby` itself.",
    )
    failover_plane: Plane = Field(default="control", description="Which plane of it is called.")
    data_plane: str | None = Field(default=None, description="How its data plane is spread.")
    keeps: tuple[str, ...] = Field(default=(), description="What goes on with its control plane gone.")
    loses: tuple[str, ...] = Field(default=(), description="What stops with its control plane gone.")

    @property
    def key(self) -> str:
        """`provider:id`."""
        return f"{self.provider}:{self.id}"


class ServiceDependency(Record, Seen):
    """One service's need of another."""

    id: Place = Field(description="Readable and unique in its file.")
    dependent: str = Field(
        description="`provider:id` of who needs; in a file also the id alone; `all-services` for all."
    )
    dependent_plane: Plane = Field(description="Which plane of it: `data` serves, `control` changes.")
    dependency: str = Field(description="`provider:id` of what is needed.")
    dependency_plane: Plane = Field(description="Which plane of it.")
    strength: Strength = Field(description="`hard`: fails with it. `soft`: is degraded without it.")
    phase: Phase = Field(
        default="runtime", description="`startup`: about each thing that runs on the dependent, when it starts."
    )
    tolerance: Seconds | None = Field(default=None, description="How long it goes on without.")
    hardens_after: Seconds | None = Field(default=None, gt=0, description="After how long a soft need becomes hard.")
    when: str | None = Field(default=None, description="Holds only for what itself uses this service.")
    creating: bool = Field(
        default=False,
        description="A control plane's need only to make new things: soft, for a failover goes on without it; hard for "
        "changing what runs on the service.",
    )
    effect: str | None = Field(default=None, description="What was seen, or what would be.")
    keeps: str | None = Field(default=None, description="What goes on all the same.")
    file: str = Field(default="", description="Where it stands; filled in when it is read.")


class VendorNeed(Seen):
    """Something that a vendor's own service needs."""

    on: str = Field(
        description="Id of a component: `aws:region/us-east-1`, `aws:platform/us-east-1/s3`, `vendor:fastly`."
    )
    strength: Strength = Field(default="hard", description="`hard`: fails with it. `soft`: only a part of it does.")
    phase: Phase = Field(default="runtime", description="When it is needed.")
    part: str | None = Field(default=None, description="The part of the vendor's service that it is about.")


class VendorIncident(Cited):
    """How an outage hit a vendor."""

    incident: str = Field(description="Id of the incident.")
    severity: Literal["down", "major", "partial", "degraded", "minor", "none", "unknown"] = Field(
        description="How much."
    )
    detail: str | None = Field(default=None, description="In what way.")


class Recogniser(Record):
    """A record that recognises hosts."""

    id: Place = Field(description="Readable and unique in its file.")
    hosts: tuple[str, ...] = Field(default=(), description="Templates of host names.")
    turned: tuple[str, ...] = Field(default=(), description="The same, from the last label to the first.")


class Vendor(Recogniser):
    """Another company's service: how it is recognised, and what is known of what it needs itself."""

    name: Name = Field(description="What people call it.")
    category: Place = Field(description="What it is for: strengths by default go by it.")
    clouds: tuple[str, ...] = Field(default=(), description="Whose machines it runs on; `own` for its own.")
    seen_in: str | None = Field(default=None, description="In which regions it was seen, in words.")
    complete: bool = Field(
        default=False, description="`needs` name every place it runs in: nothing else is to be feared."
    )
    needs: tuple[VendorNeed, ...] = Field(default=(), description="What it was seen or is said to need.")
    incidents: tuple[VendorIncident, ...] = Field(default=(), description="How known outages hit it.")
    file: str = Field(default="", description="Where it stands; filled in when it is read.")


class OtherRecord(Record):
    """A record of a list with rules of its own: what it says of itself is checked here."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True, allow_inf_nan=False)


class Sla(Record):
    """A published service level."""

    id: Name = Field(description="Service or plan.")
    provider: str = Field(description="Whose it is: a cloud, or `saas`.")
    uptime: float | None = Field(default=None, gt=0, le=100, description="Percent; unset where none is promised.")
    window: str | None = Field(default=None, description="Over how long it is measured.")
    measured_by: str | None = Field(default=None, description="By time or by request.")
    scope: str | None = Field(default=None, description="What it is about.")


class Partition(Record):
    """A set of regions with accounts and control planes of its own."""

    id: Place = Field(description="As in an ARN.")
    name: str = Field(description="Its domain.")
    home: str | None = Field(default=None, description="Region of the control planes of its global services.")


class Pattern(Recogniser):
    """How a cloud's service is recognised by a host name or a text."""

    provider: str | None = Field(default=None, description="Whose it is, where the file holds several.")
    service: str = Field(description="Its word in ids; empty where the text names it.")
    kind: Kind | None = Field(
        default=None, description="Of the resource; none where the text means the service itself."
    )
    plane: Literal["platform", "control-plane"] | None = Field(default=None, description="Which plane it means.")
    path: str | None = Field(default=None, description="Template of the path behind the host.")
    schemes: tuple[str, ...] = Field(default=(), description="Schemes of the URL by which it is recognised.")
    texts: tuple[str, ...] = Field(default=(), description="Templates of texts that are no hosts.")
    key: str | None = Field(default=None, description="What names the resource.")
    arn: str | None = Field(default=None, description="Its ARN behind the partition.")
    region: str | None = Field(default=None, description="Its region, where the text does not name one.")
    category: str | None = Field(default=None, description="What it is for.")
    example: str = Field(description="A text that it recognises.")
