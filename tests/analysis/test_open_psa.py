"""The Open-PSA format as its document and SCRAM 0.16.2 have it: expressions, names and roles, several files."""

from __future__ import annotations

import pytest

from blastradius.analysis.faulttree import FaultTrees, fault_tree_cuts
from blastradius.errors import InputError, UsageError
from blastradius.reports import View, render


def floats(*values: float) -> str:
    return "".join(f'<float value="{value}"/>' for value in values)


def tree(inside: str, data: str = "") -> str:
    return (
        f'<opsa-mef><define-fault-tree name="t">{inside}</define-fault-tree><model-data>{data}</model-data></opsa-mef>'
    )


def event(expression: str, name: str = "a") -> str:
    return f'<define-basic-event name="{name}">{expression}</define-basic-event>'


def value(expression: str, hours: float = 8760, data: str = "") -> float:
    gate = '<define-gate name="top"><basic-event name="a"/></define-gate>'
    return FaultTrees(("m.xml", tree(gate, event(expression) + data)), mission_time=hours).chance["a"]


T = "<system-mission-time/>"
TEST = f'<periodic-test>{floats(1e-3, 2e-3, 1e-2, 30, 10, 0.01, 2)}<bool value="%s"/>{floats(0.9, 0.02)}{T}</periodic-test>'


