"""The base out of Git: what it is, what it leaves untouched, and what is said where it cannot be had."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from gate.repository import Repository, git
from gate.shop import FILES
from gate.test_pull_requests import _table as add_table
from running import blastradius, complaint

from blastradius.cli import main
from blastradius.gate import gitbase


@pytest.fixture
def shop(tmp_path):
    return Repository(tmp_path / "shop", FILES)


def _state(folder: Path) -> dict[str, str]:
    """Every file of a folder by its content and time of change."""
    return {
        str(path.relative_to(folder)): f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def extracted(shop: Repository, into: Path, only: str = "") -> gitbase.Commit:
    found = gitbase.repository(shop.folder)
    assert found is not None
    commit = gitbase.resolve(found, "HEAD")
    assert commit is not None
    return gitbase.extract(found, commit, into, only)


def test_nothing_of_the_user_is_touched_and_nothing_of_theirs_runs(shop, tmp_path):
    ran = tmp_path / "ran"
    script = f"#!/bin/sh\ntouch {ran}\n"
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        shop.write(f".git/hooks/{name}", script)
        (shop.folder / ".git/hooks" / name).chmod(0o755)
    evil = tmp_path / "evil.sh"
    evil.write_text(script)
    evil.chmod(0o755)
    shop.write(".gitattributes", "*.tf filter=evil diff=evil\n*.yaml export-ignore\n")
    shop.commit()
    ran.unlink(missing_ok=True)
    for key in ("core.fsmonitor", "filter.evil.smudge", "diff.evil.textconv", "tar.tar.command", "core.sshCommand"):
        git(shop.folder, "config", key, str(evil))
    shop.write("uncommitted.txt", "mine")
    before = _state(shop.folder)
    assert shop.gate() == 0
    assert _state(shop.folder) == before
    assert not ran.exists()
    assert git(shop.folder, "worktree", "list").count("\n") == 0


def test_what_leads_git_elsewhere_is_not_followed(shop, tmp_path, monkeypatch):
    other = Repository(tmp_path / "other", {"README.txt": "nothing"})
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "/bin/false")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    assert shop.gate() == 0


def test_the_base_is_all_that_was_committed(shop, tmp_path):
    shop.write(".gitattributes", "infra export-ignore\n*.txt export-subst\n")
    shop.write("version.txt", "$Format:%H$\n")
    shop.write("infra/umlaut-ä b.tf", "# x\n")
    shop.commit()
    extracted(shop, tmp_path / "out" / "shop")
    out = tmp_path / "out" / "shop"
    tracked = git(shop.folder, "-c", "core.quotePath=off", "ls-files").splitlines()
    assert {name for name in tracked if not (out / name).is_file()} == set()
    assert all((out / name).read_bytes() == (shop.folder / name).read_bytes() for name in tracked)
    assert shop.gate() == 0


def test_a_single_file_comes_with_its_overlay_alone(shop, tmp_path):
    shop.write("inventory.json", "{}")
    shop.commit()
    extracted(shop, tmp_path / "x" / "shop", "inventory.json")
    out = tmp_path / "x/shop"
    assert sorted(path.name for path in out.rglob("*") if path.is_file()) == ["blastradius.yaml", "inventory.json"]


def test_a_part_of_a_repository_with_what_it_reaches(shop, capsys):
    """Ignore files above it hold for it, and modules beside it are part of it."""
    shop.write(".gitignore", "ignored/\n")
    shop.write("modules/queue/main.tf", 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n')
    shop.write("infra/ignored/main.tf", "broken {{{")
    shop.write("infra/module.tf", 'module "queue" {\n  source = "../modules/queue"\n}\n')
    shop.commit()
    code = main(["gate", "--base", "HEAD", "--head", str(shop.folder / "infra"), "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    assert (code, result["counts"]["new"], result["base"]["components"]) == (0, 0, result["head"]["components"])


def test_a_folder_that_the_base_does_not_have_is_all_new(shop, capsys):
    shop.write("more/main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\nresource "aws_sqs_queue" "q" {}\n')
    assert main(["gate", "--base", "HEAD", "--head", str(shop.folder / "more")]) == 0
    assert "there was nothing to scan: everything is new" in capsys.readouterr().out


def test_a_large_file_is_the_same_on_both_sides(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(gitbase, "MAX_BYTES", 1000)
    shop.write("infra/large.tf", "x" * 5000)
    shop.commit()
    extracted(shop, tmp_path / "x" / "shop")
    assert (tmp_path / "x/shop/infra/large.tf").stat().st_size == 5000


def test_more_than_can_be_held_is_refused(shop, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(gitbase, "MAX_FILES", 3)
    assert shop.gate() == 2
    assert "holds more than 3 files" in capsys.readouterr().err


def test_a_shallow_clone_that_lacks_the_base(shop, tmp_path, capsys):
    shop.commit() if git(shop.folder, "status", "--porcelain") else None
    git(shop.folder, "checkout", "-q", "-b", "feature")
    shop.write("new.txt", "x")
    shop.commit()
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "feature", f"file://{shop.folder}", "clone")
    assert main(["gate", "--base", "origin/main", "--head", str(tmp_path / "clone")]) == 2
    said = capsys.readouterr().err
    assert "origin/main is not in this clone, which holds the last commits only" in said
    assert "fetch-depth: 0" in said
    assert said.count("\n") == 1


def test_a_clone_that_lacks_objects(shop, capsys):
    blob = git(shop.folder, "rev-parse", "HEAD:infra/main.tf")
    (shop.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert shop.gate() == 2
    assert "are not all in this clone: fetch them first" in capsys.readouterr().err


@pytest.mark.parametrize("reference", ["nowhere", "-h", "--output=x", "HEAD:infra", "HEAD^^^^^", "a\nb"])
def test_what_is_no_commit(shop, reference, capsys):
    assert main(["gate", f"--base={reference}", "--head", str(shop.folder)]) == 2
    said = capsys.readouterr().err
    assert "is no commit, branch or tag of shop, and no file or folder" in said
    assert said.count("\n") == 1


def test_a_reference_that_a_pipeline_left_empty(shop, capsys):
    assert main(["gate", "--base=", "--head", str(shop.folder)]) == 2
    assert "--base: is empty" in capsys.readouterr().err


@pytest.mark.parametrize("reference", ["HEAD", "main", "v1", "main@{0}", "HEAD~0"])
def test_what_is_a_commit(shop, reference):
    git(shop.folder, "tag", "-a", "v1", "-m", "one")
    assert shop.gate(base=reference) == 0


def test_a_folder_outside_of_any_repository(tmp_path, capsys):
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    (folder / "main.tf").write_text('provider "aws" {\n  region = "us-east-1"\n}\n')
    assert main(["gate", "--base", "main", "--head", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "is in no Git repository that could hold it" in said


def test_no_git_at_all(shop, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    assert shop.gate() == 2
    assert "there is no git on this machine" in capsys.readouterr().err


def test_the_names_of_the_temporary_place_are_nowhere(shop, capsys):
    add_table(shop)
    assert shop.gate("--format", "json") == 1
    assert "blastradius-" not in capsys.readouterr().out
    shop.replace("blastradius.yaml", "queue:audit", "queue:nowhere")
    shop.commit()
    shop.replace("blastradius.yaml", "queue:nowhere", "queue:audit")
    assert shop.gate() == 2
    said = capsys.readouterr().err
    assert said.startswith("blastradius: HEAD:blastradius.yaml:11: queue:nowhere matches no component"), said


def test_the_folder_of_the_clone_does_not_matter(shop, tmp_path, capsys):
    add_table(shop)
    shop.gate("--format", "json")
    here = json.loads(capsys.readouterr().out)
    shutil.copytree(shop.folder, tmp_path / "elsewhere" / "another-name")
    shop.folder = tmp_path / "elsewhere" / "another-name"
    shop.gate("--format", "json")
    there = json.loads(capsys.readouterr().out)
    marks = [[one["fingerprint"] for one in result["findings"]] for result in (here, there)]
    assert marks[0] == marks[1]


def test_two_folders_and_two_files(shop, tmp_path, capsys):
    shutil.copytree(shop.folder, tmp_path / "old" / "shop")
    add_table(shop)
    assert shop.gate(base=str(tmp_path / "old" / "shop")) == 1
    for name, folder in (("old.json", tmp_path / "old/shop"), ("new.json", shop.folder)):
        assert main(["scan", str(folder), "-o", str(tmp_path / name)]) == 0
    shutil.copy(shop.folder / "blastradius.yaml", tmp_path)
    capsys.readouterr()
    assert main(["gate", "--base", str(tmp_path / "old.json"), "--head", str(tmp_path / "new.json")]) == 1
    said = capsys.readouterr().out
    assert "function:price → database:sessions (hard, runtime, declared)" in said
    assert "infra/main.tf:6" in said


def test_a_committed_inventory_against_the_one_at_hand(shop, tmp_path, capsys):
    assert main(["scan", str(shop.folder), "-o", str(shop.folder / "inventory.json")]) == 0
    shop.commit()
    add_table(shop)
    assert main(["scan", str(shop.folder), "-o", str(shop.folder / "inventory.json")]) == 0
    assert main(["gate", "--base", "HEAD", "--head", str(shop.folder / "inventory.json")]) == 1


def test_a_branch_wins_over_a_folder_of_its_name_and_a_file_over_both(shop, capsys):
    shop.write("main/main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\n')
    assert shop.gate("--format", "json", base="main") == 0
    assert len(json.loads(capsys.readouterr().out)["base"]["commit"]) == 40


# How it ends


def test_exit_codes(shop, capsys):
    assert shop.gate() == 0
    add_table(shop)
    assert shop.gate() == 1
    assert shop.gate("--soft-fail") == 0
    assert main(["gate", "--head", str(shop.folder)]) == 2
    assert main(["gate", "--base", "HEAD", "--head", str(shop.folder / "nowhere")]) == 3
    assert shop.gate("--soft-fail", "--write-baseline") == 2
    assert shop.gate("--baseline", str(shop.folder / "nowhere.json")) == 3
    shop.write("infra/old.tf", b"\xff\xff\x00")
    assert shop.gate("--soft-fail", "--require-complete") == 4
    assert shop.gate("--soft-fail") == 0
    shop.write("blastradius.yaml", "polcy: {}\n")
    assert shop.gate("--soft-fail") == 2


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        ("{rules: {BR01: block}}", "no rule 'BR01': choose one of BR001"),
        ("{rules: {BR001: forbid}}", "BR001"),
        ("{rules: {BR010: {limits: 5}}}", "no option 'limits': there are level, limit"),
        ("{rules: {BR010: {limit: 0}}}", "BR010: limit"),
        ("{rules: {BR001: {limit: 5}}}", "no option 'limit': there are level"),
    ],
)
def test_policy_that_means_nothing(shop, policy, what, capsys):
    shop.write("blastradius.yaml", f"policy: {policy}\n")
    assert shop.gate() == 2
    said = capsys.readouterr().err
    assert "blastradius.yaml:1: " in said
    assert what in said


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"findings": 1}', '{"findings": [{"fingerprint": "x", "rule": "BR001"}]}', "[" * 100_000]
)
def test_a_baseline_that_is_none(shop, text, capsys):
    shop.write("accepted.json", text)
    assert shop.gate("--baseline", str(shop.folder / "accepted.json")) in (2, 3)
    said = capsys.readouterr().err
    assert "write it anew with --write-baseline" in said
    assert said.count("\n") == 1


def test_as_a_process_of_its_own(shop):
    done = blastradius("gate", "--base", "HEAD", cwd=shop.folder)
    assert (done.returncode, done.stderr) == (0, b"")
    again = blastradius("gate", "--base", "HEAD", cwd=shop.folder)
    assert done.stdout == again.stdout
    wrong = blastradius("gate", "--base", "nowhere", cwd=shop.folder)
    assert wrong.returncode == 2
    complaint(wrong)


def test_a_gate_needs_nothing_heavy(shop):
    code = (
        "import sys; from blastradius.cli import main; main(['gate', '--base', 'HEAD']);"
        "print([one for one in ('numba', 'oxidd', 'pandas', 'pyvis', 'boto3', 'networkx', 'numpy') if one in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shop.folder, env=environment, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr
