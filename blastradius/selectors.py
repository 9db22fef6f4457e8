"""Selectors: how a person names components, such as `region:us-east-1` or `platform:*@us-east-1`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fnmatch import translate
from functools import cached_property, lru_cache, partial
from heapq import nlargest
from operator import eq
from typing import get_args

from blastradius.errors import UsageError
from blastradius.model import Component, Kind

KINDS: frozenset[str] = frozenset(get_args(Kind))
MAX_LENGTH = 4096
SYNTAX = "write kind:name, kind:name@region, *:name, tag:key=value or id:<exact id>; * and ? are wildcards"
_MOST_CANDIDATES = 2000
_LAST = re.compile(r"[/:]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")

Matcher = Callable[[str], bool]


@dataclass(frozen=True)
class Selector:
    """One parsed selector.

    Attributes:
        text: what was typed; a component whose id is exactly that always matches.
        kind: a kind, `*` for any, `tag`, or `id` where only an exact id matches.
        glob: the part after the kind, without the region; `*` and `?` are special, nothing else is.
        region: glob on the component's region, or none.
    """

    text: str
    kind: str
    glob: str
    region: str | None = None
    _tests: tuple[Matcher, ...] = field(default=(), repr=False, compare=False)

    @property
    def is_exact(self) -> bool:
        """Whether it can only name ids and identities."""
        return self.kind == "id"

    def matches(self, component: Component) -> bool:
        """Whether a component is meant: by id, identity, name, alias or the last part of its id."""
        if component.id == self.text:
            return True
        if self.kind == "id":
            return component.id == self.glob or self.glob in component.identities
        if self.kind == "tag":
            texts = [f"{key}={value}" for key, value in component.tags.items()]
        elif self.kind not in ("*", component.kind):
            return False
        else:
            texts = list(names(component))
        whole, part, place = self._tests
        if any(map(whole, texts)) or (self.kind == component.kind and whole_id(self, component)):
            return True
        return self.region is not None and place(component.region or "") and any(map(part, texts))


def whole_id(selector: Selector, component: Component) -> bool:
    """Whether the whole text, kind included, matches an id such as `vendor:docker-hub`."""
    return component.id.startswith(selector.kind + ":") and glob_test(selector.text)(component.id)


def names(component: Component) -> Iterator[str]:
    """Every text by which a person may name a component, its id first."""
    yield component.id
    yield component.name
    yield last_part(component.id)
    yield from component.aliases
    yield from component.identities


def last_part(identifier: str) -> str:
    """What stands after the last `/` or `:` of an id."""
    return _LAST.split(identifier)[-1]


@lru_cache(maxsize=10_000)
def glob_test(glob: str) -> Matcher:
    """A test of whole texts where only `*` and `?` are special; cached, since one is tried on many components."""
    if not _is_glob(glob):
        return partial(eq, glob)
    # translate() knows sets in brackets and selectors do not: ids such as Terraform addresses hold literal ones.
    pattern = re.compile(translate(glob.replace("[", "[[]")))
    return lambda text: pattern.match(text) is not None


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def parse(text: str) -> Selector:
    """Read a selector.

    Args:
        text: `kind:glob[@region]`, `*:glob`, `tag:key=value`, `id:<exact>`, or a component's whole id.

    Raises:
        UsageError: when it is empty, too long, unprintable, names a journey, or lacks its second half.
    """
    if not text.strip():
        raise UsageError(f"empty selector: {SYNTAX}")
    if len(text) > MAX_LENGTH:
        raise UsageError(f"selector {text[:60]}…: longer than {MAX_LENGTH} characters")
    prefix, colon, rest = text.partition(":")
    if prefix == "id" and colon:  # an id may hold anything, so its text is taken as it is
        return Selector(text, "id", _demand(rest, text))
    if _UNPRINTABLE.search(text):
        raise UsageError(f"selector {text!r}: holds an unprintable character")
    text = text.strip()
    prefix, colon, rest = text.partition(":")
    if prefix == "journey" and colon:
        raise UsageError(
            f"{text}: a journey is no component; name something that it needs, such as service:{rest or 'checkout'}"
        )
    if not colon or prefix not in KINDS | {"*", "tag"}:
        return Selector(text, "id", text)
    return _globbed(text, prefix, _demand(rest, text))


def _demand(rest: str, text: str) -> str:
    if not rest:
        raise UsageError(f"selector {text}: nothing stands after the colon: {SYNTAX}")
    return rest


def _globbed(text: str, kind: str, rest: str) -> Selector:
    """A selector by kind or tag; an `@` may set off a region or belong to the name, so both are tried."""
    if kind == "tag" and "=" not in rest:
        raise UsageError(f"selector {text}: write tag:key=value, such as tag:team=payments")
    if rest.endswith("@"):
        raise UsageError(f"selector {text}: no region stands after the @")
    glob, at, region = rest.rpartition("@")
    if not at:
        return Selector(text, kind, rest, None, (glob_test(rest), glob_test(rest), glob_test("*")))
    if not glob:
        raise UsageError(f"selector {text}: nothing stands before the @: write {kind}:*{rest}")
    return Selector(text, kind, glob, region, (glob_test(rest), glob_test(glob), glob_test(region)))


class ComponentIndex:
    """Components laid out for many selectors; give it to `select` in place of the components themselves.

    Args:
        components: what can be selected; the first of two with one id counts.
    """

    def __init__(self, components: Iterable[Component]) -> None:
        self.components: list[Component] = list(components)

    def __iter__(self) -> Iterator[Component]:
        return iter(self.components)

    @cached_property
    def by_id(self) -> dict[str, Component]:
        """Components by id."""
        return {component.id: component for component in reversed(self.components)}

    @cached_property
    def by_kind(self) -> dict[str, list[Component]]:
        """Components by kind."""
        groups: dict[str, list[Component]] = {}
        for component in self.components:
            groups.setdefault(component.kind, []).append(component)
        return groups

    @cached_property
    def by_name(self) -> dict[str, list[Component]]:
        """Components by every text that names them."""
        groups: dict[str, list[Component]] = {}
        for component in self.components:
            for name in set(names(component)):
                groups.setdefault(name, []).append(component)
        return groups

    def add(self, component: Component) -> None:
        """Add a component whose id is new."""
        self.components.append(component)
        # what is laid out already follows; what is not will be when it is first asked for
        if "by_id" in self.__dict__:
            self.by_id[component.id] = component
        if "by_kind" in self.__dict__:
            self.by_kind.setdefault(component.kind, []).append(component)
        if "by_name" in self.__dict__:
            for name in set(names(component)):
                self.by_name.setdefault(name, []).append(component)

    def candidates(self, selector: Selector) -> Iterable[Component]:
        """A small superset of what a selector matches."""
        own = [self.by_id[selector.text]] if selector.text in self.by_id else []
        if selector.kind == "tag":
            return self.components
        if selector.kind == "id" or not _is_glob(selector.text.partition(":")[2]):
            texts = {selector.glob, selector.text.partition(":")[2]}
            return own + [component for text in texts for component in self.by_name.get(text, ())]
        return own + self.by_kind.get(selector.kind, []) if selector.kind != "*" else self.components


def select(text: str | Selector, components: Iterable[Component]) -> list[str]:
    """Ids of the components that a selector matches, sorted; none is a legal answer.

    Args:
        text: the selector, as text or parsed.
        components: what to choose from, or a `ComponentIndex` of it where many selectors follow.

    Raises:
        UsageError: when the selector is malformed.
    """
    selector = parse(text) if isinstance(text, str) else text
    pool = components.candidates(selector) if isinstance(components, ComponentIndex) else components
    return sorted({component.id for component in pool if selector.matches(component)})


def require(text: str, components: Iterable[Component], where: str = "") -> list[str]:
    """Ids that a selector typed by a person matches, sorted.

    Args:
        text: the selector.
        components: what to choose from.
        where: `path:line` to name in errors, where it stands in a file.

    Raises:
        UsageError: when it is malformed, or matches nothing: then the nearest are named.
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
    raise UsageError(f"{prefix}{text} matches no component; {hint}")


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
