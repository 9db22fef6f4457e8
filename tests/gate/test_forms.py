"""The forms of the gate's answer: each is valid by its own schema, says every finding, and no input steers it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from gate.example import RESULT as EXAMPLE
from gate.hostile import RESULTS
from gate.judging import judged
from jsonschema import Draft202012Validator

from blastradius.errors import UsageError
from blastradius.gate.result import GateResult
from blastradius.reports.gate import names, write

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


def test_nothing_steers_a_screen(result):
    for form in names():
        text = write(result, form)
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\x00" not in text


def test_an_unknown_form_is_an_error():
    with pytest.raises(UsageError, match="--report: no form 'xml': choose one of github, gitlab, json"):
        write(EXAMPLE, "xml")


def test_what_one_way_in_brings_with_it_is_told_with_it():
    """A new service with a table of its own is one thing to people, and two findings with an identity each."""
    base = "journey checkout: web tier 1\nweb -> us-east-1\n"
    head = base + "web -> loyalty\nloyalty -> points\nloyalty -> us-east-1\npoints -> us-east-1\n"
    result = judged(base, head)
    assert {one.dependency for one in result.findings if one.status == "new"} == {"loyalty", "points"}
    for form in ("text", "markdown"):
        text = write(result, form)
        assert text.count("as well") == 1
        assert "and 1 more behind it: service:points" in text
    assert "2 new" in write(result, "text")
    assert len(json.loads(write(result, "gitlab"))) >= 2
    other = base + "web -> loyalty\nweb -> points\nloyalty -> us-east-1\npoints -> us-east-1\n"
    assert "behind it" not in write(judged(base, other), "text")


def test_one_comment_lets_through_what_fails_in_one_line():
    late = EXAMPLE.findings[0].model_copy(update={"rule": "BR009", "fingerprint": "9" * 16})
    result = EXAMPLE.model_copy(update={"findings": (*EXAMPLE.findings, late)})
    assert "# blastradius: allow BR001 until" in write(EXAMPLE, "markdown")
    assert "# blastradius: allow BR001,BR009 until" in write(result, "markdown")
