"""GraphML: the whole graph with everything that is known of it, for networkx, Gephi, yEd and the like."""

from __future__ import annotations

import re
from typing import Any

from blastradius.errors import UsageError
from blastradius.model import Inventory, Value
from blastradius.reports import FORMATS, escape
from blastradius.reports.view import View

#: What XML 1.0 cannot hold at all, and a carriage return, which its readers turn into a line feed.
_IMPOSSIBLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class GraphMl:
    r"""A directed multigraph; what has parts, such as evidence, is an attribute of JSON.

    Every component and journey is a node. Every dependency is an edge from the dependent to the dependency, a
    redundancy one for each member, with the redundancy's number; so is every entry of a journey. Attributes bear the
    names of the inventory's fields, `record` says which sort of edge it is. All but ASCII is written by its number,
    so that nothing in it steers a reader. What XML cannot hold is escaped as `\x00`, `\ufffe`; in a text that holds or
    seems to hold such an escape, a backslash is `\\`.
    """

    suffixes: tuple[str, ...] = (".graphml",)

    def render(self, result: Value, view: View) -> str:
        """Write the graph of a report or an inventory."""
        import networkx

        from blastradius.analysis.report import Report

        if isinstance(result, Report):
            graph = _graph(result.inventory)
            _mark(graph, result)
        elif isinstance(result, Inventory):
            graph = _graph(result)
        else:
            raise UsageError(
                "--format graphml: there is no graph in this answer: `blastradius report` and `scan` write it"
            )
        return "\n".join(networkx.generate_graphml(graph, named_key_ids=True)) + "\n"


def _graph(inventory: Inventory) -> Any:
    import networkx

    document = inventory.model_dump(mode="json", exclude_defaults=True)
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    whole: dict[str, Any] = {key: document[key] for key in ("meta", "gaps", "coverage") if key in document}
    graph.graph.update(_flat({"schema_version": inventory.schema_version, **whole}))
    for component in document.get("components", ()):
        graph.add_node(_possible(component["id"]), **_flat(component, "id"))
    for journey in document.get("journeys", ()):
        graph.add_node(_possible(journey["id"]), kind="journey", **_flat(journey, "id", "entries"))
    edges = []
    for at, journey in enumerate(document.get("journeys", ())):
        edges += [
            (journey["id"], entry["component"], _edge("entry", at, place, entry, "component"))
            for place, entry in enumerate(journey.get("entries", ()))
        ]
    for at, one in enumerate(document.get("dependencies", ())):
        shown = _edge("dependency", at, 0, one, "dependent", "dependency")
        edges.append((one["dependent"], one["dependency"], shown))
    for at, one in enumerate(document.get("redundancies", ())):
        edges += [
            (one["dependent"], member, _edge("redundancy", at, place, one, "dependent", "members"))
            for place, member in enumerate(one["members"])
        ]
    graph.add_edges_from((_possible(one), _possible(other), shown) for one, other, shown in edges)
    return graph


def _edge(record: str, number: int, place: int, one: dict[str, Any], *without: str) -> dict[str, Any]:
    """An edge's attributes: its record's sort and number, its place among the record's edges, the record's fields."""
    return {"record": record, "number": number, "place": place, **_flat(one, *without)}


def _mark(graph: Any, report: Any) -> None:
    """What became of everything, where something was lost."""
    if report.answer is None:
        return
    for component in report.answer.components:
        graph.nodes[_possible(component.id)].update(state=component.state, exposed=component.exposed)
    for journey in report.answer.journeys:
        graph.nodes[_possible(journey.id)].update(verdict=journey.verdict, at_worst=journey.at_worst)


def _flat(record: dict[str, Any], *without: str) -> dict[str, Any]:
    """A record's fields as GraphML holds them: texts, numbers, truths, and JSON for what has parts."""
    return {key: _cell(value) for key, value in record.items() if key not in without and value is not None}


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return _possible(value)
    if isinstance(value, bool | int | float):
        return value
    import orjson

    document = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode("utf-8")
    return _IMPOSSIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", document)  # none is beyond the first plane


def _possible(text: str) -> str:
    """A text as XML can hold it: what it cannot is `\\x00`, in such a text a backslash `\\\\`; two never come out the same."""
    if not (_IMPOSSIBLE.search(text) or escape.seems(text)):
        return text
    return _IMPOSSIBLE.sub(lambda found: escape.numbered(found[0]), text.replace("\\", "\\\\"))


FORMATS.register("graphml")(GraphMl())
