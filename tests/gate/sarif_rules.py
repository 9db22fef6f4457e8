"""The part of SARIF 2.1.0 (OASIS Standard with errata 01) that the gate writes, rule by rule, and what GitHub takes of it.

Written from the text of the standard, by clause, without a look at the renderer: what it does not name may not be there.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

#: What GitHub's code scanning takes ("SARIF support for code scanning", GitHub documentation).
RUNS, RESULTS, RULES, TAGS, LOCATIONS, STEPS, COMPRESSED = 20, 25_000, 25_000, 20, 1_000, 10_000, 10_000_000
NAME, DESCRIPTION = 255, 1_024

Check = Callable[[Any], bool]
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: Of a reference (RFC 3986, 4.2): unreserved, reserved and escaped characters, nothing else.
_URI = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*")


def _is(*kinds: type) -> Check:
    return lambda value: isinstance(value, kinds) and not (bool not in kinds and isinstance(value, bool))


def _one_of(*values: str) -> Check:
    return lambda value: isinstance(value, str) and value in values


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _reference(value: object) -> bool:
    return isinstance(value, str) and _URI.fullmatch(value) is not None


def _inside(value: object) -> bool:
    """3.4.3 and 3.4.4: beside a `uriBaseId` a URI is relative, and leads nowhere above its base."""
    if not isinstance(value, str) or not value or not _reference(value) or _SCHEME.match(value):
        return False
    return value[0] != "/" and ".." not in value.split("/")


def _positive(value: object) -> bool:
    return _is(int)(value) and value >= 1  # type: ignore[operator]


#: Properties by object: whether one must be there, and what it holds: a check, the name of an object, or a list of one.
OBJECTS: dict[str, dict[str, tuple[bool, Check | str | list[str]]]] = {
    "log": {"$schema": (False, _reference), "version": (True, _one_of("2.1.0")), "runs": (True, ["run"])},
    "run": {
        "tool": (True, "tool"), "results": (False, ["result"]), "invocations": (False, ["invocation"]),
        "automationDetails": (False, "automation"), "originalUriBaseIds": (False, _is(dict)),
        "columnKind": (False, _one_of("utf16CodeUnits", "unicodeCodePoints")),
    },
    "tool": {"driver": (True, "driver")},
    "driver": {
        "name": (True, _text), "version": (False, _text), "rules": (False, ["rule"]),
        "semanticVersion": (False, lambda one: re.fullmatch(r"\d+\.\d+\.\d+([-+][\w.+-]+)?", str(one)) is not None),
    },
    "rule": {
        "id": (True, _text), "name": (False, lambda one: _text(one) and len(one) <= NAME),
        "shortDescription": (True, "description"), "fullDescription": (True, "description"),
        "help": (True, "strings"), "defaultConfiguration": (False, "configuration"), "properties": (False, "bag"),
    },
    "configuration": {"level": (False, _one_of("none", "note", "warning", "error"))},
    "description": {"text": (True, lambda one: _text(one) and len(one) <= DESCRIPTION)},
    "strings": {"text": (True, _text), "markdown": (False, _text)},
    "message": {"text": (True, _text)},
    "automation": {"id": (False, _text)},
    "invocation": {"executionSuccessful": (True, _is(bool)), "toolExecutionNotifications": (False, ["notification"])},
    "notification": {"message": (True, "message"), "level": (False, _one_of("none", "note", "warning", "error"))},
    "result": {
        "ruleId": (True, _text), "ruleIndex": (False, lambda one: _is(int)(one) and one >= 0), "message": (True, "message"),
        "level": (False, _one_of("none", "note", "warning", "error")), "locations": (True, ["location"]),
        "partialFingerprints": (True, _is(dict)), "suppressions": (False, ["suppression"]),
        "baselineState": (False, _one_of("new", "unchanged", "updated", "absent")), "codeFlows": (False, ["flow"]),
        "properties": (False, "bag"),
    },
    "suppression": {
        "kind": (True, _one_of("inSource", "external")), "status": (False, _one_of("accepted", "underReview", "rejected")),
        "justification": (False, _text),
    },
    "location": {"physicalLocation": (True, "physical"), "message": (False, "message")},
    "physical": {"artifactLocation": (True, "artifact"), "region": (False, "region")},
    "artifact": {"uri": (True, _inside), "uriBaseId": (True, _text)},
    "region": {"startLine": (True, _positive)},
    "flow": {"threadFlows": (True, ["thread"])},
    "thread": {"locations": (True, ["step"])},
    "step": {"location": (True, "location")},
    "bag": {"tags": (False, _is(list)), "precision": (False, _is(str)), "status": (False, _is(str)), "tier": (False, _is(int))},
}  # fmt: skip
#: Lists that hold at least one (3.36.3, 3.37.6), and what GitHub wants a place of.
_FILLED = {"flow.threadFlows", "thread.locations", "result.locations"}


def problems(log: Any) -> list[str]:
    """Everything in a log that breaks a rule; nothing where it is right."""
    found = list(_shape(log, "log", "log"))
    return found or [*_related(log), *_limits(log)]


def _shape(value: Any, kind: str, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: is no {kind}"
        return
    known = OBJECTS[kind]
    yield from (f"{where}.{name}: there is no such property" for name in value if name not in known)
    for name, (needed, held) in known.items():
        if name not in value:
            if needed:
                yield f"{where}.{name}: is missing"
        elif isinstance(held, str):
            yield from _shape(value[name], held, f"{where}.{name}")
        elif isinstance(held, list):
            yield from _listed(value[name], held[0], f"{where}.{name}", f"{kind}.{name}" in _FILLED)
        elif not held(value[name]):
            yield f"{where}.{name}: cannot be {str(value[name])[:60]!r}"


def _listed(values: Any, kind: str, where: str, filled: bool) -> Iterator[str]:
    if not isinstance(values, list) or (filled and not values):
        yield f"{where}: is no list of what it should hold"
        return
    for number, one in enumerate(values):
        yield from _shape(one, kind, f"{where}[{number}]")


def _related(log: Any) -> Iterator[str]:
    """What one property asks of another."""
    for run in log["runs"]:
        rules = run["tool"]["driver"].get("rules", [])
        ids = [rule["id"] for rule in rules]
        if len(set(ids)) < len(ids):
            yield "rules: an id is there twice (3.19.23)"
        results = run.get("results", [])
        for name, clause in (("suppressions", "3.27.23"), ("baselineState", "3.27.24")):
            if len({name in one for one in results}) > 1:
                yield f"results: some have {name} and some have none ({clause})"
        bases = run.get("originalUriBaseIds", {})
        for place in _places(run):
            if place["artifactLocation"]["uriBaseId"] not in bases:
                yield "uriBaseId: leads nowhere (3.4.4)"
        for one in results:
            yield from _result(one, ids)


def _result(one: Any, ids: list[str]) -> Iterator[str]:
    if "ruleIndex" in one and (one["ruleIndex"] >= len(ids) or ids[one["ruleIndex"]] != one["ruleId"]):
        yield "ruleIndex: is that of another rule (3.27.6)"
    if "ruleIndex" not in one and one["ruleId"] in ids:
        yield "ruleIndex: is missing though the rule is there"
    marks = one["partialFingerprints"]
    if not marks or not all(_text(key) and _text(value) for key, value in marks.items()):
        yield "partialFingerprints: are no texts (3.27.17)"
    for message in _messages(one):
        plain = message.replace("{{", "").replace("}}", "")
        if "{" in plain or "}" in plain:
            yield "message: has a placeholder that nothing fills (3.11.5)"
        if re.search(r"(?<!\\)\[", message):
            yield "message: has a link that nobody wrote (3.11.6)"


def _places(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "artifactLocation" in value:
            yield value
        for one in value.values():
            yield from _places(one)
    elif isinstance(value, list):
        for one in value:
            yield from _places(one)


def _messages(result: Any) -> Iterator[str]:
    yield result["message"]["text"]
    for flow in result.get("codeFlows", []):
        for thread in flow["threadFlows"]:
            yield from (step["location"]["message"]["text"] for step in thread["locations"])


def _limits(log: Any) -> Iterator[str]:
    """What GitHub would refuse or leave out."""
    runs = log["runs"]
    counts = [("runs", len(runs), RUNS)]
    for run in runs:
        rules, results = run["tool"]["driver"].get("rules", []), run.get("results", [])
        counts += [("rules", len(rules), RULES), ("results", len(results), RESULTS)]
        counts += [("tags", len(rule.get("properties", {}).get("tags", [])), TAGS) for rule in rules]
        counts += [("locations", len(one["locations"]), LOCATIONS) for one in results]
        counts += [
            ("steps", sum(len(thread["locations"]) for flow in one.get("codeFlows", []) for thread in flow["threadFlows"]), STEPS)
            for one in results
        ]  # fmt: skip
    yield from (f"{what}: {count:,} are more than {most:,}" for what, count, most in counts if count > most)
    raw = json.dumps(log).encode()
    if len(raw) > COMPRESSED and len(gzip.compress(raw, 6)) > COMPRESSED:
        yield f"the log is larger than {COMPRESSED:,} bytes when compressed"
