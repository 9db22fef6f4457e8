"""Homes: which workloads may be the ones that a folder is the source of, where nobody is known to be built from it."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import dataclass

from blastradius.assemble.draft import Draft
from blastradius.assemble.folders import PREFIX, bearers, is_one, nearest
from blastradius.catalog import kind_of_image
from blastradius.model import Component

#: Kinds that run a program of the user's own.
_PROGRAMS = frozenset({"service", "function"})


@dataclass(frozen=True, slots=True)
class Homes:
    """Workloads of which nothing tells for certain what they are built from.

    Attributes:
        homeless: ids of those of no known folder.
        bare: folders of those that are built from a known one in which no manifest of packages lies, by id.
    """

    homeless: tuple[str, ...]
    bare: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, draft: Draft) -> Homes:
        """What is known now: folders are borne by components, and no package is forgotten yet."""
        listed, coded = _told(draft)
        images = _images(draft)
        homeless: list[str] = []
        bare: dict[str, tuple[str, ...]] = {}
        for id, component in sorted(draft.components.items()):
            if component.kind not in _PROGRAMS or id in listed:
                continue
            known = [alias for alias in component.aliases if _is_known(component, alias, coded)]
            folders = tuple(alias.removeprefix(PREFIX) for alias in known)
            if folders:
                bare[id] = folders
            elif not images.get(id) or any(kind_of_image(one) is None for one in images[id]):
                homeless.append(id)
        return cls(tuple(homeless), bare)

    def candidates(self, folder: str) -> tuple[str, ...]:
        """Ids of those that may be built from a folder.

        A workload that has its own manifest is none. One whose own folder holds none may be built with that of a folder
        around its own, as packages of one repository often stand in one file at its top.

        Args:
            folder: its path within the tree; `.` is the top.
        """
        below = [id for id, folders in self.bare.items() if any(_holds(folder, one) for one in folders)]
        return tuple(sorted({*self.homeless, *below}))


def coded_folders(draft: Draft) -> set[str]:
    """Folders, as `folder:<path>`, in which something is known to be built: their bearers are built there."""
    return _told(draft)[1]


def _told(draft: Draft) -> tuple[set[str], set[str]]:
    """Ids of those that a manifest of packages is told to, and the folders in which something is built."""
    known = bearers(draft)
    coded = {PREFIX + fact.folder for fact in draft.built}
    listed: set[str] = set()
    found: dict[str, tuple[str, list[Component]]] = {}
    for fact in draft.needs:
        packages = fact.reference.role == "package"
        if not fact.dependent.startswith(PREFIX):
            if packages:
                listed.add(draft.current(fact.dependent))
        elif packages or fact.phase == "deploy":
            if fact.dependent not in found:
                found[fact.dependent] = nearest(fact.dependent, known)
            folder, components = found[fact.dependent]
            coded.add(folder)
            if packages and is_one(components):
                listed.update(one.id for one in components)
    return listed, coded


def _images(draft: Draft) -> dict[str, list[str]]:
    """Images that components run, by id."""
    found: dict[str, list[str]] = defaultdict(list)
    for fact in draft.needs:
        if fact.reference.role == "image" and fact.phase != "deploy":
            found[draft.current(fact.dependent)].append(fact.reference.texts[-1])
    return found


def _is_known(component: Component, alias: str, coded: set[str]) -> bool:
    """Whether an alias tells what a component is built from: not where it only lies around the file that declares it."""
    folder = alias.removeprefix(PREFIX)
    return alias.startswith(PREFIX) and (
        alias in coded or not any(_holds(folder, one.locator) for one in component.evidence)
    )


def _holds(folder: str, inner: str) -> bool:
    return folder in (".", inner) or inner.startswith(posixpath.join(folder, ""))
