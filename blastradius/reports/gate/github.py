"""Workflow commands of GitHub Actions: an annotation on the line of each finding.

Ten annotations of a kind are shown for a step; a notice says how many there are in all. The summary of the job is the
Markdown form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.gate import WRITERS
from blastradius.reports.gate._common import place, sentences, told, verdict

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult

_COMMANDS = {"block": "error", "warn": "warning", "advisory": "notice"}


def write(result: GateResult) -> str:
    """A line for each new finding, those that fail first, and one for the whole."""
    lines = [_annotation(one, result.names) for one in told(result)]
    lines += [f"::warning title=blastradius::{_data(notice)}" for notice in result.notices]
    return "\n".join([*lines, f"::notice title=blastradius::{_data(verdict(result))}"]) + "\n"


def _annotation(one: GateFinding, names: dict[str, str]) -> str:
    where = place(one)
    properties = {"title": f"{one.rule} {one.name}"}
    if where is not None:
        properties = {"file": where.path, "line": str(where.line), **properties}
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[one.level]} {told}::{_data(chr(10).join(sentences(one, names)))}"


def _data(text: str) -> str:
    """A message as the runner wants it: a line break is the only thing that may steer, and it is spelled out."""
    lines = [terminal(line) for line in text.split("\n")]
    return "%0A".join(line.replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return terminal(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


WRITERS.register("github")(write)
