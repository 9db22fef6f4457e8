"""Heat maps: words such as `breaks` or `down` in a table, each shown by a colour and a sign together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pandas
from pandas.io.formats.style import Styler

from blastradius.analysis.replay import Followed, Replay
from blastradius.analysis.sweep import Sweep
from blastradius.errors import UsageError
from blastradius.reports import escape
from blastradius.reports.drawings import COLOURS, SIGNS
from blastradius.reports.html.texts import labels, short

_HOUR = 3600
_LONGEST = 60
_FEW = 12
"""So many losses are all shown; of more only those that touch a journey."""
#: Signs of what is well, quieter than in a picture: most cells hold it.
_WELL = ("survives", "up")
#: What only a replay says: it serves, and cannot be started or changed.
_CANNOT = ("cannot start", "cannot be changed", "cannot be operated")
_CANNOT_SIGN = "!"
_ORDER = ("survives", "up", *_CANNOT, "degrades", "degraded", "unknown", "breaks", "down", "removed")
"""From best to worst: an hour shows the worst of it."""
_STYLES: list[Any] = [
    {"selector": "", "props": "border-collapse:separate;border-spacing:2px;font-size:13px"},
    {"selector": "caption", "props": "caption-side:bottom;text-align:left;padding-top:8px;white-space:nowrap"},
    {
        "selector": "th.row_heading",
        "props": "text-align:left;font-weight:400;white-space:nowrap;padding:2px 10px 2px 0",
    },
    {
        "selector": "th.col_heading",
        "props": "writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;font-weight:400;white-space:nowrap;"
        "padding:6px 2px",
    },
    {"selector": "td", "props": "text-align:center;min-width:24px;padding:3px 4px"},
]


class Heatmap(Styler):  # type: ignore[misc]
    """A styled frame of pandas that is text where HTML is not; `.data` is the frame, of words."""

    #: What rows and columns are called where people read them.
    labels: tuple[Sequence[str], Sequence[str]] = ((), ())

    def __repr__(self) -> str:
        rows, columns = ([short(text, _LONGEST) for text in texts] for texts in self.labels)
        named = self.data.map(_sign).set_axis(rows, axis=0).set_axis(columns, axis=1)
        # The longer names stand beside the table, not above it.
        if max(map(len, columns), default=0) > max(map(len, rows), default=0):
            named = named.T
        return "\n".join(escape.terminal(line.rstrip()) for line in named.to_string().split("\n"))


def heatmap(what: Sweep | Replay | pandas.DataFrame, *, most: int = 40) -> Heatmap:
    """A table in which a colour and a sign say how bad it is, as a styled frame of pandas.

    Of a sweep: journeys by losses, the worst first; of more than a dozen those that
    touch no journey are only counted. Of a replay: journeys,
    then components by onset, by the hours since it began, each hour by the worst of it. `.data` is the frame itself.

    Args:
        what: a sweep, a replay, or a frame of your own that holds words such as `breaks`, `survives`, `down`, `up`.
        most: rows and columns at most, for a sweep or a replay.

    Raises:
        UsageError: when it is none of these, or a frame of your own repeats a label.
    """
    if isinstance(what, Sweep):
        return _styled(*_of_sweep(what, most))
    if isinstance(what, Replay):
        return _styled(*_of_replay(what, most))
    if not isinstance(what, pandas.DataFrame):
        raise UsageError(
            f"heatmap: of a {type(what).__name__} there is none: give a sweep, a replay or a frame of words"
        )
    if not (what.index.is_unique and what.columns.is_unique):
        raise UsageError("heatmap: a label of the frame stands there twice: make rows and columns unique")
    return _styled(what, [str(one) for one in what.index], [str(one) for one in what.columns], [])


def _of_sweep(result: Sweep, most: int) -> tuple[pandas.DataFrame, list[str], list[str], list[str]]:
    hurting = [loss for loss in result.losses if loss.breaks or loss.unknown or loss.degrades]
    if len(result.losses) <= min(_FEW, most):
        hurting = list(result.losses)
    quiet = len(result.losses) - len(hurting)
    shown, journeys = hurting[:most], result.journeys[:most]
    cells = {}
    for loss in shown:
        words: dict[str, str] = dict.fromkeys(loss.degrades, "degrades") | dict.fromkeys(loss.unknown, "unknown")
        words |= dict.fromkeys(loss.breaks, "breaks")
        cells[loss.id] = [words.get(journey.id, "survives") for journey in journeys]
    notes = ["each lost alone and for ever"]
    notes += [f"losing any of {quiet:,} others touches no journey" if quiet else ""]
    notes += [_more(len(hurting) + result.omitted - len(shown), "lesser loss", "lesser losses")]
    notes += [_more(len(result.journeys) - len(journeys), "journey", "journeys")]
    frame = pandas.DataFrame(cells, index=[journey.id for journey in journeys], dtype="object")
    rows = labels(((one.id, one.name) for one in result.journeys), _LONGEST)
    lost = labels(((one.id, one.name) for one in result.losses), _LONGEST)
    return frame, [rows[one.id] for one in journeys], [lost[one.id] for one in shown], notes


def _of_replay(result: Replay, most: int) -> tuple[pandas.DataFrame, list[str], list[str], list[str]]:
    rows: dict[str, tuple[str, Sequence[Followed]]] = {
        one.result.id: (one.result.name, one.spells) for one in result.journeys
    }
    rows |= {one.id: (_named(result, one.id, one.name), one.spells) for one in result.components}
    kept = dict(list(rows.items())[:most])
    hours = range(-(-result.horizon // _HOUR))
    cells = [[_worst(spells, hour, result.horizon) for hour in hours] for _, spells in kept.values()]
    frame = pandas.DataFrame(cells, index=list(kept), columns=[f"+{hour}h" for hour in hours], dtype="object")
    notes = [f"hours since {result.start_utc}", _more(len(rows) - len(kept), "row", "rows")]
    named = labels(((id, name) for id, (name, _) in rows.items()), _LONGEST)
    return frame, [named[id] for id in kept], list(frame.columns), notes


def _named(result: Replay, id: str, name: str) -> str:
    """What people call their own; of others the id, which says where it is."""
    return name if id in result.names else id


def _worst(spells: Sequence[Followed], hour: int, horizon: int) -> str:
    begin, end = hour * _HOUR, (hour + 1) * _HOUR
    there = [one.state for one in spells if one.start < end and (horizon if one.end is None else one.end) > begin]
    return max(there, key=_ORDER.index, default="up")


def _more(count: int, one: str, many: str) -> str:
    return f"{count:,} more {one if count == 1 else many}" if count > 0 else ""


def _styled(frame: pandas.DataFrame, rows: Sequence[str], columns: Sequence[str], notes: Sequence[str]) -> Heatmap:

    there = {str(word) for column in frame.columns for word in frame[column]}
    key = [f"{_sign(word)} {_called(word)}" for word in reversed(_ORDER) if word in there]
    caption = " &nbsp; ".join(map(escape.html, key)) + "".join(f"<br>{escape.html(note)}" for note in notes if note)
    # The same table twice is the same text; two tables on one page do not share their styles.
    told = repr((list(frame.index), list(frame.columns), frame.to_numpy().tolist(), list(rows), list(columns)))
    name = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    made = Heatmap(frame.rename_axis(index=None, columns=None), uuid=name)
    made.labels = (rows, columns)
    made.set_table_styles(_STYLES).set_caption(caption)
    made.map(_colours).format(_sign, escape="html")
    for axis, texts in ((0, rows), (1, columns)):
        if texts:
            made.relabel_index([escape.html(short(text, _LONGEST)) for text in texts], axis=axis)
    return made


def _sign(word: object) -> str:
    text = str(word)
    if text in _WELL:
        return "·"
    if text in _CANNOT:
        return _CANNOT_SIGN
    return SIGNS[text][0] if text in SIGNS else short(text, _LONGEST)


def _called(word: str) -> str:
    return {"degrades": "degraded", "up": "as it should be"}.get(word, word)


def _colours(word: object) -> str:
    text = str(word)
    if text in _WELL:
        return "background-color:#146c5b1f;color:#2f9c82"  # a tint: a notebook may be light or dark
    if text in _CANNOT:
        return "background-color:#ffffff;color:#8f5a00;box-shadow:inset 0 0 0 1px #8f5a00"
    if text in COLOURS:
        fill, _, ink = COLOURS["breaks" if text == "down" else text]
        return f"background-color:{fill};color:{ink};font-weight:600"
    return ""
