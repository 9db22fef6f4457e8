"""Links, submodules and work trees of which a part is not there: the base is what the head is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from gate.repository import Repository, git
from gate.shop import FILES
from gate.test_base import extracted
from gate.test_pull_requests import _table as add_table

from blastradius.cli import main


@pytest.fixture
def shop(tmp_path):
    return Repository(tmp_path / "shop", FILES)


def test_links_and_tricks_stay_outside(shop, tmp_path):
    links = {
        "out": "/etc",
        "file": "/etc/hostname",
        "up": "../../..",
        "infra/in": "../web",
        "infra/web.txt": "../web/requirements.txt",
        "deep/a": "b/../../../x",
        "deep/b": "../web",
        "round": "round",
        "nowhere": "web/nothing",
    }
    (shop.folder / "deep").mkdir()
    for name, target in links.items():
        (shop.folder / name).symlink_to(target)
    shop.commit()
    extracted(shop, tmp_path / "x" / "shop")
    top = tmp_path / "x" / "shop"
    assert (top / "infra/in/requirements.txt").read_text() == (top / "infra/web.txt").read_text() == "flask\n"
    for name in links:
        real = Path(os.path.realpath(top / name))
        assert real.is_relative_to(top) or list(real.iterdir()) == [], name
    assert shop.gate() == 0


def test_what_is_reached_by_a_link_is_there_in_the_base(shop, capsys):
    """A module by a link in the tree; without it, all of the module would be new."""
    shop.write("shared/queue/main.tf", 'resource "aws_sqs_queue" "q" {\n  name = "linked"\n}\n')
    shop.write("infra/module.tf", 'module "queue" {\n  source = "./queue"\n}\n')
    (shop.folder / "infra/queue").symlink_to("../shared/queue")
    shop.commit()
    (shop.folder / "elsewhere.txt").write_text("x")
    code = main(["gate", "--base", "HEAD", "--head", str(shop.folder), "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    assert (code, result["counts"]["new"], result["base"]["components"]) == (0, 0, result["head"]["components"])


def test_a_submodule_is_said_to_be_unseen(shop, tmp_path, capsys):
    other = Repository(tmp_path / "other", {"main.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n'})
    git(shop.folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.folder), "modules/other")
    shop.commit()
    assert shop.gate() == 0
    assert "modules/other: is a repository of its own, which the base does not hold" in capsys.readouterr().out


def test_a_linked_work_tree(shop, tmp_path):
    git(shop.folder, "worktree", "add", "-q", str(tmp_path / "linked" / "shop"), "-b", "feature")
    linked = Repository.__new__(Repository)
    linked.folder = tmp_path / "linked" / "shop"
    assert linked.gate(base="main") == 0
    add_table(linked)
    assert linked.gate(base="main") == 1


def test_a_sparse_checkout_is_the_same_on_both_sides(shop, capsys):
    shop.write("blastradius.yaml", "journeys: {checkout: {entries: ['service:web']}}\n")
    shop.commit()
    git(shop.folder, "sparse-checkout", "set", "--cone", "web")
    assert not (shop.folder / "infra").exists()
    assert shop.gate("--format", "json") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["fixed"], result["base"]["components"]) == ([], result["head"]["components"])
    assert result["notices"] == [
        "this is a sparse checkout: 4 files that are not in it, such as infra/main.tf, are looked at on neither side"
    ]
