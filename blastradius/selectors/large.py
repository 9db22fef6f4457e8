"""What a selector may mean among the records of a large inventory: found in their text, so that few become objects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.model import Component
from blastradius.model.records import KINDS, ComponentColumns, Records
from blastradius.selectors.syntax import Selector

_PARTS = re.compile(r"[*?]+")
_ESCAPED = re.compile(rb"\\[u/]")
"""What a writer of JSON may write of letters that need no escape; then a text is not found by its letters."""
_FEW = 20_000
"""Records above which all may as well be made."""


def mentioning(records: Records[Component], selector: Selector) -> list[Component] | None:
    """A superset of what a selector matches: records of its kind that hold its letters; none where that are many.

    Args:
        records: the components of a large inventory.
        selector: the selector.
    """
    import numpy as np

    columns = records.columns
    assert isinstance(columns, ComponentColumns)
    of_kind = None
    if selector.kind in KINDS:
        of_kind = columns.kind == KINDS.index(selector.kind)
        if np.count_nonzero(of_kind) <= _FEW:
            # the id alone may be the text of the selector, whatever the kind
            return [
                records[place]
                for place in sorted({*np.flatnonzero(of_kind).tolist(), *_called(records, selector.text)})
            ]
    piece = _letters(selector)
    if not piece or _ESCAPED.search(records.text, *_span(records)):
        return None
    found = set()
    for place in _holding(records, piece):
        if of_kind is None or of_kind[place] or columns.ids[place] == selector.text:
            found.add(place)
            if len(found) > _FEW:
                return None
    return [records[place] for place in sorted(found)]


def _called(records: Records[Component], id: str) -> list[int]:
    """The place of the component of an id."""
    columns = records.columns
    assert isinstance(columns, ComponentColumns)
    try:
        return [columns.ids.index(id)]
    except ValueError:
        return []


def _letters(selector: Selector) -> bytes:
    """Letters that stand as they are in the text of whatever a selector matches, as many as possible."""
    texts = [selector.glob] if selector.kind == "id" else _PARTS.split(selector.glob)
    if selector.kind == "tag":  # key and value stand apart
        texts = [part for text in texts for part in text.split("=")]
    plain = [text for text in texts if text.isprintable() and not {'"', "\\"} & set(text)]
    return max(plain, key=len, default="").encode("utf-8", "surrogatepass")


def _span(records: Records[Component]) -> tuple[int, int]:
    """Where the text of the records begins and ends."""
    return int(records.start[0]), int(records.start[-1])


def _holding(records: Records[Component], piece: bytes) -> Iterator[int]:
    """Places of the records that hold some letters, some more than once."""
    at, end = _span(records)
    while (at := records.text.find(piece, at, end)) >= 0:
        place = int(records.start.searchsorted(at, "right")) - 1
        yield place
        at = int(records.start[place + 1])
