"""The user's file of the base: which one it is, how another is named, and what is said where it is the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from gate.repository import DAY, Repository, git
from gate.shop import FILES
from gate.test_pull_requests import _table as add_table

from blastradius.cli import main


@pytest.fixture
def shop(tmp_path):
    return Repository(tmp_path / "shop", FILES)


def _scanned(shop: Repository, into: Path) -> str:
    into.parent.mkdir(parents=True, exist_ok=True)
    assert main(["scan", str(shop.folder), "-o", str(into)]) == 0
    return str(into)


def _gated(capsys, *options: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = main(["gate", *options, "--today", DAY, "--format", "json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else {"error": said.err}


def test_a_file_without_one_is_read_without_one_and_that_is_said(shop, tmp_path, capsys):
    base = _scanned(shop, tmp_path / "nightly" / "base.json")
    code, result = _gated(capsys, "--base", base, "--head", str(shop.folder))
    assert code == 1, "everything is new"
    assert any("has no blastradius.yaml beside it" in one and "--base-overlay" in one for one in result["notices"])
    own = str(shop.folder / "blastradius.yaml")
    code, result = _gated(capsys, "--base", base, "--base-overlay", own, "--head", str(shop.folder))
    assert (code, result["counts"]["new"]) == (0, 0)
    assert [one for one in result["notices"] if "the same blastradius.yaml as head" in one] == result["notices"]
    shutil.copy(own, tmp_path / "nightly")
    code, result = _gated(capsys, "--base", base, "--head", str(shop.folder))
    assert (code, result["counts"]["new"], result["notices"]) == (0, 0, [])


def test_what_changed_in_it_is_compared(shop, tmp_path, capsys):
    base = _scanned(shop, tmp_path / "base.json")
    shutil.copy(shop.folder / "blastradius.yaml", tmp_path / "old.yaml")
    shop.replace("blastradius.yaml", "strength: soft", "strength: hard")
    named = ["--base-overlay", str(tmp_path / "old.yaml")]
    code, result = _gated(capsys, "--base", base, *named, "--head", str(shop.folder))
    assert {one["rule"] for one in result["findings"] if one["status"] == "new"} == {"BR001", "BR006"}
    assert code == 1


def test_an_inventory_in_the_folder_that_is_judged(shop, capsys):
    base = _scanned(shop, shop.folder / "inventory.json")
    shop.write(".blastradiusignore", "inventory.json\n")
    _, result = _gated(capsys, "--base", base, "--head", str(shop.folder))
    assert any("is read with the same blastradius.yaml as head" in one for one in result["notices"])


def test_an_error_says_that_the_base_is_meant(shop, tmp_path, capsys):
    base = _scanned(shop, shop.folder / "base.json")
    add_table(shop)
    shop.replace("blastradius.yaml", "queue:audit", "database:sessions")
    code, result = _gated(capsys, "--base", base, "--head", _scanned(shop, shop.folder / "head.json"))
    assert code == 2
    assert "blastradius.yaml:11: database:sessions matches no component" in result["error"]
    assert f"(in the base, {base}; --base-overlay names another file for it)" in result["error"]
    assert result["error"].count("\n") == 1


def test_one_that_is_named_for_head_is_that_of_the_commit_for_the_base(shop, tmp_path, capsys):
    shop.move("blastradius.yaml", "policy/prod.yaml")
    shop.commit()
    named = ["--overlay", str(shop.folder / "policy/prod.yaml"), "--head", str(shop.folder)]
    assert _gated(capsys, "--base", "HEAD", *named)[1]["notices"] == []
    shop.move("policy/prod.yaml", "policy/live.yaml")
    named[1] = str(shop.folder / "policy/live.yaml")
    notices = _gated(capsys, "--base", "HEAD", *named)[1]["notices"]
    assert any(one.startswith("HEAD: has no policy/live.yaml") for one in notices)
    shutil.move(shop.folder / "policy/live.yaml", tmp_path / "live.yaml")
    named[1] = str(tmp_path / "live.yaml")
    code, result = _gated(capsys, "--base", "HEAD", *named)
    assert (code, result["counts"]["new"]) == (0, 0)
    assert any("is not in this repository" in one for one in result["notices"])


@pytest.mark.parametrize("broken", ["journeys: [\n", "journeys: {checkout: {entries: ['service:gone']}}\n"])
def test_a_base_whose_own_file_is_wrong_says_the_way_out(shop, broken, capsys):
    """What a merge broke would lock out every change, the one that mends it included."""
    good = (shop.folder / "blastradius.yaml").read_text()
    shop.write("blastradius.yaml", broken)
    shop.commit()
    shop.write("blastradius.yaml", good)
    capsys.readouterr()
    assert shop.gate() == 2
    said = capsys.readouterr().err
    assert said.startswith("blastradius: HEAD:blastradius.yaml:"), said
    assert "--base-overlay names another file" in said
    assert shop.gate("--base-overlay", str(shop.folder / "blastradius.yaml")) == 0


def test_a_wrong_file_of_a_base_does_not_lose_its_submodules(shop, tmp_path, capsys):
    other = Repository(tmp_path / "other", {"main.tf": 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'})
    git(shop.folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.folder), "lib")
    shop.write("blastradius.yaml", "journeys: {checkout: {entries: ['queue:q']}}\n")
    shop.commit()
    capsys.readouterr()
    assert shop.gate() == 2
    assert "; lib: is a repository of its own, which the base does not hold" in capsys.readouterr().err


def test_the_file_of_head_is_none_of_the_base(shop, capsys):
    named = ["--base-overlay", str(shop.folder / "blastradius.yaml")]
    code, result = _gated(capsys, "--base", "HEAD", "--head", str(shop.folder), *named)
    assert code == 0
    assert any("is the file of head: what this change does to it is not compared" in one for one in result["notices"])


def test_it_needs_a_base(shop, capsys):
    assert _gated(capsys, "--base-overlay", "x.yaml", "--baseline", "y.json")[0] == 2
