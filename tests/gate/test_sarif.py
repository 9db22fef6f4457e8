"""The SARIF log is valid: by the standard's own schema where that is at hand, and always by its rules written out."""

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
import sarif_pydantic
from gate import sarif_rules
from gate.hostile import RESULTS, TEXTS, dressed, many
from gate.sarif_rules import problems
from hypothesis import given, settings
from jsonschema import Draft4Validator, Draft7Validator, FormatChecker

from blastradius.gate.result import GateFinding, GateResult, Location
from blastradius.model import Rule
from blastradius.reports.gate import sarif, write
from blastradius.reports.gate.sarif import document

EXAMPLE = RESULTS["example"]
#: The standard's schema, unless the variable names another copy of it; `schemas/README.md` says where it is from.
SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json"


@pytest.fixture(params=sorted(RESULTS))
def result(request) -> GateResult:
    return RESULTS[request.param]


@pytest.fixture(scope="module")
def schema():
    """The schema of SARIF 2.1.0 with its formats."""
    path = Path(os.environ.get("BLASTRADIUS_SARIF_SCHEMA", SCHEMA))
    held = json.loads(path.read_text(encoding="utf-8"))
    assert held["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    kind = Draft4Validator if "draft-04" in held["$schema"] else Draft7Validator
    return kind(held, format_checker=FormatChecker())


def log_of(result: GateResult) -> Any:
    return json.loads(write(result, "sarif"))


def test_a_log_keeps_every_rule_of_the_standard(result):
    assert problems(log_of(result)) == []


def test_a_log_is_valid_by_the_schema_of_the_standard(schema, result):
    schema.validate(log_of(result))


@given(TEXTS)
@settings(max_examples=30)
def test_no_text_of_an_input_makes_a_log_wrong(text):
    assert problems(log_of(dressed(text))) == []


def test_what_the_rules_take_the_schema_takes(schema):
    for text in ("a b", "%41", "{0}[x](y)", "\u202e\x00", "x" * 9_000, "//host", "../up", "c:\\d", "é"):
        log = log_of(dressed(text))
        assert problems(log) == []
        schema.validate(log)


def test_a_log_that_is_broken_anywhere_is_noticed():
    """Each value of the example, taken away or made something else, is found out where the standard minds."""
    log = log_of(EXAMPLE)
    free = ("properties", "help", "partialFingerprints", "originalUriBaseIds")
    for path in list(_paths(log)):
        if any(name in free for name in path):
            continue
        broken = copy.deepcopy(log)
        _parent(broken, path)[path[-1]] = None
        assert problems(broken), path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda run: run["results"][0].update(ruleIndex=1), "ruleIndex"),
        (lambda run: run["results"][0].pop("suppressions"), "suppressions"),
        (lambda run: run["results"][0].pop("baselineState"), "baselineState"),
        (lambda run: run["results"][0]["message"].update(text="{0}"), "placeholder"),
        (lambda run: run["results"][0]["message"].update(text="[a](b)"), "link"),
        (lambda run: run["results"][0].update(surprise=1), "surprise"),
        (lambda run: run["results"][0].update(locations=[]), "locations"),
        (lambda run: run["results"][0]["codeFlows"][0]["threadFlows"][0].update(locations=[]), "locations"),
        (lambda run: _place(run)["artifactLocation"].update(uri="../x.tf"), "uri"),
        (lambda run: _place(run)["artifactLocation"].update(uri="/x.tf"), "uri"),
        (lambda run: _place(run)["artifactLocation"].update(uri="a b.tf"), "uri"),
        (lambda run: _place(run)["artifactLocation"].update(uri="c:/b.tf"), "uri"),
        (lambda run: _place(run)["artifactLocation"].update(uriBaseId="ELSEWHERE"), "uriBaseId"),
        (lambda run: _place(run)["region"].update(startLine=0), "startLine"),
        (lambda run: run["tool"]["driver"]["rules"].append(run["tool"]["driver"]["rules"][0]), "twice"),
        (lambda run: run["tool"]["driver"]["rules"][0]["properties"].update(tags=["t"] * 21), "tags"),
        (lambda run: run["tool"]["driver"]["rules"][0]["fullDescription"].update(text="x" * 1_025), "fullDescription"),
    ],
)
def test_the_rules_find_what_breaks_them(change, said):
    log = log_of(EXAMPLE)
    change(log["runs"][0])
    assert any(said in problem for problem in problems(log)), problems(log)


