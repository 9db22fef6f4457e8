"""How soon an HTML report is ready in a browser beside stock pyvis on the same graph, and what a large one takes.

Needs Chromium; what pyvis would load from a content network is refused, so that only the machine is measured.
"""

from __future__ import annotations

import gc
import json
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _measuring import ROOT, machine, record, table

from blastradius import storage
from blastradius.analysis.picture import Picture, PictureEdge, PictureNode, picture
from blastradius.analysis.report import Report, report
from blastradius.model import Inventory
from blastradius.pipeline import load
from blastradius.reports import View, render
from blastradius.simulate import scenario, simulate

sys.path.insert(0, str(ROOT / "tests"))
from systems import graph, system

COUNT, LARGE, ROUNDS = 1_000, 100_000, 3
LOSS = ["region:us-east-1"]
OF_LARGE = f"report of {LARGE:,}"


def stock(inventory: Inventory, path: Path) -> None:
    """The graph as pyvis draws it by itself: its template, its physics."""
    from pyvis.network import Network

    net = Network(directed=True, cdn_resources="in_line")
    for one in inventory.components:
        net.add_node(one.id, label=one.name)
    for need in edges(inventory):
        net.add_edge(*need)
    path.write_text(net.generate_html(), encoding="utf-8")


def edges(inventory: Inventory) -> list[tuple[str, str]]:
    """Every need, those of redundancies too."""
    found = [(one.dependent, one.dependency) for one in inventory.dependencies]
    return found + [(one.dependent, member) for one in inventory.redundancies for member in one.members]


def whole(result: Report) -> Report:
    """A report that draws every component, which no report does: for a fair comparison."""
    inventory = result.inventory
    nodes = tuple(PictureNode(id=one.id, name=one.name, kind=one.kind) for one in inventory.components)
    pairs = sorted(set(edges(inventory)))
    lines = tuple(PictureEdge(dependent=a, dependency=b, strength="hard", basis="declared") for a, b in pairs)
    return result.model_copy(update={"picture": Picture(nodes=nodes, edges=lines)})


def ready(chromium: Any, path: Path, sign: str) -> float:
    """Seconds from asking for a file until it shows a sign that it is ready."""
    page = chromium.new_page()
    page.route("http*://**", lambda route: route.abort())
    start = time.perf_counter()
    page.goto(path.as_uri(), timeout=600_000)
    page.locator(sign).wait_for(state="attached", timeout=600_000)
    seconds = time.perf_counter() - start
    page.close()
    return seconds


def in_browser(folder: Path) -> str:
    """The same system by pyvis and by a report, in rounds that alternate."""
    from playwright.sync_api import sync_playwright

    inventory = system(COUNT)
    result = report(graph(inventory), scenario(LOSS))
    files = {"stock pyvis": folder / "stock.html", "report": folder / "report.html", "all drawn": folder / "whole.html"}
    stock(inventory, files["stock pyvis"])
    assert len(whole(result).picture.nodes) == len(inventory.components)
    files["report"].write_text(render(result, "html"), encoding="utf-8")
    files["all drawn"].write_text(render(whole(result), "html"), encoding="utf-8")
    files[OF_LARGE] = folder / "large.html"
    # pyvis hides its bar once the physics has come to rest
    signs = {"stock pyvis": '#loadingBar[style*="opacity: 0"]'}
    taken: dict[str, list[float]] = {name: [] for name in files}
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(ROUNDS):
            for name, file in files.items():
                if name in signs and taken[name]:
                    continue  # minutes each
                taken[name].append(ready(chromium, file, signs.get(name, 'html[data-ready="picture"]')))
                print(f"{name}: {taken[name][-1]:.1f} s", flush=True)
        chromium.close()
    median = {name: statistics.median(values) for name, values in taken.items()}
    drawn = {
        "stock pyvis": len(inventory.components),
        "report": len(result.picture.nodes),
        "all drawn": len(inventory.components),
    }
    # what it draws is in the page itself
    data = json.loads(re.search(r'id="data">(.*?)</script>', files[OF_LARGE].read_text("utf-8"), re.S)[1])  # type: ignore[index]
    drawn[OF_LARGE] = len(data["nodes"])
    rows = [
        (name, f"{drawn[name]:,}", f"{median[name]:.2f}", f"{median['stock pyvis'] / median[name]:.0f}")
        for name in files
    ]
    return table(("page", "nodes drawn", "ready s", "sooner"), rows)


def timed(work: Any) -> tuple[float, Any]:
    """Seconds that some work takes, and what it gave."""
    gc.collect()
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def large(folder: Path) -> str:
    """What a report of a large system takes beyond its simulation, beside loading its inventory."""
    path = folder / "inventory.json"
    path.write_bytes(storage.dumps(system(LARGE)))
    gc.set_threshold(100_000, 50, 50)  # as the command line does
    loading, found = timed(lambda: load(path))
    simulating, answer = timed(lambda: simulate(found, scenario(LOSS)))
    choosing, chosen = timed(lambda: picture(found, answer))
    inventory = found.inventory
    result = Report(
        title="Shops",
        answer=answer,
        picture=chosen,
        inventory=inventory,
        gaps=inventory.gaps,
        coverage=inventory.coverage,
    )
    rows = []
    for form in ("html", "csv"):
        rendering, text = timed(lambda form=form: render(result, form, View()))
        if form == "html":
            (folder / "large.html").write_text(text, encoding="utf-8")
        taken = rendering + (choosing if form == "html" else 0)
        size = len(text.encode()) / 1e6
        figures = (f"{loading:.1f}", f"{simulating:.1f}", f"{taken:.1f}", f"{taken / loading:.2f}", f"{size:.1f}")
        rows.append((form, *figures))
    return table(("format", "load s", "simulate s", "choose and render s", "by load", "MB"), rows)


TEXT = """{machine}; stock pyvis once, the others the median of {rounds} rounds. The same system of {count:,} components. *Stock pyvis* is \
ready when its physics has come to rest; a report when its picture stands and its tables can be used. *All drawn* is the \
report's template with every component in the picture, which no report does: past some 300 nodes a picture is read by \
nobody. *report of 100,000* is the page of a system a hundred times as large. *sooner* is the time of stock pyvis by that of the page.

{browser}
A system of {large:,} components, one of its three regions lost; rendering holds the choice and layout of what is drawn.

{sizes}"""


def main() -> None:
    """Measure, print tables and put them on the page of results."""
    with tempfile.TemporaryDirectory() as name:
        sizes = large(Path(name))
        print(sizes)
        shown = in_browser(Path(name))
        print(shown)
    text = TEXT.format(machine=machine(), rounds=ROUNDS, count=COUNT, browser=shown, large=LARGE, sizes=sizes)
    record("Reports", text)


if __name__ == "__main__":
    main()
