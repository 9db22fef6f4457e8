"""GitLab's code quality report: the part of the Code Climate format that GitLab reads (GitLab documentation, "Code Quality")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.reports import escape
from blastradius.reports.gate import WRITERS
from blastradius.reports.gate._common import place, sentences

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult

_SEVERITIES = {"block": "blocker", "warn": "major", "advisory": "minor"}
_SHOWN = ("new", "expired", "known")
_NOWHERE = ("blastradius.yaml", 1)


def write(result: GateResult) -> str:
    """A list of findings; GitLab compares it with that of the target branch, so known ones belong to it."""
    import orjson

    found = [_issue(one, result.names) for one in result.findings if one.status in _SHOWN]
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return escape.json(orjson.dumps(found, option=options).decode("utf-8"))


def _issue(one: GateFinding, names: dict[str, str]) -> dict[str, Any]:
    where = place(one)
    path, line = (where.path, where.line) if where is not None else _NOWHERE
    return {
        "description": f"{one.rule}: {'. '.join(text.rstrip('.') for text in sentences(one, names))}.",
        "check_name": one.name,
        "fingerprint": one.fingerprint,
        "severity": _SEVERITIES[one.level],
        "location": {"path": path, "lines": {"begin": line}},
    }


WRITERS.register("gitlab")(write)
