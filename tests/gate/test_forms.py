"""The forms of the gate's answer: each is valid by its own schema, says every finding, and no input steers it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sarif_pydantic
import xmlschema
import yaml
from gate.example import RESULT as EXAMPLE
from jsonschema import Draft202012Validator
from running import ROOT

from blastradius.errors import UsageError
from blastradius.gate.result import GateFinding, GateResult, Location
from blastradius.model import Rule
from blastradius.reports.gate import names, write
from blastradius.reports.gate.markdown import MARK, MOST_LINES
from blastradius.reports.gate.sarif import MOST_RESULTS, document

EVIL = (
    '<script>alert(1)</script>|`x`"]--> ::error::{0}[a](b)%0A\n::set-output name=a::b\u202e\x1b[31m\x00;]]>'
    + "x" * 9_000
)

#: What GitLab's documentation of its code quality report asks of each entry.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}


def hostile() -> GateResult:
    """The example with every text of an input replaced."""
    findings = []
    for one in EXAMPLE.findings:
        values = {"message": EVIL, "was": EVIL, "fix": EVIL, "journey_name": EVIL, "domain_name": EVIL}
        if one.location is not None:
            values["location"] = Location(path=f"a/{EVIL[:200]}.tf", line=3)
        findings.append(one.model_copy(update=values))
    rules = tuple(rule.model_copy(update={"summary": EVIL, "docs": EVIL}) for rule in EXAMPLE.rules)
    changes = {
        "findings": tuple(findings),
        "rules": rules,
        "names": dict.fromkeys(EXAMPLE.names, EVIL),
        "notices": (EVIL,),
    }
    return EXAMPLE.model_copy(update=changes)


def many(count: int) -> GateResult:
    new = next(one for one in EXAMPLE.findings if one.status == "new")
    findings = tuple(new.model_copy(update={"fingerprint": f"{number:016x}"}) for number in range(count))
    return EXAMPLE.model_copy(update={"findings": findings})


RESULTS = {
    "example": EXAMPLE,
    "hostile": hostile(),
    "nothing": EXAMPLE.model_copy(update={"findings": (), "passed": True}),
}


@pytest.fixture(params=sorted(RESULTS))
def result(request) -> GateResult:
    return RESULTS[request.param]


def test_the_forms_are_those_that_the_option_names():
    from blastradius.cli.commands import gate

    told = re.search(r"this file: ([a-z, ]+);", gate.Reports.__metadata__[0].help)
    assert told is not None
    assert sorted(told[1].split(", ")) == names()


@pytest.mark.parametrize("form", names())
def test_a_form_says_the_same_twice(form, result):
    assert write(result, form) == write(GateResult.model_validate(result.model_dump()), form)


def test_sarif_is_a_valid_log(result):
    """By the models of another project, which know every property of SARIF 2.1.0; what they do not know is a mistake."""
    log = json.loads(write(result, "sarif"))
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


def test_sarif_holds_what_code_scanning_wants():
    run = document(EXAMPLE)["runs"][0]
    by_rule = {one["ruleId"]: one for one in reversed(run["results"])}
    assert by_rule["BR001"]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "infra/lambda.tf", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 41},
    }
    flow = by_rule["BR001"]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow] == [3, 41, 7]
    assert by_rule["BR001"]["partialFingerprints"] == {"blastradius/v1": "a" * 16}
    suppressed = [one["suppressions"][0]["justification"] for one in run["results"] if "suppressions" in one]
    assert suppressed == ["a second provider is being contracted (payments, until 2027-02-01)"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"] if "ruleIndex" in one)
    assert all(one["locations"] for one in run["results"])


def test_sarif_stays_within_what_code_scanning_takes():
    run = document(many(MOST_RESULTS + 7))["runs"][0]
    assert len(run["results"]) == MOST_RESULTS
    assert any(
        "7 more findings" in one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]
    )


def test_junit_is_valid(result):
    schema = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")
    text = write(result, "junit")
    schema.validate(text)
    root = ElementTree.fromstring(text)
    assert int(root.get("failures")) == len(root.findall(".//failure")) == sum(one.fails for one in result.findings)


def test_gitlab_is_valid(result):
    found = json.loads(write(result, "gitlab"))
    Draft202012Validator(GITLAB).validate(found)
    assert len({one["fingerprint"] for one in found}) == len(found)


def test_annotations_cannot_be_broken_out_of(result):
    lines = write(result, "github").splitlines()
    told = sum(one.status in ("new", "expired") for one in result.findings)
    assert len(lines) == told + len(result.notices) + 1
    assert all(re.match(r"::(error|warning|notice) [^\n]*?::", line) for line in lines)
    assert not any(line.startswith("::set-output") for line in lines)


def test_the_comment_is_short_and_found_again(result):
    text = write(result, "markdown")
    assert text.startswith(MARK + "\n")
    assert len(text.splitlines()) <= MOST_LINES
    assert not re.search(r"(?<!\\)<script", text)
    assert text.count("```") in (0, 2)


def test_the_comment_calls_nobody_and_links_nowhere():
    live = "@octocat closes #12, !7, acme/shop#3, https://evil.example/a www.evil.example me@evil.example"
    findings = tuple(one.model_copy(update={"message": live, "was": live, "fix": live}) for one in EXAMPLE.findings)
    text = write(EXAMPLE.model_copy(update={"findings": findings, "notices": (live,)}), "markdown")
    assert "&#64;octocat" in text
    for sign in ("@", "://", "www.", "!7"):
        assert sign not in text
    assert not re.search(r"(?<!&)#\d", text), "no number that is an issue"


def test_the_longest_comment_is_short():
    text = write(many(500), "markdown")
    assert len(text.splitlines()) <= MOST_LINES
    assert "and 492 more" in text


def test_nothing_steers_a_screen(result):
    for form in names():
        text = write(result, form)
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\x00" not in text


def test_an_unknown_form_is_an_error():
    with pytest.raises(UsageError, match="--report: no form 'xml': choose one of github, gitlab, json"):
        write(EXAMPLE, "xml")


@pytest.mark.parametrize(
    ("schema", "path"),
    [("vendor.github-actions", "action.yml"), ("vendor.gitlab-ci", "templates/blastradius.gitlab-ci.yml")],
)
def test_what_a_team_copies_is_valid(schema, path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hook_is_valid():
    from pre_commit.clientlib import load_manifest

    (hook,) = load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    assert (hook["pass_filenames"], hook["require_serial"]) == (False, True)


def test_no_input_of_the_action_is_pasted_into_a_script():
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)


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