@pytest.mark.parametrize(
    ("expression", "hours", "scram"),
    [
        (f"<pow>{floats(0.5, 2)}</pow>", 1, 0.25),
        (f"<GLM>{floats(0.1, 1e-4, 1e-2)}{T}</GLM>", 100, 0.0427168),
        (f"<Weibull>{floats(500, 2, 10)}{T}</Weibull>", 100, 0.0318807),
        (f"<Weibull>{floats(500, 2, 200)}{T}</Weibull>", 100, 0),
        (f"<div><mod>{floats(7.5, 4)}</mod>{floats(10)}</div>", 1, 0.35),
        (f"<lognormal-deviate>{floats(-3, 0.5)}</lognormal-deviate>", 1, 0.0564161),
        (f"<lognormal-deviate>{floats(0.01, 3, 0.95)}</lognormal-deviate>", 1, 0.01),
        (f"<gamma-deviate>{floats(2, 0.05)}</gamma-deviate>", 1, 0.1),
        (f"<histogram>{floats(0)}<bin>{floats(0.1, 3)}</bin><bin>{floats(0.5, 1)}</bin></histogram>", 1, 0.1125),
        (f"<ite><gt>{floats(2, 1)}</gt>{floats(0.25, 0.75)}</ite>", 1, 0.25),
        (f"<switch><case><lt>{floats(2, 1)}</lt>{floats(0.25)}</case>{floats(0.75)}</switch>", 1, 0.75),
        (f"<periodic-test>{floats(1e-3, 30, 10)}{T}</periodic-test>", 100, 0.0295545),
        (f"<periodic-test>{floats(1e-3, 30, 10)}{T}</periodic-test>", 95, 0.0246901),
        (f"<periodic-test>{floats(1e-3, 30, 10)}{T}</periodic-test>", 10, 0.00995017),
        (f"<periodic-test>{floats(1e-3, 1e-2, 30, 10)}{T}</periodic-test>", 95, 0.0669182),
        (f"<periodic-test>{floats(1e-3, 1e-2, 30, 10)}{T}</periodic-test>", 100, 0.0694584),
        (f"<periodic-test>{floats(1e-2, 1e-2, 30, 10)}{T}</periodic-test>", 95, 0.466041),
        (TEST % "true", 41, 0.056948),
        (TEST % "true", 100, 0.0996042),
        (TEST % "0", 41, 0.999842),
        (TEST % "0", 95, 0.088981),
    ],
)
def test_expressions_have_the_values_that_scram_prints(expression, hours, scram):
    assert value(expression, hours) == pytest.approx(scram, rel=1e-5)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (f"<exponential>{floats(1e-3, 1, 99)}</exponential>", "<exponential> of 3 arguments: it takes 2"),
        (f"<exponential>{floats(-1, 2)}</exponential>", "takes a rate and a time"),
        (f"<uniform-deviate>{floats(0.3, 0.1)}</uniform-deviate>", "takes a lower and an upper bound"),
        (f"<normal-deviate>{floats(0.3)}</normal-deviate>", "of 1 arguments: it takes 2"),
        (f"<periodic-test>{floats(1, 2, 3, 4, 5, 6)}</periodic-test>", "of 6 arguments: it takes 4, 5 or 11"),
        (f"<log>{floats(0)}</log>", "<log> of these arguments has no value"),
        (floats(0.1, 0.9), "must hold one formula, and holds 2"),
        ('<float value="1_0e-2"/>', "is no number"),
        ('<float value="1e400"/>', "is no number"),
        ('<bool value="yes"/>', "must be true or false"),
        ("<extern-function name='f'/>", "<extern-function> is no expression that is read"),
    ],
)
def test_what_has_no_value_is_refused_in_one_line(expression, said):
    with pytest.raises(InputError) as caught:
        value(expression)
    assert str(caught.value).startswith("m.xml:1: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(("text", "wanted"), [("true", 1), ("1", 1), ("false", 0), ("0", 0)])
def test_truths_are_read_as_xml_writes_them(text, wanted):
    assert value(f'<bool value="{text}"/>') == wanted


def test_parameters_are_evaluated_once_and_to_any_depth():
    def chain(formula: str) -> str:
        links = (
            f'<define-parameter name="p{at}">{formula.replace("NEXT", f"p{at + 1}")}</define-parameter>'
            for at in range(2_000)
        )
        return "".join(links) + f'<define-parameter name="p2000">{floats(0.5)}</define-parameter>'

    twice = "<mean><parameter name='NEXT'/><parameter name='NEXT'/></mean>"
    assert value('<parameter name="p0"/>', data=chain(twice)) == 0.5


def sets(*files: str, **more) -> set[tuple[str, ...]]:
    trees = FaultTrees(*((f"{at}.xml", text) for at, text in enumerate(files)))
    return {one.ids for journey in fault_tree_cuts(trees, **more).journeys for one in journey.sets}


def gate(name: str, *reads: str, role: str = "") -> str:
    inputs = "".join(f'<event name="{one}"/>' for one in reads)
    return f'<define-gate name="{name}"{role and f" role={chr(34)}{role}{chr(34)}"}><or>{inputs}</or></define-gate>'


def component(name: str, inside: str, role: str = "public") -> str:
    return f'<define-component name="{name}" role="{role}">{inside}</define-component>'


def test_the_same_name_may_be_public_and_private():
    inner = component("c", gate("top", "a", "b") + event("", "a"), role="private")
    assert sets(tree(gate("top", "c.top", "a") + inner, event("", "a") + event("", "b"))) == {
        ("a",),
        ("b",),
        ("t.c.a",),
    }


def test_what_is_private_is_not_seen_from_elsewhere():
    inner = component("A", '<define-basic-event name="e" role="private"/>')
    with pytest.raises(InputError, match=r"'e' is defined nowhere; known are .*t\.A\.e"):
        sets(tree(gate("top", "g") + inner + component("B", gate("g", "e"))))
    assert sets(tree(gate("top", "g") + inner + component("B", gate("g", "t.A.e")))) == {("t.A.e",)}
    with pytest.raises(InputError, match=r"'X\.e' is defined nowhere"):
        sets(tree(gate("top", "X.e") + inner))


def test_public_names_are_unique_and_of_one_kind():
    with pytest.raises(InputError, match="'g' is defined twice"):
        sets(tree(gate("g", "a") + component("c", gate("g", "a")), event("", "a")))
    with pytest.raises(InputError, match="'a' is a basic-event, no gate"):
        sets(tree('<define-gate name="g"><gate name="a"/></define-gate>', event("", "a")))
    with pytest.raises(InputError, match="role="):
        sets(tree(gate("g", "a", role="secret"), event("", "a")))


def test_a_model_may_be_written_in_several_files():
    whole = tree(gate("top", "a"))
    assert sets(whole, f"<opsa-mef><model-data>{event('')}</model-data></opsa-mef>") == {("a",)}
    with pytest.raises(
        InputError, match=r"0\.xml:1: 'a' is defined nowhere; .* a model of several files needs all of them"
    ):
        sets(whole)


@pytest.mark.parametrize("number", ["0", "3", "9" * 6000, "²", "-1", ""])
def test_a_threshold_that_is_none_is_refused(number):
    text = f'<define-gate name="g"><atleast min="{number}"><event name="a"/><event name="b"/></atleast></define-gate>'
    with pytest.raises(InputError, match="min must be from 1 to 2"):
        sets(tree(text, event("") + event("", "b")))


def test_at_least_two_of_the_same_is_refused():
    text = '<define-gate name="g"><atleast min="2"><event name="a"/><event name="a"/></atleast></define-gate>'
    with pytest.raises(InputError, match="reads the same event twice"):
        sets(tree(text, event("")))


def test_rare_events_keep_their_probabilities_and_places():
    likely = event(floats(1e-15)) + event(floats(1e-17), "b") + event(floats(0.5), "c")
    both = "<or><event name='b'/><and><event name='a'/><event name='c'/></and></or>"
    trees = FaultTrees(("m.xml", tree(f'<define-gate name="g">{both}</define-gate>', likely)))
    (journey,) = fault_tree_cuts(trees, sort="probability").journeys
    assert [(one.ids, one.probability) for one in journey.sets] == [(("a", "c"), 5e-16), (("b",), 1e-17)]


def test_what_is_not_read_is_named():
    for other in ("define-event-tree", "define-initiating-event", "define-CCF-group", "define-alignment", "include"):
        with pytest.raises(InputError, match=f"<{other}> is not read"):
            sets(f"<opsa-mef><{other} name='x'/></opsa-mef>")
    with pytest.raises(UsageError, match="--mission-time: -1"):
        FaultTrees(mission_time=-1)


def test_a_model_may_be_larger_than_other_xml(monkeypatch):
    monkeypatch.setattr("blastradius.analysis.faulttree.reading._MOST_ELEMENTS", 8)
    assert sets(tree(gate("g", "a"), event(""))) == {("a",)}
    with pytest.raises(InputError, match="deeper or larger"):
        sets(tree(gate("g", "a", "b"), event("") + event("", "b")))


def test_a_model_without_gates_and_one_that_is_down_as_it_is_say_so():
    none = fault_tree_cuts(FaultTrees(("m.xml", "<opsa-mef/>")))
    assert "no gate is defined" in render(none, "text", View())
    always = fault_tree_cuts(FaultTrees(("m.xml", tree("<define-gate name='g'><constant value='1'/></define-gate>"))))
    assert "nothing: it is down as it is" in render(always, "text", View())


def test_what_is_listed_does_not_depend_on_compiled_code(monkeypatch):
    events = [f"e{at}" for at in range(14)]
    gates = [
        gate("g", *events[:7]),
        gate("h", *events[7:]),
        '<define-gate name="top"><and><gate name="g"/><gate name="h"/></and></define-gate>',
    ]
    more = "".join(event(floats(0.1 if at % 2 else 0.3), one) for at, one in enumerate(events))
    trees = FaultTrees(("m.xml", tree("".join(gates), more)))
    found = []
    for loaded in (True, False):
        monkeypatch.setattr("blastradius.engine.diagrams.solving._loaded", lambda loaded=loaded: loaded)
        found.append(
            [fault_tree_cuts(trees, sort=sort, limit=9).model_dump_json() for sort in ("order", "probability")]
        )
    assert found[0] == found[1]
    (journey,) = fault_tree_cuts(trees, sort="probability", limit=9).journeys
    chances = [one.probability for one in journey.sets]
    assert [one.ids for one in journey.sets] == sorted(one.ids for one in journey.sets)
    assert chances == sorted(chances, reverse=True)
