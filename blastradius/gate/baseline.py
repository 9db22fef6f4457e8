"""Findings that were accepted before: a file of fingerprints, readable in a review.

One finding a line, sorted, so that two people who add to it meet in a merge only where they add the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from blastradius.documents import load_json
from blastradius.errors import InputError, UsageError
from blastradius.files import read_bytes, shown
from blastradius.gate.comparing import Met
from blastradius.gate.ruling import GateRule, rules
from blastradius.gate.system import System
from blastradius.model import SCHEMA_VERSION, Value

_ANEW = "remove the file and write it anew with --write-baseline"


class Accepted(Value):
    """A finding that was there when the baseline was written."""

    fingerprint: str = Field(pattern=r"^[0-9a-f]{16}$", description="Its identity.")
    rule: str = Field(description="Id of its rule.")
    about: str = Field(default="", description="What it is about, for people; nothing is read from it.")


class Baseline(Value):
    """The whole file."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    findings: tuple[Accepted, ...] = Field(default=(), description="By fingerprint.")

    @cached_property
    def _fingerprints(self) -> frozenset[str]:
        return frozenset(one.fingerprint for one in self.findings)

    def __contains__(self, fingerprint: object) -> bool:
        return fingerprint in self._fingerprints

    def stale(self, met: Iterable[Met], *, compared: bool) -> int:
        """How many of its findings are no more; as `pruned`."""
        return len(set(self.findings)) - len(self.pruned(met, compared=compared).findings)

    def pruned(self, met: Iterable[Met], *, compared: bool) -> Baseline:
        """The same without what is no more; nothing is ever added.

        Args:
            met: every finding of head.
            compared: whether there was a base. Without one, rules that find changes only had nothing to say: what was
                accepted of them stays.
        """
        there = _marks(met)
        silent = set() if compared else {key for key, kind in rules().items() if kind.matches is GateRule.matches}
        kept = (one for one in self.findings if one.fingerprint in there or one.rule in silent)
        # a merge may have left a row twice
        return Baseline(findings=tuple({(one.fingerprint, one.rule): one for one in kept}.values()))

    def text(self) -> str:
        """The file."""
        rows = sorted(self.findings, key=lambda one: (one.fingerprint, one.rule))
        lines = [json.dumps(one.model_dump(), sort_keys=True, ensure_ascii=True) for one in rows]
        body = ("\n" + ",\n".join(lines) + "\n") if lines else ""
        return f'{{"findings":[{body}],\n"schema_version":{self.schema_version}}}\n'


def of_findings(met: Iterable[Met], head: System) -> Baseline:
    """A baseline that accepts all of some findings.

    Args:
        met: the findings.
        head: where they were met.
    """
    made = {
        mark: Accepted(fingerprint=mark, rule=one.active.rule.id, about=_about(one, head))
        for one in met
        for mark in (one.fingerprint, *one.parts)
    }
    return Baseline(findings=tuple(made[key] for key in sorted(made)))


def _marks(met: Iterable[Met]) -> set[str]:
    """Fingerprints of findings, and of what each stands for."""
    return {mark for one in met for mark in (one.fingerprint, *one.parts)}


def _about(met: Met, head: System) -> str:
    ends = (met.match.dependent, met.match.dependency)
    need = " -> ".join(head.label(one) for one in ends if one is not None)
    named = (head.graph.name(one) for one in (met.match.journey, met.match.domain) if one is not None)
    return "; ".join(part for part in (*named, need) if part)


def read(path: Path | str) -> Baseline:
    """Read a baseline.

    Raises:
        InputError: when it is missing or cannot be read.
        UsageError: when it is none.
    """
    content = read_bytes(path)
    try:
        value: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{shown(path)}{line}: is no JSON: {_ANEW}") from None
    try:
        return Baseline.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        at = load_json(content, shown(path)).line_of(*first["loc"])
        raise UsageError(f"{shown(path)}:{at}: {where}: {first['msg'].lower()}: mend it, or {_ANEW}") from None
