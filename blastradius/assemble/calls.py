"""Settings of calls: timeouts, attempts and breakers that one source states and another source's dependencies obey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from blastradius.assemble.draft import Draft, joined
from blastradius.model import BASIS_ORDER, CallSettings, Dependency, Evidence

if TYPE_CHECKING:
    from blastradius.assemble.needs import Look

_MOST_ATTEMPTS = 10_000


def settle_calls(draft: Draft, look: Look) -> None:
    """Write the settings of calls into the runtime dependencies that they are about.

    Within a layer (the program, a proxy beside it) settings for one caller go before those for all, and of several
    alike the longest wait and the most attempts count. Between layers attempts multiply: a proxy repeats each attempt
    of the program.
    """
    if not draft.calls:
        return
    to: dict[str, list[CallSettings]] = defaultdict(list)
    for call in draft.calls:
        to[look(call.dependency).id if call.dependency else ""].append(call)
    for position, dependency in enumerate(draft.dependencies):
        if dependency.phase != "runtime":
            continue
        calls = [one for one in (*to.get(dependency.dependency, ()), *to.get("", ())) if one.dependency or one.services]
        fitting = [one for one in calls if _about(one, dependency, draft)]
        if fitting:
            draft.dependencies[position] = _settled(dependency, fitting)


def _about(call: CallSettings, dependency: Dependency, draft: Draft) -> bool:
    if call.dependent is not None and draft.current(call.dependent) != dependency.dependent:
        return False
    if call.services and draft.components[dependency.dependency].service not in call.services:
        return False
    if not call.scope:
        return True
    scope = draft.components[dependency.dependent].scope or ""
    return scope == call.scope or scope.startswith(f"{call.scope}/")


def _settled(dependency: Dependency, calls: Iterable[CallSettings]) -> Dependency:
    client = _nearest(one for one in calls if one.layer == "client")
    proxy = _nearest(one for one in calls if one.layer == "proxy")
    own = [one for one in (dependency.attempts, _most(client, lambda one: one.attempts)) if one is not None]
    again = _most(proxy, lambda one: one.attempts)
    attempts = [value for value in (max(own, default=None), again) if value is not None]
    product = (
        min(attempts[0] * attempts[-1] if len(attempts) == 2 else attempts[0], _MOST_ATTEMPTS) if attempts else None
    )
    timeouts = [_most(client, lambda one: one.timeout), _most(proxy, lambda one: one.timeout)]
    backoffs = sorted(one.backoff for one in (client or proxy) if one.backoff)
    breakers = sorted((one.breaker for one in (*client, *proxy) if one.breaker), key=repr)
    update = {
        "attempts": product,
        "timeout": next((one for one in (dependency.timeout, *timeouts) if one is not None), None),
        "backoff": dependency.backoff or (backoffs[0] if backoffs else None),
        "breaker": dependency.breaker or (breakers[0] if breakers else None),
        "evidence": joined([*dependency.evidence, *_evidence(dependency, [*client, *proxy])]),
    }
    return dependency.model_copy(update=update)


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


def _most(calls: Sequence[CallSettings], value: Callable[[CallSettings], float | int | None]) -> float | int | None:
    return max((found for one in calls if (found := value(one)) is not None), default=None)


def _evidence(dependency: Dependency, calls: Iterable[CallSettings]) -> Iterable[Evidence]:
    """Where the settings stand: they show how a call is made, and never make the call itself more certain."""
    for call in calls:
        for piece in call.evidence:
            weaker = max(piece.basis, dependency.basis, key=BASIS_ORDER.index)
            yield piece if piece.basis == weaker else piece.model_copy(update={"basis": weaker})
