"""GitHub's side of a composite action, as far as one needs it: expressions, files that steps write, the log."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from running import ROOT

#: As the runner calls `shell: bash`.
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
#: The command line tool of GitHub, for what the action asks of it: it lists comments and writes down what it is to send.
GH = """#!{python}
import json, os, re, sys
home, args = os.environ["FAKE_GH"], sys.argv[1:]
if "--jq" in args:
    mark = re.search(r'startswith\\("(.*?)"\\)', args[args.index("--jq") + 1])[1]
    for one in json.load(open(home + "/comments.json")):
        if one["body"].startswith(mark):
            print(one["id"])
else:
    body = args[args.index("--field") + 1]
    assert body.startswith("body=@"), body
    where = next(one for one in args if one.startswith("repos/"))
    sent = [args[args.index("--method") + 1], where, open(body[6:], encoding="utf-8").read()]
    with open(home + "/sent.jsonl", "a") as out:
        out.write(json.dumps(sent) + "\\n")
"""
TOOL = '#!/bin/sh\nexec "{python}" -m blastradius "$@"\n'


def runner(line: str) -> tuple[str, dict[str, str], str] | None:
    """A line of a log as GitHub's runner reads it (actions/runner, `ActionCommand.TryParseV2`): command, properties, data."""
    text = line.lstrip()
    if not text.startswith("::") or (end := text.find("::", 2)) < 0:
        return None
    name, _, rest = text[2:end].partition(" ")
    pairs = [pair.partition("=") for pair in rest.strip().split(",") if "=" in pair]
    return name, {key.strip(): _back(value, "%3A:", "%2C,") for key, _, value in pairs}, _back(text[end + 2 :])


def _back(text: str, *more: str) -> str:
    for pair in ("%0D\r", "%0A\n", *more, "%25%"):
        text = text.replace(pair[:3], pair[3:])
    return text


def expression(text: str, contexts: dict[str, Any]) -> Any:
    """The value of one of GitHub's expressions, of those operators that the action uses."""
    python = text.replace("||", " or ").replace("&&", " and ")
    return eval(python, {"__builtins__": {}, "format": lambda form, *rest: form.format(*rest)}, contexts)


def filled(text: str, contexts: dict[str, Any]) -> str:
    """A text with its `${{ … }}` filled in."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda one: str(expression(one[1].strip(), contexts) or ""), str(text))


@dataclass
class Job:
    """One job that runs the action.

    Attributes:
        folder: a place of its own.
        checkout: the repository that it runs in.
        event: what it runs for: `base_ref`, `event_name`, the number of the pull request.
        given: inputs of the action.
    """

    folder: Path
    checkout: Path
    event: dict[str, Any]
    given: dict[str, str] = field(default_factory=dict)
    log: str = ""
    code: int = 0
    used: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.temp, self.home = self.folder / "temp", self.folder / "gh"
        for path in (self.temp / "blastradius" / "bin", self.home):
            path.mkdir(parents=True)
        self.program(self.temp / "blastradius" / "bin" / "blastradius", TOOL)
        self.program(self.home / "gh", GH)
        (self.home / "comments.json").write_text("[]")
        self.summary = self.folder / "summary.md"

    def program(self, path: Path, text: str) -> None:
        """Write a program of a line or two."""
        path.write_text(text.replace("{python}", sys.executable))
        path.chmod(0o755)

    @property
    def sent(self) -> list[list[str]]:
        """What was asked of GitHub: method, address, body."""
        path = self.home / "sent.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def obeyed(self) -> list[tuple[str, dict[str, str], str]]:
        """Commands in the log that the runner would obey."""
        found, stopped = [], None
        for line in re.split("\r\n|[\n\r\f\x85\u2028\u2029]", self.log):
            read = runner(line)
            if stopped is not None:
                stopped = None if line.strip() == f"::{stopped}::" else stopped
            elif read is not None and read[0] == "stop-commands":
                stopped = read[2]
            elif read is not None:
                found.append(read)
            else:
                assert "##[" not in line, line
        assert stopped is None
        return found

    def run(self) -> int:
        """Run every step but the installation; the exit code of the job."""
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        outputs: dict[str, Any] = {}
        github = {"base_ref": "", "event_name": "pull_request", "token": "t", **self.event}
        github["event"] = SimpleNamespace(pull_request=SimpleNamespace(number=github.pop("number", "")))
        contexts = {
            "inputs": SimpleNamespace(), "github": SimpleNamespace(**github), "steps": SimpleNamespace(),
            "runner": SimpleNamespace(temp=str(self.temp)),
        }  # fmt: skip
        for name, said in action["inputs"].items():
            setattr(contexts["inputs"], name, self.given.get(name, filled(said["default"], contexts)))
        for step in action["runs"]["steps"][1:]:
            if "if" in step and not expression(step["if"], contexts):
                continue
            if "uses" in step:
                self.used.append({key: filled(value, contexts) for key, value in step["with"].items()})
                continue
            code, written = self._step(step, contexts)
            if "id" in step:
                outputs[step["id"]] = SimpleNamespace(outputs=SimpleNamespace(**written))
                contexts["steps"] = SimpleNamespace(**outputs)
            if code and not step.get("continue-on-error"):
                self.code = code
                break
        return self.code

    def _step(self, step: dict[str, Any], contexts: dict[str, Any]) -> tuple[int, dict[str, str]]:
        output = self.folder / "output"
        output.write_text("")
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment = kept | {name: filled(value, contexts) for name, value in step.get("env", {}).items()}
        environment |= {
            "RUNNER_TEMP": str(self.temp), "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_REPOSITORY": "acme/shop", "GITHUB_ACTION_PATH": str(ROOT), "FAKE_GH": str(self.home),
            "PYTHONPATH": str(ROOT), "PATH": f"{self.home}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip
        done = subprocess.run(
            [*BASH, str(script)],
            cwd=self.checkout,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        self.log += done.stdout
        return done.returncode, dict(line.partition("=")[::2] for line in output.read_text().splitlines())
