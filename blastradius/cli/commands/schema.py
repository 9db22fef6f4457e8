"""`blastradius schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from blastradius.cli import options

if TYPE_CHECKING:
    from blastradius.model import Value

PLACE = 80

_FILES = ("inventory", "overlay", "scenario")
_ANSWERS = ("simulate", "explain", "diff", "regions", "observed")
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="inventory, overlay (blastradius.yaml), scenario; or an answer: simulate, explain, diff, regions, observed.",
    ),
]


def run(name: Name = "inventory", output: options.Output = None) -> int:
    """Print the JSON Schema of a file or an answer.

    Returns:
        The exit code.
    """
    import json

    from blastradius.cli.output import write
    from blastradius.errors import UsageError

    if name not in _FILES + _ANSWERS:
        raise UsageError(f"no schema {name!r}: choose one of {', '.join(_FILES + _ANSWERS)}")
    schema = _file(name) if name in _FILES else _answer(name)
    text = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if output is None:
        write(text, exact=True)
    else:
        from blastradius.files import write_atomic

        write_atomic(output, text)
    return 0


def _file(name: str) -> dict[str, Any]:
    from blastradius import schemas
    from blastradius.model import Scenario

    return schemas.of_model(Scenario) if name == "scenario" else schemas.schema(name)


def _answer(name: str) -> dict[str, Any]:
    from blastradius.analysis.diff import Diff
    from blastradius.analysis.observed import Observed
    from blastradius.analysis.regions import Regions
    from blastradius.model import BlastRadius, Explanation
    from blastradius.schemas import DIALECT

    answers: dict[str, type[Value]] = {
        "simulate": BlastRadius,
        "explain": Explanation,
        "diff": Diff,
        "regions": Regions,
        "observed": Observed,
    }
    return {"$schema": DIALECT, **answers[name].model_json_schema(mode="serialization")}
