"""The gate itself: every rule over both systems, what is new, what is let through, and how much was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from blastradius.gate.baseline import Baseline
from blastradius.gate.comparing import Met, compared
from blastradius.gate.coverage import notices as unseen
from blastradius.gate.coverage import seen
from blastradius.gate.mending import lost
from blastradius.gate.policies import hold_alike
from blastradius.gate.result import STATUSES, Counts, GateFinding, GateResult, Side, Status
from blastradius.gate.ruling import Active, Match, active
from blastradius.gate.softening import softened
from blastradius.gate.system import System
from blastradius.gate.telling import finding
from blastradius.gate.vanished import notices as one_sided
from blastradius.gate.waivers import Ledger, Written, stated
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import Inventory, Policy, Waiver

LISTED = 100
"""Known findings that a result lists; it counts all of them, and a baseline holds all of them."""
_LEVELS = ("block", "warn", "advisory")


@dataclass(frozen=True)
class Asked:
    """How a run of the gate goes about it.

    Attributes:
        baseline: findings accepted before.
        comments: waivers that stand in comments of head; those of the overlay are taken from it.
        before: the same of the base.
        today: day by which waivers end, in UTC.
        no_waivers: whether nothing is let through.
    """

    baseline: Baseline = field(default_factory=Baseline)
    comments: Sequence[Written] = ()
    before: Sequence[Written] = ()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    no_waivers: bool = False


@dataclass(frozen=True)
class Judged:
    """The answer, and every finding of head by fingerprint, listed or not: what a baseline is made of."""

    result: GateResult
    met: tuple[Met, ...]


def gate(
    base: DependencyGraph | Inventory | None,
    head: DependencyGraph | Inventory,
    *,
    policy: Policy | None = None,
    waivers: Sequence[Waiver] = (),
    today: date | None = None,
) -> GateResult:
    """Say which findings a change brings about, and whether one of them blocks.

    Args:
        base: the system as it was; without one, everything is new.
        head: the system as it shall be.
        policy: levels and options of rules, which journeys are judged; the defaults where unset.
        waivers: what is let through until a day.
        today: day by which waivers end; the current one in UTC where unset.

    Raises:
        UsageError: when policy names what is not there, or a waiver is malformed or matches nothing.
    """
    wanted = policy or Policy()
    was = None if base is None else System(graph_of(base), "base", wanted)
    written = [Written(one, f"waivers:{number}") for number, one in enumerate(waivers, 1)]
    asked = Asked(comments=written, today=today or datetime.now(UTC).date())
    return judge(was, System(graph_of(head), "head", wanted), asked).result


def judge(base: System | None, head: System, asked: Asked | None = None, notices: Iterable[str] = ()) -> Judged:
    """Say what head brings about that the base did not have.

    Args:
        base: what it is compared with; without one, everything that is not in the baseline is new.
        head: what is judged, by its own policy.
        asked: baseline, waivers, day.
        notices: what is known already about how the two were read.

    Raises:
        UsageError: when policy names what is not there, or a waiver is malformed or matches nothing.
    """
    asked = asked or Asked()
    head.today = asked.today
    run = active(head)
    if base is not None:
        hold_alike(base, head)
        head.softened = tuple(softened(base, head, run))
    met: list[Met] = []
    gone: list[tuple[Active, Match]] = []
    for one in run:
        found, ended = compared(one, base, head)
        met += found
        gone += [(one, match) for match in ended]
    left = lost(base, head) if base is not None else None
    gone = [(one, match) for one, match in gone if left is not None and left.is_mended(one, match)]
    before = [*stated(base), *asked.before] if base is not None else []
    written = [*stated(head), *asked.comments]
    ledger = Ledger(written, before, head, asked.today, let_through=not asked.no_waivers)
    telling = _Telling(base, head, asked.baseline, ledger)
    statuses = [(one, telling.status(one)) for one in met]
    ledger.check(met, run)
    listed = telling.listed(statuses)
    fixed = tuple(_fixed(one, match, base) for one, match in gone[:LISTED] if base is not None)
    counts = Counter(status for _, status in statuses)
    failing = sum(_fails(one, status) for one, status in statuses)
    result = GateResult(
        base=_side(base) if base is not None else Side(name="", components=0, journeys=0),
        head=_side(head),
        passed=failing == 0,
        findings=tuple(listed),
        fixed=tuple(sorted(fixed, key=_order)),
        counts=Counts(failing=failing, fixed=len(gone), **{one: counts[one] for one in STATUSES if one != "fixed"}),
        rules=tuple(one.record for one in run),
        waivers=ledger.uses,
        notices=(
            *_softened(head, met),
            *notices,
            *(_beside(base, head, listed) if base is not None else ()),
            *(left.notices() if left is not None else ()),
            *ledger.notices(asked.baseline.stale(met, compared=base is not None)),
        ),
        names=_names(listed, head),
        seen=seen(head),
        gaps=head.graph.inventory.gaps,
        coverage=head.graph.inventory.coverage,
    )
    return Judged(result, tuple(met))


def _beside(base: System, head: System, listed: Iterable[GateFinding]) -> Iterator[str]:
    """What the comparison could not see, beside what new findings say."""
    yield from one_sided(base, head)
    yield from unseen(base, head, [one.message for one in listed if one.status == "new"])


class _Telling:
    """Findings in words, with what became of them."""

    def __init__(self, base: System | None, head: System, baseline: Baseline, ledger: Ledger) -> None:
        self.base, self.head, self.baseline, self.ledger = base, head, baseline, ledger
        self._told: dict[str, GateFinding] = {}

    def status(self, met: Met) -> Status:
        """What became of a finding; a waiver that holds comes first, so that people see it until its end."""
        use = self.ledger.use(met, self._finding(met)) if self.ledger.concerns(met) else None
        if use is not None and use.state in ("active", "ending"):
            return "waived"
        if met.known:
            return "known"
        if met.fingerprint in self.baseline or (met.parts and all(one in self.baseline for one in met.parts)):
            return "accepted"
        return "expired" if use is not None and use.state == "expired" else "new"

    def _finding(self, met: Met) -> GateFinding:
        if met.fingerprint not in self._told:
            compared_with = self.base if not met.known and self.base is not None else None
            self._told[met.fingerprint] = finding(met.active, met.match, met.fingerprint, self.head, compared_with)
        return self._told[met.fingerprint]

    def listed(self, statuses: Iterable[tuple[Met, Status]]) -> list[GateFinding]:
        """The findings that a result lists, in its order: of the known ones only the first."""
        whole: list[tuple[Met, Status]] = []
        known: list[tuple[Met, Status]] = []
        for met, status in statuses:
            (known if status in ("known", "accepted") else whole).append((met, status))
        known.sort(key=lambda one: (one[0].active.rule.id, one[0].fingerprint))
        made = []
        for met, status in (*whole, *known[:LISTED]):
            told = self._finding(met)
            use = self.ledger.used.get(met.fingerprint)
            made.append(told.model_copy(update={"status": status, "fails": _fails(met, status), "waiver": use}))
        return sorted(made, key=_order)


def _softened(head: System, met: Iterable[Met]) -> list[str]:
    """What a change softens, where policy does not make findings of it."""
    found = {one.match.subject[1:] for one in met if one.match.subject[:1] == ("softened",)}
    return [str(one) for one in head.softened if one.what not in found]


def _fails(met: Met, status: Status) -> bool:
    return status in ("new", "expired") and met.active.level == "block"


def _order(one: GateFinding) -> tuple[object, ...]:
    tier = one.tier if one.tier is not None else 10
    where = (STATUSES.index(one.status), _LEVELS.index(one.level), tier, one.rule)
    return (not one.fails, *where, one.journey or "", one.domain or "", one.dependent or "", one.fingerprint)


def _fixed(one: Active, match: Match, base: System) -> GateFinding:
    told = finding(one, match, match.fingerprint(one.rule.id, base), base, None)
    return told.model_copy(update={"status": "fixed"})


def _side(system: System) -> Side:
    return Side(
        name=system.name,
        commit=system.commit,
        components=len(system.graph.components),
        journeys=len(system.critical),
    )


def _names(findings: Iterable[GateFinding], head: System) -> dict[str, str]:
    ids = {one for found in findings for link in found.chain for one in (link.dependent, link.dependency)}
    ids |= {one for found in findings for one in (found.dependent, found.dependency, found.domain) if one is not None}
    return {one: head.label(one) for one in sorted(ids)}
