"""How available things are: figures that a user gives, published ones, and such as are assumed, where asked for.

A figure is about the thing itself, all it needs apart: what its own needs do to it is what the graph is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from blastradius.errors import InputError, UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Value, fraction
from blastradius.selectors import ComponentIndex, parse, require

FigureBasis = Literal["given", "published", "assumed"]


Fraction = Annotated[float, BeforeValidator(fraction), Field(ge=0, le=1)]


class FigureEntry(Value):
    """What a user states: components by a selector, and how available they are."""

    match: str = Field(description="Selector of components, such as `region:us-east-1` or `vendor:*`.")
    availability: Fraction = Field(description="Share of time that it is up, such as 99.95% or 0.9995.")
    low: Fraction | None = Field(default=None, description="The worst it may be; the availability where unset.")
    high: Fraction | None = Field(default=None, description="The best it may be; the availability where unset.")
    source: str | None = Field(default=None, description="Where the figure is from.")

    @model_validator(mode="after")
    def _ordered(self) -> FigureEntry:
        low = self.availability if self.low is None else self.low
        high = self.availability if self.high is None else self.high
        if not low <= self.availability <= high:
            raise ValueError("low, availability, high: each must be no less than the one before")
        return self


class Figures(Value):
    """A file of figures; of two entries that match a component the later one counts."""

    figures: tuple[FigureEntry, ...] = Field(default=(), description="From the general to the special.")
    published: bool = Field(
        default=False,
        description="Whether service levels of the catalog count for platforms and vendors: promises of credits, which "
        "nobody measured.",
    )
    assume: Fraction | None = Field(
        default=None, description="For whatever has no other figure; every answer says that it is assumed."
    )


class Figure(Value):
    """How available one component is of itself."""

    id: str = Field(description="Id of the component.")
    availability: float = Field(description="Share of time that it is up, its needs apart.")
    low: float = Field(description="The worst it may be.")
    high: float = Field(description="The best it may be.")
    basis: FigureBasis = Field(
        description="`given` by the user; `published` as a service level; `assumed` for want of better."
    )
    source: str | None = Field(default=None, description="Where the figure is from.")

    @property
    def unavailability(self) -> float:
        """Share of time that it is down."""
        return complement(self.availability)


def complement(share: float) -> float:
    """One minus a share, to the last digit that somebody wrote: of 0.99999 it is 0.00001."""
    return float(1 - Decimal(repr(share)))


def read_figures(path: Path | str) -> Figures:
    """Read a file of figures.

    Args:
        path: YAML or JSON.

    Raises:
        InputError: when it cannot be read.
        UsageError: `path:line: what, what to do`, when a key or value is wrong.
    """
    from blastradius.complaints import validated
    from blastradius.documents import load_yaml
    from blastradius.files import read_bytes, shown

    where = shown(path)
    documents = load_yaml(read_bytes(path), where, strict=True)
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        raise InputError(f"{where}: holds no figures: expected `figures:` with entries of match and availability")
    document = documents[0]
    found = validated(Figures, document.value, document, UsageError)
    for number, entry in enumerate(found.figures):
        try:
            parse(entry.match)
        except UsageError as error:
            raise UsageError(f"{document.at('figures', number, 'match')}: {error}") from None
    return found


def figures_of(graph: DependencyGraph, stated: Figures) -> Mapping[str, Figure]:
    """The figure of each component that has one, by id.

    Args:
        graph: the system.
        stated: what the user states.

    Raises:
        UsageError: when an entry matches nothing.
    """
    pool = ComponentIndex(graph.components.values())
    found: dict[str, Figure] = {}
    if stated.assume is not None:
        for id in sorted(graph.components):
            found[id] = _figure(id, FigureEntry(match=id, availability=stated.assume), "assumed")
    if stated.published:
        found.update(_published(graph))
    for entry in stated.figures:
        try:
            matched = require(entry.match, pool)
        except UsageError as error:
            raise UsageError(f"figures: {error}") from None
        for id in matched:
            found[id] = _figure(id, entry, "given")
    return found


def _published(graph: DependencyGraph) -> dict[str, Figure]:
    """Service levels of the catalog for the data planes of providers' services and for vendors, where they have the name."""
    from blastradius.catalog.services import slas

    levels = slas()
    found = {}
    for id, one in sorted(graph.components.items()):
        if one.kind not in ("platform", "vendor"):
            continue
        provider = "saas" if one.kind == "vendor" else one.provider or ""
        level = levels.get((provider, id.rpartition("/" if one.kind == "platform" else ":")[2]))
        if level is None or level.uptime is None:
            continue
        said = (
            f"catalog: slas.yaml {level.provider} {level.id} ({', '.join(level.source)}; confidence {level.confidence})"
        )
        entry = FigureEntry(match=id, availability=fraction(f"{level.uptime!r}%"), source=said)
        found[id] = _figure(id, entry, "published")
    return found


def _figure(id: str, entry: FigureEntry, basis: FigureBasis) -> Figure:
    return Figure(
        id=id,
        availability=entry.availability,
        low=entry.availability if entry.low is None else entry.low,
        high=entry.availability if entry.high is None else entry.high,
        basis=basis,
        source=entry.source,
    )


def stated(path: Path | str | None, assume: str | None, published: bool = False) -> Figures:
    """Figures as they are given on a command line: a file, published ones, a share for everything else.

    Raises:
        InputError: when the file cannot be read.
        UsageError: when something in it, or the share, is wrong.
    """
    found = read_figures(path) if path is not None else Figures()
    if published:
        found = found.model_copy(update={"published": True})
    if assume is None:
        return found
    try:
        return found.model_copy(update={"assume": fraction(assume)})
    except ValueError as error:
        raise UsageError(f"--assume: {error}") from None
