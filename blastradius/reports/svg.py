"""A picture as one small SVG without script, style sheet or link: for where nothing may run."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from blastradius.analysis.picture import Picture, PictureEdge, PictureNode
from blastradius.reports.drawings import COLOURS, SIGNS, left_out, said
from blastradius.reports.escape import html, terminal
from blastradius.reports.html.layout import DOWN, positions
from blastradius.reports.view import columns

_WIDE, _HIGH = 182, 58
_BETWEEN = 6
_MARGIN = 14
_LETTERS = 25
"""Letters of a node's line, at eleven pixels in any common typeface."""
_LINES = 2
_LINE = 14
_FOOT = 20
_SIGN = 7
"""Pixels that a letter of the legend takes, generously."""
_SMALLEST = 70
"""Per cent of its size to which it shrinks where there is little room; then it is to be scrolled."""
_INK, _QUIET, _PLAIN = "#1b1d20", "#5c636c", "#b9bec5"
_FONT = "font-family:system-ui,sans-serif"


def svg(picture: Picture, title: str) -> str:
    """Draw a picture.

    Args:
        picture: what is drawn; a picture of nothing is no text at all.
        title: what it shows, for those who cannot see it.
    """
    if not picture.nodes:
        return ""
    places = _places(picture)
    legend, foot = _legend(picture), left_out(picture)
    bottom = max(y for _, y in places) + _HIGH + _MARGIN
    wide = max(max(x for x, _ in places) + _WIDE + _MARGIN, *(end for _, _, end in legend), len(foot) * _SIGN)
    notes = [f'<text x="{x}" y="{bottom + 12}" fill="{fill}">{html(text)}</text>' for x, (text, fill), _ in legend]
    bottom += _FOOT
    if foot:
        notes.append(
            f'<text x="{_MARGIN}" y="{bottom + 12}" fill="{_QUIET}">{html(foot[0].upper() + foot[1:])}.</text>'
        )
        bottom += _FOOT
    number = {node.id: at for at, node in enumerate(picture.nodes)}
    lines = sorted(picture.edges, key=lambda edge: edge.proven)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{wide}" height="{bottom}" '
        f'viewBox="0 0 {wide} {bottom}" style="{_FONT};font-size:11px;'
        f'max-width:100%;min-width:{wide * _SMALLEST // 100}px;height:auto">',
        f"<title>{html(title)}</title>",
        f'<rect width="{wide}" height="{bottom}" rx="6" fill="#ffffff"/>',
        *(_edge(edge, picture.nodes[number[edge.dependent]], places, number) for edge in lines),
        *(_node(node, place) for node, place in zip(picture.nodes, places, strict=True)),
        *notes,
        "</svg>",
    ]
    return "".join(parts)


