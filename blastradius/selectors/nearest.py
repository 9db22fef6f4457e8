"""What to say of a selector that matches nothing: the nearest that would."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nlargest

from blastradius.errors import NoMatchError, UsageError
from blastradius.model import Component
from blastradius.selectors.index import ComponentIndex, select
from blastradius.selectors.syntax import KINDS, last_part, parse

_MOST_CANDIDATES = 2000


def require(text: str, components: Iterable[Component], where: str = "") -> list[str]:
    """Ids that a selector typed by a person matches, sorted.

    Args:
        text: the selector.
        components: what to choose from.
        where: `path:line` to name in errors, where it stands in a file.

    Raises:
        UsageError: when it is malformed.
        NoMatchError: when it matches nothing: the nearest are named.
    """
    pool = components if isinstance(components, ComponentIndex) else tuple(components)
    prefix = f"{where}: " if where else ""
    try:
        found = select(text, pool)
    except UsageError as error:
        raise UsageError(f"{prefix}{error}") from None
    if found:
        return found
    near = nearest(text, pool)
    hint = f"the nearest: {', '.join(near)}" if near else "nothing here is called anything like it"
    raise NoMatchError(f"{prefix}{text} matches no component; {hint}")


def nearest(text: str, components: Iterable[Component]) -> list[str]:
    """Up to three selectors of existing components that resemble a text, the most similar first.

    Args:
        text: a selector that matched nothing; upper and lower case are taken as alike.
        components: what exists; at most 2,000 that share some letters with the text are compared closely.
    """
    wanted = text.strip().lower()[:200]
    prefix, colon, rest = wanted.partition(":")
    if not colon or prefix not in KINDS | {"*", "tag", "id"}:
        rest = wanted.rpartition(":")[2]
    bare = rest.rpartition("@")[0] or rest
    close: dict[str, float] = {}
    for component in _resembling(bare.strip("*?") or wanted, components):
        suggestion, score = _suggest(component, wanted, bare)
        close[suggestion] = max(score, close.get(suggestion, 0.0))
    best = nlargest(3, ((score, suggestion) for suggestion, score in close.items() if score >= 0.6))
    return [suggestion for _, suggestion in sorted(best, key=lambda pair: (-pair[0], pair[1]))]


def _resembling(text: str, components: Iterable[Component]) -> list[Component]:
    """Components that share letters in a row with a text (three, in a short one two), up to a bound."""
    size = 3 if len(text) > 7 else 2
    pieces = sorted({text[i : i + size] for i in range(len(text) - size + 1)}) if len(text) > 3 else []
    shares = re.compile("|".join(map(re.escape, pieces)), re.IGNORECASE).search if pieces else bool
    found = []
    for component in components:
        if shares(component.name) or shares(component.id):
            found.append(component)
    if len(found) > _MOST_CANDIDATES:
        found = nlargest(_MOST_CANDIDATES, found, key=lambda c: -abs(len(c.name) - len(text)))
    return found


def _suggest(component: Component, wanted: str, bare: str) -> tuple[str, float]:
    """The selector that names a component best, and how like the wanted text it is, 0 to 1."""
    options = []
    for name in dict.fromkeys((component.name, last_part(component.id), component.id)):
        suggestion = name if name == component.id and ":" in name else f"{component.kind}:{name}"
        score = max(_likeness(wanted, suggestion.lower()), _likeness(bare, name.lower()))
        options.append((score, -len(suggestion), suggestion))
    score, _, suggestion = max(options)
    try:
        usable = parse(suggestion).matches(component)
    except UsageError:
        usable = False
    return (suggestion if usable else f"id:{component.id}"), score


def _likeness(a: str, b: str) -> float:
    matcher = SequenceMatcher(None, a[:200], b[:200], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.6 and matcher.quick_ratio() >= 0.6 else 0.0
