"""Applying an overlay: an ordered list of small passes."""

from __future__ import annotations

from collections.abc import Callable

from blastradius.errors import NoMatchError
from blastradius.model import Inventory
from blastradius.overlay import facts, groups, ignoring, rehearsals, settings
from blastradius.overlay.draft import Draft
from blastradius.overlay.models import Overlay

_NAMED = 3
#: The order of entries within a section never matters; the order of sections does, and is this.
PASSES: tuple[Callable[[Draft], None], ...] = (
    facts.add_components,  # first, so that everything below can name them
    facts.add_dependencies,
    facts.merge_same,  # before settings, which then see one component
    ignoring.components,
    settings.place,  # before journeys, whose selectors may name a region
    settings.annotate,  # before redundancies, which absorb by phase
    ignoring.dependencies,
    groups.journeys,
    groups.redundancies,  # after journeys, which may be what needs them
    rehearsals.rehearsals,  # last: any failover may have been tried
)


def apply(inventory: Inventory, overlay: Overlay) -> Inventory:
    """An inventory with a person's knowledge added; every reader does this once.

    Args:
        inventory: as it was read or scanned.
        overlay: the user's file.

    Raises:
        UsageError: `path:line: …`, when an entry matches nothing, or two contradict each other.
    """
    from blastradius.assemble import finish

    draft = Draft(inventory, overlay)
    try:
        for one in PASSES:
            one(draft)
    except NoMatchError as error:
        unread = _unread(inventory)
        raise NoMatchError(f"{error}{unread}") from None
    # journeys inferred from entry points, containment and place gaps follow from the rest and are made anew
    return ignoring.gaps(inventory, finish(draft.finished()), overlay)


def _unread(inventory: Inventory) -> str:
    """The files that were not read and may hold what nothing matches, in words that end a message."""
    areas = (one for one in inventory.gaps if not one.uncertain and one.hides == "dependency")
    found = sorted({one.evidence[0].locator for one in areas if one.evidence})
    if not found:
        return ""
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return f"; it may stand in what could not be read: {', '.join(found[:_NAMED])}{more}: mend that first"
