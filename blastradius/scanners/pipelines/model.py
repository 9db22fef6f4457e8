"""What all dialects of pipelines are read into: jobs with steps, each step knowing its file, line and variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from blastradius.model import Basis
from blastradius.scanners.loose import mapping, text

SCANNER = "pipelines"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(slots=True)
class Step:
    """One step of a job.

    Attributes:
        place: where it stands.
        script: shell text; empty where it is none.
        folder: of the tree in which it runs.
        values: variables set for it.
        uses: what is run in place of a script: an action, a pipe.
        given: its arguments.
        name: by which other steps ask for its outputs.
        optional: whether the job goes on when it fails.
        conditional: whether it may be left out.
    """

    place: Place
    script: str = ""
    folder: str = ""
    values: dict[str, str] = field(default_factory=dict)
    uses: str = ""
    given: dict[str, str] = field(default_factory=dict)
    name: str = ""
    optional: bool = False
    conditional: bool = False


@dataclass(slots=True)
class Job:
    """One job of a pipeline.

    Attributes:
        key: unique within the pipeline.
        name: as it is shown.
        place: where it stands.
        after: keys of jobs that it waits for.
        images: that it runs in or beside, with their place.
        values: variables of the job and around it.
        several: variables that have one of some values, by what nobody knows before it runs.
        steps: in their order.
        system: image or label of the machine it runs on.
        own: whether it runs on a machine of the user's own.
        environment: name of what it deploys to, where one is stated.
        optional: whether the pipeline goes on when it fails.
    """

    key: str
    name: str
    place: Place
    after: tuple[str, ...] = ()
    images: list[tuple[str, Place]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    several: dict[str, list[str]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    system: str = ""
    own: bool = False
    environment: str = ""
    optional: bool = False


@dataclass(slots=True)
class Pipeline:
    """One pipeline.

    Attributes:
        path: of the file that it is.
        name: as its owners call it.
        kind: the dialect, such as `GitHub Actions`.
        line: on which it begins.
        jobs: in their order.
        triggers: what starts it.
        after: names of pipelines that start it when they end.
        problems: what could not be seen, each with its place and a bound.
        fetched: hosts that something of it is fetched from: what, place, why.
        notes: what is not mapped, with how often.
    """

    path: str
    name: str
    kind: str
    line: int = 1
    jobs: list[Job] = field(default_factory=list)
    triggers: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    fetched: list[Fetched] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be seen.

    Attributes:
        reason: in words that a user can act on.
        place: where it stands.
        reference: the text that means nothing here; never a secret.
        provider: bound: what is hidden lies there.
    """

    reason: str
    place: Place
    reference: str | None = None
    provider: str | None = None
    hides: Literal["location", "dependency"] = "dependency"


@dataclass(frozen=True, slots=True)
class Fetched:
    """Something that the pipeline as such needs.

    Attributes:
        host: of whom it needs.
        via: what shows it.
        reason: why.
        place: where it stands.
        basis: how sure it is.
    """

    host: str
    via: str
    reason: str
    place: Place
    basis: Basis = "declared"
    note: str | None = None


def items(value: Any) -> list[Any]:
    """A list; a list of the value itself where it is one value, nothing for nothing."""
    if isinstance(value, list):
        return value[:2_000]
    return [] if value is None else [value]


def texts(value: Any) -> dict[str, str]:
    """The plain values of a mapping as texts."""
    return {
        str(key): text(one) for key, one in list(mapping(value).items())[:2_000] if isinstance(one, str | int | float)
    }
