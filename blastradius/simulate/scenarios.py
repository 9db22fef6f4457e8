"""Scenarios: made from options, or read from a file with phases over time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from blastradius.errors import InputError, UsageError
from blastradius.model import Scenario, ScenarioPhase


def scenario(
    remove: Sequence[str] = (),
    degrade: Sequence[str] = (),
    duration: int | None = None,
    horizon: int | None = None,
    name: str | None = None,
) -> Scenario:
    """One loss, from the start on.

    Args:
        remove: selectors of what is down.
        degrade: selectors of what is degraded.
        duration: seconds it lasts, for ever where none.
        horizon: second at which nobody looks any more; the end of the loss where none.
        name: what people call it.

    Raises:
        UsageError: when nothing is removed or degraded, or a length is zero.
    """
    if not remove and not degrade:
        raise UsageError("nothing to remove: name it, as in --remove region:us-east-1")
    for text, value in (("--for", duration), ("--horizon", horizon)):
        if value is not None and value <= 0:
            raise UsageError(f"{text} must be longer than 0s: write 90s, 15m, 3h or 2d")
    phase = ScenarioPhase.model_validate({"for": duration, "remove": tuple(remove), "degrade": tuple(degrade)})
    title = name or " and ".join([*(f"losing {text}" for text in remove), *(f"degraded {text}" for text in degrade)])
    return Scenario(name=title, phases=(phase,), horizon=horizon if horizon is not None else duration)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file (YAML or JSON of the `Scenario` model).

    Raises:
        InputError: when it cannot be read or is no YAML.
        UsageError: when a key is unknown or a value is wrong; the message names file and line.
    """
    from blastradius.documents import load_yaml
    from blastradius.files import read_bytes

    documents = load_yaml(read_bytes(path), str(path), strict=True)
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        raise InputError(f"{path}: not one scenario: expected keys such as name, horizon, phases")
    document = documents[0]
    try:
        return Scenario.model_validate(document.value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "scenario"
        message = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{document.at(*first['loc'])}: {where}: {message}") from None
