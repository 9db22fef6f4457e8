"""Facts become an inventory: an ordered list of small passes, each with a comment on why it stands where it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from blastradius.assemble.finish import finish
from blastradius.assemble.pause import no_collecting
from blastradius.model import Coverage, Fact, Inventory, Meta, Reference

if TYPE_CHECKING:
    from blastradius.assemble.draft import Draft
    from blastradius.assemble.needs import Look
    from blastradius.assemble.resolve import Resolver, Target

__all__ = ["assemble", "finish"]


def assemble(facts: Iterable[Fact], coverage: Coverage, roots: Sequence[str]) -> Inventory:
    """Resolve, merge, describe and place what scanners wrote down.

    Args:
        facts: of all scanners, in any order: the result does not depend on it.
        coverage: how much was seen.
        roots: names of what was scanned.

    Returns:
        An inventory with all references resolved, containment made and records sorted.
    """
    from blastradius.assemble.calls import settle_calls
    from blastradius.assemble.dependents import point
    from blastradius.assemble.describe import describe
    from blastradius.assemble.draft import Draft
    from blastradius.assemble.folders import bear, settle
    from blastradius.assemble.homes import Homes
    from blastradius.assemble.idle import stand_by
    from blastradius.assemble.libraries import doubt, sift
    from blastradius.assemble.loose import recognise, wonder
    from blastradius.assemble.merge import follow_merges, merge
    from blastradius.assemble.needs import Needs
    from blastradius.assemble.resolve import Names, Resolver
    from blastradius.assemble.setting_going import part_ways
    from blastradius.assemble.tying import tie
    from blastradius.assemble.ways import name_ways
    from blastradius.assemble.weak import weed
    from blastradius.catalog import load

    with no_collecting():
        draft = Draft.of(facts, coverage, roots)
        # First what is one thing becomes one component: aliases that two sources give to one thing are not ambiguous.
        merge(draft)
        # Who runs an image is built from the folder that a pipeline builds it from; then folders are known.
        bear(draft)
        # Whose a folder is counts for all facts of it, also for those that are forgotten next.
        tie(draft)
        # Whose folder nobody knows is told by all packages there are, also by those that are forgotten next.
        homes = Homes.of(draft)
        # Packages that are nobody's mean nothing, and must not be told as unknown names by any later pass.
        libraries = sift(draft, load(), homes)
        # Settings of a folder become needs of its one component; after merging, for two descriptions of it are one.
        settle(draft)
        # Kinds come before resolving, because a reference may ask for a kind, and before strengths, which read them.
        describe(draft)
        # Names are complete: from here on nothing gives an identity or an alias to a scanned component.
        resolver = Resolver(Names.of(draft.components.values(), draft.renamed), load())
        # What counts only where it is scanned is told apart before unknown names become things of other parties.
        weed(draft, resolver)
        # Who needs a pipeline is known by names too; then all needs are there.
        point(draft, resolver)
        # What only folders of nobody name is there as well, before what the catalog knows is taken for complete.
        recognise(draft, homes, resolver)
        # Each fact ends as a dependency, redundancy or gap; strengths are the catalog's where no source states them.
        look = _look(draft, resolver)
        Needs(draft, look, load()).collect()
        # What may be needed is in doubt only where nobody states it: all dependencies are known now.
        wonder(draft, homes, look, load())
        # What a cloud's library calls is in doubt only where no dependency tells it: all of them are known now.
        doubt(draft, libraries)
        # How calls are made is a property of dependencies that are there now.
        coverage = settle_calls(draft, look)
        # Ways in by a host name need what answers it; after resolving, so that a need that a scanner saw is not told twice.
        name_ways(draft)
        # Who has other ways in is known once all needs are, also those of ways in.
        part_ways(draft)
        # What is scaled to nought is reached through needs: all are there.
        stand_by(draft)
        # Gaps were told under the ids of their time; now no id changes any more.
        follow_merges(draft)
        inventory = Inventory(
            meta=Meta(roots=draft.roots),
            components=tuple(draft.components.values()),
            dependencies=tuple(draft.dependencies),
            redundancies=tuple(draft.redundancies),
            gaps=tuple(draft.gaps),
            coverage=coverage,
        )
        # Places, journeys and place gaps come last, by the same code that runs again after an overlay placed things.
        return finish(inventory)


def _look(draft: Draft, resolver: Resolver) -> Look:
    """Resolve all references of a draft, adding what they name and nobody described; tells then what each means."""
    from blastradius.assemble.merge import adopt
    from blastradius.assemble.unknown import add_externals

    # Unknown addresses need all references at once, for one bare name in two namespaces is two hosts. This resolves all.
    externals = add_externals(draft, resolver)
    # What the catalog made of addresses is complete only now; some of it is a scanned thing under another name.
    adopt(draft, resolver.recognised)

    def look(reference: Reference) -> Target:
        target = resolver.resolve(reference)
        target = externals.get(target, target)
        # who is one with what the catalog recognised may bear that one's ARN now, whoever else means it by its old id
        id, several = draft.current(target.id), tuple(sorted({draft.current(one) for one in target.several}))
        return target if (id, several) == (target.id, target.several) else replace(target, id=id, several=several)

    return look
