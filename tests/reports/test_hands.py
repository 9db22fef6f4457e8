"""What people write into a runbook is never lost when it is made anew: it stays, it is moved to the end, or it is refused."""

from __future__ import annotations

import pytest
from drawing import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from blastradius.analysis.runbook import runbook
from blastradius.errors import InputError
from blastradius.graph import DependencyGraph
from blastradius.reports.runbook import write
from blastradius.reports.runbook.hands import ELSEWHERE, decoded, kept, place
from blastradius.simulate import scenario

SHOP = "web -> db1 || db2 by hand takes 10m\nmail -> db1\njourney buy: web tier 1\njourney write: mail"
OPEN, CLOSE = "<!-- yours: notice -->", "<!-- end of yours -->"
EMPTY = f"{OPEN}\n\n{CLOSE}"


def made(before=None, drawing=SHOP):
    graph = DependencyGraph(parse(drawing))
    book = runbook(graph, scenario(["id:db1"], [], 3600, None))
    return write(book, None if before is None else kept(before, "rb.md"))


BASE = made()
WRITTEN = BASE.replace(EMPTY, f"{OPEN}\nAsk Ada.\n{CLOSE}")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(OPEN, OPEN + "  \t").replace(CLOSE, CLOSE + " "),
        lambda text: text.replace(OPEN, "   <!--yours:notice-->").replace(CLOSE, "  <!--  End of Yours -->"),
        lambda text: text.replace(OPEN, "<!-- YOURS: Notice -->"),
    ],
    ids=["line ends", "trailing spaces", "spaces", "capitals"],
)
def test_a_mark_is_read_however_an_editor_left_it(change):
    assert made(change(WRITTEN)) == WRITTEN


def test_bodies_of_a_mark_that_stands_twice_are_joined():
    twice = WRITTEN.replace(f"Ada.\n{CLOSE}", f"Ada.\n{CLOSE}\n{OPEN}\nThen Bob.\n{CLOSE}")
    assert kept(made(twice)).bodies == {"notice": "Ask Ada.\nThen Bob.\n"}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (WRITTEN.replace(OPEN + "\n", ""), r"rb\.md:\d+: `end of yours` closes no mark"),
        (WRITTEN.replace(f"Ask Ada.\n{CLOSE}", "Ask Ada."), r"rb\.md:\d+: the mark `yours: notice` is never closed"),
        (WRITTEN.replace(f"Ask Ada.\n{CLOSE}", f"Ask Ada.{CLOSE}"), r"rb\.md:\d+: the mark `yours: notice` is never"),
        (f"{BASE}{OPEN}\nAsk Ada.\n", r"rb\.md:\d+: the mark `yours: notice` is never closed"),
        ("# My own notes\n", r"rb\.md:1: nothing tells whether this line was generated or is yours"),
        (WRITTEN[: WRITTEN.index("<!-- generated")] + "Ask Bob.\n", r"rb\.md:\d+: nothing tells whether"),
    ],
    ids=["never opened", "never closed", "closed beside text", "last never closed", "foreign", "no prints"],
)
def test_what_cannot_be_told_apart_is_refused_with_its_line(broken, said):
    with pytest.raises(InputError, match=said):
        made(broken)


def test_what_stands_outside_of_marks_moves_to_the_end_and_stays_there():
    outside = BASE.replace(EMPTY, "| who | when |\n| --- | --- |\n| Ada | nights |\n\nSee also [this](wiki).")
    again = made(outside)
    said = "| who | when |\n| --- | --- |\n| Ada | nights |\n\nSee also [this](wiki).\n"
    assert kept(again).bodies == {ELSEWHERE: said}
    assert "## Kept from an earlier runbook" in again
    assert made(again) == again
    # the same when the system has changed meanwhile, which is no handwriting
    other = made(outside, SHOP + "\njourney read: db1")
    assert kept(other).bodies == {ELSEWHERE: said}


def test_an_unchanged_document_without_prints_is_made_anew():
    assert made(BASE[: BASE.index("<!-- generated")]) == BASE


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), min_size=1, max_size=4),
    st.integers(0, len(WRITTEN.split("\n"))),
)
def test_a_line_written_anywhere_is_never_lost(texts, at):
    lines = WRITTEN.split("\n")
    changed = "\n".join([*lines[:at], *texts, *lines[at:]])
    try:
        again = made(changed)
    except InputError:
        return
    after = again.split("\n")
    for text in "\n".join(texts).replace("\r\n", "\n").split("\n"):
        assert not text.strip() or text in after
    assert made(again) == again


def test_journeys_of_one_name_have_places_of_their_own():
    drawn = parse(SHOP)
    alike = tuple(one.model_copy(update={"name": "x" * 400}) for one in drawn.journeys)
    graph = DependencyGraph(drawn.model_copy(update={"journeys": alike}))
    book = runbook(graph, scenario(["id:db1"], [], 3600, None))
    first = write(book)
    for id in ("journey:buy", "journey:write"):
        first = first.replace(f"<!-- yours: {id} -->\n", f"<!-- yours: {id} -->\nOf {id}.")
    assert write(book, kept(first)) == first
    assert first.count("Of journey:") == 2


@given(st.text(max_size=300), st.text(max_size=300))
def test_two_ids_never_share_a_place(one, other):
    first, second = place("", f"journey:{one}"), place("", f"journey:{other}")
    assert (first == second) == (one == other)
    assert "--" not in first
    assert first.isprintable()
    assert first == " ".join(first.split())


def test_an_earlier_file_of_any_coding_is_read_or_refused():
    assert decoded(WRITTEN.encode("utf-16"), "rb.md") == WRITTEN
    assert decoded(WRITTEN.encode("utf-8-sig"), "rb.md") == WRITTEN
    latin = "one\ncaf\xe9\n".encode("latin-1")
    with pytest.raises(InputError, match=r"rb\.md:2: is not UTF-8"):
        decoded(latin, "rb.md")
