"""Shell patterns that are tried without compiling what cannot match."""

import fnmatch

from hypothesis import given
from hypothesis import strategies as st

from blastradius.catalog.images import matcher

TEXTS = st.text("ab/.", max_size=6)
GLOBS = st.lists(st.text("ab/.*?[]!", max_size=6), max_size=4)


@given(GLOBS, TEXTS)
def test_patterns_match_as_a_shells_do(globs: list[str], text: str) -> None:
    assert matcher(globs).match(text) == any(fnmatch.fnmatchcase(text, glob) for glob in globs)


@given(TEXTS.filter(bool))
def test_a_pattern_matches_whole_texts(text: str) -> None:
    assert matcher([text]).match(text)
    assert matcher([f"*{text[0]}*"]).match(text)
    assert not matcher([text]).match(text + "z")
