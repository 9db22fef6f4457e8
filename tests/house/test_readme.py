"""The README tells the truth: its runs are real, its file is the example's, its table comes from the registry."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from readmes import fresh, hold
from running import ROOT

from blastradius.scanners import scanners

EXAMPLE = Path(__file__).parent / "example"


def sources() -> str:
    """The table of what is read, from the registry of scanners."""
    lines = ["| source | what is extracted | what is not |", "|---|---|---|"]
    lines += [f"| {kind.summary} | {kind.extracts} | {kind.omits} |" for _, kind in scanners()]
    return "\n".join(lines)


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
    wanted = fresh(between(wanted, "sources", sources()), tmp_path)
    hold(path, wanted, request.config.getoption("--snapshot-update", default=False))


def test_the_readme_names_files_that_are_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target
