"""`blastradius schema`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blastradius.cli import options

if TYPE_CHECKING:
    from blastradius.model import Value

PLACE = 80

_FILES = ("inventory", "overlay", "scenario", "incident")
#: Where the class of each answer stands; imported when it is asked for.
_ANSWERS = {
    "simulate": "blastradius.model:BlastRadius",
    "explain": "blastradius.model:Explanation",
    "sweep": "blastradius.analysis.sweep:Sweep",
    "cuts": "blastradius.analysis.cuts:Cuts",
    "availability": "blastradius.analysis.availability:Availability",
    "concentration": "blastradius.analysis.concentration:Concentration",
    "fixes": "blastradius.analysis.fixes:Fixes",
    "drain": "blastradius.analysis.fixes:Drain",
    "diff": "blastradius.analysis.diff:Diff",
    "gate": "blastradius.gate.result:GateResult",
    "regions": "blastradius.analysis.regions:Regions",
    "replay": "blastradius.analysis.replay:Replay",
    "backtest": "blastradius.analysis.backtest:Backtest",
    "observed": "blastradius.analysis.observed:Observed",
    "dns": "blastradius.analysis.dns:Dns",
    "amplification": "blastradius.analysis.amplification:Amplification",
    "catalog": "blastradius.catalog.asking:CatalogAnswer",
    "report": "blastradius.analysis.report:Report",
    "learn": "blastradius.analysis.drill.learning:Learned",
}
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help=f"inventory, overlay (blastradius.yaml), scenario, incident; or an answer: {', '.join(_ANSWERS)}.",
    ),
]


def names() -> tuple[str, ...]:
    """The files and answers that have a schema."""
    return (*_FILES, *_ANSWERS)


def answers() -> dict[str, str]:
    """Where the class of each answer stands."""
    return dict(_ANSWERS)


def run(name: Name = "inventory", output: options.Output = None) -> int:
    """Print the JSON Schema of a file or an answer.

    Returns:
        The exit code.
    """
    import json

    from blastradius.cli.output import write
    from blastradius.errors import UsageError

    if name not in names():
        raise UsageError(f"no schema {name!r}: choose one of {', '.join(names())}")
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
    from blastradius.schemas import DIALECT

    module, _, kind = _ANSWERS[name].partition(":")
    answer: type[Value] = getattr(import_module(module), kind)
    return {"$schema": DIALECT, **answer.model_json_schema(mode="serialization")}
