"""What the template shows, in its words: everything that a report holds, cut where nobody would read on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blastradius.analysis.picture import PictureEdge
from blastradius.analysis.report import Report
from blastradius.durations import format_duration
from blastradius.model import BlastRadius, Verdict
from blastradius.reports.drawings import SIGNS
from blastradius.reports.html.matrix import CELLS, GLYPHS, WORDS, Matrix, matrix
from blastradius.reports.html.mending import mending
from blastradius.reports.html.panels import panels
from blastradius.reports.html.proofs import proofs
from blastradius.reports.html.records import Records
from blastradius.reports.html.texts import short
from blastradius.reports.view import View
from blastradius.reports.wording import Names, grouped, number, origin, question, subjects

_MOST_GAPS = 60
_NUMBERS: tuple[tuple[Verdict, str, str], ...] = (
    ("breaks", "breaks", "break"),
    ("unknown", "is unknown", "are unknown"),
    ("degrades", "is degraded", "are degraded"),
    ("survives", "survives", "survive"),
)


@dataclass
class Page:
    """One report in the words of its template.

    Attributes:
        report: what is shown.
        view: how the inventory was named, and what leads on.
    """

    report: Report
    view: View

    def __post_init__(self) -> None:
        self.names = Names(self.report.answer or self.report.inventory)
        self.records = Records(self.report, self.names)
        self.title = short(self.report.title)
        self.source = short(self.report.source or "", 300)
        self.next = [short(line, 400) for line in self.view.next]
        self.proofs, self.more_proofs = proofs(self.report, self.names)
        self.panels = panels(self.report, self.names, self.view)
        self.fixes = mending(self.report, self.names, self.view)
        self.policy = ""
        self.style: Any = ""
        self.script: Any = ""
        self.library: Any = ""
        self.data: Any = None

    @property
    def answer(self) -> BlastRadius | None:
        """What the chosen loss does."""
        return self.report.answer

    @cached_property
    def question(self) -> str:
        """What was asked; nothing where nothing is lost."""
        return f"What breaks when {short(question(self.answer.scenario), 300)}?" if self.answer else ""

    @property
    def heading(self) -> str:
        """The title of the page."""
        return self.question or "What breaks when something goes away?"

    @property
    def origin(self) -> str:
        """Where a published scenario comes from."""
        return short(origin(self.answer.scenario), 300) if self.answer else ""

    @cached_property
    def tally(self) -> list[dict[str, Any]]:
        """The answer in a few numbers."""
        said = []
        if self.answer is not None:
            verdicts = [journey.verdict for journey in self.answer.journeys]
            for verdict, one, many in _NUMBERS:
                count = verdicts.count(verdict)
                if count or verdict != "unknown":
                    words = f"{'journey' if count == 1 else 'journeys'} {one if count == 1 else many}"
                    said.append(_number(count, words, verdict if count else "none", GLYPHS[verdict]))
            down = sum(self.records.mark(one.id) in ("removed", "down") for one in self.answer.components)
            last = sum(one.state == "down" for one in self.answer.components)
            word = "down" if last >= down else "down meanwhile"
            said.append(_number(down, f"of {number(len(self.answer.components), 'component')} {word}", "count"))
        else:
            said.append(_number(len(self.report.journeys), _plural("journey", len(self.report.journeys)), "count"))
            count = len(self.report.inventory.components)
            said.append(_number(count, _plural("component", count), "count"))
        gaps = len(self.report.gaps)
        return [
            *said,
            _number(gaps, f"{_plural('gap', gaps)} in what was seen", "count unknown" if self.could else "count"),
        ]

    @cached_property
    def matrix(self) -> Matrix:
        """Journeys by what is lost."""
        return matrix(self.report)

    @property
    def rule(self) -> str:
        """By which rule the columns of the matrix are judged, and how that differs from the loss that was chosen."""
        if not self.matrix.groups:
            return ""
        said = "Columns: each is lost alone and for ever"
        if self.answer is None:
            return f"{said}, as `blastradius simulate` judges it without `--for`."
        chosen = self.answer.scenario
        length = chosen.phases[0].duration
        if len(chosen.phases) > 1:
            return f"{said}. This loss: as its scenario says, so the two may differ."
        if length is None:
            return f"{said}. This loss: for ever as well."
        return f"{said}. This loss: for {format_duration(length)}; what withstands that may not withstand for ever."

    @property
    def key(self) -> list[tuple[str, str, str]]:
        """What the marks of the matrix mean."""
        return [(verdict, CELLS[verdict], word) for verdict, word in WORDS.items()]

    @cached_property
    def _touching(self) -> list[Any]:
        journeys = self.answer.journeys if self.answer else ()
        return list({gap.model_dump_json(): gap for journey in journeys for gap in journey.gaps}.values())

    @property
    def could(self) -> bool:
        """Whether what was not seen could change an answer."""
        return bool(self._touching)

    @property
    def unseen_said(self) -> str:
        """What was not seen and what was read, in one line."""
        coverage = self.report.coverage
        read = sum(one.parsed for one in coverage.scanners)
        failed = sum(one.failed for one in coverage.scanners)
        parts = [f"Not seen: {number(len(self.report.gaps), 'gap')}"]
        if self._touching:
            parts[0] += f", {len(self._touching):,} of which could change an answer"
        if coverage.scanners:
            parts.append(f"{number(read, 'file')} read" + (f", {failed:,} not readable" if failed else ""))
        if coverage.calls:
            bad = sum(call.status != "ok" for call in coverage.calls)
            parts.append(f"{len(coverage.calls) - bad:,} of {number(len(coverage.calls), 'call')} answered")
        if not coverage.scanners and not coverage.calls:
            parts.append("written by hand, nothing was scanned")
        return " · ".join(parts)

    @property
    def notes(self) -> list[str]:
        """What else is close to breaking."""
        if self.answer is None:
            return []
        said = [("Not present here", list(self.answer.not_present))]
        said += [("Could not start again from nothing (cold-start deadlock)", self._named(self.answer.deadlocks))]
        said += [
            ("Up only because it was running already, would not come up again", self._named(self.answer.unfounded))
        ]
        return [f"{what}: {_some(which)}" for what, which in said if which]

    def _named(self, ids: Any) -> list[str]:
        return [self.names[one] for one in ids]

    @cached_property
    def gaps(self) -> list[dict[str, Any]]:
        """Gaps by reason, those that could change an answer first."""
        could = {gap.model_dump_json() for gap in self._touching}
        rest = [gap for gap in self.report.gaps if gap.model_dump_json() not in could]
        found = [(True, *group) for group in grouped(self._touching)] + [(False, *group) for group in grouped(rest)]
        return [
            {
                "number": f"{len(gaps):,}",
                "reason": short(reason, 300),
                "subjects": short(subjects(gaps, self.names), 400),
                "could": could,
            }
            for could, reason, gaps in found[:_MOST_GAPS]
        ]

    @property
    def more_gaps(self) -> str:
        """How many more reasons there are."""
        left = len(grouped(self.report.gaps)) - len(self.gaps)
        return f"and {number(left, 'more reason')}; JSON and CSV list every gap" if left > 0 else ""

    @cached_property
    def coverage(self) -> dict[str, Any]:
        """What each scanner read, and what accounts refused."""
        from blastradius.reports.html.tabular import table
        from blastradius.reports.tables import coverage_table

        found = coverage_table(self.report.coverage)
        rows = [row for row in found.rows if row[0] != "skipped"]
        return table("Read", list(zip(found.columns, ("name", "figure", "figure", "text"), strict=True)), rows)

    @property
    def skipped(self) -> list[str]:
        """What a rule left out of the scan."""
        from blastradius.reports.text.parts import skipped_line

        return skipped_line(self.report.coverage)

    @property
    def components(self) -> dict[str, Any]:
        """The table of components."""
        return self.records.components

    @cached_property
    def kinds(self) -> list[str]:
        """Kinds to filter by."""
        return sorted({node.kind for node in self.report.picture.nodes} | {row[0] for row in self._listed})

    @cached_property
    def regions(self) -> list[str]:
        """Regions to filter by."""
        found = {node.region for node in self.report.picture.nodes} | {row[1] for row in self._listed}
        return sorted(short(region, 60) for region in found if region)

    @cached_property
    def _listed(self) -> list[tuple[str, str | None]]:
        return [(one.kind, one.region) for one in self.report.inventory.components]

    @cached_property
    def marks(self) -> list[dict[str, str]]:
        """States to filter by."""
        there = {node.mark for node in self.report.picture.nodes}
        return [{"mark": mark, "words": words} for mark, (_, words) in SIGNS.items() if mark in there]

    @property
    def legend(self) -> list[dict[str, str]]:
        """What the nodes of the picture look like."""
        return [one | {"glyph": SIGNS[one["mark"]][0]} for one in self.marks]

    @property
    def drawn(self) -> str:
        """How much of the system is drawn."""
        found = self.report.picture
        parts = [f"{number(len(found.nodes), 'node')} drawn"]
        if found.grouped:
            hit = f", {found.affected_grouped:,} of them touched" if found.affected_grouped else ""
            parts.append(f"{number(found.grouped, 'component')} in groups by region, provider and service{hit}")
        if found.places:
            parts.append(f"{number(found.places, 'place')} that stand left out")
        if found.journeys:
            parts.append(f"{number(found.journeys, 'more journey')} not drawn")
        if found.lines:
            parts.append(f"{number(found.lines, 'more need')} not drawn")
        return "; ".join(parts) + "."

    def grounds(self, edge: PictureEdge) -> str:
        """Why an edge is there, in a line."""
        if edge.count > 1:
            return f"{number(edge.count, 'need')}, {edge.strength}, {edge.basis}"
        place = f" · {edge.evidence[0].locator}" if edge.evidence else ""
        return short(f"{edge.strength}, {edge.basis}{place}", 160)


def _number(count: int, words: str, verdict: str, glyph: str = "") -> dict[str, Any]:
    return {"number": f"{count:,}", "words": words, "verdict": verdict, "glyph": glyph}


def _plural(thing: str, count: int) -> str:
    return number(count, thing).partition(" ")[2]


def _some(texts: list[str], most: int = 8) -> str:
    shown = ", ".join(short(text, 60) for text in texts[:most])
    return f"{shown} and {len(texts) - most:,} more" if len(texts) > most else shown
