"""The way of the data in one piece: from a file or a folder to a graph, and from a question to its answer.

`scan`, `load`, `simulate`, `explain` and `diff` are offered by the package itself; answers that take a system and nothing
else stand where they are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from blastradius.errors import UsageError

if TYPE_CHECKING:
    from blastradius.analysis.diff import Diff
    from blastradius.graph import DependencyGraph
    from blastradius.model import BlastRadius, Explanation, Inventory, Policy, Scenario
    from blastradius.scanners import ScanResult
    from blastradius.simulate.scenarios import Length

Progress = Callable[[str], None]
PathText = str | PathLike[str]
OVERLAY = "blastradius.yaml"
"""Name of the user's own file, as the room of overlays looks for it."""


@dataclass(frozen=True)
class Opened:
    """A system ready to be asked.

    Attributes:
        graph: its graph, the overlay applied.
        policy: what the overlay holds it to, if there is one.
    """

    graph: DependencyGraph
    policy: Policy | None = None


def scan(
    *paths: PathText,
    include_tests: bool = False,
    progress: Progress | None = None,
    beside: ScanResult | None = None,
) -> Inventory:
    """Read files and folders into an inventory; no overlay is applied.

    Args:
        paths: files and folders.
        include_tests: whether folders of tests, examples and other people's code below them are read, too.
        progress: called with a line of text now and then.
        beside: what was read of live accounts; it becomes one with what the files say. Then there may be no paths.

    Raises:
        InputError: when a path does not exist, or there is nothing to scan.
    """
    from blastradius.assemble import assemble
    from blastradius.model import Coverage
    from blastradius.scanners import scan as scan_paths

    found = [beside] if beside else []
    if paths or not found:
        where = [Path(fspath(path)) for path in paths]
        found.append(scan_paths(where, include_tests=include_tests, progress=progress))
    facts = [fact for one in found for fact in one.facts]
    if progress:
        progress(f"{len(facts):,} facts: resolving references")
    coverage = Coverage(
        scanners=tuple(record for one in found for record in one.coverage.scanners),
        calls=tuple(record for one in found for record in one.coverage.calls),
        skipped={reason: count for one in found for reason, count in one.coverage.skipped.items()},
    )
    return assemble(facts, coverage, [root for one in found for root in one.roots])


def read_inventory(path: PathText, progress: Progress | None = None) -> Inventory:
    """Read an inventory file, or scan a folder; no overlay is applied.

    Args:
        path: the file or folder.
        progress: called with a line of text now and then.

    Raises:
        InputError: when it is missing, broken, or there is nothing to scan.
    """
    where = Path(fspath(path))
    if where.is_dir():
        return scan(where, progress=progress)
    from blastradius import storage

    return storage.read(where)


def open_all(path: PathText, overlay: PathText | None = None, progress: Progress | None = None) -> Opened:
    """Read an inventory or scan a folder, apply the overlay, and make the graph.

    Args:
        path: the file or folder.
        overlay: the user's file; `blastradius.yaml` beside the path where unset.
        progress: called with a line of text now and then.

    Raises:
        InputError: when something is missing or broken.
        UsageError: when the overlay has an unknown key or an entry that matches nothing.
    """
    from blastradius.graph import DependencyGraph

    inventory = read_inventory(path, progress)
    where = Path(fspath(path))
    # Looked for before the room of overlays is entered: its import is a tenth of a small run.
    if overlay is None and not ((where if where.is_dir() else where.parent) / OVERLAY).is_file():
        return Opened(DependencyGraph(inventory))
    from blastradius import overlay as overlays

    found = Path(fspath(overlay)) if overlay is not None else overlays.find(where)
    if found is None:
        return Opened(DependencyGraph(inventory))
    said = overlays.read(found)
    return Opened(DependencyGraph(overlays.apply(inventory, said)), said.policy)


def open_inventory(
    path: PathText, overlay: PathText | None = None, progress: Progress | None = None
) -> DependencyGraph:
    """The graph of an inventory file or a folder; see `open_all`."""
    return open_all(path, overlay, progress).graph


def load(system: PathText | Inventory, overlay: PathText | None = None) -> DependencyGraph:
    """The graph of an inventory file or a folder, the overlay beside it applied.

    Args:
        system: the file or folder; or an inventory, such as one that `scan` returned, with no overlay beside it.
        overlay: the user's file, `blastradius.yaml` beside the path where unset; or what would stand in it: a text
            of several lines, with a key (`journeys: …`) or in braces.

    Raises:
        InputError: when something is missing or broken.
        UsageError: when the overlay has an unknown key or an entry that matches nothing.
    """
    from blastradius.graph import DependencyGraph
    from blastradius.model import Inventory

    written = isinstance(overlay, str) and re.search(r"\n|: |^\s*\{", overlay) is not None
    if not isinstance(system, Inventory):
        if not written:
            return open_inventory(system, overlay)
        system = read_inventory(system)
    if overlay is None:
        return DependencyGraph(system)
    from blastradius import overlay as overlays

    said = overlays.parse(str(overlay).encode(), "overlay") if written else overlays.read(Path(fspath(overlay)))
    return DependencyGraph(overlays.apply(system, said))


