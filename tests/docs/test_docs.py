"""The pages of `docs/` are what the program says of itself, and leave nothing of it out.

`pytest tests/docs --snapshot-update` writes them; `docs/cli.md` is written by `tests/cli`.
"""

from __future__ import annotations

import re

import pytest
from documenting import frames_page, rules_page, scanners_page, schema_page
from readmes import hold
from running import ROOT

from blastradius.cli.commands import schema as command
from blastradius.gate.ruling import rules
from blastradius.scanners import scanners

DOCS = ROOT / "docs"
PAGES = {"scanners": lambda _: scanners_page(), "rules": lambda _: rules_page(), "schema": schema_page}
PAGES["frames"] = lambda _: frames_page()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name, request, tmp_path):
    hold(DOCS / f"{name}.md", PAGES[name](tmp_path), request.config.getoption("update_snapshots"))


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere_and_every_cell_says_something(name):
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.+)$", text, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings
    assert [line for line in text.splitlines() if re.search(r"\|\s*\|", line)] == []
    assert "anything" not in re.findall(r"^\| `[^|]+ \| ([^|]+) \|", text, re.M)


def test_nothing_is_left_out():
    headings = {
        name: set(re.findall(r"^## (\S+)", (DOCS / f"{name}.md").read_text(encoding="utf-8"), re.M)) for name in PAGES
    }
    assert {name for name, _ in scanners()} == headings["scanners"]
    assert {id for id, kind in rules().items() if kind.__module__.startswith("blastradius.")} == headings["rules"]
    assert set(command.names()) <= headings["schema"]


def test_every_answer_of_a_command_has_a_schema():
    """Whatever `--format json` may print is described: each result with a version is one of them."""
    import importlib
    import pkgutil

    import blastradius
    from blastradius.model import Value

    for module in pkgutil.walk_packages(blastradius.__path__, "blastradius."):
        if module.name.startswith(("blastradius.analysis", "blastradius.gate", "blastradius.model")):
            importlib.import_module(module.name)
    described = {title.rpartition(":")[2] for title in command.answers().values()}
    found = {kind.__name__ for kind in _below(Value) if "schema_version" in kind.model_fields}
    files = {"Inventory", "Overlay", "Baseline", "Runbook", "Drill"}
    assert found - files <= described


def _below(kind):
    for one in kind.__subclasses__():
        if one.__module__.startswith("blastradius."):
            yield one
        yield from _below(one)


def test_the_readme_says_of_which_estate_its_picture_is():
    from blastradius.analysis.sweep import Sweep

    shown = Sweep.model_validate_json((DOCS / "estate.json").read_text(encoding="utf-8"))
    (line,) = [one for one in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if "docs/estate.png" in one]
    assert f"{shown.components:,} components" in line
    assert f"{len(shown.losses) + shown.omitted:,} losses" in line


def test_the_readme_says_what_its_picture_of_the_estate_leaves_out():
    from blastradius.analysis.sweep import DOMAINS, Sweep

    shown = Sweep.model_validate_json((DOCS / "estate.json").read_text(encoding="utf-8"))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    caption = text.partition("docs/estate.png)")[2].strip().partition("\n")[0]
    said = {"platform": "platform services", "control-plane": "control planes"}
    kept, _, left = caption.partition(";")
    for kind in DOMAINS:
        there = any(one.kind == kind for one in shown.losses)
        assert said.get(kind, f"{kind}s") in (kept if there else left.partition(" are left out")[0]), kind


def test_the_readme_tells_of_the_estate_what_was_measured():
    """README's figures of the largest estate stand in the section that the benchmark of scale wrote."""
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8").partition("\n## Scale\n")[2]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in results.partition("\n## ")[0].splitlines()]
    loaded, swept = (row for row in rows if row and row[0] == "1,041,123")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (said,) = [line for line in text.splitlines() if "BLASTRADIUS_CACHE=0" in line]
    assert f"An estate of {loaded[0]} components and {loaded[1]} needs, {loaded[2]} MiB of JSON," in said
    (most,) = re.findall(r"within (\d+) GiB", said)
    assert max(float(row[column].replace(",", "")) for row, column in ((loaded, 7), (swept, 7))) <= int(most) * 1024
