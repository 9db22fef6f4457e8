"""What a team copies runs: the action step by step, the hook and the template line by line; and hostile names run nothing."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from gate.repository import Repository, git
from gate.sarif_rules import problems
from gate.shop import FILES
from gate.test_pull_requests import _table
from gate.workflow import TOOL, Job
from running import ROOT

from blastradius.released import VERSION
from blastradius.reports.gate.markdown import MARK


@pytest.fixture
def shop(tmp_path) -> Repository:
    """The shop as a runner checks it out: `main` is that of `origin`, and the change is a commit on top."""
    made = Repository(tmp_path / "shop", FILES)
    git(made.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    return made


def job(tmp_path: Path, shop: Repository, given: dict[str, str] | None = None, **event: object) -> Job:
    return Job(tmp_path / "runner", shop.folder, {"base_ref": "main", "number": 7, **event}, given or {})


def test_a_bad_pull_request_fails_and_says_so_everywhere(tmp_path, shop):
    _table(shop)
    shop.commit()
    run = job(tmp_path, shop)
    assert run.run() == 1
    commands = run.obeyed()
    where = shop.line("infra/main.tf", "SESSIONS")
    (error,) = [one for one in commands if one[0] == "error"]
    assert f"{error[1]['file']}:{error[1]['line']}" == where
    assert commands[-1][0] == "notice"
    assert "BR001 single-region-dependency" in run.log
    ((method, address, body),) = run.sent
    assert (method, address) == ("POST", "repos/acme/shop/issues/7/comments")
    assert body.startswith(MARK)
    assert body == run.summary.read_text()
    assert where in body
    ((upload),) = run.used
    assert upload["category"] == "blastradius"
    log = json.loads(Path(upload["sarif_file"]).read_text())
    assert problems(log) == []
    assert [one["ruleId"] for one in log["runs"][0]["results"] if one["baselineState"] == "new"] == ["BR001"]


def test_a_comment_is_found_again_and_no_other_is_touched(tmp_path, shop):
    shop.write("README.md", "changed\n")
    shop.commit()
    run = job(tmp_path, shop)
    comments = [
        {"id": 1, "body": f"quoted: {MARK}"},
        {"id": 2, "body": f"{MARK}\nold"},
        {"id": 3, "body": f"{MARK}\nlater"},
    ]
    (run.home / "comments.json").write_text(json.dumps(comments))
    assert run.run() == 0
    ((method, address, body),) = run.sent
    assert (method, address) == ("PATCH", "repos/acme/shop/issues/comments/2")
    assert "✅ blastradius: no new finding" in body


@pytest.mark.parametrize(
    ("given", "event", "sent", "used", "code"),
    [
        ({"comment": "false", "sarif": "false"}, {}, 0, 0, 0),
        ({}, {"event_name": "push", "base_ref": ""}, 0, 1, 0),  # compared with the commit before
        ({"base": "nowhere"}, {}, 0, 0, 2),
        ({"arguments": "--soft-fail\n--no-waivers --today 2026-11-21"}, {}, 1, 1, 0),
    ],
)
def test_inputs_and_events(tmp_path, shop, given, event, sent, used, code):
    shop.write("README.md", "changed\n")
    shop.commit()
    run = job(tmp_path, shop, given, **event)
    (run.temp / "blastradius-reports").mkdir()
    (run.temp / "blastradius-reports" / "annotations.txt").write_text("::error::of an earlier run\n")
    assert run.run() == code, run.log
    assert (len(run.sent), len(run.used)) == (sent, used)
    assert "earlier" not in run.log


EVIL = "$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned"


def test_names_and_inputs_run_nothing(tmp_path, shop):
    git(shop.folder, "update-ref", f"refs/remotes/origin/{EVIL}", "HEAD")
    _table(shop)
    shop.move("infra", '::set-output name=passed::true\n::add-mask::a";touch pwned;"')
    shop.commit()
    run = job(
        tmp_path, shop, {"arguments": f"--soft-fail --today 2026-11-21 --no-waivers --overlay {EVIL}"}, base_ref=EVIL
    )
    assert run.run() == 3, run.log
    again = Job(tmp_path / "again", shop.folder, {"base_ref": EVIL, "number": 7})
    again.program(again.home / "gh", "#!/bin/sh\necho 'HTTP 403' >&2\nexit 1\n")  # as from a fork
    assert again.run() == 1, again.log
    assert {one[0] for one in (*run.obeyed(), *again.obeyed())} <= {"error", "warning", "notice"}
    assert "::set-output" in again.log, "the name was shown, and nobody obeyed"
    assert not list(tmp_path.rglob("pwned"))


def test_no_input_of_the_action_is_pasted_into_a_script():
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)
    for script in scripts:
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


# The hook and the template


def tool(folder: Path) -> dict[str, str]:
    """An environment in which the program is installed."""
    folder.mkdir()
    (folder / "blastradius").write_text(TOOL.replace("{python}", sys.executable))
    (folder / "blastradius").chmod(0o755)
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def test_the_hook_judges_what_is_about_to_be_committed(tmp_path, shop):
    from pre_commit.clientlib import load_manifest

    (hook,) = load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    assert (hook["pass_filenames"], hook["require_serial"], hook["always_run"]) == (False, True, True)
    command = [*shlex.split(hook["entry"]), *hook["args"]]
    environment = tool(tmp_path / "bin")
    # as Git calls a hook
    environment |= {"GIT_INDEX_FILE": ".git/index", "GIT_DIR": ".git", "GIT_PREFIX": ""}
    good = subprocess.run(command, cwd=shop.folder, env=environment, capture_output=True, text=True)
    assert good.returncode == 0, good.stdout + good.stderr
    _table(shop)
    git(shop.folder, "add", "-A")
    bad = subprocess.run(command, cwd=shop.folder, env=environment, capture_output=True, text=True)
    assert bad.returncode == 1, bad.stderr
    assert "BR001 single-region-dependency" in bad.stdout


def test_the_template_writes_what_gitlab_reads(tmp_path, shop):
    template = yaml.safe_load((ROOT / "templates" / "blastradius.gitlab-ci.yml").read_text(encoding="utf-8"))
    gate = template["blastradius-gate"]
    environment = tool(tmp_path / "bin") | template["variables"]
    environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = git(shop.folder, "rev-parse", "HEAD")
    _table(shop)
    shop.commit()
    done = subprocess.run(
        ["sh", "-ec", "\n".join(gate["script"])], cwd=shop.folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    reports = gate["artifacts"]["reports"]
    assert gate["artifacts"]["when"] == "always"
    first, *_ = json.loads((shop.folder / reports["codequality"]).read_text())
    assert first["check_name"] == "single-region-dependency"
    assert "<failure" in (shop.folder / reports["junit"]).read_text()


@pytest.mark.parametrize(
    ("schema", "path"),
    [("vendor.github-actions", "action.yml"), ("vendor.gitlab-ci", "templates/blastradius.gitlab-ci.yml")],
)
def test_what_a_team_copies_is_valid(schema, path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def shown(name: str) -> str:
    """What the README shows of a file: the block that names what only that file has."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = [one for one in re.findall(r"```yaml\n(.*?)```", readme, re.S) if one.startswith(name)]
    return block


