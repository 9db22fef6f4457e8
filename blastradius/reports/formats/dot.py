"""DOT, the language of Graphviz: the picture of a report or an inventory."""

from __future__ import annotations

from blastradius.analysis.picture import Picture, PictureEdge, PictureNode
from blastradius.model import Value
from blastradius.reports import FORMATS
from blastradius.reports.drawings import COLOURS, drawn, left_out, said
from blastradius.reports.escape import terminal
from blastradius.reports.view import View

_STYLES = {"degraded": "filled,dashed", "degrades": "filled,dashed", "exposed": "filled,dotted", "unknown": "filled,dotted"}  # fmt: skip


class Dot:
    """A `digraph` from left to right; each node has its id as `tooltip`."""

    suffixes: tuple[str, ...] = (".dot", ".gv")

    def render(self, result: Value, view: View) -> str:
        """Draw a result."""
        title, found = drawn(result, "dot")
        return "\n".join(["digraph blastradius {", *_head(title, found), *_body(found), "}"]) + "\n"


def _head(title: str, found: Picture) -> list[str]:
    below = left_out(found)
    label = _quoted(f"{title}\n{below}" if below else title)
    return [
        "  rankdir=LR;",
        f'  graph [label={label}, labelloc=t, fontname="sans-serif"];',
        '  node [fontname="sans-serif", fontsize=11, style=filled, shape=box];',
        '  edge [color="#8b919a"];',
    ]


def _body(found: Picture) -> list[str]:
    number = {node.id: f"n{at}" for at, node in enumerate(found.nodes)}
    lines = [f"  {number[node.id]} [{_node(node)}];" for node in found.nodes]
    return lines + [f"  {number[edge.dependent]} -> {number[edge.dependency]}{_edge(edge)};" for edge in found.edges]


def _node(node: PictureNode) -> str:
    fill, border, text = COLOURS[node.mark]
    shape = "ellipse" if node.mark in ("degraded", "exposed") else "box"
    style = _STYLES.get(node.mark, "filled" if node.mark != "up" else "filled,rounded")
    values = {
        "label": "\n".join(line for line in said(node) if line), "tooltip": terminal(node.id), "shape": shape,
        "style": style, "fillcolor": fill, "color": border, "fontcolor": text,
        "penwidth": "2.5" if node.mark == "down" else "1",
    }  # fmt: skip
    return ", ".join(f"{key}={_quoted(value)}" for key, value in values.items())


def _edge(edge: PictureEdge) -> str:
    values = {}
    if edge.strength == "soft":
        values["style"] = "dashed"
    elif edge.alternative:
        values["style"] = "dotted"
    if edge.proven:
        values |= {"penwidth": "2.5", "color": "#b3261e"}
    if edge.count > 1:
        values["label"] = f"{edge.count:,}"
    return f" [{', '.join(f'{key}={_quoted(value)}' for key, value in values.items())}]" if values else ""


def _quoted(text: str) -> str:
    """A quoted string: the language knows one escape for it, and its readers take a backslash before a letter as theirs."""
    lines = (line.replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'


FORMATS.register("dot")(Dot())
