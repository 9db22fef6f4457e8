"""Plans and states of a shape that Terraform does not write: a gap with the place, counted as failed, never a crash."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import STATE_4, plan
from rooted import scanned

from blastradius.model import Component, Gap

SECRET = "hunter2-Tr0ub4dor"  # made up
STATE_3 = {
    "version": 3, "terraform_version": "0.11.14", "serial": 1, "lineage": "made-up",
    "modules": [{"path": ["root", "web"], "resources": {"aws_db_instance.orders.0": {
        "type": "aws_db_instance", "provider": "provider.aws",
        "primary": {"id": "x", "attributes": {"identifier": "orders"}},
    }}}],
}  # fmt: skip
SHOWN = {"format_version": "1.0", "terraform_version": "1.9.0", "values": plan()["planned_values"]}
FORMS = {"plan": plan(), "state 4": STATE_4, "state 3": STATE_3, "shown": SHOWN}
#: Places that must hold a mapping or a list, by the form that has them.
PLACES = {
    "plan": [
        "planned_values", "planned_values/root_module", "planned_values/root_module/resources",
        "planned_values/root_module/resources/0", "planned_values/root_module/resources/0/values",
        "planned_values/root_module/child_modules", "planned_values/root_module/child_modules/0",
        "configuration", "configuration/provider_config", "configuration/provider_config/aws",
        "configuration/provider_config/aws/expressions", "configuration/root_module",
        "configuration/root_module/resources", "configuration/root_module/resources/0",
        "configuration/root_module/resources/0/expressions", "configuration/root_module/module_calls",
        "configuration/root_module/module_calls/orders", "configuration/root_module/module_calls/orders/module",
        "configuration/root_module/module_calls/orders/module/outputs", "variables",
    ],
    "shown": ["values", "values/root_module", "values/root_module/resources", "values/root_module/resources/0"],
    "state 4": ["resources", "resources/0", "resources/0/instances", "resources/0/instances/0"],
    "state 3": [
        "modules", "modules/0", "modules/0/path", "modules/0/resources", "modules/0/resources/aws_db_instance.orders.0",
        "modules/0/resources/aws_db_instance.orders.0/primary",
        "modules/0/resources/aws_db_instance.orders.0/primary/attributes",
    ],
}  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def paths(value, here=()):
    """All places of a document."""
    yield here
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        yield from paths(inner, (*here, step))


def replaced(document, path, value):
    """The document with another value at a place."""
    if not path:
        return value
    made = copy.deepcopy(document)
    here = made
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return made


def read(tmp_path, document, name="some.json"):
    (tmp_path / name).write_text(json.dumps(document, indent=1))
    return scanned([tmp_path])[0]


def gaps(found):
    return [one for one in found.facts if isinstance(one, Gap) and "as Terraform writes it" in one.reason]


@pytest.mark.parametrize("form", FORMS)
def test_what_terraform_writes_has_no_faults(tmp_path, form):
    found = read(tmp_path, FORMS[form])
    assert (found.parsed, found.failed, gaps(found)) == (1, 0, [])


@pytest.mark.parametrize(("form", "place"), [(form, one) for form, places in PLACES.items() for one in places])
@settings(QUICK, max_examples=15)
@given(value=ANY)
def test_a_value_of_another_shape_is_a_gap_at_its_place_and_the_file_counts_as_failed(tmp_path, form, place, value):
    path = tuple(int(step) if step.isdigit() else step for step in place.split("/"))
    there = FORMS[form]
    for step in path:
        there = there[step]
    found = read(tmp_path, replaced(FORMS[form], path, value))
    if isinstance(value, dict if isinstance(there, dict) else list):
        return
    (gap,) = gaps(found)
    assert (found.parsed, found.failed) == (0, 1)
    shown = place.replace("/0", "[0]").replace("/", ".")
    assert shown in gap.reason
    assert gap.evidence[0].locator.startswith("some.json:")


@pytest.mark.parametrize("form", FORMS)
@QUICK
@given(data=st.data())
def test_any_replaced_part_never_crashes_and_never_leaves_nothing_unsaid(tmp_path, form, data):
    path = data.draw(st.sampled_from(list(paths(FORMS[form]))))
    found = read(tmp_path, replaced(FORMS[form], path, data.draw(ANY)))
    components = [one for one in found.facts if isinstance(one, Component)]
    if found.parsed and not components:
        emptied = path[-1:] in (("resources",), ("modules",), ("instances",), ("root_module",), ("values",), (0,))
        assert found.unmapped or emptied, path
    assert found.parsed + found.failed <= 1


@pytest.mark.parametrize(("change", "said"), [
    ({"format_version": None}, "format_version is null, not a text"),
    ({"format_version": 1.2}, "format_version is a number, not a text"),
    ({"format_version": "99.1"}, "format_version is neither 0.x nor 1.x"),
    ({"format_version": ...}, "the document has no format_version"),
    ({"planned_values": ...}, "the document has no planned_values"),
])  # fmt: skip
def test_a_plan_without_what_tells_its_format_is_a_gap_and_is_read_as_far_as_it_goes(tmp_path, change, said):
    document = {**plan(), "resource_changes": [], **change}
    found = read(tmp_path, {key: one for key, one in document.items() if one is not ...})
    assert [one.reason for one in gaps(found)] == [f"could not be read as Terraform writes it: {said}"]
    assert found.failed == 1
    assert ("planned_values" in change) != any(isinstance(one, Component) for one in found.facts)


@pytest.mark.parametrize("version", [0, 2, 5, 4e9, "4", None, [], True])
def test_a_state_of_no_known_version_is_a_gap(tmp_path, version):
    found = read(tmp_path, {**STATE_4, "version": version}, "terraform.tfstate")
    assert len(gaps(found)) == 1
    assert (found.parsed, found.failed) == (0, 1)


@pytest.mark.parametrize("content", ["{}", "[]", "[1]", '{"resources": []}', "text"])
def test_a_file_that_is_called_a_state_and_is_none_is_a_gap(tmp_path, content):
    (tmp_path / "terraform.tfstate").write_text(content)
    found = scanned([tmp_path])[0]
    said = [one.reason for one in found.facts if isinstance(one, Gap)]
    assert said == (["could not be read: is called a Terraform state and holds none"] if len(content) > 2 else [])


def test_what_other_programs_write_about_terraform_is_no_plan(tmp_path):
    found = read(tmp_path, {"terraform_version": "1.9.0", "platform": "linux_amd64", "provider_selections": {}})
    assert (found.parsed, found.failed, found.facts) == (0, 0, ())


def test_many_faults_of_a_file_are_one_gap(tmp_path):
    found = read(tmp_path, {**STATE_4, "resources": [None] * 500})
    (gap,) = gaps(found)
    assert gap.reason.endswith("resources[2] is null, not a mapping; and 97 more places")


@pytest.mark.parametrize("marks", ["yes", 1, ["password"], {"password": "true"}])
def test_values_whose_marks_of_secrets_are_broken_are_not_read(tmp_path, marks):
    document = plan()
    one = document["planned_values"]["root_module"]["resources"][0]
    one["values"]["environment"] = [{"variables": {"PEER": f"https://{SECRET}.example.com"}}]
    one["sensitive_values"] = {"environment": marks} if isinstance(marks, dict) else marks
    assert SECRET.lower() not in repr(read(tmp_path, document)).lower()


@pytest.mark.parametrize("marks", ["yes", {"a": 1}, [7], [[{"type": "index"}]]])
def test_attributes_whose_marks_of_secrets_are_broken_are_not_read(tmp_path, marks):
    document = copy.deepcopy(STATE_4)
    instance = document["resources"][1]["instances"][0]
    instance["attributes"]["environment"] = [{"variables": {"PEER": f"https://{SECRET}.example.com"}}]
    instance["sensitive_attributes"] = marks
    assert SECRET.lower() not in repr(read(tmp_path, document)).lower()
