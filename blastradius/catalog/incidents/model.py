"""What an incident file says: a published outage with its trigger, phases, and who was affected and who was not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from blastradius.catalog.records import Confidence
from blastradius.model import Value

LONGEST = 3_650 * 86_400 - 10 * 86_400
"""How far from its beginning a time of an incident may be, in seconds: what a replay can look at, and its horizon."""
MAX_NAME = 200
"""Longest name of a service, vendor or region, in characters."""


def _instant(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        parsed = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"{value[:40]!r} is not a time: write 2025-10-20T06:48Z") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def written(instant: datetime) -> str:
    """An instant as these files write it: `2025-10-20T06:48Z`, with seconds only where there are any."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ" if instant.second else "%Y-%m-%dT%H:%MZ")


_INSTANT = r"^\s*\d{4}-\d{2}-\d{2}([T ]\d{2}(:\d{2}(:\d{2}([.,]\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?\s*$"
#: An instant in UTC, to the minute as a rule; one without an offset is UTC.
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _INSTANT}),
]


_NO_NAME = re.compile(r"[\x00-\x1f\x7f*?]")


def _name(value: str) -> str:
    """A name that can stand in a selector and mean itself."""
    if not value.strip() or len(value) > MAX_NAME or _NO_NAME.search(value):
        raise ValueError(
            f"{value[:40]!r} is no name: no more than {MAX_NAME} characters, none of them *, ? or unprintable"
        )
    return value


_NAMED = {"type": "string", "pattern": r"^(?=.*\S)[^\x00-\x1f\x7f*?]*$", "maxLength": MAX_NAME}
Name = Annotated[str, AfterValidator(_name), WithJsonSchema(_NAMED)]


def _list(value: Any) -> Any:
    return () if value is None else (value,) if isinstance(value, str) else value


def _one_or_more(item: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "array", "items": item}, item, {"type": "null"}]})


Texts = Annotated[tuple[str, ...], BeforeValidator(_list), _one_or_more({"type": "string"})]
Names = Annotated[tuple[Name, ...], BeforeValidator(_list), _one_or_more(_NAMED)]


Severity = Literal[
    "down",
    "major",
    "degraded",
    "partial",
    "minor",
    "launch_only",
    "control_plane_only",
    "async_delay",
    "none",
    "none_listed",
    "near-none",
    "unknown",
]
"""How much something was hit; `none_listed`: it is only absent from a list, which is weak."""


class Record(Value):
    """A record of an incident file; keys that are not known are passed over, and `read` tells them."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _stated(cls, value: Any) -> Any:
        """What is written as nothing was not written."""
        return {key: one for key, one in value.items() if one is not None} if isinstance(value, dict) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema says so too: what need not be written may be null."""
        made = handler(core_schema)
        whole = handler.resolve_ref_schema(made)
        for key, value in whole["properties"].items():
            told = value.get("anyOf", [value])
            if key not in whole.get("required", ()) and {"type": "null"} not in told:
                said = {name: value.pop(name) for name in ("description", "default") if name in value}
                whole["properties"][key] = {"anyOf": [*value.get("anyOf", [value]), {"type": "null"}], **said}
        return made


class Cited(Record):
    """A record that says where it is from and how sure that makes it."""

    source: Texts = Field(default=(), description="Keys of the file's `sources`.")
    confidence: Confidence | None = Field(default=None, description="How sure the sources make it.")
    note: str | None = Field(default=None, description="What else is known.")


class Window(Record):
    """A stretch of time."""

    start_utc: Instant = Field(description="When it began, UTC.")
    end_utc: Instant | None = Field(default=None, description="When it ended, UTC; the incident's end where unset.")


class Trigger(Record):
    """What failed first."""

    component: Name = Field(description="Service, vendor or region.")
    plane: str = Field(default="data", description="In words: `data`, `data+control`, `network` …")
    detail: str | None = Field(default=None, description="How.")


