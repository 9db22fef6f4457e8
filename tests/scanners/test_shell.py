"""Shell text taken apart into commands."""

from __future__ import annotations

import pytest

from blastradius.scanners.shell import commands


def words(script: str) -> list[tuple[str, ...]]:
    return [one.words for one in commands(script) if one.words]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a b && c d || e; f | g & h", [("a", "b"), ("c", "d"), ("e",), ("f",), ("g",), ("h",)]),
        ("a 'b c' \"d $E\" f\\ g", [("a", "b c", "d $E", "f g")]),
        ('a "b \\" c" ""', [("a", 'b " c', "")]),
        ("a \\\n  b # c\nd", [("a", "b"), ("d",)]),
        ("a#b", [("a#b",)]),
        ("sudo -E X=1 a b", [("a", "b")]),
        ("if a; then b; else c; fi", [("a",), ("b",), ("c",), ("fi",)]),
        ("x=$(a b) c", [("a", "b"), ("c",)]),
        ("a $(b c) d", [("a",), ("b", "c"), ("d",)]),
        ("a $(Name) b", [("a", "$(Name)", "b")]),
        ("a ${{ x.y || 'z' }}/b", [("a", "${{ x.y || 'z' }}/b")]),
        ("a > f 2>&1 < g b", [("a", "2", "b")]),
        ("bash -ec 'a b; c'", [("a", "b"), ("c",)]),
        ("cat <<'E' > f\na b\nE\nc", [("cat",), ("c",)]),
        ("(a; b)", [("a",), ("b",)]),
        ("a \\\r\n b", [("a", "b")]),
        ("'never closed", [("never closed",)]),
    ],
)
def test_commands_and_their_words(script, expected):
    assert words(script) == expected


def test_lines_and_settings():
    found = commands("A=1 B='x y' run it\n\nC=2\n  last \\\n  one\nafter")
    assert [(one.line, one.words, one.settings) for one in found] == [
        (0, ("run", "it"), {"A": "1", "B": "x y"}),
        (2, (), {"C": "2"}),
        (3, ("last", "one"), {}),
        (5, ("after",), {}),
    ]


def test_options():
    (one,) = commands("/usr/bin/tool up --name x --tag=a --tag b --flag -f")
    assert (one.program, one.option("-n", "--name"), one.options("--tag"), one.option("-f")) == (
        "tool",
        "x",
        ["a", "b"],
        None,
    )
    assert one.plain(frozenset({"--flag"})) == ["up"]
    assert one.has("--flag")
    assert not one.has("--fl")


def test_a_script_that_is_too_long_gives_nothing():
    assert commands("a\n" * 200_000) == []
    assert len(commands("a\n" * 99_000)) == 5_000
