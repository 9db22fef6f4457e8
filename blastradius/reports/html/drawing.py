"""The picture as pyvis holds it: nodes with places and marks; colours and shapes are chosen in the page, by its theme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from blastradius.analysis.picture import Picture, PictureEdge, PictureNode
from blastradius.reports.escape import terminal
from blastradius.reports.html.layout import positions
from blastradius.reports.html.texts import short

_LABEL = 44


def network(picture: Picture) -> Any:
    """A pyvis network without physics, its nodes numbered: an id of an input never becomes a key in the browser.

    Args:
        picture: what is drawn.
    """
    from pyvis.network import Network

    drawn = Network(directed=True, cdn_resources="in_line")
    drawn.toggle_physics(False)
    places = positions(picture)
    number = {node.id: at for at, node in enumerate(picture.nodes)}
    # `add_node` looks each id up in a list of all before it: a second at some thousand nodes.
    drawn.nodes = [_node(at, node, place) for (at, node), place in zip(enumerate(picture.nodes), places, strict=True)]
    drawn.edges = [_edge(at, edge, number) for at, edge in enumerate(picture.edges)]
    return drawn


def library() -> str:
    """The drawing library that pyvis ships, without the line that makes a debugger ask for its sources."""
    import pyvis

    folder = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2"
    text = (folder / "vis-network.min.js").read_text(encoding="utf-8")
    return text.partition("//# sourceMappingURL=")[0].rstrip()


def _node(number: int, node: PictureNode, place: tuple[int, int]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": number,
        "name": _name(node),
        "about": _about(node),
        "kind": node.kind,
        "mark": node.mark,
        "x": place[0],
        "y": place[1],
    }
    optional = {"region": node.region, "count": node.count, "proven": node.proven}
    shown |= {key: terminal(value) if isinstance(value, str) else value for key, value in optional.items() if value}
    return shown


def _name(node: PictureNode) -> str:
    return short(f"{node.count:,} × {node.name}" if node.count else node.name, _LABEL)


def _about(node: PictureNode) -> str:
    """The second line of a node: what sort of thing, and where, as far as its name does not say so."""
    if node.kind == "journey":
        return "journey" if node.mark == "up" else f"journey {node.mark}" if node.mark != "unknown" else "not known"
    place = node.region if node.region not in (None, "global") else node.provider
    parts = [node.kind if node.kind != node.name else "", place if place and place not in node.name else ""]
    return short(" · ".join(part for part in parts if part), _LABEL)


def _edge(number: int, edge: PictureEdge, numbers: dict[str, int]) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": number, "from": numbers[edge.dependent], "to": numbers[edge.dependency]}
    optional = {
        "soft": edge.strength == "soft",
        "any": edge.alternative,
        "phase": edge.phase if edge.phase != "runtime" else None,
        "count": edge.count if edge.count > 1 else None,
        "proven": edge.proven,
    }
    return shown | {key: value for key, value in optional.items() if value}
