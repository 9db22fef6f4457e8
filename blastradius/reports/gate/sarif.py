"""SARIF 2.1.0 (OASIS), as GitHub's code scanning and others read it.

GitHub takes at most 25,000 results of a run and shows 5,000, 1,000 locations of a result and 10,000 steps of its paths,
20 tags a rule, 1,024 characters of what a rule says, 10 MB compressed ("SARIF support for code scanning", GitHub
documentation); beyond 5,000 results or that size the rest is left out here and a notification says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from blastradius.released import VERSION
from blastradius.reports import escape
from blastradius.reports.gate import WRITERS
from blastradius.reports.gate._common import hops, place, sentences
from blastradius.storage.jsonfile import compressed

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult, Location
    from blastradius.model import Rule

MOST_RESULTS = 5_000
MOST_STEPS = 100
MOST_BYTES = 10_000_000
"""Of the compressed log; GitHub's megabytes are larger ones."""
_MOST_OF_RULE = 1_024
_MOST_OF_NAME = 255
_MOST_OF_TEXT = 4_000
_LEVELS = {"block": "error", "warn": "warning", "advisory": "note"}
_SHOWN = ("new", "expired", "waived", "accepted", "known")
_ROOT = "%SRCROOT%"
_NOWHERE = "blastradius.yaml"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(result: GateResult) -> str:
    """The log file: rules, results with their paths, fingerprints and suppressions."""
    most = MOST_RESULTS
    while True:
        text = _written(document(result, most))
        if len(text) <= MOST_BYTES or most == 1 or len(compressed(text.encode())) <= MOST_BYTES:
            return text
        most = max(1, min(most, len(result.findings)) // 2)


def _written(log: dict[str, Any]) -> str:
    import orjson

    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return escape.json(orjson.dumps(log, option=options).decode("utf-8"))


def document(result: GateResult, most: int = MOST_RESULTS) -> dict[str, Any]:
    """The log file as plain values.

    Args:
        result: the answer.
        most: how many findings are told; those that fail come first.
    """
    findings = [one for one in result.findings if one.status in _SHOWN]
    numbers = {rule.id: number for number, rule in enumerate(result.rules)}
    left = len(findings) - most
    more = [f"{left:,} more findings are left out: {most:,} are shown"] if left > 0 else []
    run = {
        "tool": {"driver": {
            "name": "blastradius", "version": VERSION, "semanticVersion": VERSION,
            "rules": [_rule(rule) for rule in result.rules],
        }},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "automationDetails": {"id": "blastradius/gate/"},
        "invocations": [{
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {"level": "note", "message": _text(text)} for text in (*result.notices, *more)
            ],
        }],
        "results": [_result(one, result.names, numbers) for one in findings[:most]],
    }  # fmt: skip
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _text(text: str, most: int = _MOST_OF_TEXT) -> dict[str, str]:
    # Braces and brackets mean placeholders and links in SARIF messages.
    shown = _cut(escape.terminal(text), most).replace("{", "{{").replace("}", "}}")
    return {"text": shown.replace("[", "\\[").replace("]", "\\]") or "-"}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _rule(rule: Rule) -> dict[str, Any]:
    docs = rule.docs or rule.summary or "-"
    return {
        "id": rule.id,
        "name": _cut("".join(part.capitalize() for part in rule.name.split("-")), _MOST_OF_NAME),
        "shortDescription": _described(rule.summary),
        "fullDescription": _described(docs.split("\n\n")[0]),
        "help": {"text": docs, "markdown": docs},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"tags": ["reliability"], "precision": "very-high"},
    }


def _described(text: str) -> dict[str, str]:
    """A text of a rule, which is no message: nothing in it stands for something else."""
    return {"text": _cut(escape.terminal(text), _MOST_OF_RULE) or "-"}


def _result(one: GateFinding, names: dict[str, str], numbers: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": one.rule,
        "level": _LEVELS[one.level],
        "message": _text(". ".join(text.rstrip(".") for text in sentences(one, names)) + "."),
        "locations": [{"physicalLocation": _physical(place(one))}],
        "partialFingerprints": {"blastradius/v1": one.fingerprint},
        "baselineState": "new" if one.status in ("new", "expired", "waived") else "unchanged",
        # all results of a run have suppressions or none has (SARIF 2.1.0, 3.27.23)
        "suppressions": list(_suppressions(one)),
        "properties": {"status": one.status, **({"tier": one.tier} if one.tier is not None else {})},
    }
    if one.rule in numbers:
        found["ruleIndex"] = numbers[one.rule]
    steps = list(_steps(one, names))
    if steps:
        found["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return found


def _suppressions(one: GateFinding) -> Iterable[dict[str, str]]:
    if one.status == "waived" and one.waiver is not None:
        waiver = one.waiver.waiver
        why = _cut(escape.terminal(f"{waiver.reason} ({waiver.owner}, until {waiver.until})"), _MOST_OF_TEXT)
        yield {"kind": "inSource" if one.waiver.inline else "external", "status": "accepted", "justification": why}
    elif one.status == "accepted":
        yield {"kind": "external", "status": "accepted", "justification": "in the baseline file"}


def _physical(where: Location | None) -> dict[str, Any]:
    """A place in the tree; what no line introduced is put at the top of the user's own file, as GitHub wants a place."""
    path, line = (where.path, where.line) if where is not None else (_NOWHERE, 1)
    return {
        "artifactLocation": {"uri": quote(path.replace("\\", "/")), "uriBaseId": _ROOT},
        "region": {"startLine": line},
    }


def _steps(one: GateFinding, names: dict[str, str]) -> Iterable[dict[str, Any]]:
    """The proof link by link, as far as links stand on lines."""
    path = hops(one, names)
    for number, where in enumerate(one.path[:MOST_STEPS]):
        if where is not None and number + 1 < len(path):
            said = f"{path[number]} needs {path[number + 1]}"
            yield {"location": {"physicalLocation": _physical(where), "message": _text(said)}}


WRITERS.register("sarif")(write)
