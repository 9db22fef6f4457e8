"""Facts about Dockerfiles."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from blastradius.model import DependencyFact, Evidence, Fact, Gap, Phase, RedundancyFact, Reference
from blastradius.scanners.building import Needed, Recipe, build_needs, settings_of, start_needs
from blastradius.scanners.folders import folder_alias
from blastradius.scanners.registries import VARIABLES
from blastradius.scanners.settings import Alternatives, Doubt, Own, Setting, found_in

_FETCHED = "it is fetched when the image is built"


def told(recipes: dict[str, Recipe], settings: dict[str, str]) -> tuple[list[Fact], dict[str, int]]:
    """Facts about what building needs, and what was left out with how often.

    Args:
        recipes: by path.
        settings: texts of files that name registries, by path.
    """
    facts: list[Fact] = []
    notes: Counter[str] = Counter()
    beside = Counter(posixpath.dirname(path) for path in recipes)
    for path, recipe in recipes.items():
        folder = posixpath.dirname(path)
        alone = beside[folder] == 1
        if not alone and _is_default(path, recipes):
            notes["Dockerfiles beside the one that is built where none is named"] += 1
            continue
        notes["stages that the last one does not use"] += len(recipe.stages) - len(recipe.used())
        facts.extend(_Telling(path, folder, recipe, alone).facts(settings))
    return facts, {name: count for name, count in notes.items() if count}


def _is_default(path: str, recipes: dict[str, Recipe]) -> bool:
    """Whether another file of the folder is the one that a build takes which names none."""
    folder, name = posixpath.split(path)
    usual = ("Dockerfile", "Containerfile")
    return name not in usual and any(posixpath.join(folder, other) in recipes for other in usual)


@dataclass(slots=True)
class _Telling:
    """Writes down what one Dockerfile says.

    Attributes:
        alone: whether it is the only one of its folder; of several nobody knows which is built.
    """

    path: str
    folder: str
    recipe: Recipe
    alone: bool

    def facts(self, settings: dict[str, str]) -> Iterator[Fact]:
        for one in build_needs(self.recipe, folder=self.folder, read=settings.get):
            yield from self._needed(one, "deploy", _FETCHED)
        for one in start_needs(self.recipe):
            yield from self._needed(one, "startup", "it is fetched before the program starts")
        for name, (value, line) in settings_of(self.recipe, self.recipe.stages[-1]).items():
            yield from self._setting(name, value, line)

    def _evidence(self, line: int, inferred: bool, note: str | None = None) -> tuple[Evidence, ...]:
        basis = "inferred" if inferred or not self.alone else "declared"
        return (Evidence(scanner="dockerfile", locator=f"{self.path}:{line}", basis=basis, note=note),)

    def _needed(self, one: Needed, phase: Phase, reason: str) -> Iterator[Fact]:
        if not one.text:
            why = f"{one.via}: {one.problem}: state the dependency in blastradius.yaml"
            yield Gap(scope=self.path, reason=why, hides="dependency", evidence=self._evidence(one.line, False))
            return
        yield DependencyFact(
            dependent=folder_alias(self.folder),
            reference=Reference(texts=(one.text,), role="image" if one.is_image else "address"),
            via=one.via,
            strength="hard",
            phase=phase,
            reason=reason,
            evidence=self._evidence(one.line, one.inferred, f"what {one.via} asks unless told otherwise" if one.inferred else None),
        )  # fmt: skip

    def _setting(self, name: str, value: str, line: int) -> Iterator[Fact]:
        if name in VARIABLES:
            return
        where = self._evidence(line, True, "may be set anew where it runs")
        via = f"env {name}"
        for found in found_in(Setting(name, value, via, where), lambda _: False):
            if isinstance(found, Doubt):
                continue
            if isinstance(found, Alternatives):
                members = tuple(Reference(texts=(host,), role="address") for host in found.hosts)
                yield RedundancyFact(
                    dependent=folder_alias(self.folder), members=members, full=len(members), via=via,
                    reason=found.reason, evidence=where,
                )  # fmt: skip
                continue
            if isinstance(found, Own):
                yield found.fact(folder_alias(self.folder), "", via, where)
                continue
            yield DependencyFact(
                dependent=folder_alias(self.folder),
                reference=Reference(texts=(found.host,), role="resource" if found.form == "resource" else "address"),
                via=via,
                evidence=where,
            )
