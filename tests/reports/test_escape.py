"""No text of an input may steer what it is shown in."""

from __future__ import annotations

import json
import re

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.model import Component, Inventory
from blastradius.reports import FORMATS, escape
from blastradius.reports.formats import graphml  # noqa: F401  # enters the format
from blastradius.reports.view import View

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


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1", "\u3000\xa0+1", "'=1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(text):
    assert escape.csv(text) == "'" + text


TRICKY = st.text(st.sampled_from("a\\x01u\x01\x1b\ufffe'= \U000e0041"), max_size=12)


@given(TRICKY, TRICKY)
def test_a_spreadsheet_shows_two_texts_never_the_same(one, other):
    assert (escape.csv(one) == escape.csv(other)) == (one == other)
    assert escape.csv("C:\\users\\x") == "C:\\users\\x"


def _unescaped(text):
    """The inverse, as the documentation of GraphML says it."""
    pattern = r"\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))"
    return re.sub(pattern, lambda m: m[1] or chr(int(m[2] or m[3] or m[4], 16)), text)


@given(TRICKY, TRICKY)
def test_graphml_loads_back_with_everything_kept(name, value):
    component = Component(id="web", kind="service", name=name or "x", attributes={"key": value})
    inventory = Inventory(components=(component,))
    text = FORMATS["graphml"].render(inventory, View())
    node = networkx.parse_graphml(text).nodes["web"]
    assert _unescaped(node.get("name", "web")) == component.name
    assert json.loads(node["attributes"]) == component.attributes


def test_markdown_shows_text_as_it_is():
    assert escape.markdown("a|b *c* `d` [e](f) <g> _h_ & #i") == (
        "a\\|b \\*c\\* \\`d\\` \\[e\\](f) \\<g\\> \\_h\\_ \\& \\#i"
    )
    assert "\n" not in escape.markdown("a\n\n# b")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ask @octocat now", "ask `@octocat` now"),
        ("https://evil.example/x", "`https://evil.example/x`"),
        ("(www.evil.example)", "`(www.evil.example)`"),
        ("a.b+c@evil.example", "`a.b+c@evil.example`"),
        ("shop/shop#12", "`shop/shop#12`"),
        ("x|@who`@you", "x\\|`@who`\\``@you`"),
        ("deploy/web.yaml:12 us-east-1", "deploy/web.yaml:12 us-east-1"),
        ("aws:region/us_east", "aws:region/us\\_east"),
    ],
)
def test_markdown_makes_no_link_and_calls_nobody(text, shown):
    assert escape.markdown(text) == shown


@given(st.text(st.sampled_from("a@w.:/#|` 1")))
def test_outside_of_code_nothing_is_live(text):
    # an escaped backtick begins no code
    rest = re.sub(r"(?<!\\)(`+)(?!`).+?(?<!`)\1(?!`)", "", escape.markdown(text).replace("\\`", "'"))
    assert not re.search(r"://|www\.|@\w|#\d", rest)


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
