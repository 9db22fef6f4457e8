"""What the drawing formats write can be read by the tools it is for, and loses nothing on the way."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess

import networkx
import pytest
from browsing import mermaid, needed
from hypothesis import HealthCheck, given, settings
from strategies import inventories
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from systems import HOSTILE, graph, hostile, system

from blastradius.analysis.report import report
from blastradius.errors import UsageError
from blastradius.model import BlastRadius, Component, Inventory, Journey, Redundancy
from blastradius.reports import render
from blastradius.reports.formats.mermaid import MOST_EDGES, MOST_TEXT
from blastradius.simulate import scenario


class Plain(SingleFileSnapshotExtension):
    """A golden is a text file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def page(inventory, *remove):
    return report(graph(inventory), scenario(remove, duration=10800) if remove else None)


SYSTEMS = {
    "lost": lambda: page(system(15), "region:us-east-1"),
    "whole": lambda: page(system(15)),
    "large": lambda: page(system(2_000), "region:us-east-1"),
    "wide": lambda: page(system(2_000), "region:*"),
    "hostile": lambda: page(hostile(), "region:r"),
}


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json", "mermaid", "dot", "graphml", "html"])
def test_every_format_has_a_golden(form, snapshot):
    text = render(SYSTEMS["lost"](), form)
    if form == "html":  # what is the program's own, and the same in every report, stands in its files
        text = re.sub(r"(<(script|style)>).*?(</\2>)", r"\1…\3", text, flags=re.S)
        text = re.sub(r"'sha256-[^']+'|&#39;sha256-.*?&#39;", "'sha256-…'", text)
    assert text == snapshot(extension_class=Plain)


@pytest.fixture(scope="module", name="mermaid")
def parser():
    """Mermaid's own parser."""
    with mermaid() as parse:
        yield parse


@pytest.mark.parametrize("name", SYSTEMS)
def test_mermaid_parses_what_is_drawn_for_it(mermaid, name):
    result = SYSTEMS[name]()
    text = render(result, "mermaid")
    assert len(text) <= MOST_TEXT
    found = mermaid(text)
    assert found["kind"].startswith("flowchart")
    assert 0 < found["edges"] <= MOST_EDGES
    if name in ("lost", "whole", "hostile"):
        extra = 1 + any('"]:::title' in line for line in text.splitlines()[2:])
        assert len(found["texts"]) == len(result.picture.nodes) + extra
        assert found["edges"] == len(result.picture.edges)
    if name == "hostile":
        assert not any(set("<>\"'`%{}\\") & set(shown.replace("<br>", "")) for shown in found["texts"])


def test_mermaid_complains_of_what_is_no_chart(mermaid):
    from playwright.sync_api import Error

    with pytest.raises(Error, match="Parse error"):
        mermaid('flowchart LR\n  n0["open --> n1')


@pytest.mark.parametrize("name", SYSTEMS)
def test_graphviz_parses_what_is_drawn_for_it(name):
    dot = needed("dot of Graphviz", shutil.which("dot"))
    result = SYSTEMS[name]()
    done = subprocess.run(
        [dot, "-Tdot_json"], input=render(result, "dot").encode(), capture_output=True, timeout=60, check=True
    )
    assert done.stderr == b""
    found = json.loads(done.stdout)
    picture = result.picture
    assert len(found["objects"]) == len(picture.nodes)
    assert len(found["edges"]) == len(picture.edges)
    if name == "hostile":
        # what it read is what was written, two backslashes for one
        read = {one["tooltip"].replace("\\\\", "\\").replace('\\"', '"') for one in found["objects"]}
        assert {"__proto__", '"><img src=x onerror="window.pwned=3">', "safe\\u202egnp.exe\\u2066\\u200b"} <= read


def restored(text: str) -> Inventory:
    """An inventory out of nothing but its GraphML."""
    read = networkx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)

    def parsed(values, model):
        names = {name: field.annotation for name, field in model.model_fields.items() if name in values}
        whole = {
            name for name, kind in names.items() if re.search(r"tuple|dict|Failover|Breaker|Meta|Coverage", str(kind))
        }
        return {name: json.loads(values[name]) if name in whole else values[name] for name in names}

    components = [
        {"id": id, **parsed(values, Component)} for id, values in read.nodes(data=True) if values["kind"] != "journey"
    ]
    journeys = {id: {"id": id, "entries": [], **parsed(values, Journey)} for id, values in read.nodes(data=True) if values["kind"] == "journey"}  # fmt: skip
    records = {"entry": [], "dependency": [], "redundancy": {}}
    for one, other, values in sorted(read.edges(data=True), key=lambda edge: (edge[2]["number"], edge[2]["place"])):
        if values["record"] == "entry":
            journeys[one]["entries"].append(
                {"component": other, **{k: v for k, v in values.items() if k == "tolerance"}}
            )
        elif values["record"] == "dependency":
            records["dependency"].append({"dependent": one, "dependency": other, **parsed(values, Redundancy)})
        else:
            group = records["redundancy"].setdefault(values["number"], {"dependent": one, "members": [], **parsed(values, Redundancy)})  # fmt: skip
            group["members"].append(other)
    return Inventory.model_validate_json(
        json.dumps(
            {
                "schema_version": read.graph["schema_version"],
                **{key: json.loads(read.graph[key]) for key in ("meta", "gaps", "coverage") if key in read.graph},
                "components": components,
                "journeys": list(journeys.values()),
                "dependencies": records["dependency"],
                "redundancies": list(records["redundancy"].values()),
            }
        )
    )


@given(inventories())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_graphml_keeps_everything(inventory):
    assert restored(render(inventory, "graphml")) == inventory


def test_graphml_keeps_what_was_scanned_and_what_became_of_it():
    result = page(system(50), "region:us-east-1")
    text = render(result, "graphml")
    assert restored(text) == result.inventory
    read = networkx.read_graphml(io.BytesIO(text.encode()))
    assert read.nodes["aws:region/us-east-1"]["state"] == "down"
    assert read.nodes["journey:buy-0"]["verdict"] == "breaks"


def test_graphml_holds_hostile_texts_without_being_steered():
    text = render(hostile(), "graphml")
    assert text.isascii()
    read = networkx.read_graphml(io.BytesIO(text.encode()))
    possible = [one for one in HOSTILE if one.isprintable() or "\u202e" in one]
    assert {one for one in possible if one in read.nodes} == set(possible)
    assert "line\u2028separator\nand\rothers\x00\x1b[31m\x85\ufffe" not in read.nodes
    assert any("\u2028separator" in str(node) for node in read.nodes)


@pytest.mark.parametrize("form", ["mermaid", "dot", "graphml", "html"])
def test_what_has_no_picture_is_refused_in_one_line(form):
    answer = BlastRadius(scenario=scenario(["region:x"]))
    with pytest.raises(UsageError, match="blastradius report"):
        render(answer, form)


@pytest.mark.parametrize("form", ["mermaid", "dot", "graphml"])
def test_an_inventory_is_drawn_too(form):
    assert "shop-00000/web" in render(system(10), form)


def test_the_csv_of_a_report_holds_every_component():
    import csv

    result = page(system(3_000), "region:us-east-1")
    rows = list(csv.DictReader(io.StringIO(render(result, "csv"))))
    assert sum(row["record"] == "component" for row in rows) == 3_004
    assert {row["outcome"] for row in rows if row["record"] == "component"} == {"up", "down"}
    web = next(row for row in rows if row["id"] == "journey:buy-3")
    assert web["outcome"] == "breaks"
    assert "breaks without aws:region/us-east-1" in web["lost"]
