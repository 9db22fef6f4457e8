"""Mermaid, which forges and wikis draw where it stands in Markdown: the picture of a report or an inventory."""

from __future__ import annotations

from blastradius.analysis.picture import Picture, PictureEdge, PictureNode
from blastradius.model import Value
from blastradius.reports import FORMATS, escape
from blastradius.reports.drawings import COLOURS, drawn, left_out, said
from blastradius.reports.view import View
from blastradius.reports.wording import number

#: Mermaid refuses more than 50,000 characters and 500 edges unless its page says otherwise
#: (https://mermaid.js.org/config/schema-docs/config.html, maxTextSize and maxEdges).
MOST_TEXT, MOST_EDGES = 48_000, 480
_DASHES = {"degraded": "5 3", "degrades": "5 3", "exposed": "2 3", "unknown": "2 3"}


class Mermaid:
    """A flowchart from left to right that fits what Mermaid draws by default."""

    suffixes: tuple[str, ...] = (".mmd", ".mermaid")

    def render(self, result: Value, view: View) -> str:
        """Draw a result."""
        title, found = drawn(result, "mermaid")
        text = ""
        for nodes in _ever_fewer(found):
            text = _chart(title, found, nodes)
            if len(text) <= MOST_TEXT:
                break
        return text


def _ever_fewer(found: Picture) -> list[list[PictureNode]]:
    """All nodes, then without what stands, then proofs alone, then the first of them."""
    touched = [node for node in found.nodes if node.mark not in ("up", "survives") or node.proven]
    proven = [node for node in found.nodes if node.proven]
    return [list(found.nodes), touched, proven, proven[:100], list(found.nodes[:100]), list(found.nodes[:20])]


def _chart(title: str, found: Picture, nodes: list[PictureNode]) -> str:
    numbers = {node.id: f"n{at}" for at, node in enumerate(nodes)}
    edges = [edge for edge in found.edges if edge.dependent in numbers and edge.dependency in numbers]
    kept = sorted(edges, key=lambda edge: not edge.proven)[:MOST_EDGES]
    shown = {(edge.dependent, edge.dependency) for edge in kept}
    out = [left_out(found)]
    out += [f"{number(len(found.nodes) - len(nodes), 'node')} left out"] if len(nodes) < len(found.nodes) else []
    out += [f"{number(len(edges) - len(kept), 'need')} left out"] if len(kept) < len(edges) else []
    lines = ["flowchart LR", f'  title["{escape.mermaid(title)}"]:::title']
    lines += [f"  {numbers[node.id]}{_node(node)}" for node in nodes]
    if any(out):
        lines.append(f'  more["{escape.mermaid("; ".join(part for part in out if part))}"]:::title')
    lines += [
        f"  {numbers[edge.dependent]} {_arrow(edge)} {numbers[edge.dependency]}"
        for edge in edges
        if (edge.dependent, edge.dependency) in shown
    ]
    lines.append("  classDef title fill:none,stroke:none,color:#5a6068;")
    for mark in sorted({node.mark for node in nodes}):
        fill, border, text = COLOURS[mark]
        dashes = f",stroke-dasharray:{_DASHES[mark]}" if mark in _DASHES else ""
        width = ",stroke-width:2.5px" if mark == "down" else ""
        lines.append(f"  classDef {mark} fill:{fill},stroke:{border},color:{text}{dashes}{width};")
    return "\n".join(lines) + "\n"


def _node(node: PictureNode) -> str:
    text = "<br>".join(escape.mermaid(line) for line in said(node) if line)
    if node.kind == "journey":
        shape = f'(["{text}"])'
    elif node.mark in ("down", "removed"):
        shape = f'["{text}"]'
    else:
        shape = f'("{text}")'
    return f"{shape}:::{node.mark}"


def _arrow(edge: PictureEdge) -> str:
    line = "-.->" if edge.strength == "soft" else "==>" if edge.proven else "-->"
    words = [f"{edge.count:,} ×" if edge.count > 1 else "", "one of" if edge.alternative else ""]
    label = " ".join(word for word in words if word)
    return f'{line}|"{escape.mermaid(label)}"|' if label else line


FORMATS.register("mermaid")(Mermaid())
