"""What was not seen: counted as a simulation has it, and named where it is new."""

from __future__ import annotations

import pytest
from gate.judging import drawn, judged

from blastradius.graph import DependencyGraph
from blastradius.model import Evidence, Gap
from blastradius.reports.gate import write
from blastradius.simulate.unseen import Unseen, touched

SHOP = "journey checkout: web tier 1\nweb -> price\nblog: kind service\n"


def _gap(line: int, **about) -> Gap:
    where = (Evidence(scanner="kubernetes", locator=f"deploy/x.yaml:{line}"),)
    return Gap(**{"scope": "x", "hides": "dependency", "reason": f"reason {line}", "evidence": where, **about})


AREA = _gap(1, scope="old.yaml", reason="could not be read")
UNKNOWN = _gap(2, component="price", reference="http://legacy")
BESIDE = _gap(3, component="blog", reference="http://elsewhere")
SEVERAL = _gap(4, candidates=("blog", "price"), reference="http://any")


@pytest.mark.parametrize(
    ("gaps", "critical"),
    [((AREA,), 0), ((AREA, BESIDE), 0), ((AREA, UNKNOWN), 2), ((UNKNOWN, BESIDE), 1), ((SEVERAL,), 1)],
)
def test_a_gap_on_a_critical_journey_is_one_that_leaves_it_open(gaps, critical):
    head = drawn(SHOP).model_copy(update={"gaps": gaps})
    assert judged(head, head).seen.critical == critical


def test_a_new_gap_is_named_with_its_line():
    base = drawn(SHOP).model_copy(update={"gaps": (AREA,)})
    result = judged(base, base.model_copy(update={"gaps": (AREA, BESIDE)}))
    assert result.notices == ("deploy/x.yaml:3: not seen, and new: service:blog: reason 3",)
    assert "not seen, and new: service:blog: reason 3" in write(result, "text")
    assert judged(base, base).notices == ()
    many = tuple(_gap(line, component="blog", reference=f"http://{line}") for line in range(10, 16))
    found = judged(base, base.model_copy(update={"gaps": (*many, AREA)})).notices
    assert len(found) == 4
    assert found[-1].startswith("and 3 more that is new and not seen")


def test_what_a_finding_says_already_is_not_said_twice():
    result = judged(drawn(SHOP), drawn(SHOP).model_copy(update={"gaps": (UNKNOWN,)}))
    assert [one.rule for one in result.findings if one.status == "new"] == ["BR005", "BR005"]
    assert result.notices == ()


@pytest.mark.parametrize("gaps", [(SEVERAL,), (SEVERAL, AREA), (UNKNOWN, AREA), (SEVERAL, UNKNOWN, BESIDE)])
def test_many_losses_at_once_touch_what_one_does(gaps):
    graph = DependencyGraph(drawn(SHOP).model_copy(update={"gaps": gaps}))
    unseen = Unseen(graph)
    for lost in graph.components.values():
        assert unseen.touched(lost) - {lost.id} == touched(graph, {lost.id}).keys()
