"""Selectors: how a person names components, such as `region:us-east-1` or `platform:*@us-east-1`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache, partial
from operator import eq
from typing import get_args

from blastradius.errors import UsageError
from blastradius.model import Component, Kind

KINDS: frozenset[str] = frozenset(get_args(Kind))
MAX_LENGTH = 4096
SYNTAX = "write kind:name, kind:name@region, *:name, tag:key=value or id:<exact id>; * and ? are wildcards"
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
    if not is_glob(glob):
        return partial(eq, glob)
    # translate() knows sets in brackets and selectors do not: ids such as Terraform addresses hold literal ones.
    pattern = re.compile(translate(glob.replace("[", "[[]")))
    return lambda text: pattern.match(text) is not None


def is_glob(text: str) -> bool:
    """Whether a text holds a wildcard."""
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
