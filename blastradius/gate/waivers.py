"""Findings that somebody accepted until a day: which waiver speaks of which finding, and which of them still hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.errors import UsageError
from blastradius.gate.comparing import Met
from blastradius.gate.result import GateFinding, WaiverState, WaiverUse
from blastradius.gate.ruling import Active, GateRule
from blastradius.gate.system import System
from blastradius.gate.telling import finding
from blastradius.model import Waiver

if TYPE_CHECKING:
    from blastradius.selectors import Selector

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Written:
    """A waiver as it stands in a file.

    Attributes:
        waiver: what it says.
        where: `path:line` of it.
        lines: for a comment, path and line of what it may speak of.
    """

    waiver: Waiver
    where: str
    lines: frozenset[tuple[str, int]] | None = None


class Ledger:
    """All waivers of a run, and what came of them.

    Args:
        written: the waivers, by file and line.
        before: those that the base had already.
        head: the system that is judged.
        today: day by which they end.
        let_through: false for an audit.

    Raises:
        UsageError: when one is malformed or holds longer than policy allows.
    """

    def __init__(
        self, written: Sequence[Written], before: Iterable[Written], head: System, today: date, *, let_through: bool
    ) -> None:
        self.head, self.today, self.let_through = head, today, let_through
        self.before = {_said(one) for one in before}
        self.written = sorted(written, key=lambda one: (_place(one.where), one.waiver.model_dump_json()))
        self._matchers = [_Matcher(one, head) for one in self.written]
        self._rules = {one.waiver.rule for one in self.written}
        self._found: dict[int, list[str]] = {}
        self.used: dict[str, WaiverUse] = {}
        for one in self.written:
            self._check_length(one)

    def _check_length(self, one: Written) -> None:
        last = self.today + timedelta(days=self.head.policy.waiver_horizon // _DAY)
        if one.waiver.until > last:
            horizon = format_duration(self.head.policy.waiver_horizon)
            raise UsageError(
                f"{one.where}: a waiver may hold for {horizon} (policy: waiver_horizon): write {last} or earlier"
            )

    def concerns(self, met: Met) -> bool:
        """Whether any waiver names the rule of a finding: only then it must be told to be matched."""
        return met.active.rule.id in self._rules

    def use(self, met: Met, told: GateFinding) -> WaiverUse | None:
        """The waiver that speaks of a finding, the one that holds longest, be it over or not.

        Args:
            met: the finding.
            told: the same in words, with its place.
        """
        fitting = [number for number, one in enumerate(self._matchers) if one.fits(met, told)]
        for number in fitting:
            self._found.setdefault(number, []).append(met.fingerprint)
        if not fitting:
            return None
        best = max(fitting, key=lambda number: (self.written[number].waiver.until, -number))
        self.used[met.fingerprint] = self._use(best, (met.fingerprint,))
        return self.used[met.fingerprint]

    def _use(self, number: int, findings: tuple[str, ...]) -> WaiverUse:
        one = self.written[number]
        days = (one.waiver.until - self.today).days + 1
        return WaiverUse(
            waiver=one.waiver,
            where=one.where,
            inline=one.lines is not None,
            state=self._state(days),
            days=days,
            findings=findings,
        )

    def _state(self, days: int) -> WaiverState:
        if not self.let_through:
            return "unused"
        if days < 1:
            return "expired"
        return "ending" if days * _DAY <= self.head.policy.waiver_warning else "active"

    @property
    def uses(self) -> tuple[WaiverUse, ...]:
        """All waivers, by file and line."""
        return tuple(
            self._use(number, tuple(sorted(self._found.get(number, ())))) for number in range(len(self.written))
        )

    def check(self, met: Sequence[Met], run: Iterable[Active]) -> None:
        """See that every waiver speaks of something.

        One that the base had already is no error where its rule finds changes only: what it let through has become the
        base. It is told of instead.

        Args:
            met: every finding of head.
            run: the rules that were asked.

        Raises:
            UsageError: when one names no rule, or matches nothing.
        """
        rules = {one.rule.id: one.rule for one in run}
        for number, one in enumerate(self.written):
            rule = one.waiver.rule
            if rule not in rules:
                raise UsageError(f"{one.where}: no rule {rule!r}: choose one of {', '.join(sorted(rules))}")
            spent = _said(one) in self.before and type(rules[rule]).matches is GateRule.matches
            if number not in self._found and not spent:
                what = f" for {one.waiver.match}" if one.lines is None else ""
                raise UsageError(f"{one.where}: the waiver of {rule}{what} matches nothing: {self._hint(one, met)}")

    def _hint(self, one: Written, met: Iterable[Met]) -> str:
        """What to do with a waiver that matches nothing."""
        same = [found for found in met if found.active.rule.id == one.waiver.rule]
        if not same:
            return f"{one.waiver.rule} finds nothing here: remove it"
        if one.lines is None:
            return "no finding of that rule is about it: remove it, or mend its `match`"
        lines = []
        for found in same:
            place = finding(found.active, found.match, found.fingerprint, self.head, None).location
            lines += [f"{place.path}:{place.line}"] if place is not None else []
        mine = one.where.rpartition(":")[0] + ":"
        near = sorted({line for line in lines if line.startswith(mine)}, key=_place)
        there = (
            f"findings of that rule stand at {', '.join(near[:3])}"
            if near
            else "no finding of that rule is in this file"
        )
        return f"a comment counts at the line of the dependency or above it, and {there}"

    def notices(self, stale: int) -> tuple[str, ...]:
        """What people should know: waivers that end soon, are over or are spent; accepted findings that are no more.

        Args:
            stale: how many accepted findings are no more.
        """
        said = []
        for number, one in enumerate(self.written):
            days = (one.waiver.until - self.today).days + 1
            head = f"{one.where}: the waiver of {one.waiver.rule} by {one.waiver.owner}"
            if number not in self._found:
                said.append(f"{head} matches nothing any more: remove it")
            elif not self.let_through:
                continue
            elif days < 1:
                said.append(f"{head} was over after {one.waiver.until}: mend what it let through, or renew it")
            elif self._state(days) == "ending":
                left = "today" if days == 1 else f"on {one.waiver.until}, {days} days with today"
                said.append(f"{head} ends {left}")
        if stale:
            what = "1 accepted finding is" if stale == 1 else f"{stale:,} accepted findings are"
            said.append(f"{what} no more: --prune takes them out of the baseline")
        return tuple(said)


class _Matcher:
    """Which findings one waiver speaks of."""

    def __init__(self, written: Written, head: System) -> None:
        self.written, self.head = written, head
        self.text = written.waiver.match
        self.exact = bool(_FINGERPRINT.fullmatch(self.text))
        self.selector: Selector | None = None
        if written.lines is None and not self.exact and not self.text.startswith("journey:"):
            from blastradius.selectors import parse

            try:
                self.selector = parse(self.text)
            except UsageError as error:
                raise UsageError(f"{written.where}: match: {error}") from None
            if not re.search(r"[^\W_]", self.text.partition(":")[2] or self.text):
                raise UsageError(
                    f"{written.where}: match: {self.text!r} names nothing: a waiver says whom it lets through, "
                    "such as database:sessions"
                )

    def fits(self, met: Met, told: GateFinding) -> bool:
        """Whether it speaks of a finding: by rule, and by what is needed, the journey, the fingerprint or the line."""
        if met.active.rule.id != self.written.waiver.rule:
            return False
        if self.written.lines is not None:
            need = (self.head.end(met.match.dependent or ""), self.head.end(met.match.dependency or ""))
            stands = (piece for record in self.head.needs.get(need, ()) for piece in record.evidence)
            where = {self.head.location((one,)) for one in (*told.evidence, *stands)} - {None}
            return any((one.path, one.line) in self.written.lines for one in where if one is not None)
        if self.exact:
            return met.fingerprint == self.text
        if self.selector is None:
            return self.text in (met.match.journey, f"journey:{told.journey_name}")
        if met.known and any(met.active.rule.leads_through(met.match, one, self.head) for one in self._meant):
            return True
        subject = met.match.about or met.match.dependency or told.dependency or met.match.domain
        return subject in self._meant

    @cached_property
    def _meant(self) -> frozenset[str]:
        """Ids of the components that the selector means."""
        selector = self.selector
        found = self.head.graph.components.values() if selector is not None else ()
        return frozenset(one.id for one in found if selector is not None and selector.matches(one))


def stated(system: System) -> list[Written]:
    """The waivers of a system's overlay.

    Args:
        system: the system.
    """
    overlay = system.overlay
    if overlay is None:
        return []
    lines = (overlay.at("waivers", number).rpartition(":")[2] for number in range(len(overlay.waivers)))
    return [Written(one, f"{system.overlay_path}:{line}") for one, line in zip(overlay.waivers, lines, strict=True)]


def _said(one: Written) -> tuple[object, ...]:
    """What a waiver says, wherever it is written."""
    waiver = one.waiver
    return waiver.rule, waiver.match if one.lines is None else None, waiver.reason, waiver.owner, waiver.until


def _place(where: str) -> tuple[str, int]:
    path, _, line = where.rpartition(":")
    return path, int(line) if line.isdigit() else 0
