"""A comment for a pull request that stays one: at most 30 lines, with a drawing of the first path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from blastradius.reports.escape import markdown
from blastradius.reports.gate import WRITERS
from blastradius.reports.gate._common import hops, place, told, verdict

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult

MARK = "<!-- blastradius gate -->"
"""First line of the comment, by which it is found again and replaced."""
MOST_LINES = 30
_MOST_ROWS = 8
_MOST_HOPS = 6
_LONGEST = 300
#: What makes a mention, an address of mail, `https://` and `www.` what they are on GitHub and GitLab; `!` is a merge request.
_LIVE = re.compile(r"@|!(?=\d)|:(?=//)|(?<=www)\.", re.IGNORECASE)


def write(result: GateResult) -> str:
    """The comment."""
    found = told(result)
    head = "no new finding" if not found else f"{len(found):,} new finding{'' if len(found) == 1 else 's'}"
    mark = "✅" if result.passed else "❌"
    lines = [MARK, f"### {mark} blastradius: {head}", ""]
    if found:
        lines += ["| rule | finding | where |", "| --- | --- | --- |", *(_row(one) for one in found[:_MOST_ROWS])]
        if len(found) > _MOST_ROWS:
            lines.append(f"| | and {len(found) - _MOST_ROWS:,} more | |")
        lines.append("")
        lines += _first(found[0], result.names)
    lines += [f"- {_cut(notice)}" for notice in result.notices[:2]]
    lines.append(f"<sub>{_plain(verdict(result))}</sub>")
    return "\n".join(lines) + "\n"


def _row(one: GateFinding) -> str:
    where = place(one)
    line = f"{_cut(where.path)}:{where.line}" if where is not None else ""
    return f"| {one.rule} | {_cut(one.message)} | {line} |"


def _first(one: GateFinding, names: dict[str, str]) -> Iterable[str]:
    """The path of the first finding, what held before, and what would mend it."""
    path = _short(hops(one, names))
    if len(path) > 1:
        yield "```mermaid"
        yield "flowchart LR"
        for number in range(len(path) - 1):
            left, right = (f'n{at}["{mermaid(path[at])}"]' for at in (number, number + 1))
            yield f"  {left} --> {right}"
        yield "```"
    if one.was:
        yield f"- was: {_cut(one.was)}"
    if one.fix:
        yield f"- fix: {_cut(one.fix)}"
    yield ""


def _short(path: Sequence[str]) -> list[str]:
    return list(path) if len(path) <= _MOST_HOPS else [*path[:3], "…", *path[-2:]]


def _cut(text: str) -> str:
    return _plain(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def _plain(text: str) -> str:
    """A text that reads as it is and does nothing: nobody is mentioned, no issue closed, no address becomes a link."""
    return _LIVE.sub(lambda found: f"&#{ord(found[0])};", markdown(text)).replace("\\#", "&#35;")


def mermaid(text: str) -> str:
    """A label that means nothing to Mermaid and to HTML: all but plain characters are written by their numbers."""
    shown = text if len(text) <= 80 else text[:79] + "…"
    return "".join(one if one.isalnum() or one in " _.:/-" else f"#{ord(one)};" for one in shown)


WRITERS.register("markdown")(write)
