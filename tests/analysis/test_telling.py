"""The most telling loss: what a demonstration of one's own folder shows."""

from __future__ import annotations

import pytest
from drawing import parse

from blastradius.analysis.telling import telling_loss
from blastradius.graph import DependencyGraph


@pytest.mark.parametrize(
    ("drawing", "loss"),
    [
        ("shop -> db\nshop ~> mail\njourney buy: shop", "service:db"),
        (
            "shop -> db\ncart -> db\nmail -> queue\njourney buy: shop\njourney pay: cart\njourney write: mail",
            "service:db",
        ),
        ("shop -> a | b\na -> db\nb -> db\njourney buy: shop", "service:db"),
        ("shop -> x\nx: kind external\nshop -> db\njourney buy: shop", "service:db"),
        ("shop -> db\nworker -> db\nworker -> lone", "service:db"),
        ("shop", None),
    ],
)
def test_the_loss_that_breaks_most_journeys_is_told(drawing, loss):
    assert telling_loss(DependencyGraph(parse(drawing))) == loss


def test_an_entry_of_a_journey_is_no_news():
    assert telling_loss(DependencyGraph(parse("shop -> db\nclient -> shop\njourney buy: shop"))) == "service:db"
