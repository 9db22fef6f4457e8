"""No text of an input does anything where the gate's answer is shown: each form is read by a parser of its platform."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import cmarkgfm
import pytest
from browsing import mermaid
from cmarkgfm.cmark import Options
from gate.hostile import EVIL, PIECES, RESULTS, TEXTS, dressed, many
from gate.workflow import runner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blastradius.gate.result import GateResult
from blastradius.reports.escape import terminal
from blastradius.reports.gate import write
from blastradius.reports.gate._common import place, sentences, told, verdict
from blastradius.reports.gate.markdown import MARK, MOST_LINES
from blastradius.reports.wording import covered

EXAMPLE = RESULTS["example"]

# GitHub's workflow commands


def annotations(result: GateResult) -> list[tuple[str, dict[str, str], str] | None]:
    # GitHub's log is split at whatever .NET takes for the end of a line
    return [runner(line) for line in re.split("\r\n|[\n\r\f\x85\u2028\u2029]", write(result, "github"))[:-1]]


@given(TEXTS)
@example(EVIL)
@settings(max_examples=60)
def test_an_annotation_says_what_was_found_and_commands_nothing(text):
    result = dressed(text)
    read = annotations(result)
    assert len(read) == len(told(result)) + len(result.notices) + 1
    for one, shown in zip(told(result), read, strict=False):
        assert shown is not None
        command, properties, data = shown
        assert command in ("error", "warning", "notice")
        assert data == "\n".join(sentences(one, result.names))
        where = place(one)
        assert properties.get("file") == (terminal(where.path) if where is not None else None)
        assert properties["title"] == f"{one.rule} {one.name}"
    assert read[-1] == ("notice", {"title": "blastradius"}, verdict(result))


# The comment


@dataclass
class Shown(HTMLParser):
    """A page as GitHub's own Markdown makes it: its elements, and its text outside of code and in it."""

    text: str
    elements: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(self.text, Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.inside.append(tag)
        assert attrs in ([], [("lang", "mermaid")]), (tag, attrs)

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag

    def handle_data(self, data):
        kind = self.blocks if "pre" in self.inside else self.code if "code" in self.inside else self.words
        kind.append(data)


#: What a forge finds in the text that Markdown has become, and makes somebody's name, an issue, an address, a picture of it.
LIVE = re.compile(r"@\w|#\d|!\d|~\w|\$\d|&\d|%\d|\bGH-\d|://|www\.|mailto:.*@|:\w+:|\b[0-9a-f]{7,}\b", re.IGNORECASE)


def shape(shown: Shown) -> list[str]:
    return [one for one in shown.elements if one != "code"]


@given(TEXTS)
@example(EVIL)
@example(" ".join(PIECES))
@settings(max_examples=150)
def test_a_comment_says_what_was_found_and_does_nothing(text):
    result = dressed(text)
    shown = Shown(write(result, "markdown"))
    assert shape(shown) == shape(Shown(write(dressed("plain"), "markdown")))
    assert not LIVE.search(" ".join(shown.words))
    whole = re.sub(r"[\s`]", "", "".join(_in_order(write(result, "markdown"))))
    first = terminal(text if len(text) <= 300 else text[:299] + "…")
    assert re.sub(r"[\s`]", "", f"BR001{first}at") in whole


def _in_order(text: str) -> list[str]:
    html = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    return [unescape(re.sub("<[^>]*>", "", html))]


def test_what_is_but_words_reads_as_words():
    text = write(EXAMPLE, "markdown")
    assert "- **BR001** checkout now depends on us-east-1 at `infra/lambda.tf:41`\n" in text
    assert "- was: nothing on checkout fell with us-east-1\n" in text
    assert "- **BR005** (warn) whether checkout" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@octocat, look", "`@octocat`, look"),
        ("(www.evil.example).", "(`www.evil.example`)."),
        ("state it with `place:`.", "state it with `place:`."),
        ("a`b ``c`", "``a`b`` ``` ``c` ```"),
        ("aws_sqs_queue.x fell", "`aws_sqs_queue.x` fell"),
        ("96 % of 3%", "96 % of `3%`"),
    ],
)
def test_a_word_that_is_more_than_one_stands_as_code(text, shown):
    from blastradius.reports.gate.markdown import _plain

    assert _plain(text) == shown


@pytest.mark.parametrize("count", [0, 1, 8, 9, 200])
@pytest.mark.parametrize("text", [None, EVIL])
def test_a_comment_is_short_and_found_again(count, text):
    result = (
        many(count)
        if text is None
        else dressed(text).model_copy(update={"findings": dressed(text).findings[:1] * count})
    )
    shown = write(result.model_copy(update={"notices": ("a", "b", "c")}), "markdown")
    assert shown.startswith(MARK + "\n")
    assert len(shown.splitlines()) <= MOST_LINES
    assert len(shown) < 65_536, "what GitHub takes of a comment"
    assert ("and 192 more" in shown) is (count == 200)


@pytest.fixture(scope="module", name="mermaid")
def parser():
    """Mermaid's own parser."""
    with mermaid() as parse:
        yield parse


@pytest.mark.parametrize(
    "text", [None, EVIL, " ".join(PIECES), 'a"] --> b["', "end", "%%{init: {}}%%", "click n0 href"]
)
def test_mermaid_parses_the_path_of_a_comment(mermaid, text):
    result = many(200) if text is None else dressed(text)
    (block,) = Shown(write(result, "markdown")).blocks
    found = mermaid(block)
    assert found["kind"].startswith("flowchart")
    nodes = len(result.findings[0].chain) + 1
    assert (len(found["texts"]), found["edges"]) == (nodes, nodes - 1)
    if text is not None:
        cut = terminal(text) if len(terminal(text)) <= 80 else terminal(text)[:79] + "…"
        assert {
            re.sub(r"ﬂ°°(\d+)¶ß|#(\d+);", lambda one: chr(int(one[1] or one[2])), read) for read in found["texts"]
        } == {cut}


# XML and JSON


@given(TEXTS)
@settings(max_examples=40)
def test_a_test_case_and_an_entry_say_what_was_found(text):
    result = dressed(text)
    cases = ElementTree.fromstring(write(result, "junit")).iter("testcase")
    failing = [one for one in result.findings if one.fails]
    read = [one.find("failure").text for one in cases if one.find("failure") is not None]
    plain = [re.sub(r"\\[uUx][0-9a-f]+", "", one.replace("\n", "")) for one in read]
    said = [re.sub(r"\\[uUx][0-9a-f]+", "", "".join(sentences(one, result.names))) for one in failing]
    assert all(one.endswith(other) for one, other in zip(plain, said, strict=True))
    entries = json.loads(write(result, "gitlab"))
    assert [one["fingerprint"] for one in entries] == [
        one.fingerprint for one in result.findings if one.status in ("new", "expired", "known")
    ]
    assert json.loads(write(result, "json"))["findings"][0]["message"] == text


# Coverage


@given(st.floats(min_value=0, max_value=1))
@example(0.9996)
@example(1 - 1e-15)
@example(0.555)
def test_only_what_was_seen_whole_reads_as_whole(share):
    shown = covered(share)
    assert (shown == "100") is (share == 1)
    assert float(shown) / 100 <= share + 1e-9
    assert share - float(shown) / 100 < 0.0011


def test_every_form_says_the_same_coverage():
    result = EXAMPLE.model_copy(update={"seen": EXAMPLE.seen.model_copy(update={"share": 0.9996})})
    assert "coverage 99.9 %" in write(result, "text")
    assert "coverage 99.9 %" in write(result, "markdown")
    assert "coverage 99.9 %25" in write(result, "github")
