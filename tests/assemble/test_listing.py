"""Lists in reasons."""

from __future__ import annotations

import pytest

from blastradius.assemble.listing import few


@pytest.mark.parametrize(
    ("texts", "shown"),
    [((), ""), (("a",), "a"), (("a", "b", "c"), "a, b, c"), (("a", "b", "c", "d"), "a, b and 2 more")],
)
def test_the_first_few_stand_for_all_and_none_is_replaced_by_a_count_of_one(texts, shown):
    assert few(texts) == shown
