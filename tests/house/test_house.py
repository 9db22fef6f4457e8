"""The house keeps its own rules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from itertools import pairwise

import pytest
from running import ROOT, environment

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEV = (ROOT / "dev.py").read_text(encoding="utf-8")


def test_imports_run_down_only():
    code = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_picture_of_the_rooms_is_the_contract():
    """Every floor of the contract is drawn once, with all its rooms, and leads to the next one."""
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    floors = [[_rooms(part, ":") for part in layer.split("|")] for layer in layers]
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The rooms")[2].partition("\n## ")[0]
    nodes = dict(re.findall(r'(\w+)\["([^"<]+)<br>[^"]+"\]', section))
    drawn = {name: _rooms(label, "·") for name, label in nodes.items()}
    assert sorted(drawn.values()) == sorted(rooms for floor in floors for rooms in floor)
    arrows = re.findall(r"^  (\w+)\b.* --> (\w+)", section, re.MULTILINE)
    ways = {(tuple(drawn[above]), tuple(drawn[below])) for above, below in arrows}
    assert ways == {
        (tuple(above), tuple(below)) for one, next_one in pairwise(floors) for above in one for below in next_one
    }


def _rooms(text: str, mark: str) -> list[str]:
    return sorted(room.strip(" ()") for room in text.split(mark))


def test_a_scanner_never_meets_another():
    """Neither the modules of a scanner nor what scanners share imports from another scanner's package."""
    from blastradius.scanners import scanners

    room = ROOT / "blastradius" / "scanners"
    crew = {kind.__module__.split(".")[2] for _, kind in scanners()}
    met = set()
    for path in room.rglob("*.py"):
        own = path.relative_to(room).parts[0]
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        met |= {(own, part) for one in named for part in _package_of(one) & crew if part != own}
    assert met == set()
    assert {"kubernetes", "terraform", "compose", "observed"} <= crew


def _package_of(module: str) -> set[str]:
    parts = module.split(".")
    return {parts[2]} if parts[:2] == ["blastradius", "scanners"] and len(parts) > 2 else set()


def test_constraints_are_pins_without_addresses():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    assert lines == sorted(lines, key=str.lower)


def test_everything_that_is_asked_for_is_pinned():
    pinned = {_canonical(line.partition("==")[0]) for line in (ROOT / "constraints.txt").read_text().splitlines()}
    project = PROJECT["project"]
    extras = [text for extra in project["optional-dependencies"].values() for text in extra]
    asked = [*project["dependencies"], *extras, *PROJECT["build-system"]["requires"]]
    names = {_canonical(re.split(r"[<>=!~\[ ;]", text)[0]) for text in asked}
    assert names - {project["name"]} <= pinned


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_dev_needs_the_standard_library_only():
    tree = ast.parse(DEV)
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in found} <= sys.stdlib_module_names


def test_dev_can_be_parsed_by_a_python_that_is_too_old():
    ast.parse(DEV, feature_version=(3, 7))


def _dev(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    program = f"import sys; sys.argv = ['dev.py', *{list(arguments)!r}]\n{code}\n"
    program += f"import runpy; runpy.run_path({str(ROOT / 'dev.py')!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, timeout=60)


def test_dev_says_in_one_line_that_python_is_too_old():
    done = _dev("demo", code="sys.version_info = (3, 9, 1); sys.version = '3.9.1 (old)'")
    assert done.returncode == 2
    assert done.stderr == "dev.py: Python 3.11 or later is needed, this is 3.9.1\n"


def test_dev_names_its_commands():
    done = _dev("tset")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dev.py: no command 'tset': choose one of demo")
    assert _dev("--help").returncode == 0


def test_dev_makes_an_environment_without_the_venv_module(tmp_path):
    namespace = {"__file__": str(ROOT / "dev.py"), "__name__": "dev"}
    exec(compile(DEV, "dev.py", "exec"), namespace)  # its own text, read above
    made = subprocess.run([sys.executable, "-c", namespace["_BARE"], str(tmp_path / "env")], capture_output=True)
    assert made.returncode == 0, made.stderr
    shown = subprocess.run(
        [tmp_path / "env" / "bin" / "python", "-c", "import sys, ssl; print(sys.prefix, sys.prefix != sys.base_prefix)"],
        capture_output=True, text=True, env=environment(PYTHONPATH=None, PYTHONHOME=None),
    )  # fmt: skip
    assert shown.stdout.split() == [str(tmp_path / "env"), "True"]


def test_ci_and_the_commit_hook_call_the_same_command():
    assert "dev.py test" in (ROOT / ".ci" / "run").read_text()
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "dev.py lint" in (ROOT / ".pre-commit-config.yaml").read_text()
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"]).returncode == 0


def test_no_file_grows_past_a_page():
    long = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "blastradius").rglob("*.py"))
        if len(path.read_text(encoding="utf-8").splitlines()) > 350
    ]
    assert long == []


