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
    assert len(out.splitlines()) <= 40


def test_what_the_demo_suggests_works(capsys, monkeypatch, tmp_path):
    import shlex

    monkeypatch.chdir(ROOT)
    assert main(["demo"]) == 0
    following = capsys.readouterr().out.partition("Next: ")[2].splitlines()
    commands = [shlex.split(line)[1:] for line in following if "YOUR/FOLDER" not in line]
    assert len(commands) == 2
    assert [main(command) for command in commands] == [0, 0]
