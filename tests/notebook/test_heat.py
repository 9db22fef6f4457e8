"""Heat maps say what the results say, by a colour and a sign together."""

from __future__ import annotations

import re

import pandas
import pytest
from drawing import parse
from hypothesis import given, settings
from strategies import inventories

import blastradius as br
from blastradius.errors import UsageError

SHOP = "shop -> a | b\nshop ~> mail\nlog -> b\njourney buy: shop tier 1\njourney read: log"
EVIL = "<script>alert(1)</script>\"'&\u202e"


def system(drawing=SHOP):
    return br.DependencyGraph(parse(drawing))


def cells(styler):
    """What a cell shows, by its row and column."""
    found = re.findall(r'class="data row(\d+) col(\d+)[^"]*" >(.*?)</td>', styler.to_html())
    return {(int(row), int(column)): text for row, column, text in found}


def test_a_sweep_by_its_journeys_and_losses():
    found = br.heatmap(br.sweep(system(), "component"))
    assert found.data.loc["journey:buy", "shop"] == "breaks"
    assert found.data.loc["journey:buy", "mail"] == "degrades"
    assert found.data.loc["journey:read", "b"] == "breaks"
    assert found.data.loc["journey:read", "mail"] == "survives"
    shown = cells(found)
    for row, journey in enumerate(found.data.index):
        for column, loss in enumerate(found.data.columns):
            sign = {"breaks": "✗", "degrades": "~", "survives": "·"}[found.data.loc[journey, loss]]
            assert shown[row, column] == sign
    assert "background-color: #b3261e" in found.to_html()


@settings(max_examples=30, deadline=None)
@given(inventories())
def test_every_cell_is_the_verdict_of_that_loss(inventory):
    result = br.sweep(inventory, "component")
    found = br.heatmap(result, most=100).data
    for loss in result.losses:
        for journey in result.journeys:
            words = [word for word in ("breaks", "unknown", "degrades") if journey.id in getattr(loss, word)]
            if loss.id in found.columns:
                assert found.loc[journey.id, loss.id] == (words[0] if words else "survives")
            else:
                assert not words


def test_what_is_left_out_is_counted():
    lines = [f"s{n} -> x{n}" for n in range(20)]
    result = br.sweep(system("\n".join(["shop -> db", *lines, "journey buy: shop", "journey s: s1"])), "component")
    found = br.heatmap(result, most=3)
    assert found.data.shape == (2, 3)
    assert "each lost alone and for ever<br>losing any of 38 others touches no journey" in found.to_html()
    assert "1 more lesser loss" in found.to_html()


def test_a_replay_over_the_hours_each_by_its_worst():
    result = br.replay("2025-10-20-aws-dynamodb-dns")
    found = br.heatmap(result, most=10_000).data
    assert list(found.columns) == [f"+{hour}h" for hour in range(16)]
    assert set(found.index) == {one.id for one in result.components}
    table = found.loc["aws:platform/us-east-1/dynamodb"]
    assert list(table[:3]) == ["down"] * 3
    assert set(table[3:]) <= {"up", "degraded"}
    for one in result.components:
        for spell in one.spells:
            assert found.loc[one.id, f"+{spell.start // 3600}h"] != "up"


def test_a_frame_of_words_of_your_own():
    words = pandas.DataFrame({"one": ["breaks", "cannot start"], "two": ["up", "whatever"]}, index=["a", "b"])
    assert cells(br.heatmap(words)) == {(0, 0): "✗", (0, 1): "·", (1, 0): "!", (1, 1): "whatever"}
    with pytest.raises(UsageError, match="a label of the frame stands there twice"):
        br.heatmap(pandas.DataFrame([["up", "up"]], columns=["x", "x"]))
    with pytest.raises(UsageError, match="of a str there is none"):
        br.heatmap("breaks")


def test_the_same_twice_is_the_same_text_and_two_do_not_share_styles():
    result = br.sweep(system(), "component")
    assert br.heatmap(result).to_html() == br.heatmap(result).to_html()
    assert repr(br.heatmap(result)) == repr(br.heatmap(result))
    assert "buy     ✗" in repr(br.heatmap(result))
    other = br.heatmap(br.sweep(system("shop -> db\njourney buy: shop"), "component"))
    names = [re.search(r"#T_(\w+)", one.to_html())[1] for one in (br.heatmap(result), other)]
    assert names[0] != names[1]


def test_hostile_names_stay_text():
    drawn = parse(SHOP)
    evil = br.DependencyGraph(
        drawn.model_copy(
            update={
                "components": tuple(one.model_copy(update={"name": EVIL + one.id}) for one in drawn.components),
                "journeys": tuple(one.model_copy(update={"name": EVIL + one.id}) for one in drawn.journeys),
            }
        )
    )
    shown = br.heatmap(br.sweep(evil, "component")).to_html()
    own = br.heatmap(pandas.DataFrame({EVIL: [EVIL]}, index=[EVIL])).to_html()
    for text in (shown, own):
        assert "<script" not in text
        assert "\u202e" not in text
