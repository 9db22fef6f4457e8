"""What the formats that draw have in common: the picture of a result, its words, and how to find it."""

from __future__ import annotations

from blastradius.analysis.picture import Picture, PictureNode, picture
from blastradius.errors import UsageError
from blastradius.model import Inventory, Value
from blastradius.reports.escape import terminal
from blastradius.reports.wording import number, question

#: What a mark looks like to those who see no colours, and what it means.
SIGNS: dict[str, tuple[str, str]] = {
    "removed": ("✕", "removed"),
    "down": ("✗", "down"),
    "degraded": ("~", "degraded"),
    "exposed": ("!", "without its spare"),
    "up": ("", "stands"),
    "breaks": ("✗", "journey that breaks"),
    "unknown": ("?", "journey of which nobody can say"),
    "degrades": ("~", "journey that is degraded"),
    "survives": ("✓", "journey that survives"),
}
#: Fill, border and text of a mark, on white.
COLOURS = {
    "removed": ("#1b1d20", "#1b1d20", "#ffffff"),
    "down": ("#fdecea", "#b3261e", "#b3261e"),
    "degraded": ("#fdf0d5", "#8f5a00", "#8f5a00"),
    "exposed": ("#ffffff", "#8f5a00", "#8f5a00"),
    "up": ("#ffffff", "#8b919a", "#1b1d20"),
    "breaks": ("#b3261e", "#b3261e", "#ffffff"),
    "unknown": ("#f1eafa", "#6a3fa0", "#6a3fa0"),
    "degrades": ("#fdf0d5", "#8f5a00", "#8f5a00"),
    "survives": ("#e5f2ee", "#146c5b", "#146c5b"),
}
_LONGEST = 60


def drawn(result: Value, form: str) -> tuple[str, Picture]:
    """A title and the picture of a result.

    Args:
        result: a report, or an inventory.
        form: name of the format, for the complaint.

    Raises:
        UsageError: when there is no picture of such a result.
    """
    from blastradius.analysis.report import Report

    if isinstance(result, Report):
        title = f"What breaks when {question(result.answer.scenario)}" if result.answer else terminal(result.title)
        return title, result.picture
    if isinstance(result, Inventory):
        from blastradius.graph import DependencyGraph

        return terminal(result.meta.title or "System"), picture(DependencyGraph(result))
    raise UsageError(f"--format {form}: there is no picture of this answer: `blastradius report` and `scan` draw one")


def said(node: PictureNode) -> tuple[str, str]:
    """The two lines of a node: its sign and name, and what it is where."""
    name = f"{node.count:,} × {node.name}" if node.count else node.name
    shown = terminal(name[: 2 * _LONGEST])
    if len(shown) > _LONGEST:
        shown = shown[: _LONGEST - 1] + "…"
    place = node.region if node.region not in (None, "global") else node.provider
    about = " · ".join(part for part in (node.kind, place) if part)
    return f"{SIGNS[node.mark][0]} {shown}".strip(), terminal(about[: 2 * _LONGEST])


def left_out(found: Picture) -> str:
    """How much of the system is not drawn by itself; nothing where all is."""
    parts = [
        f"{number(found.grouped, 'component')} in groups" if found.grouped else "",
        f"{number(found.places, 'place')} that stand not drawn" if found.places else "",
        f"{number(found.journeys, 'journey')} not drawn" if found.journeys else "",
        f"{number(found.lines, 'need')} not drawn" if found.lines else "",
    ]
    return "; ".join(part for part in parts if part)