def simulate(
    graph: DependencyGraph | Inventory,
    remove: Sequence[str] = (),
    *,
    degrade: Sequence[str] = (),
    duration: Length | None = None,
    horizon: Length | None = None,
    scenario: Scenario | PathText | None = None,
    today: date | None = None,
    policy: Policy | None = None,
) -> BlastRadius:
    """Remove something and say which journeys break, when and why.

    Args:
        graph: the system; an inventory is taken as it is, without an overlay.
        remove: selectors of what is down.
        degrade: selectors of what is degraded.
        duration: how long, in seconds or as `3h`; for ever where unset.
        horizon: how long to look, in seconds or as `3h`; as long as `duration` where unset.
        scenario: a scenario or its file, in place of the four above.
        today: day on which rehearsals are judged old; none judges only their absence.
        policy: how old a rehearsal may be.

    Raises:
        UsageError: when a selector is malformed or matches nothing, or a duration is absurd.
    """
    from blastradius.graph import graph_of
    from blastradius.simulate import simulate as answer

    asked, typed = question(remove, degrade, duration, horizon, scenario)
    return answer(graph_of(graph), asked, typed=typed, today=today, policy=policy)


def explain(
    graph: DependencyGraph | Inventory,
    subject: str,
    remove: Sequence[str] = (),
    *,
    degrade: Sequence[str] = (),
    duration: Length | None = None,
    horizon: Length | None = None,
    scenario: Scenario | PathText | None = None,
) -> Explanation:
    """Prove, edge by edge, why a journey or component falls or stands.

    Args:
        graph: the system.
        subject: a journey by name or id, or a selector of one component.
        remove: selectors of what is down; this and the rest as for `simulate`.
        degrade: selectors of what is degraded.
        duration: how long.
        horizon: how long to look.
        scenario: a scenario or its file, in place of the four above.

    Raises:
        UsageError: when the subject or a selector matches nothing.
    """
    from blastradius.graph import graph_of
    from blastradius.simulate import explain as answer

    asked, typed = question(remove, degrade, duration, horizon, scenario)
    return answer(graph_of(graph), asked, subject, typed=typed)


def diff(
    before: Inventory | DependencyGraph,
    after: Inventory | DependencyGraph,
    remove: Sequence[str] = (),
    *,
    duration: Length | None = None,
    scenario: Scenario | PathText | None = None,
    today: date | None = None,
    policy: Policy | None = None,
) -> Diff:
    """What changed between two designs and, with a loss, which of them survives it.

    Args:
        before: the one design.
        after: the other.
        remove: selectors of what is down.
        duration: how long, in seconds or as `3h`.
        scenario: a scenario or its file, in place of the two above.
        today: day on which rehearsals are judged old.
        policy: how old a rehearsal may be.

    Raises:
        UsageError: when a selector is malformed or matches nothing.
    """
    from blastradius.analysis.diff import diff as answer
    from blastradius.graph import inventory_of

    asks = bool(remove) or scenario is not None
    asked = question(remove, (), duration, None, scenario)[0] if asks else None
    return answer(inventory_of(before), inventory_of(after), asked, today, policy)


def question(
    remove: Sequence[str],
    degrade: Sequence[str],
    duration: Length | None,
    horizon: Length | None,
    scenario: Scenario | PathText | None,
) -> tuple[Scenario, bool]:
    """The scenario that is asked for, and whether its selectors were typed just now.

    Args:
        remove: selectors of what is down.
        degrade: selectors of what is degraded.
        duration: how long, in seconds or as `3h`.
        horizon: how long to look, in seconds or as `3h`.
        scenario: a scenario or its file, in place of the four above.

    Raises:
        UsageError: when it is asked for in two ways, or not at all.
    """
    from blastradius.model import Scenario
    from blastradius.simulate import read_scenario
    from blastradius.simulate import scenario as make
    from blastradius.simulate.scenarios import seconds

    if scenario is not None:
        if remove or degrade or duration is not None or horizon is not None:
            raise UsageError("a scenario file says all: leave out what to remove, degrade, for how long, the horizon")
        return (scenario if isinstance(scenario, Scenario) else read_scenario(Path(fspath(scenario)))), False
    return make(remove, degrade, seconds(duration), seconds(horizon)), True
