"""Functional rows: a folder, a command, an exit code; what is printed stands in a golden of plain text.

`pytest tests/cli --snapshot-update` rewrites the goldens.
"""

from __future__ import annotations

import pytest
from running import ROOT
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from blastradius.cli import main

DATA = ROOT / "tests" / "cli" / "data"
LOSS = ["--remove", "region:us-east-1", "--for", "3h"]
FIGURES = ["--figures", "figured/figures.yaml"]
PLACED = ["--overlay", "placed/blastradius.yaml"]

ROWS = {
    "scan-folder": (["scan", "shop"], 0),
    "scan-folder-markdown": (["scan", "shop", "--format", "markdown"], 0),
    "scan-folder-csv": (["scan", "shop", "-f", "csv"], 0),
    "scan-folder-json": (["scan", "shop", "-f", "json"], 0),
    "scan-incomplete": (["scan", "shop", "--require-complete"], 4),
    "regions-unplaced": (["regions", "shop"], 0),
    "regions-placed": (["regions", "shop", *PLACED], 0),
    "regions-json": (["regions", "designs/after.yaml", "--format", "json"], 0),
    "regions-markdown": (["regions", "designs/after.yaml", "--format", "markdown"], 0),
    "regions-csv": (["regions", "designs/after.yaml", "--format", "csv"], 0),
    "amplification": (["amplification", "retries/inventory.yaml"], 0),
    "amplification-fails": (["amplification", "retries/inventory.yaml", "--fail-above", "9"], 1),
    "amplification-markdown": (["amplification", "retries/inventory.yaml", "-f", "markdown"], 0),
    "amplification-csv": (["amplification", "retries/inventory.yaml", "-f", "csv"], 0),
    "amplification-json": (["amplification", "retries/inventory.yaml", "-f", "json"], 0),
    "amplification-nothing": (["amplification", "shop"], 0),
    "cuts": (["cuts", "figured/inventory.yaml"], 0),
    "cuts-after": (
        ["cuts", "figured/inventory.yaml", "buy", "--by", "region", "--by", "vendor", "--when", "at-once"],
        0,
    ),
    "cuts-degrades": (["cuts", "figured/inventory.yaml", "--degrades", "--max-order", "1", "--limit", "3"], 0),
    "cuts-placed": (["cuts", "shop", *PLACED, "--limit", "5"], 0),
    "cuts-incomplete": (["cuts", "shop", *PLACED, "--limit", "0", "--require-complete"], 4),
    "cuts-likely": (["cuts", "figured/inventory.yaml", "--sort", "probability", *FIGURES, "--limit", "5"], 0),
    "cuts-markdown": (["cuts", "figured/inventory.yaml", "-f", "markdown", "--limit", "3"], 0),
    "cuts-csv": (["cuts", "figured/inventory.yaml", "-f", "csv"], 0),
    "cuts-json": (["cuts", "figured/inventory.yaml", "-f", "json"], 0),
    "cuts-fault-tree": (["cuts", "figured/bridge.xml"], 0),
    "cuts-fault-tree-likely": (["cuts", "figured/bridge.xml", "across", "--sort", "probability", "-f", "csv"], 0),
    "cuts-no-journey": (["cuts", "plain/inventory.yaml"], 0),
    "availability": (["availability", "figured/inventory.yaml", *FIGURES, "--check", "20000"], 0),
    "availability-assumed": (["availability", "figured/inventory.yaml", *FIGURES, "--assume", "99.9%"], 0),
    "availability-fails": (["availability", "figured/inventory.yaml", *FIGURES, "--fail-on", "slo"], 1),
    "availability-markdown": (["availability", "figured/inventory.yaml", *FIGURES, "-f", "markdown"], 0),
    "availability-csv": (["availability", "figured/inventory.yaml", *FIGURES, "-f", "csv"], 0),
    "availability-json": (["availability", "figured/inventory.yaml", *FIGURES, "-f", "json"], 0),
    "scan-configured-and-recorded": (["scan", "watched"], 0),
    "observed": (["observed", "watched"], 0),
    "observed-json": (["observed", "watched", "--format", "json"], 0),
    "observed-markdown": (["observed", "watched", "--format", "markdown"], 0),
    "observed-csv": (["observed", "watched", "--format", "csv"], 0),
    "observed-nothing": (["observed", "designs/before.yaml"], 0),
    "simulate-placed": (["simulate", "shop", *PLACED, *LOSS], 0),
    "simulate-placed-fails": (["simulate", "shop", *PLACED, *LOSS, "--fail-on", "breaks"], 1),
    "simulate-unplaced": (["simulate", "shop", *LOSS], 0),
    "simulate-unplaced-fails-on-unknown": (["simulate", "shop", *LOSS, "--fail-on", "unknown"], 1),
    "simulate-incomplete": (["simulate", "shop", "--remove", "cache:redis", "--require-complete"], 4),
    "simulate-no-journeys": (["simulate", "plain/inventory.yaml", *LOSS], 0),
    "simulate-survives": (["simulate", "designs/after.yaml", *LOSS, "--fail-on", "breaks", "--require-complete"], 0),
    "simulate-degrade": (["simulate", "designs/before.yaml", "--degrade", "database:orders"], 0),
    "simulate-fails-on-degrades": (
        ["simulate", "designs/before.yaml", "--degrade", "database:orders", "--fail-on", "degrades"],
        1,
    ),
    "simulate-json": (["simulate", "designs/before.yaml", *LOSS, "--format", "json"], 0),
    "simulate-csv": (["simulate", "designs/before.yaml", *LOSS, "--format", "csv"], 0),
    "simulate-markdown": (["simulate", "shop", *PLACED, *LOSS, "--format", "markdown"], 0),
    "sweep": (["sweep", "designs/before.yaml"], 0),
    "sweep-fails": (["sweep", "designs/after.yaml", "--by", "component", "--fail-on", "breaks"], 1),
    "sweep-pairs": (["sweep", "designs/after.yaml", "--by", "component", "--order", "2", "--top", "3"], 0),
    "sweep-unseen": (["sweep", "shop", *PLACED, "--by", "component"], 0),
    "sweep-json": (["sweep", "designs/after.yaml", "--by", "region", "--order", "2", "-f", "json"], 0),
    "sweep-csv": (["sweep", "designs/after.yaml", "--by", "component", "--order", "2", "-f", "csv"], 0),
    "sweep-markdown": (["sweep", "designs/after.yaml", "--by", "component", "--order", "2", "-f", "markdown"], 0),
    "sweep-nothing": (["sweep", "shop", "--by", "queue"], 0),
    "sweep-no-such-kind": (["sweep", "shop", "--by", "planet"], 2),
    "sweep-nothing-to-judge": (["sweep", "plain/inventory.yaml", "--fail-on", "breaks"], 2),
    "explain-breaks": (["explain", "shop", "checkout", *PLACED, *LOSS], 0),
    "explain-stands": (["explain", "designs/after.yaml", "buy", *LOSS], 0),
    "explain-component": (["explain", "shop", "service:frontend", "--remove", "cache:redis"], 0),
    "explain-markdown": (["explain", "shop", "checkout", *PLACED, *LOSS, "-f", "markdown"], 0),
    "diff": (["diff", "designs/before.yaml", "designs/after.yaml"], 0),
    "diff-simulate": (["diff", "designs/before.yaml", "designs/after.yaml", "--simulate", "region:us-east-1"], 0),
    "diff-markdown": (
        ["diff", "designs/before.yaml", "designs/after.yaml", "--simulate", "region:us-east-1", "-f", "markdown"],
        0,
    ),
    "diff-same": (["diff", "designs/before.yaml", "designs/before.yaml"], 0),
    "dns": (["dns", "names"], 0),
    "dns-fails": (["dns", "names", "--fail-on", "findings"], 1),
    "dns-incomplete": (["dns", "names", "--require-complete"], 4),
    "dns-json": (["dns", "names", "-f", "json"], 0),
    "dns-markdown": (["dns", "names", "-f", "markdown"], 0),
    "dns-csv": (["dns", "names", "-f", "csv"], 0),
    "dns-no-such-word": (["dns", "names", "--fail-on", "warnings"], 2),
    "dns-nothing-to-judge": (["dns", "plain/inventory.yaml", "--fail-on", "findings"], 2),
    "fixes": (["fixes", "designs/before.yaml"], 0),
    "fixes-json": (["fixes", "designs/before.yaml", *LOSS, "-f", "json"], 0),
    "fixes-markdown": (["fixes", "designs/before.yaml", "--only", "member", "-f", "markdown"], 0),
    "fixes-csv": (["fixes", "designs/before.yaml", "-f", "csv"], 0),
    "fixes-nothing": (["fixes", "designs/after.yaml", *LOSS], 0),
    "fixes-no-journeys": (["fixes", "plain/inventory.yaml"], 2),
    "fixes-no-such-kind": (["fixes", "designs/before.yaml", "--by", "planet"], 2),
    "fixes-no-such-change": (["fixes", "designs/before.yaml", "--only", "prayer"], 2),
    "drain": (["fixes", "designs/after.yaml", "--drain", "region:us-east-1"], 0),
    "drain-csv": (["fixes", "designs/after.yaml", "--drain", "region:us-east-1", "-f", "csv"], 0),
    "drain-and-loss": (["fixes", "designs/after.yaml", "--drain", "region:us-east-1", *LOSS], 2),
    "report": (["report", "shop", *PLACED, *LOSS], 0),
    "report-whole": (["report", "shop", *PLACED, "--sweep", "platform", "--sweep", "region"], 0),
    "report-markdown": (["report", "shop", *PLACED, *LOSS, "-f", "markdown"], 0),
    "report-whole-markdown": (["report", "designs/before.yaml", "-f", "markdown"], 0),
    "report-csv": (["report", "shop", *PLACED, *LOSS, "-f", "csv"], 0),
    "report-mermaid": (["report", "designs/before.yaml", *LOSS, "-f", "mermaid"], 0),
    "report-dot": (["report", "designs/before.yaml", "-f", "dot"], 0),
    "report-no-such-sweep": (["report", "shop", "--sweep", "planet"], 2),
    "report-incomplete": (["report", "shop", "-f", "graphml", "--require-complete"], 4),
    "simulate-html": (["simulate", "designs/before.yaml", *LOSS, "-f", "html"], 2),
    "runbook": (["report", "shop", *PLACED, *LOSS, "--format", "runbook"], 0),
    "chaos-toolkit": (["report", "shop", *PLACED, *LOSS, "--format", "chaos-toolkit"], 0),
    "runbook-of-nothing": (["report", "shop", "--format", "runbook"], 2),
    "learn-nothing": (["learn", "shop/cart.yaml"], 3),
    "concentration": (["concentration", "shop", *PLACED], 0),
    "concentration-vendors-markdown": (["concentration", "shop", *PLACED, "--by", "vendor", "-f", "markdown"], 0),
    "concentration-csv": (["concentration", "designs/before.yaml", "--by", "region", "-f", "csv"], 0),
    "concentration-unknown-kind": (["concentration", "shop", "--by", "cloud"], 2),
    "replay": (["replay", "2025-10-20", "designs/before.yaml"], 0),
    "replay-json": (["replay", "2021-10-04", "designs/before.yaml", "-f", "json"], 0),
    "replay-catalog-markdown": (["replay", "2023-06-13", "-f", "markdown"], 0),
    "replay-csv": (["replay", "2023-06-13", "-f", "csv"], 0),
    "replay-folder": (["replay", "sqs", "shop", *PLACED, "--incidents", "outages"], 0),
    "replay-list": (["replay", "list"], 0),
    "replay-unknown": (["replay", "2025-10-21"], 2),
    "replay-no-such-file": (["replay", "nowhere.yaml"], 3),
    "backtest-one": (["backtest", "2023-06-13"], 0),
    "backtest-folder": (["backtest", "--incidents", "outages"], 0),
    "backtest-folder-incomplete": (["backtest", "--incidents", "outages", "--require-complete"], 4),
    "backtest-folder-csv": (["backtest", "--incidents", "outages", "-f", "csv"], 0),
    "backtest-one-markdown": (["backtest", "2023-06-13", "-f", "markdown"], 0),
    "backtest-no-such-folder": (["backtest", "--incidents", "nowhere"], 3),
    "backtest-no-such-incident": (["backtest", "--incidents", "outages", "2025-10-20"], 2),
    "demo-folder": (["demo", "shop"], 0),
    "cuts-no-such-kind": (["cuts", "figured/inventory.yaml", "--by", "planet"], 2),
    "cuts-no-such-moment": (["cuts", "figured/inventory.yaml", "--when", "later"], 2),
    "cuts-no-such-key": (["cuts", "figured/inventory.yaml", "--sort", "size"], 2),
    "cuts-likely-without-figures": (["cuts", "figured/inventory.yaml", "--sort", "probability"], 2),
    "cuts-no-such-journey": (["cuts", "figured/inventory.yaml", "bye"], 2),
    "cuts-fault-tree-by": (["cuts", "figured/bridge.xml", "--by", "region"], 2),
    "cuts-no-fault-tree": (["cuts", "figured/missing.xml"], 3),
    "availability-without-figures": (["availability", "figured/inventory.yaml"], 2),
    "availability-no-such-share": (["availability", "figured/inventory.yaml", "--assume", "99.9"], 2),
    "availability-no-such-word": (["availability", "figured/inventory.yaml", *FIGURES, "--fail-on", "sla"], 2),
    "availability-nothing-to-judge": (["availability", "designs/before.yaml", "--assume", "1", "--fail-on", "slo"], 2),
    "availability-no-figures-there": (["availability", "figured/inventory.yaml", "--figures", "missing.yaml"], 3),
    "no-such-verdict": (["simulate", "designs/before.yaml", *LOSS, "--fail-on", "breakage"], 2),
    "nothing-to-judge": (["simulate", "plain/inventory.yaml", *LOSS, "--fail-on", "breaks"], 2),
    "no-such-command": (["simulat"], 2),
    "no-such-option": (["regions", "shop", "--colour"], 2),
    "no-such-format": (["regions", "shop", "--format", "xml"], 2),
    "no-inventory-named": (["simulate"], 2),
    "nothing-removed": (["simulate", "designs/before.yaml"], 2),
    "for-without-loss": (["diff", "designs/before.yaml", "designs/after.yaml", "--for", "3h"], 2),
    "scenario-and-remove": (["simulate", "designs/before.yaml", *LOSS, "--scenario", "x.yaml"], 2),
    "no-such-schema": (["schema", "everything"], 2),
    "not-a-date": (["simulate", "designs/before.yaml", *LOSS, "--today", "tomorrow"], 2),
}


