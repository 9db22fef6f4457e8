"""A comment for a pull request that stays one: at most 30 lines, with a drawing of the first path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from blastradius.reports import escape
from blastradius.reports.gate import WRITERS
from blastradius.reports.gate._common import hops, place, told, verdict
from blastradius.reports.gate._folding import behind, folded

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult

MARK = "<!-- blastradius gate -->"
"""First line of the comment, by which it is found again and replaced."""
MOST_LINES = 30
_MOST_ROWS = 8
_MOST_HOPS = 6
_LONGEST = 300
_LONGEST_LABEL = 80
#: Files in which a comment begins with `#`.
_COMMENTED = (".tf", ".tofu", ".yaml", ".yml", ".toml", ".env", ".properties")
_WORD = re.compile(r"(?P<before>[(\"']*)(?P<word>.*?)(?P<after>[)\"'.,;:]*)")
#: What a word may consist of that is nothing but a word; `_` would be emphasis, `#` an issue, `@` somebody's name.
_INERT = re.compile(r"%|(?:[^\W_]|[-.,;:/()\"'+=×·…→?])*")


def write(result: GateResult) -> str:
    """The comment."""
    found = told(result)
    head = "no new finding" if not found else f"{len(found):,} new finding{'' if len(found) == 1 else 's'}"
    mark = "✅" if result.passed else "❌"
    lines = [MARK, f"### {mark} blastradius: {head}", ""]
    if found:
        rows = folded(found)
        lines += [_row(one, behind(rest, result.names)) for one, rest in rows[:_MOST_ROWS]]
        if len(rows) > _MOST_ROWS:
            lines.append(f"- and {sum(1 + len(rest) for _, rest in rows[_MOST_ROWS:]):,} more")
        lines.append("")
        lines += _first(found[0], result.names, found)
    lines += _notices(result.notices, MOST_LINES - len(lines) - 2)
    lines.append(f"<sub>{_plain(verdict(result))}</sub>")
    return "\n".join(lines) + "\n"


def _notices(notices: Sequence[str], room: int) -> list[str]:
    """As many notices as there is room for; what is left out is counted."""
    if not notices:
        return []
    shown = notices if len(notices) <= room else notices[: max(room - 1, 0)]
    more = len(notices) - len(shown)
    return [*(f"- note: {_plain(one)}" for one in shown), *([f"- and {more:,} more notes"] if more else []), ""]


def _row(one: GateFinding, more: str) -> str:
    where = place(one)
    line = f" at {escape.span(f'{_cut(where.path)}:{where.line}')}" if where is not None else ""
    level = "" if one.level == "block" else f" ({one.level})"
    return f"- **{_plain(one.rule)}**{level} {_plain(one.message)}{line}" + (f", {_plain(more)}" if more else "")


def _first(one: GateFinding, names: dict[str, str], found: Sequence[GateFinding]) -> Iterable[str]:
    """The path of the first finding, what held before, and what would mend it or let all of its line through."""
    path = _short(hops(one, names))
    if len(path) > 1:
        yield "```mermaid"
        yield "flowchart LR"
        labels = [text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…" for text in path]
        nodes = [f'n{at}["{escape.mermaid(label)}"]' for at, label in enumerate(labels)]
        yield from (f"  {left} --> {right}" for left, right in pairwise(nodes))
        yield "```"
        yield ""
    said = [f"- {word}: {_plain(text)}" for word, text in (("was", one.was), ("fix", one.fix)) if text]
    if one.fails and one.status == "new" and one.location is not None and one.location.path.endswith(_COMMENTED):
        beside = {other.rule for other in found if other.fails and other.location == one.location}
        waiver = f'# blastradius: allow {",".join(sorted(beside))} until=YYYY-MM-DD reason="…" owner=…'
        said.append(f"- or let it through until a day, by a comment in that line: {escape.span(waiver)}")
    yield from [*said, ""] if said else []


def _short(path: Sequence[str]) -> list[str]:
    return list(path) if len(path) <= _MOST_HOPS else [*path[:3], "…", *path[-2:]]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _plain(text: str) -> str:
    """A text that reads as it is and does nothing: whatever is more than a word stands as code.

    Forges look for mentions, issues and addresses in what Markdown has become, where neither a backslash nor an entity
    is left; they leave code alone.
    """
    return " ".join(map(_word, escape.terminal(_cut(text)).split(" ")))


def _word(text: str) -> str:
    if _INERT.fullmatch(text) and not escape.LIVE.search(text):
        return text
    found = _WORD.fullmatch(text)
    before, word, after = found.groups() if found is not None else ("", text, "")
    quoted = re.fullmatch(r"`([^`]+)`", word)  # as messages of this program write what is code
    return f"{before}{escape.span(quoted[1] if quoted is not None else word)}{after}"


WRITERS.register("markdown")(write)