class IncidentPhase(Cited):
    """A stretch of the incident as its report tells it."""

    name: str = Field(description="What it is called.")
    services: Names = Field(default=(), description="Services it speaks of; those that its name names where unset.")
    start_utc: Instant | None = Field(default=None, description="When it began, UTC.")
    end_utc: Instant | None = Field(default=None, description="When it ended, UTC.")


class Affected(Cited):
    """What became of one service or vendor."""

    id: Name = Field(description="Service of the provider, or vendor; `<service>@all-regions` for other regions.")
    severity: Severity = Field(default="unknown", description="How much it was hit.")
    plane: str = Field(default="unknown", description="`data` or `control`.")
    via: str | None = Field(default=None, description="Through what it was affected, joined by `;`.")
    name: str | None = Field(default=None, description="What people call it.")
    start_utc: Instant | None = Field(default=None, description="When it began, UTC.")
    end_utc: Instant | None = Field(default=None, description="When it ended, UTC.")
    windows: tuple[Window, ...] = Field(
        default=(), description="The stretches within these times, where there were several or it ended earlier."
    )


class Source(Record):
    """A page that says so."""

    title: str = Field(default="", description="What it is called.")
    url: str = Field(default="", description="Where it is; for a recollection the page to check it against.")


class Incident(Record):
    """A published outage."""

    id: Name = Field(description="`<date>-<provider>-<what>`.")
    title: str = Field(default="", description="What people call it.")
    provider: Name = Field(description="Whose outage it was: aws, gcp, azure, a vendor.")
    as_of: str | None = Field(default=None, description="Day on which the facts were collected.")
    trigger: Trigger = Field(description="What failed first, and in what way.")
    regions: Names = Field(default=(), description="Regions it was in, or `global`.")
    upstream_incident: str | None = Field(default=None, description="Id of the incident that caused this one.")
    start_utc: Instant = Field(description="When it began, UTC.")
    end_utc: Instant | None = Field(default=None, description="When it ended, UTC.")
    root_cause: str | None = Field(default=None, description="Why, in a sentence.")
    phases: tuple[IncidentPhase, ...] = Field(default=(), description="Its course.")
    affected_services: tuple[Affected, ...] = Field(default=(), description="The provider's services that were hit.")
    unaffected_services: tuple[Affected, ...] = Field(default=(), description="Those that explicitly were not.")
    affected_vendors: tuple[Affected, ...] = Field(default=(), description="Others that were hit.")
    unaffected_vendors: tuple[Affected, ...] = Field(default=(), description="Others that explicitly were not.")
    dashboard_snapshot: dict[str, Any] = Field(default_factory=dict, description="What a list was taken from.")
    backtest: dict[str, Any] = Field(default_factory=dict, description="What it is good for as a test.")
    counts: dict[str, Any] = Field(default_factory=dict, description="How many records the file means to hold.")
    sources: dict[str, Source] = Field(default_factory=dict, description="Pages, by key.")

    @model_validator(mode="after")
    def _in_order(self) -> Incident:
        spans: list[tuple[str, datetime | None, datetime | None]] = [("incident", self.start_utc, self.end_utc)]
        spans += [(f"phase {one.name!r}", one.start_utc, one.end_utc) for one in self.phases]
        spans += [(one.id, one.start_utc, one.end_utc) for one in (*self.affected_services, *self.affected_vendors)]
        spans += [(one.id, time.start_utc, time.end_utc) for one in self.affected_services for time in one.windows]
        for what, start, end in spans:
            if start is not None and end is not None and end < start:
                raise ValueError(f"{what}: it ends before it begins: mend start_utc or end_utc")
            for instant in (start, end):
                if instant is not None and abs((instant - self.start_utc).total_seconds()) > LONGEST:
                    raise ValueError(
                        f"{what}: {written(instant)} is more than {LONGEST // 86_400:,} days from the incident's start_utc: "
                        "mend start_utc or end_utc"
                    )
        return self

    @property
    def places(self) -> tuple[str, ...]:
        """The regions that it was in; `global` alone where it was in all."""
        return self.regions if self.regions and "global" not in self.regions else ("global",)
