"""Settings of calls: timeouts, attempts and breakers that one source states and another source's dependencies obey."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from blastradius.assemble.draft import Draft, joined
from blastradius.model import BASIS_ORDER, CallSettings, Coverage, Dependency, Evidence, Redundancy

if TYPE_CHECKING:
    from blastradius.assemble.needs import Look

Rule = Dependency | Redundancy
_MOST_ATTEMPTS = 10_000
_ANYBODY = ""
_LOST = "retries, timeouts and breakers of calls to something that is not known"


def settle_calls(draft: Draft, look: Look) -> Coverage:
    """Write the settings of calls into the runtime dependencies and redundancies that they are about.

    Within a layer (the program, a proxy beside it) settings for one caller go before those for all, and of several
    alike the longest wait and the most attempts count. Between layers attempts multiply: a proxy repeats each attempt
    of the program.

    Returns:
        The coverage, in which settings are counted that name nothing known, so that no call obeys them.
    """
    lost: Counter[str] = Counter()
    to: dict[str, list[CallSettings]] = defaultdict(list)
    for call in draft.calls:
        if call.dependency is None:
            to[_ANYBODY].append(call)
        elif id := look(call.dependency).id:  # what nobody was seen to call has no calls that could be set
            to[id].append(call)
        else:
            lost[call.evidence[0].scanner] += 1
    if not draft.calls:
        return draft.coverage
    everybody = to.pop(_ANYBODY, [])
    for position, one in enumerate(draft.dependencies):
        update = _update(one, (one.dependency,), to, everybody, draft)
        draft.dependencies[position] = one.model_copy(update=update) if update else one
    for position, group in enumerate(draft.redundancies):
        update = _update(group, group.members, to, everybody, draft)
        draft.redundancies[position] = group.model_copy(update=update) if update else group
    return _counted(draft.coverage, lost)


def _counted(coverage: Coverage, lost: Counter[str]) -> Coverage:
    scanners = tuple(
        one.model_copy(update={"unmapped": dict(sorted({**one.unmapped, _LOST: lost[one.scanner]}.items()))})
        if lost[one.scanner]
        else one
        for one in coverage.scanners
    )
    return coverage.model_copy(update={"scanners": scanners})


def _update(
    rule: Rule, needed: Iterable[str], to: dict[str, list[CallSettings]], everybody: list[CallSettings], draft: Draft
) -> dict[str, Any]:
    """What settings change in a dependency or redundancy; which member is called is the program's affair."""
    fitting: list[CallSettings] = []
    if rule.phase != "runtime":
        return {}
    for id in needed:
        calls = to.get(id)
        if calls or everybody:
            fitting += [one for one in (*(calls or ()), *everybody) if _about(one, rule.dependent, id, draft)]
    return _settled(rule, fitting) if fitting else {}


def _about(call: CallSettings, dependent: str, dependency: str, draft: Draft) -> bool:
    if call.dependent is not None and draft.current(call.dependent) != dependent:
        return False
    if call.services and draft.components[dependency].service not in call.services:
        return False
    if not call.scope:
        return True
    scope = draft.components[dependent].scope or ""
    return scope == call.scope or scope.startswith(f"{call.scope}/")


def _settled(rule: Rule, calls: Iterable[CallSettings]) -> dict[str, Any]:
    found = list(dict.fromkeys(calls))
    client: list[CallSettings] = _nearest(one for one in found if one.layer == "client")
    proxy: list[CallSettings] = _nearest(one for one in found if one.layer == "proxy")
    own = [one for one in (rule.attempts, _most(client, lambda one: one.attempts)) if one is not None]
    again = _most(proxy, lambda one: one.attempts)
    attempts = [int(value) for value in (max(own, default=None), again) if value is not None]
    timeouts = [_most(client, lambda one: one.timeout), _most(proxy, lambda one: one.timeout)]
    backoffs = sorted(one.backoff for one in (client or proxy) if one.backoff)
    breakers = sorted((one.breaker for one in (*client, *proxy) if one.breaker), key=repr)
    return {
        "attempts": min(prod(attempts), _MOST_ATTEMPTS) if attempts else None,
        "timeout": next((one for one in (rule.timeout, *timeouts) if one is not None), None),
        "backoff": rule.backoff or (backoffs[0] if backoffs else None),
        "breaker": rule.breaker or (breakers[0] if breakers else None),
        "evidence": joined([*rule.evidence, *_evidence(rule, [*_telling(client), *_telling(proxy)])]),
    }


def _nearest(calls: Iterable[CallSettings]) -> list[CallSettings]:
    """Settings of one layer: those for the caller itself where there are some, of those the ones for the callee."""
    found = list(calls)
    for nearer in (
        [one for one in found if one.dependent and one.dependency],
        [one for one in found if one.dependency],
        [one for one in found if one.dependent],
    ):
        if nearer:
            return nearer
    return found


def _telling(calls: Sequence[CallSettings]) -> list[CallSettings]:
    """Those of some settings that decide: with the most attempts, the longest wait, a breaker."""
    attempts, wait = _most(calls, lambda one: one.attempts), _most(calls, lambda one: one.timeout)
    return [
        one
        for one in calls
        if one.breaker
        or (one.attempts is not None and one.attempts == attempts)
        or (one.timeout is not None and one.timeout == wait)
    ]


def _most(calls: Sequence[CallSettings], value: Callable[[CallSettings], float | int | None]) -> float | int | None:
    return max((found for one in calls if (found := value(one)) is not None), default=None)


def _evidence(rule: Rule, calls: Iterable[CallSettings]) -> Iterable[Evidence]:
    """Where the settings stand: they show how a call is made, and never make the call itself more certain."""
    for call in calls:
        for piece in call.evidence:
            weaker = max(piece.basis, rule.basis, key=BASIS_ORDER.index)
            yield piece if piece.basis == weaker else piece.model_copy(update={"basis": weaker})
