"""The words every record is built from: the base value, literals, durations and severities."""

from importlib import import_module
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from blastradius.durations import parse_duration

SCHEMA_VERSION: Literal[1] = 1

Kind = Literal[
    "service", "function", "database", "cache", "queue", "topic", "stream", "bucket", "load-balancer", "gateway",
    "dns", "cdn", "cluster", "secret", "key", "identity", "registry", "pipeline",
    "platform", "control-plane", "provider", "region", "zone", "account", "vendor", "external",
]  # fmt: skip
#: Kinds that are places or other parties: they contain components and are never placed themselves by a user's file.
PLACES: frozenset[str] = frozenset({"provider", "region", "zone", "account"})
#: Kinds that are places or other parties' things: everything else is the user's own.
FOREIGN: frozenset[str] = PLACES | {"platform", "control-plane", "vendor", "external"}

#: How attributes of an account begin that say what a name of a zone means there: `zone us-east-1a` is `use1-az4`.
ZONE_NAME = "zone "

Basis = Literal["observed", "declared", "inferred", "assumed"]
#: How much a basis is worth, the strongest first: a chain is only as good as its weakest link.
BASIS_ORDER: tuple[Basis, ...] = ("observed", "declared", "inferred", "assumed")

Strength = Literal["hard", "soft"]
Phase = Literal["runtime", "startup", "deploy", "operate"]
PHASES: tuple[Phase, ...] = ("runtime", "startup", "deploy", "operate")
State = Literal["up", "degraded", "down"]
STATES: tuple[State, ...] = ("up", "degraded", "down")
Verdict = Literal["survives", "degrades", "breaks", "unknown"]
Restart = Literal["warm", "cold"]
Hides = Literal["location", "dependency"]


def weakest(bases: list[Basis]) -> Basis:
    """The weakest of some bases, `observed` when there are none."""
    return max(bases, key=BASIS_ORDER.index, default="observed")


def _seconds(value: Any) -> Any:
    return parse_duration(value) if isinstance(value, str) else value


#: Whole seconds; text such as `90s`, `15m`, `3h`, `2d` is accepted where a person writes.
Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    Field(ge=0, le=315_360_000, strict=True),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 315_360_000},
                {"type": "string", "pattern": r"^\s*([0-9]{1,9}[smhdwSMHDW])+\s*$"},
            ]
        },
        mode="validation",
    ),
]


def fraction(value: Any) -> Any:
    """`99.95%` or 0.9995 as a number from 0 to 1; anything else as it is.

    Raises:
        ValueError: when it is a number above 1, which may be meant either way.
    """
    if isinstance(value, str):
        text = value.strip()
        try:
            # a shift of the point, not a division: 99.9 / 100 is not 0.999
            number = float(f"{text[:-1].strip()}e-2") if text.endswith("%") else float(text)
        except ValueError:
            raise ValueError(f"{text[:40]!r} is no availability: write 99.95% or 0.9995") from None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    else:
        return value
    if not 0 <= number <= 1:
        raise ValueError(f"{str(value)[:40]} is not from 0 to 1: write 99.95% or 0.9995")
    return number


#: A share of time that is promised; `99.95%` is accepted where a person writes.
Slo = Annotated[
    float,
    BeforeValidator(fraction),
    Field(gt=0, lt=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                {"type": "string", "pattern": r"^\s*([0-9]{1,2}(\.[0-9]{1,16})?\s*%|0?\.[0-9]{1,18})\s*$"},
            ]
        },
        mode="validation",
    ),
]
Identifier = Annotated[str, Field(min_length=1, max_length=2048)]


def _shown(value: object) -> dict[str, str]:
    bundle: dict[str, str] = import_module("blastradius.notebook.showing").bundle(value)
    return bundle


class Value(BaseModel):
    """A frozen record that accepts no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, allow_inf_nan=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows of it; the room that writes it stands above, and is entered where one is shown."""
        return _shown(self)


class Evidence(Value):
    """Who saw a fact, and where."""

    scanner: str = Field(
        description="Name of the scanner, or `overlay`, `catalog`, `hand` for what a person or the catalog states."
    )
    locator: str = Field(description="`path:line`, or `service:Operation field` for an API answer.")
    basis: Basis = Field(default="declared", description="On what ground the fact stands.")
    note: str | None = Field(default=None, description="What the place says, in a few words; never a secret.")