def test_the_rules_know_what_is_too_much(monkeypatch):
    log = log_of(EXAMPLE)
    for name, said in (("RESULTS", "results: 5"), ("STEPS", "steps: 3"), ("COMPRESSED", "the log is larger")):
        with monkeypatch.context() as patched:
            patched.setattr(sarif_rules, name, 2)
            assert any(one.startswith(said) for one in problems(log))


def _place(run: Any) -> Any:
    return run["results"][0]["locations"][0]["physicalLocation"]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    for name, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, name)
        yield from _paths(one, (*path, name))


def _parent(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path[:-1]:
        value = value[name]
    return value


def test_the_models_of_another_project_know_every_property(result):
    log = log_of(result)
    read = sarif_pydantic.Sarif.model_validate(log)
    assert _unknown(log, json.loads(read.model_dump_json(by_alias=True, exclude_none=True))) == []


def _unknown(given, known, path="") -> list[str]:
    if isinstance(given, dict) and isinstance(known, dict):
        if path.endswith((".properties", ".partialFingerprints", ".originalUriBaseIds")):
            return []
        return [
            name for key, value in given.items()
            for name in ([f"{path}.{key}"] if key not in known else _unknown(value, known[key], f"{path}.{key}"))
        ]  # fmt: skip
    if isinstance(given, list) and isinstance(known, list):
        return [name for one, other in zip(given, known, strict=True) for name in _unknown(one, other, path + "[]")]
    return []


def test_a_log_says_where_and_why():
    run = document(EXAMPLE)["runs"][0]
    by_rule = {one["ruleId"]: one for one in reversed(run["results"])}
    assert by_rule["BR001"]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "infra/lambda.tf", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 41},
    }
    flow = by_rule["BR001"]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow] == [3, 41, 7]
    assert by_rule["BR001"]["partialFingerprints"] == {"blastradius/v1": "a" * 16}
    suppressed = [one["suppressions"][0]["justification"] for one in run["results"] if one["suppressions"]]
    assert suppressed == ["a second provider is being contracted (payments, until 2027-02-01)"]


def test_no_more_findings_are_told_than_are_shown(monkeypatch):
    assert sarif.MOST_RESULTS == 5_000
    monkeypatch.setattr(sarif, "MOST_RESULTS", 40)
    log = log_of(many(47))
    assert problems(log) == []
    (run,) = log["runs"]
    assert len(run["results"]) == 40
    assert _left_out(run) == ["7 more findings are left out: 40 are shown"]


def test_a_log_that_would_be_too_large_tells_the_first_findings(monkeypatch):
    monkeypatch.setattr(sarif, "MOST_BYTES", 20_000)
    noise = random.Random(1)
    findings = tuple(one.model_copy(update={"message": f"{noise.getrandbits(2_000):x}"}) for one in many(64).findings)
    text = write(EXAMPLE.model_copy(update={"findings": findings}), "sarif")
    (run,) = json.loads(text)["runs"]
    told = len(run["results"])
    assert 8 <= told < 64
    assert [one["message"]["text"][:9] for one in run["results"]] == [one.message[:9] for one in findings[:told]]
    assert _left_out(run) == [f"{64 - told} more findings are left out: {told} are shown"]
    assert len(sarif.compressed(text.encode())) <= 20_000


def _left_out(run: Any) -> list[str]:
    notices = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    return [one for one in notices if "left out" in one]


def test_rules_without_docs_are_described():
    rule = Rule(id="BR999", name="bare", summary="Nothing but a summary.")
    made = document(EXAMPLE.model_copy(update={"rules": (rule,), "findings": ()}))
    assert made["runs"][0]["tool"]["driver"]["rules"][0]["fullDescription"]["text"] == "Nothing but a summary."


def test_a_finding_without_a_line_is_put_on_the_last_one_that_is_known():
    one = GateFinding(
        rule="BR005", name="unknown", fingerprint="f", message="m", path=(Location(path="a.tf", line=2), None)
    )
    made = document(EXAMPLE.model_copy(update={"findings": (one,)}))
    assert made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
