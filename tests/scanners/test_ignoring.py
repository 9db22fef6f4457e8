"""Ignore files mean what Git says that they mean."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanning import Scan, deployment, written

from blastradius.scanners import scan
from blastradius.scanners.growing import grow
from blastradius.scanners.ignoring import MAX_BYTES


def left(folder: Path, files: dict[str, str], *, at: str = "") -> list[str]:
    """Paths of the deployments that are read, below `folder/shop`."""
    top = written(folder, files)
    return [file.path for file in grow([top / at if at else top]).files if file.path.endswith(".yaml")]


WEB = deployment("web")


@pytest.mark.parametrize(
    ("rules", "read"),
    [
        ("x.yaml", ["b/y.yaml", "y.yaml"]),
        ("/x.yaml", ["a/x.yaml", "b/x.yaml", "b/y.yaml", "y.yaml"]),
        ("a/", ["b/x.yaml", "b/y.yaml", "x.yaml", "y.yaml"]),
        ("y.yaml/", ["a/x.yaml", "b/x.yaml", "b/y.yaml", "x.yaml", "y.yaml"]),
        ("b/*.yaml", ["a/x.yaml", "x.yaml", "y.yaml"]),
        ("**/x.yaml", ["b/y.yaml", "y.yaml"]),
        ("b/**", ["a/x.yaml", "x.yaml", "y.yaml"]),
        ("*.yaml\n!y.yaml", ["b/y.yaml", "y.yaml"]),
        ("b/\n!b/y.yaml", ["a/x.yaml", "x.yaml", "y.yaml"]),
        ("*\n!*/\n!y.yaml", ["b/y.yaml", "y.yaml"]),
        ("# x.yaml\n\n[xz].yam?  \r", ["b/y.yaml", "y.yaml"]),
        ("\\x.yaml\n[!a-x].yaml\n[[:digit:]", []),
    ],
)
def test_rules_of_a_gitignore(tmp_path, rules, read):
    files = {"x.yaml": WEB, "y.yaml": WEB, "a/x.yaml": WEB, "b/x.yaml": WEB, "b/y.yaml": WEB, ".gitignore": rules}
    assert left(tmp_path, files) == read


def test_an_inner_file_has_the_last_word_and_its_own_root(tmp_path):
    files = {"a/x.yaml": WEB, "a/b/x.yaml": WEB, "x.yaml": WEB, ".gitignore": "x.yaml", "a/.gitignore": "!/x.yaml"}
    assert left(tmp_path, files) == ["a/x.yaml"]


def test_our_own_file_goes_before_every_gitignore(tmp_path):
    files = {"a/x.yaml": WEB, "y.yaml": WEB, "a/.gitignore": "x.yaml", ".blastradiusignore": "!x.yaml\ny.yaml"}
    assert left(tmp_path, files) == ["a/x.yaml"]


def test_files_above_hold_up_to_the_top_of_the_repository(tmp_path):
    files = {"repo/a/x.yaml": WEB, "repo/a/y.yaml": WEB, "repo/.gitignore": "x.yaml", ".gitignore": "y.yaml"}
    (tmp_path / "shop/repo/.git").mkdir(parents=True)
    assert left(tmp_path, files, at="repo/a") == ["y.yaml"]


def test_what_is_named_is_read_though_it_is_ignored(tmp_path):
    files = {"a/x.yaml": WEB, "b.yaml": WEB, ".gitignore": "a\n*.yaml"}
    (tmp_path / "shop/.git").mkdir(parents=True)
    assert left(tmp_path, files, at="a") == ["x.yaml"]
    assert left(tmp_path, files, at="b.yaml") == ["b.yaml"]


def test_what_is_named_beside_the_top_is_read_with_it(tmp_path):
    top = written(tmp_path, {"web.yaml": WEB, "out/x.yaml": WEB, "out/deep/y.yaml": WEB, ".gitignore": "out"})
    (top / ".git").mkdir()
    tree = grow([top, top / "out"])
    assert [one.path for one in tree.files if one.path.endswith("yaml")] == [
        "out/deep/y.yaml",
        "out/x.yaml",
        "web.yaml",
    ]
    assert tree.skipped == {}


def test_what_was_ignored_is_counted(tmp_path):
    top = written(tmp_path, {"web.yaml": WEB, "a/x.yaml": WEB, "y.yaml": WEB, ".gitignore": "a/\ny.yaml"})
    assert scan([top]).coverage.skipped == {"ignored by .gitignore": 2}


def test_a_file_that_cannot_be_read_ignores_nothing_and_is_a_gap(tmp_path):
    top = written(tmp_path, {"web.yaml": WEB, ".gitignore": "web.yaml\n" + "#" * MAX_BYTES})
    found = Scan(scan([top]))
    assert [gap.scope for gap in found.gaps] == [".gitignore"]
    assert len(found.components) == 1


HANG = """
from pathlib import Path
from blastradius.scanners.ignoring import Ignores
import tempfile, sys
with tempfile.TemporaryDirectory() as folder:
    Path(folder, ".gitignore").write_text(sys.argv[1] * 40 + "z")
    rules = Ignores().within(Path(folder))
    for path in ("a" * 250, "/".join(["a" * 120] * 30), "/".join("a" * 2000)):
        assert rules.reason(Path(folder, path), is_folder=False) is None
"""


@pytest.mark.parametrize("unit", ["*a", "**/a", "**/*a*", "*a/", "?*", "[a]*", "**/*/", "a**"])
def test_no_pattern_keeps_it_busy(unit):
    subprocess.run([sys.executable, "-c", HANG, unit], check=True, timeout=20)  # a guard against hanging


NAMES = st.sampled_from(["a", "b", "ab", "a.b", "aab", "!a", "#", "a b", "-"])
PIECES = st.sampled_from([
    "a", "b", "*", "**", "/", "?", "!", "#", ".", " ", "\\ ", "\\a", "\\", "[ab]", "[!a]", "[a-b]", "[^b", "[]a]", "[[:alpha:]]", "[[:x:]]",
    "**/", "/**", "a/", "*/",
])  # fmt: skip
RULES = st.lists(st.lists(PIECES, min_size=1, max_size=5).map("".join), max_size=4).map("\n".join)


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
@given(
    paths=st.sets(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=8),
    outer=RULES,
    inner=st.dictionaries(st.sampled_from(["a", "b", "a/b"]), RULES, max_size=2),
)
def test_it_reads_ignore_files_as_git_does(paths, outer, inner):
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        _planted(top, paths, {"": outer, **inner})
        settings = {"PATH": os.environ["PATH"], "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", "init", "-q", folder], check=True, env=settings)
        asked = subprocess.run(
            ["git", "-C", folder, "ls-files", "-z", "--others", "--exclude-standard"],
            check=True,
            capture_output=True,
            env=settings,
        )
        theirs = {os.fsdecode(path) for path in asked.stdout.split(b"\0") if path}
        assert {file.path for file in grow([top]).files} == theirs


def _planted(top: Path, paths: set[str], rules: dict[str, str]) -> None:
    """Files at paths, as far as none of them is a folder of another, and ignore files."""
    for path in sorted(paths, key=len, reverse=True):
        place = top / path
        if not place.exists() and not any(above.is_file() for above in place.parents):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("")
    for folder, text in rules.items():
        if (top / folder).is_dir():
            (top / folder / ".gitignore").write_text(text)
