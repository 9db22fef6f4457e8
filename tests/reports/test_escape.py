"""No text of an input may steer what it is shown in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.reports import escape

STEERING = st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Ll", "Po", "Sm"]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("café → 東京", "café → 東京"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\r\tc\x00", "a\\x0ab\\x0d\\x09c\\x00"),
        ("\x9b31m", "\\x9b31m"),
        ("safe\u202egnp.exe", "safe\\u202egnp.exe"),
        ("\u2066x\u2069\u200b", "\\u2066x\\u2069\\u200b"),
        ("\udcff", "\\udcff"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_a_terminal_shows_what_would_steer_it(text, shown):
    assert escape.terminal(text) == shown


@given(STEERING)
def test_what_a_terminal_gets_is_printable_and_one_line(text):
    assert "\n" not in escape.terminal(text)
    escape.terminal(text).encode("utf-8")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(text):
    assert escape.csv(text) == "'" + text


def test_markdown_shows_text_as_it_is():
    assert escape.markdown("a|b *c* `d` [e](f) <g> _h_ & #i") == (
        "a\\|b \\*c\\* \\`d\\` \\[e\\](f) \\<g\\> \\_h\\_ \\& \\#i"
    )
    assert "\n" not in escape.markdown("a\n\n# b")


def test_a_label_of_mermaid_holds_nothing_but_plain_characters():
    assert escape.mermaid('aws:x/y_z-1 "] --> b;') == "aws:x/y_z-1 #34;#93; --#62; b#59;"
    assert escape.mermaid("a\n\u202eb`") == "a#92;x0a#92;u202eb#96;"


def test_html_shows_text_as_it_is():
    assert escape.html("<script>\"'&") == "&lt;script&gt;&quot;&#x27;&amp;"


@given(STEERING.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
def test_a_json_document_keeps_its_meaning(text):
    document = json.dumps({"text": text}, ensure_ascii=False)
    shown = escape.json(document)
    assert json.loads(shown) == {"text": text}
    assert not any(c in shown for c in "\u202e\u2066\x9b\x7f")