class Plain(SingleFileSnapshotExtension):
    """A golden is a text file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.mark.parametrize("name", ROWS)
def test_command(name, capsys, monkeypatch, snapshot):
    monkeypatch.chdir(DATA)
    for variable in ("COLUMNS", "NO_COLOR", "BLASTRADIUS_COMMAND", "BLASTRADIUS_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    arguments, code = ROWS[name]
    if arguments[0] == "simulate" and "--today" not in arguments:
        arguments = [*arguments, "--today", "2026-01-31"]
    ended = main(arguments)
    out, err = capsys.readouterr()
    shown = f"$ blastradius {' '.join(arguments)}\n{out}{f'--- stderr{chr(10)}{err}' if err else ''}--- exit {ended}\n"
    assert ended == code, shown
    assert shown == snapshot(extension_class=Plain)


@pytest.mark.parametrize("width", ["80", "120", None])
def test_the_shipped_demo_breaks_what_its_makers_reported_on_one_screen(capsys, monkeypatch, width):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("COLUMNS", raising=False)
    if width:
        monkeypatch.setenv("COLUMNS", width)
    assert main(["demo"]) == 0
    out = capsys.readouterr().out
    assert "pull-through-upstream" in out
    assert "Next: blastradius explain inventories/artifact-registry/inventory.yaml" in out
    assert len(out.splitlines()) <= 42


def test_what_the_demo_suggests_works(capsys, monkeypatch, tmp_path):
    import shlex

    monkeypatch.chdir(ROOT)
    assert main(["demo"]) == 0
    following = capsys.readouterr().out.partition("Next: ")[2].splitlines()
    commands = [shlex.split(line)[1:] for line in following if "YOUR/FOLDER" not in line]
    assert len(commands) == 2
    assert [main(command) for command in commands] == [0, 0]
