"""The notebooks are what their texts say, hold no output, and run from a fresh checkout without a network."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pairing import FOLDER, NAMES, made, read
from running import ROOT, environment

import blastradius as br
from blastradius import storage

EXECUTE = ROOT / "tests" / "executing.py"


def test_these_notebooks_are_there_and_no_others():
    found = {path.name for path in FOLDER.iterdir() if not path.name.startswith(".")}
    assert found == {f"{name}{suffix}" for name in NAMES for suffix in (".md", ".ipynb")}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_its_text_without_output(name, request):
    """`pytest tests/notebook --snapshot-update` makes the notebooks from their texts."""
    path = FOLDER / f"{name}.ipynb"
    if request.config.getoption("update_snapshots"):
        path.write_text(made(name), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made(name)
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


def started(source: Path, target: Path, seed: str) -> subprocess.Popen[str]:
    """A run in a process of its own, that keeps out of the user's Jupyter."""
    places = {
        key: str(target.with_suffix(f".{key}")) for key in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
    }
    given = environment(
        PYTHONPATH=str(ROOT), PYTHONHASHSEED=seed, JUPYTER_PREFER_ENV_PATH="1", PYTHONDONTWRITEBYTECODE="1", **places
    )
    command = [sys.executable, str(EXECUTE), str(source), str(target)]
    return subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_says_the_same_twice_and_leaves_nothing_behind(name, tmp_path):
    checkout, out = tmp_path / "checkout", tmp_path / "out"
    out.mkdir()
    for part in ("notebooks", "inventories", "tests/house/example"):
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    before = files(checkout)
    source = checkout / "notebooks" / f"{name}.ipynb"
    runs = {
        target: started(source, target, seed) for seed, target in (("1", out / "one.ipynb"), ("2", out / "two.ipynb"))
    }
    for run in runs.values():
        said, _ = run.communicate(timeout=120)
        assert run.returncode == 0, said[-4000:]
    one, two = runs
    assert one.read_bytes() == two.read_bytes()
    assert files(checkout) == before
    for cell in read(one).cells:
        if cell.cell_type == "code":
            kinds = {output.output_type for output in cell.outputs}
            assert kinds <= {"execute_result"}, cell.source
            assert all(output.data.get("text/plain") for output in cell.outputs)


def test_what_the_readme_shows_runs(tmp_path, monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^## In a notebook\n\n```python\n(.*?)```", text, re.M | re.S)
    example = ROOT / "tests" / "house" / "example"
    shutil.copy(example / "blastradius.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    storage.write("inventory.json", br.scan(example / "deploy"))
    shown = [ast.unparse(line) for line in ast.parse(block).body if isinstance(line, ast.Expr)]
    names = {}
    exec(block, names)  # the README's own lines
    assert len(shown) == 4
    for line in shown:
        value = eval(line, names)
        assert hasattr(value, "_repr_html_") or value._repr_mimebundle_()["text/html"]
    assert {path.name for path in tmp_path.iterdir()} == {"blastradius.yaml", "inventory.json"}