def _places(picture: Picture) -> list[tuple[int, int]]:
    """The upper left corner of each node; rows stand as close as the boxes allow."""
    found = [(x, y * (_HIGH + _BETWEEN * 2) // DOWN) for x, y in positions(picture)]
    left, top = min(x for x, _ in found), min(y for _, y in found)
    return [(x - left + _MARGIN, y - top + _MARGIN) for x, y in found]


def _node(node: PictureNode, place: tuple[int, int]) -> str:
    fill, border, ink = COLOURS[node.mark]
    x, y = place
    name, about = said(node)
    lines = _wrapped(name)
    round_ = _HIGH // 2 if node.kind == "journey" else 5
    box = f'width="{_WIDE}" height="{_HIGH}" rx="{round_}" fill="{fill}" stroke="{border}"'
    drawn = [f'<rect x="{x}" y="{y}" {box} stroke-width="{2 if node.proven else 1}"/>']
    if node.count:  # a second sheet behind it
        drawn.insert(0, f'<rect x="{x + 4}" y="{y + 4}" {box}/>')
    # the middle of all lines stands in the middle of the box
    top = y + _HIGH // 2 - (len(lines) * _LINE) // 2 + 3 + (0 if about else 7)
    middle = x + _WIDE // 2
    drawn += [
        f'<text x="{middle}" y="{top + at * _LINE}" text-anchor="middle" font-weight="600" fill="{ink}">{html(line)}</text>'
        for at, line in enumerate(lines)
    ]
    if about:
        low = top + len(lines) * _LINE - 1
        faint = ink if fill == border else _QUIET
        text = _cut(about, _LETTERS + 3)
        drawn.append(
            f'<text x="{middle}" y="{low}" text-anchor="middle" font-size="10" fill="{faint}">{html(text)}</text>'
        )
    words = SIGNS[node.mark][1]
    told = html(_cut(f"{terminal(node.name[:300])} ({words}) {terminal(node.id[:300])}", 300))
    return f"<g><title>{told}</title>{''.join(drawn)}</g>"


def _wrapped(text: str) -> list[str]:
    # wide letters take the room of two
    letters = _LETTERS if columns(text) == len(text) else _LETTERS // 2
    return textwrap.wrap(text, letters, max_lines=_LINES, placeholder="…", break_on_hyphens=False) or [""]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _edge(edge: PictureEdge, dependent: PictureNode, places: Sequence[tuple[int, int]], number: dict[str, int]) -> str:
    start, end = places[number[edge.dependent]], places[number[edge.dependency]]
    colour = COLOURS[dependent.mark][1] if edge.proven else _PLAIN
    dash = (
        ' stroke-dasharray="6 4"' if edge.strength == "soft" else ' stroke-dasharray="2 3"' if edge.alternative else ""
    )
    path, (x, y), way = _path(start, end)
    words = [edge.strength, "one of several" if edge.alternative else "", edge.phase if edge.phase != "runtime" else ""]
    told = html(
        ", ".join(word for word in [*words, edge.basis, f"{edge.count:,} needs" if edge.count > 1 else ""] if word)
    )
    return (
        f'<g fill="none" stroke="{colour}" stroke-width="{2 if edge.proven else 1}"><title>{told}</title>'
        f'<path d="{path}"{dash}/><path d="M{x} {y}l{-7 * way} -4v8z" fill="{colour}" stroke="none"/></g>'
    )


def _path(start: tuple[int, int], end: tuple[int, int]) -> tuple[str, tuple[int, int], int]:
    """A line from one box to another, where it ends, and whether it arrives from the left (1) or the right (-1)."""
    (x1, y1), (x2, y2) = start, end
    y1, y2 = y1 + _HIGH // 2, y2 + _HIGH // 2
    if x2 > x1:
        x1 += _WIDE
        bend = max((x2 - x1) // 2, 20)
        return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 6} {y2}", (x2, y2), 1
    if x2 == x1:
        x = x1 + _WIDE
        return f"M{x} {y1}C{x + 34} {y1} {x + 34} {y2} {x + 6} {y2}", (x, y2), -1
    x2 += _WIDE
    bend = max((x1 - x2) // 2, 20)
    return f"M{x1} {y1}C{x1 - bend} {y1} {x2 + bend} {y2} {x2 + 6} {y2}", (x2, y2), -1


def _legend(picture: Picture) -> list[tuple[int, tuple[str, str], int]]:
    """What the marks and lines of this picture mean: where each stands, its words with their colour, where it ends."""
    there = {node.mark for node in picture.nodes}
    told = [
        (f"{sign} {words}", COLOURS[mark][1]) for mark, (sign, words) in SIGNS.items() if mark in there and mark != "up"
    ]
    if any(edge.strength == "soft" for edge in picture.edges):
        told.append(("- - - soft", _INK))
    if any(edge.alternative and edge.strength != "soft" for edge in picture.edges):
        told.append(("····· one of several", _INK))
    found, x = [], _MARGIN
    for one in told:
        end = x + len(one[0]) * _SIGN + 12
        found.append((x, one, end))
        x = end
    return found