def test_the_workflow_of_the_readme_is_valid_and_ten_lines(tmp_path):
    text = shown("on: pull_request")
    assert len(text.splitlines()) <= 10
    steps = yaml.safe_load(text)["jobs"]["gate"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0}
    assert steps[1]["uses"] == f"OWNER/blastradius@v{VERSION}"
    (tmp_path / "gate.yml").write_text(text)
    (tmp_path / ".gitlab-ci.yml").write_text(shown("include:"))
    for schema, path in (("vendor.github-workflows", "gate.yml"), ("vendor.gitlab-ci", ".gitlab-ci.yml")):
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(tmp_path / path)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_names_the_inputs_the_template_and_the_hook_as_they_are(tmp_path):
    from pre_commit.clientlib import load_config

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    inputs = list(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"])
    assert ", ".join(f"`{one}`" for one in inputs[:-1]) + f" and `{inputs[-1]}` are its inputs" in readme
    included = yaml.safe_load(shown("include:"))
    assert (ROOT / included["include"][0]["file"]).is_file()
    template = yaml.safe_load((ROOT / included["include"][0]["file"]).read_text(encoding="utf-8"))
    assert set(included["variables"]) <= set(template["variables"])
    assert included["variables"]["BLASTRADIUS_INSTALL"] == f"blastradius=={VERSION}"
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text(shown("repos:"))
    (repo,) = load_config(str(config))["repos"]
    assert repo["rev"] == f"v{VERSION}"
    assert [one["id"] for one in repo["hooks"]] == ["blastradius-gate"]
