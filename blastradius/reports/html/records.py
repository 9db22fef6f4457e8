"""What the page knows of single components: the table of what is affected, and what a click shows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from blastradius.analysis.picture import mark_of
from blastradius.analysis.report import Report
from blastradius.durations import format_duration
from blastradius.model import Component, ComponentResult, Evidence
from blastradius.reports.drawings import SIGNS
from blastradius.reports.html.tabular import cell, table
from blastradius.reports.html.texts import short
from blastradius.reports.wording import Names, number

MOST = 2_000
"""Rows of the table of components at most: CSV holds all."""
_EVIDENCE = 5
_LONG = 2_000
_ORDER = ("removed", "down", "degraded", "exposed", "up")


class Records:
    """Single components, each once, by number.

    Args:
        report: the report.
        names: what to call components.
    """

    def __init__(self, report: Report, names: Names) -> None:
        self.report, self.names = report, names
        self._components = {one.id: one for one in report.inventory.components}
        self._results = {one.id: one for one in report.answer.components} if report.answer else {}
        self._removed = frozenset(report.answer.removed) if report.answer else frozenset()

    def mark(self, id: str) -> str:
        """What became of a component."""
        result = self._results.get(id)
        return "up" if result is None else mark_of(result, self._removed)

    def _state(self, id: str) -> str:
        """The words for it; what is better again before the horizon says so."""
        mark, result = self.mark(id), self._results.get(id)
        better = result is not None and mark in ("down", "degraded") and result.state != mark
        return f"{SIGNS[mark][1]} meanwhile" if better else SIGNS[mark][1]

    @cached_property
    def listed(self) -> list[str]:
        """Ids of the components in the table: what is affected, the worst first; all where nothing is lost."""
        if self.report.answer is None:
            return list(self._components)
        touched = [id for id, one in self._results.items() if self.mark(id) != "up" or one.cannot]
        return sorted(touched, key=lambda id: (_ORDER.index(self.mark(id)), id))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each component that can be clicked on."""
        drawn = [node.id for node in self.report.picture.nodes if not node.count]
        members = [id for node in self.report.picture.nodes for id in node.members]
        return {id: at for at, id in enumerate(dict.fromkeys([*self.listed[:MOST], *drawn, *members]))}

    @cached_property
    def components(self) -> dict[str, Any]:
        """The table."""
        answer, count = self.report.answer, len(self.listed)
        columns = [("component", "name"), ("kind", "text"), ("place", "text"), ("state", "text"), ("since", "figure")]
        columns += [("cannot be", "text"), ("seen at", "place")]
        if answer is None:
            columns = [columns[at] for at in (0, 1, 2, 6)]
        rows = [self._row(id) for id in self.listed[:MOST]]
        left = count - len(rows)
        more = f"and {left:,} more; `--format csv` lists every component" if left else ""
        found = table("Components", columns, rows, more, "affected")
        for id, row in zip(self.listed, found["rows"], strict=False):
            row["record"] = self.numbers[id]
        total = number(len(self._components), "component")
        said = f"{count:,} of {total} {'is' if count == 1 else 'are'} touched." if answer else f"{total} in all."
        return found | {"title": "What is affected" if answer else "Components", "said": said}

    def _row(self, id: str) -> list[Any]:
        one, result = self._components[id], self._results.get(id)
        name = cell(short(one.name, 80))
        where = self._place(one)
        seen = short(one.evidence[0].locator, 80) if one.evidence else ""
        if result is None:
            return [name, one.kind, where, seen]
        mark = self.mark(id)
        glyph = SIGNS[mark][0]
        since = _since(result)
        when = cell("" if since is None else format_duration(since), -1 if since is None else since)
        done = {"start": "started", "change": "changed", "operate": "operated"}
        cannot = ", ".join(done[verb] for verb in result.cannot)
        return [name, one.kind, where, cell(self._state(id), _ORDER.index(mark), mark, glyph), when, cannot, seen]

    def _place(self, one: Component) -> str:
        parts = [one.provider, one.zone or one.region, one.environment]
        return short(" · ".join(part for part in parts if part), 60)

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """What a click shows of each; journeys and groups are told by the picture itself."""
        return [self._record(id) for id in self.numbers]

    def _record(self, id: str) -> dict[str, Any]:
        one = self._components.get(id)
        if one is None:  # a journey
            found = next(j for j in self.report.inventory.journeys if j.id == id)
            return {"id": short(id, _LONG), "name": short(found.name, _LONG), "kind": "journey"} | _seen(found.evidence)
        result = self._results.get(id)
        facts: dict[str, object] = {
            "id": short(id, _LONG), "name": short(one.name, _LONG), "kind": one.kind, "type": one.type,
            "provider": one.provider, "region": one.region, "zone": one.zone, "account": one.account,
            "environment": one.environment,
        }  # fmt: skip
        if result is not None:
            facts["mark"], facts["state"] = self.mark(id), self._state(id)
            since = _since(result)
            facts["since"] = None if since is None else format_duration(since)
            facts["because"] = [short(self.names[step], 90) for step in result.because[:12]]
        shown = {key: short(value, _LONG) if isinstance(value, str) else value for key, value in facts.items() if value}
        return shown | _seen(one.evidence)


def _since(result: ComponentResult) -> int | None:
    return result.breaks_at if result.breaks_at is not None else result.degrades_at


def _seen(evidence: tuple[Evidence, ...]) -> dict[str, Any]:
    pieces = [
        [short(piece.locator, 300), piece.basis, short(piece.note or "", 300), short(piece.scanner, 60)]
        for piece in evidence[:_EVIDENCE]
    ]
    return {"evidence": pieces} if pieces else {}
