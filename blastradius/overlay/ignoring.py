"""`ignore`: what shall not be looked at."""

from __future__ import annotations

from collections.abc import Container
from difflib import get_close_matches

from blastradius.errors import UsageError
from blastradius.model import Gap, Inventory, Redundancy
from blastradius.overlay.draft import Draft
from blastradius.overlay.models import Overlay
from blastradius.overlay.settings import Rules
from blastradius.selectors import ComponentIndex, glob_test, parse, select


def components(draft: Draft) -> None:
    """Remove ignored components and what hangs on them: needs of and by them, places in groups, entries, gaps.

    Raises:
        UsageError: when a selector matches nothing, or no active member of a group is left.
    """
    gone: dict[str, int] = {}
    for number, entry in enumerate(draft.overlay.ignore):
        if entry.component is not None:
            gone |= dict.fromkeys(draft.find(entry.component, "ignore", number, "component"), number)
    if not gone:
        return
    for identifier in gone:
        draft.drop(identifier)
    draft.dependencies = [d for d in draft.dependencies if d.dependent not in gone and d.dependency not in gone]
    groups = [_without(draft, group, gone) for group in draft.redundancies if group.dependent not in gone]
    draft.redundancies = [group for group in groups if group is not None]
    for journey in list(draft.journeys.values()):
        entries = tuple(entry for entry in journey.entries if entry.component not in gone)
        if entries != journey.entries:
            draft.journeys[journey.id] = journey.model_copy(update={"entries": entries})
            if not entries and journey.inferred:
                del draft.journeys[journey.id]
    gaps = [gap for gap in draft.gaps if gone.keys().isdisjoint((gap.component, gap.same_as, gap.reference))]
    draft.gaps = [one for gap in gaps if (one := _narrowed(gap, gone)) is not None]


def _narrowed(gap: Gap, gone: Container[str]) -> Gap | None:
    """A gap without some of those that it leaves uncertain; none where it leaves nobody so then."""
    left = tuple(id for id in gap.candidates if id not in gone)
    if left == gap.candidates:
        return gap
    return gap.model_copy(update={"candidates": left}) if left else None


def _without(draft: Draft, group: Redundancy, gone: dict[str, int]) -> Redundancy | None:
    """A group as if some members had never been seen; none when no member is left."""
    members = tuple(one for one in group.members if one not in gone)
    if not members:
        return None
    active = tuple(one for one in group.active if one not in gone)
    required = min(group.required, len(members))
    failover = group.failover
    if failover is not None:
        if len(active) < required:
            lost = next(one for one in group.active if one in gone)
            where = draft.overlay.at("ignore", gone[lost])
            raise UsageError(f"{where}: {lost} is an active member {group.dependent} needs: state that group anew")
        failover = failover.model_copy(update={"needs": tuple(one for one in failover.needs if one not in gone)})
    full = group.full and max(required, min(group.full, len(members)))
    values = {"members": members, "active": active, "required": required, "full": full, "failover": failover}
    return group.model_copy(update=values)


def dependencies(draft: Draft) -> None:
    """Remove ignored dependencies, and groups all of whose members are ignored for that dependent.

    Raises:
        UsageError: when a selector matches nothing, or no dependency stands between the two.
    """
    gone: set[tuple[str, int]] = set()
    rules = Rules(draft)
    for number, entry in enumerate(draft.overlay.ignore):
        if entry.dependent is None or entry.dependency is None:
            continue
        dependents = set(draft.find(entry.dependent, "ignore", number, "dependent"))
        needed = set(draft.find(entry.dependency, "ignore", number, "dependency"))
        sweeping = parse(entry.dependency).kind in ("*", "tag")
        found = set(rules.between(dependents, needed, sweeping=sweeping))
        if not found:
            where = draft.overlay.at("ignore", number, "dependency")
            raise draft.no_rule(entry.dependent, entry.dependency, dependents, where)
        gone |= found
    draft.dependencies = [d for number, d in enumerate(draft.dependencies) if ("d", number) not in gone]
    draft.redundancies = [g for number, g in enumerate(draft.redundancies) if ("r", number) not in gone]


def gaps(before: Inventory, inventory: Inventory, overlay: Overlay) -> Inventory:
    """An inventory without the ignored gaps.

    Args:
        before: the inventory as it was read: a gap that the overlay itself closed may be ignored, too.
        inventory: after everything else of the overlay.
        overlay: what to ignore.

    Raises:
        UsageError: when an entry matches no gap of either.
    """
    wanted = [(number, entry.gap) for number, entry in enumerate(overlay.ignore) if entry.gap is not None]
    if not wanted:
        return inventory
    index = ComponentIndex(inventory.components)
    left = list(inventory.gaps)
    for number, text in wanted:
        matches = _GapTest(text, index)
        if not any(map(matches, (*inventory.gaps, *before.gaps))):
            known = sorted({g.reference or g.component or g.scope for g in inventory.gaps})
            near = get_close_matches(text, known[:5000], n=3, cutoff=0.3) or known[:3]
            hint = f"the nearest: {', '.join(near)}" if near else "there is no gap at all"
            raise UsageError(f"{overlay.at('ignore', number, 'gap')}: {text} matches no gap; {hint}")
        left = [one for gap in left if (one := matches.left_of(gap)) is not None]
    return inventory.model_copy(update={"gaps": tuple(left)})


class _GapTest:
    """Whether an entry means a gap: by its component, or by its scope or reference."""

    def __init__(self, text: str, index: ComponentIndex) -> None:
        try:
            self.ids = set(select(text, index))
        except UsageError:
            self.ids = set()
        self.test = glob_test(text)

    def __call__(self, gap: Gap) -> bool:
        return self._whole(gap) or not self.ids.isdisjoint(gap.candidates)

    def left_of(self, gap: Gap) -> Gap | None:
        """What is left of a gap: of several that it may be about, those that are not meant."""
        return None if self._whole(gap) else _narrowed(gap, self.ids)

    def _whole(self, gap: Gap) -> bool:
        named = gap.component in self.ids or (bool(gap.candidates) and gap.reference in self.ids)
        return named or self.test(gap.scope) or self.test(gap.reference or "")