def test_the_public_face_offers_what_it_lists():
    import blastradius
    import blastradius.simulate  # a room of the same name must not hide the function

    assert [name for name in blastradius.__all__ if not hasattr(blastradius, name)] == []
    assert callable(blastradius.simulate)
    assert set(blastradius.__all__) == set(dir(blastradius))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        blastradius.nothing  # noqa: B018  # the access is the test


def test_the_public_face_answers_the_main_question():
    import blastradius as br

    graph = br.load(ROOT / "tests" / "cli" / "data" / "designs" / "before.yaml")
    answer = br.simulate(graph, remove=["region:us-east-1"], duration="3h")
    assert [(journey.name, journey.verdict) for journey in answer.journeys] == [("buy", "breaks")]
    assert br.explain(graph, "buy", remove=["region:us-east-1"]).steps
    assert br.regions(graph).verdict == "single-region"
    assert br.diff(graph, graph).changes == ()
    assert isinstance(br.scan(ROOT / "tests" / "cli" / "data" / "shop"), br.Inventory)


def test_importing_the_package_imports_nothing_else():
    code = (
        "import sys; import blastradius; print([m for m in sys.modules if m.startswith(('blastradius.', 'pydantic'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment())
    assert done.stdout.strip() == "['blastradius.released']", "a constant alone: the version"


def test_the_pipeline_looks_for_the_overlay_under_its_name():
    from blastradius import overlay, pipeline

    assert pipeline.OVERLAY == overlay.FILE_NAME


def test_all_that_is_no_code_ships():
    """Every file of the package and of the inventories that is no Python is one that a wheel takes along."""
    kinds = PROJECT["tool"]["setuptools"]["package-data"]
    for folder, patterns in (("blastradius", kinds["blastradius"]), ("inventories", kinds["blastradius._inventories"])):
        found = {path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".py"}
        found = {path for path in found if path.parent.name != "__pycache__"}
        assert found, folder
        assert found - {path for one in patterns for path in (ROOT / folder).glob(one)} == set()


def test_the_version_is_one():
    import blastradius

    assert blastradius.__version__ == PROJECT["project"]["version"]
    assert f"## {blastradius.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_commands_of_the_readme_exist():
    from blastradius.cli.app import names

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```.*?^```|^(?: {4}.*\n)+", text, re.MULTILINE | re.DOTALL))
    assert set(re.findall(r"^\s*(?:\$ )?blastradius ([a-z]+)\b", blocks, re.MULTILINE)) <= set(names())
    offered = set(re.findall(r"^    python3 dev\.py ([a-z-]+)", ast.get_docstring(ast.parse(DEV)) or "", re.MULTILINE))
    offered |= set(re.findall(r"python3 dev\.py ([a-z-]+)", DEV))
    assert set(re.findall(r"dev\.py ([a-z-]+)", blocks)) <= offered


def test_the_licence_is_the_one_that_the_project_names():
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert (ROOT / "LICENSE").read_text().lstrip().startswith("Apache License")
