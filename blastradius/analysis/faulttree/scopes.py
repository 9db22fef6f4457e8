"""Names of a fault tree and what they mean where: public ones everywhere, private ones within what holds them, any by its path.

S. Epstein, A. Rauzy, *Open-PSA Model Exchange Format*, version 2.0d, part IV.3 (structuration of models).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from blastradius.complaints import near, shorten
from blastradius.errors import InputError
from blastradius.xml import Element

NOTES = frozenset({"label", "attributes"})
"""Elements that explain and mean nothing."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition.

    Attributes:
        label: its name, or its whole path where it is private.
        element: where it stands.
        file: name of the file, for messages.
        within: path of what holds it; empty for model data.
    """

    label: str
    element: Element
    file: str
    within: str

    @property
    def kind(self) -> str:
        """Such as `gate`."""
        return self.element.name.removeprefix("define-")


class Scopes:
    """Definitions that share names: events (gates, basic and house events) do, and parameters."""

    def __init__(self) -> None:
        self._public: dict[str, Definition] = {}
        self._paths: dict[str, Definition] = {}
        self._labels: dict[str, Definition] = {}

    def __iter__(self) -> Iterator[Definition]:
        return iter(self._labels.values())

    def get(self, label: str) -> Definition | None:
        """A definition by its label, or its whole path."""
        return self._labels.get(label) or self._paths.get(label)

    def near(self, name: str, kind: str) -> str:
        """What a name was perhaps meant to be, as the end of a sentence."""
        return near(name, [one.label for one in self if kind in (one.kind, "event")])

    def enter(self, element: Element, file: str, within: str, *, private: bool) -> None:
        """Enter a definition.

        Raises:
            InputError: when there is one of that name already.
        """
        name = name_of(element, file)
        path = f"{within}.{name}" if within else name
        found = Definition(path if private else name, element, file, within)
        before = self._paths.get(path) or self._labels.get(found.label)
        if before is not None:
            refuse(
                file, element, f"{shorten(found.label)!r} is defined twice (before at {before.file}:{before.element.line}): "
                "give each its own name",
            )  # fmt: skip
        self._paths[path] = self._labels[found.label] = found
        if not private:
            self._public[name] = found

    def resolve(self, reference: Element, home: Definition, kind: str) -> Definition:
        """What a reference means: what the nearest container around it holds, else what is public, else a whole path.

        Args:
            reference: the element that refers.
            home: the definition in which it stands.
            kind: what it must be; any `event` will do.

        Raises:
            InputError: when there is no such thing.
        """
        name = name_of(reference, home.file)
        found, within = None, home.within
        while within and found is None:
            found = self._paths.get(f"{within}.{name}")
            within = within.rpartition(".")[0]
        found = found or self._public.get(name) or self._paths.get(name)
        if found is None:
            what = "parameter " if kind == "parameter" else ""
            refuse(
                home.file,
                reference,
                f"{what}{shorten(name)!r} is defined nowhere{self.near(name, kind)}; a model of several files needs all of them",
            )
        if kind not in (found.kind, "event"):
            refuse(home.file, reference, f"{shorten(name)!r} is a {found.kind}, no {kind}")
        return found


def refuse(file: str, element: Element, what: str) -> NoReturn:
    """End with one line on what cannot be read."""
    raise InputError(f"{file}:{element.line}: {what}")


def name_of(element: Element, file: str) -> str:
    """The name that an element states."""
    name = element.attributes.get("name", "").strip()
    if not name:
        refuse(file, element, f"<{element.name}> has no name")
    return name


def the_one(home: Definition) -> Element:
    """The one formula or expression of a definition."""
    parts = [child for child in home.element.children if child.name not in NOTES]
    if len(parts) != 1:
        refuse(home.file, home.element, f"<{home.element.name}> must hold one formula, and holds {len(parts)}")
    return parts[0]
