"""What the catalog holds, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import number

if TYPE_CHECKING:
    from blastradius.catalog.asking import CatalogAnswer, Entry

_MOST = 40
_MOST_COMPLAINTS = 100


def page(result: CatalogAnswer, view: View) -> list[str]:
    """Records one below the other, each with whose word it is; sources; or what is wrong."""
    if result.checked is not None:
        return _checked(result, view)
    if result.asked == "sources" and result.sources:
        return _sources(result, view)
    total = len(result.records) + result.left_out
    lines = [view.tone(f"What does the catalog know of {terminal(result.asked)}?", "strong"), number(total, "record")]
    for one in result.records[:_MOST]:
        lines += ["", *_entry(one, view)]
    if total > _MOST:
        lines += ["", f"and {number(total - _MOST, 'more record')}: search for more of the text"]
    return lines


def _checked(result: CatalogAnswer, view: View) -> list[str]:
    said = f"{number(len(result.complaints), 'complaint')} about {result.checked:,} records"
    tone: Tone = "bad" if result.complaints else "good"
    lines = [f"{view.tone('Does the catalog hold?', 'strong')} {view.tone(said, tone)}"]
    for one in result.complaints[:_MOST_COMPLAINTS]:
        lines += wrapped(f"  {terminal(one)}", view.width, 4)
    if len(result.complaints) > _MOST_COMPLAINTS:
        lines.append(f"  and {number(len(result.complaints) - _MOST_COMPLAINTS, 'more complaint')}")
    return lines


def _sources(result: CatalogAnswer, view: View) -> list[str]:
    lines = [view.tone("On whose word does the catalog stand?", "strong")]
    file = ""
    for one in result.sources:
        if one.file != file:
            file = one.file
            lines += ["", terminal(file)]
        place = f" {one.url}" if one.url else ""
        text = f"  {one.records:>4}  {one.key}: {one.title}{place}"
        lines += wrapped(terminal(text), view.width, 8)
    return lines


def _entry(one: Entry, view: View) -> list[str]:
    name = f" {one.name}" if one.name and one.name != one.id else ""
    lines = [view.tone(terminal(f"{one.id}{name}"), "strong") + terminal(f"  {one.part}, {one.file}")]
    for key, value in one.says.items():
        lines += wrapped(terminal(f"    {key.replace('_', ' ')}: {_words(value)}"), view.width, 6)
    lines += wrapped(terminal(f"    confidence {one.confidence}, as of {one.as_of}: {_whose(one)}"), view.width, 6)
    return lines


def _whose(one: Entry) -> str:
    if one.recollection:
        return "a recollection, not looked up" + (f": check {one.check}" if one.check else "")
    return "; ".join(one.source)


def _words(value: Any) -> str:
    """A value in words: of what is nested, its keys with it."""
    if isinstance(value, list | tuple):
        return ("; " if any(isinstance(one, dict | list) for one in value) else ", ").join(_words(one) for one in value)
    if isinstance(value, dict):
        return " ".join(
            f"{_words(inner)}" if key in ("on", "incident") else f"{key}={_words(inner)}"
            for key, inner in value.items()
        )
    return str(value)


pages.register("CatalogAnswer")(page)
