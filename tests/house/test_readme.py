"""The README tells the truth: its runs are real, its file is the example's, its table comes from the registry."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from gate.repository import git
from readmes import fresh, hold
from running import ROOT

from blastradius.gate.ruling import rules
from blastradius.overlay import Overlay, read
from blastradius.scanners import scanners

EXAMPLE = Path(__file__).parent / "example"


def sources() -> str:
    """The table of what is read, from the registry of scanners."""
    lines = ["| source | what is extracted | what is not |", "|---|---|---|"]
    cells = ((kind.summary, kind.extracts, kind.omits) for _, kind in scanners())
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
    return "\n".join(lines)


def rules_table() -> str:
    """The table of the gate's rules, from their registry."""
    lines = ["| rule | name | level | fires where |", "|---|---|---|---|"]
    lines += [f"| `{id}` | {kind.name} | {kind.level} | {kind.summary} |" for id, kind in rules().items()]
    return "\n".join(lines)


def on_main(folder: Path) -> None:
    """The example as a repository whose `main` had its queue in Europe."""
    git(folder, "init", "-q", "-b", "main")
    path = folder / "deploy" / "shop.yaml"
    now = path.read_text(encoding="utf-8")
    path.write_text(now.replace("sqs.us-east-1", "sqs.eu-west-1"), encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "the queue is in Europe")
    path.write_text(now, encoding="utf-8")


def between(text: str, mark: str, content: str) -> str:
    """Text with what stands between a mark and its end replaced."""
    found, count = re.subn(
        rf"(<!-- {re.escape(mark)} -->\n).*?(<!-- end -->)", lambda m: m[1] + content + "\n" + m[2], text, flags=re.S
    )
    assert count == 1, mark
    return found


def test_the_readme_is_generated_where_it_shows_something(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """`pytest --snapshot-update` writes it anew."""
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    path = ROOT / "README.md"
    overlay = (EXAMPLE / "blastradius.yaml").read_text(encoding="utf-8").rstrip()
    wanted = between(path.read_text(encoding="utf-8"), "example: blastradius.yaml", f"```yaml\n{overlay}\n```")
    figures = (EXAMPLE / "figures.yaml").read_text(encoding="utf-8").rstrip()
    wanted = between(wanted, "example: figures.yaml", f"```yaml\n{figures}\n```")
    wanted = between(wanted, "rules", rules_table())
    on_main(tmp_path)
    wanted = fresh(between(wanted, "sources", sources()), tmp_path)
    hold(path, wanted, request.config.getoption("--snapshot-update", default=False))


def test_the_readme_names_files_that_are_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


def test_every_entry_that_the_readme_shows_of_an_overlay_is_one(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z]+`(?:, `[a-z]+`)*) \| (.+) \|$", text, re.M)
    shown = {name for sections, _ in rows for name in re.findall(r"`(\w+)`", sections)}
    assert shown | {"schema_version", "title", "journeys", "waivers"} >= set(Overlay.model_fields)
    for sections, body in rows:
        names = re.findall(r"`(\w+)`", sections)
        for entry in re.findall(r"`([{\[][^`]+[}\]])`", body):
            value = yaml.safe_load(entry.replace("…", "because"))
            section = (
                "dependencies" if isinstance(value, dict) and "dependency" in value and len(names) > 1 else names[0]
            )
            path = tmp_path / "blastradius.yaml"
            path.write_text(yaml.safe_dump({section: value if section == "policy" else [value]}))
            assert getattr(read(path), section), entry


def test_the_journeys_that_the_readme_shows_are_some() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(journeys:\n  respond.+?)```", text, re.S)
    assert len(Overlay.model_validate(yaml.safe_load(block)).journeys) == 2
