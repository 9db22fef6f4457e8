"""`blastradius demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import options

if TYPE_CHECKING:
    from blastradius.model import BlastRadius

PLACE = 10

Path = Annotated[str | None, typer.Argument(metavar="[PATH]", help="Your own folder, such as Kubernetes manifests.")]


def run(path: Path = None, overlay: options.Overlay = None) -> int:
    """Show the main job on a real outage, or on your own folder.

    Without PATH: a package registry on the day us-east-1 fell, as its makers described it. With PATH: that folder is
    scanned, and the most telling loss in it is simulated.

    Returns:
        The exit code.
    """
    return _shipped() if path is None else _own(path, overlay)


def _shipped() -> int:
    from pathlib import Path

    from blastradius import examples, pipeline
    from blastradius.cli import opening
    from blastradius.cli.output import emit, line

    inventory = _shown(examples.path())
    scenario = str(Path(inventory).with_name("scenario.yaml"))
    system = opening.opened(inventory, None)
    result = pipeline.simulate(system.graph, scenario=scenario, today=options.today(None), policy=system.policy)
    after = str(Path(inventory).with_name("after.yaml"))
    following = [
        line("blastradius", "explain", inventory, _worst(result), "--scenario", scenario),
        line("blastradius", "simulate", after, "--scenario", scenario),
        f"{line('blastradius', 'demo')} YOUR/FOLDER",
    ]
    emit(result, None, None, inventory, following)
    return 0


def _own(path: str, overlay: str | None) -> int:
    from blastradius import pipeline
    from blastradius.analysis.telling import telling_loss
    from blastradius.cli import opening
    from blastradius.cli.output import emit, line
    from blastradius.errors import InputError

    system = opening.opened(path, overlay)
    loss = telling_loss(system.graph)
    if loss is None:
        raise InputError(f"{path}: nothing in it needs anything else, so nothing can be shown")
    result = pipeline.simulate(system.graph, [loss], today=options.today(None), policy=system.policy)
    beside = ["--overlay", overlay] if overlay else []
    following = [line("blastradius", "simulate", path, *beside, "--remove", loss)]
    if result.journeys:
        following.insert(0, line("blastradius", "explain", path, _worst(result), *beside, "--remove", loss))
    following.append(line("blastradius", "scan", path, "-o", "inventory.json"))
    emit(result, None, None, path, following)
    return 0


def _worst(result: BlastRadius) -> str:
    from blastradius.cli.opening import worst_journey

    found = worst_journey(result)
    return found.id.removeprefix("journey:") if found else "JOURNEY"


def _shown(path: object) -> str:
    """A path as short as it can be typed from here."""
    import os

    near = os.path.relpath(str(path))
    return str(path) if near.startswith("..") else near
