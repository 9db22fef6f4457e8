"""Components laid out for many selectors: each looks only at those whose names hold its letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from blastradius.model import Component
from blastradius.model.records import Records
from blastradius.selectors.large import mentioning
from blastradius.selectors.syntax import Selector, is_glob, names, parse

_WILD = re.compile(r"[*?]+")
_GRAM = 3
_FEW = 32


class _Texts:
    """Texts that name components, found by three letters in a row."""

    def __init__(self) -> None:
        self.owners: list[list[int]] = []
        self.exact: dict[str, int] = {}
        self._grams: dict[str, set[int]] | None = None

    def add(self, text: str, position: int) -> None:
        """Note that a text names the component at a position."""
        number = self.exact.get(text)
        if number is None:
            number = self.exact[text] = len(self.owners)
            self.owners.append([])
            if self._grams is not None:
                self._spell(text, number, self._grams)
        self.owners[number].append(position)

    @staticmethod
    def _spell(text: str, number: int, grams: dict[str, set[int]]) -> None:
        for at in range(len(text) - _GRAM + 1):
            grams.setdefault(text[at : at + _GRAM], set()).add(number)

    def like(self, glob: str) -> set[int] | None:
        """Positions of the components of which a text may match a glob; None where its letters tell nothing."""
        pieces = [piece for piece in _WILD.split(glob) if len(piece) >= _GRAM]
        if not pieces:
            return None
        if self._grams is None:
            self._grams = {}
            for text, number in self.exact.items():
                self._spell(text, number, self._grams)
        grams = {piece[at : at + _GRAM] for piece in pieces for at in range(len(piece) - _GRAM + 1)}
        lists = sorted((self._grams.get(gram, set()) for gram in grams), key=len)
        found = lists[0]
        for other in lists[1:]:
            if len(found) <= _FEW:
                break
            found = found & other
        return {position for number in found for position in self.owners[number]}


class ComponentIndex:
    """Components laid out for many selectors; give it to `select` in place of the components themselves.

    Args:
        components: what can be selected; the first of two with one id counts.
    """

    def __init__(self, components: Iterable[Component]) -> None:
        self._given = components if isinstance(components, Records) else list(components)

    @cached_property
    def components(self) -> list[Component]:
        """All of them."""
        return list(self._given)

    def __iter__(self) -> Iterator[Component]:
        return iter(self.components)

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {one.id: at for at, one in reversed(list(enumerate(self.components)))}

    @cached_property
    def _by_kind(self) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = {}
        for at, component in enumerate(self.components):
            groups.setdefault(component.kind, []).append(at)
        return groups

    @cached_property
    def _names(self) -> _Texts:
        texts = _Texts()
        for at, component in enumerate(self.components):
            for name in set(names(component)):
                texts.add(name, at)
        return texts

    @cached_property
    def _by_identity(self) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = {}
        for at, component in enumerate(self.components):
            for text in component.identities:
                groups.setdefault(text, []).append(at)
        return groups

    @cached_property
    def _tags(self) -> _Texts:
        texts = _Texts()
        for at, component in enumerate(self.components):
            for key, value in component.tags.items():
                texts.add(f"{key}={value}", at)
        return texts

    def add(self, component: Component) -> None:
        """Add a component whose id is new."""
        at = len(self.components)
        self.components.append(component)
        # what is laid out already follows; what is not will be when it is first asked for
        if "_by_id" in self.__dict__:
            self._by_id[component.id] = at
        if "_by_kind" in self.__dict__:
            self._by_kind.setdefault(component.kind, []).append(at)
        if "_by_identity" in self.__dict__:
            for text in component.identities:
                self._by_identity.setdefault(text, []).append(at)
        if "_names" in self.__dict__:
            for name in set(names(component)):
                self._names.add(name, at)
        if "_tags" in self.__dict__:
            for key, value in component.tags.items():
                self._tags.add(f"{key}={value}", at)

    def replace(self, component: Component) -> None:
        """Put a component in the place of the one of its id."""
        at = self._by_id[component.id]
        before = self.components[at]
        self.components[at] = component
        if component.kind != before.kind:
            self.__dict__.pop("_by_kind", None)
        if set(names(component)) != set(names(before)):
            self.__dict__.pop("_names", None)
            self.__dict__.pop("_by_identity", None)
        if component.tags != before.tags:
            self.__dict__.pop("_tags", None)

    def candidates(self, selector: Selector) -> Iterable[Component]:
        """A small superset of what a selector matches."""
        if isinstance(self._given, Records) and "components" not in self.__dict__:
            few = mentioning(self._given, selector)
            if few is not None:
                return few
        found = self._found(selector)
        if found is None:
            return self.components
        own = self._by_id.get(selector.text)
        return [self.components[at] for at in (found if own is None else {*found, own})]

    def _found(self, selector: Selector) -> Iterable[int] | None:
        """Positions of candidates, save that whose id is the selector's text; None for all."""
        if selector.kind == "id":  # the one kind that needs no names: nothing else is laid out for it
            own = self._by_id.get(selector.glob)
            return {*self._by_identity.get(selector.glob, ()), *(() if own is None else (own,))}
        rest = selector.text.partition(":")[2]
        texts = self._tags if selector.kind == "tag" else self._names
        if not is_glob(rest):
            numbers = [texts.exact[text] for text in {selector.glob, rest} if text in texts.exact]
            return {at for number in numbers for at in texts.owners[number]}
        found = texts.like(selector.glob)
        if selector.kind in ("*", "tag"):
            return found
        of_kind = self._by_kind.get(selector.kind, [])
        return of_kind if found is None or len(found) > len(of_kind) else found


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
