"""`blastradius learn`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.cli import FINDINGS, options

if TYPE_CHECKING:
    from blastradius.model import Inventory

PLACE = 96


def run(
    journal: Annotated[str, typer.Argument(metavar="JOURNAL", help="What `chaos run` wrote: journal.json.")],
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="FILE", help="Add what was learned to this blastradius.yaml."),
    ] = None,
    inventory: Annotated[
        str | None,
        typer.Option(
            "--inventory",
            metavar="PATH",
            help="The system that --into speaks of, a file or a folder; inventory.yaml or inventory.json beside it where "
            "unset. What does not apply to it is not written.",
        ),
    ] = None,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Read a drill's journal: what was predicted, what was seen, and what may be written down as observed.

    Returns:
        The exit code: 1 where a journey did worse than predicted, 4 where the drill shows nothing.
    """
    from blastradius.analysis.drill import learn
    from blastradius.cli.output import chosen, emit
    from blastradius.documents import load_json
    from blastradius.errors import IncompleteError
    from blastradius.files import read_bytes, shown

    chosen(form, output)
    where = shown(journal)
    learned = learn(load_json(read_bytes(journal), where, marks=False).value, where, today=options.today(None))
    if into is not None and learned.valid:
        from blastradius.overlay.writing import add

        add(Path(into), learned.entries(), _system(inventory, Path(into)))
    emit(learned, form, output)
    if not learned.valid:
        raise IncompleteError(f"{where}: the drill shows nothing: {learned.why_not}")
    return FINDINGS if any(one.outcome == "worse" for one in learned.lessons) else 0


_BESIDE = ("inventory.yaml", "inventory.yml", "inventory.json")


def _system(named: str | None, into: Path) -> Inventory | None:
    """The inventory against which entries are checked; none where nobody named one and none lies beside the file."""
    from blastradius.files import shown
    from blastradius.pipeline import read_inventory

    beside = (into.parent / name for name in _BESIDE)
    found = named or next((path for path in beside if path.is_file()), None)
    if found is None:
        said = f"{shown(into)}: no inventory lies beside it: whether the entries apply was not checked; name it by --inventory"
        typer.echo(f"blastradius: {said}", err=True)
        return None
    return read_inventory(found)
