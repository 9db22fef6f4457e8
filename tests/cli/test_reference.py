"""`docs/cli.md` is what the program says about itself, and every command and option says something.

`pytest tests/cli --snapshot-update` rewrites it.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from running import ROOT, blastradius, environment

from blastradius.cli.app import names

REFERENCE = ROOT / "docs" / "cli.md"
HEAD = """\
# Command line

What `blastradius --help` says, of every command. Written by `pytest tests/cli --snapshot-update`.
"""
EXITS = """\
## Exit codes

| code | means |
| --- | --- |
| 0 | clean; also where a pipe was closed |
| 1 | findings, with `--fail-on` or in the gate |
| 2 | usage or configuration |
| 3 | an input could not be read |
| 4 | incomplete, with `--require-complete` |
| 70 | a bug; `BLASTRADIUS_DEBUG=1` shows where |
| 130 | interrupted |
"""


def _help(*arguments: str) -> str:
    done = blastradius(*arguments, "--help", COLUMNS="100")
    assert done.returncode == 0
    return done.stdout.decode().rstrip()


def test_the_reference_is_current(request):
    parts = [HEAD, f"```\n{_help()}\n```\n"]
    parts += [f"## blastradius {name}\n\n```\n{_help(name)}\n```\n" for name in names()]
    text = "\n".join([*parts, EXITS])
    if request.config.getoption("update_snapshots"):
        REFERENCE.parent.mkdir(exist_ok=True)
        REFERENCE.write_text(text, encoding="utf-8")
    assert REFERENCE.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", names())
def test_every_command_and_option_says_what_it_does(name):
    from blastradius.cli.app import Commands, command

    group = command()
    assert isinstance(group, Commands)
    single = group.get_command(None, name)
    assert single.help
    assert [parameter.name for parameter in single.params if not parameter.help] == []


def test_the_help_imports_nothing_that_a_help_does_not_need():
    code = "import sys; from blastradius.cli import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    heavy = {"pydantic", "rich", "yaml", "networkx", "numpy", "pandas", "boto3", "blastradius.model"}
    assert heavy.isdisjoint(done.stdout.split())


def test_simulate_imports_nothing_that_an_answer_does_not_need(tmp_path):
    path = ROOT / "tests" / "cli" / "data" / "plain" / "inventory.yaml"
    inventory = tmp_path / "inventory.json"
    assert blastradius("scan", str(path), "-o", str(inventory)).returncode == 0
    code = (
        "import sys; from blastradius.cli import main; "
        f"main(['simulate', {str(inventory)!r}, '--remove', 'region:us-east-1']); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    heavy = {"rich", "networkx", "numpy", "pandas", "boto3", "jinja2", "tldextract", "blastradius.overlay"}
    assert heavy & set(done.stdout.split()) == set()


def test_completion_knows_the_commands():
    done = blastradius(cwd=None, _BLASTRADIUS_COMPLETE="complete_bash", COMP_WORDS="blastradius sim", COMP_CWORD="1")
    assert done.stdout.decode().split() == ["simulate"]
