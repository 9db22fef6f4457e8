"""An inventory while an overlay is being applied to it: records that can be replaced, and selectors on them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from blastradius.errors import UsageError
from blastradius.model import Component, Dependency, Gap, Inventory, Journey, Redundancy
from blastradius.overlay.models import Overlay
from blastradius.selectors import ComponentIndex, parse, require, select

Rule = Dependency | Redundancy
Step = str | int


class Draft:
    """Records of an inventory, open for change.

    Args:
        inventory: where to begin.
        overlay: names files and lines in errors and evidence.

    Attributes:
        groups_stated: where the overlay stated which group already, by dependent, phase and members.
    """

    def __init__(self, inventory: Inventory, overlay: Overlay) -> None:
        self.inventory = inventory
        self.overlay = overlay
        self.components: dict[str, Component] = {c.id: c for c in inventory.components}
        self.dependencies: list[Dependency] = list(inventory.dependencies)
        self.redundancies: list[Redundancy] = list(inventory.redundancies)
        self.journeys: dict[str, Journey] = {j.id: j for j in inventory.journeys}
        self.gaps: list[Gap] = list(inventory.gaps)
        self.groups_stated: dict[tuple[str, str, frozenset[str]], str] = {}
        self._index: ComponentIndex | None = None

    @property
    def index(self) -> ComponentIndex:
        """The components as they are now, laid out for selectors."""
        if self._index is None:
            self._index = ComponentIndex(self.components.values())
        return self._index

    def put(self, component: Component) -> None:
        """Add a component, or replace the one of its id."""
        if self._index is not None and component.id in self.components:
            self._index.replace(component)
        elif self._index is not None:
            self._index.add(component)
        self.components[component.id] = component

    def drop(self, identifier: str) -> None:
        """Remove a component; rules that name it are the caller's."""
        del self.components[identifier]
        self._index = None

    def find(self, text: str, *path: Step) -> list[str]:
        """Ids that a selector of the overlay matches.

        Raises:
            UsageError: `path:line: …`, when nothing matches.
        """
        return require(text, self.index, self.overlay.at(*path))

    def find_each(self, texts: Iterable[str], *path: Step) -> list[str]:
        """Ids that a list of selectors matches, each once; as `find`."""
        return sorted({one for number, text in enumerate(texts) for one in self.find(text, *path, number)})

    def resolve_each(self, texts: Iterable[str], *path: Step) -> list[str]:
        """Ids that a list of selectors matches, each once; as `resolve`."""
        return sorted({one for number, text in enumerate(texts) for one in self.resolve(text, *path, number)})

    def resolve(self, text: str, *path: Step) -> list[str]:
        """As `find`; an id of well-known shape that no component has yet, such as `vendor:stripe`, adds that one.

        Raises:
            UsageError: `path:line: …`, when nothing matches and the catalog does not know it either.
        """
        try:
            found = select(text, self.index)
        except UsageError:
            found = []
        if found:
            return found
        from blastradius.catalog import load

        known = load().component_for_id(text.removeprefix("id:"))
        if known is None or any(wild in text for wild in "*?"):
            return self.find(text, *path)
        note = "named here, known to the catalog"
        self.put(known.model_copy(update={"evidence": (*known.evidence, self.overlay.evidence(note, *path))}))
        return [known.id]

    def no_rule(self, dependent: str, dependency: str, dependents: set[str], where: str) -> UsageError:
        """The error for a pair of selectors between which no dependency stands, naming what there is."""
        there = sorted({d.dependency for d in self.dependencies if d.dependent in dependents})
        close = get_close_matches(parse(dependency).glob, there, n=3, cutoff=0.3) or there[:3]
        hint = f"it depends on {', '.join(close)}" if close else "it depends on nothing here"
        return UsageError(f"{where}: {dependent} does not depend on {dependency}; {hint}")

    def finished(self) -> Inventory:
        """The inventory with these records."""
        return self.inventory.model_copy(
            update={
                "components": tuple(self.components[one] for one in sorted(self.components)),
                "dependencies": tuple(sorted(self.dependencies, key=_rule_key)),
                "redundancies": tuple(sorted(self.redundancies, key=_rule_key)),
                "journeys": tuple(self.journeys[one] for one in sorted(self.journeys)),
                "gaps": tuple(self.gaps),
            }
        )


def _rule_key(rule: Rule) -> tuple[str, ...]:
    needs = (rule.dependency,) if isinstance(rule, Dependency) else rule.members
    return (rule.dependent, *needs, rule.phase, rule.strength, repr((rule.tolerance, rule.hardens_after, rule.reason)))


def is_containment(rule: Rule) -> bool:
    """Whether a rule was made because of where a component is placed."""
    return bool(rule.evidence) and all(
        e.scanner == "assemble" and (e.note or "").startswith("placed in") for e in rule.evidence
    )
