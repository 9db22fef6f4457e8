"""Scenarios: made from options, or read from a file with phases over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from blastradius.durations import parse_duration
from blastradius.errors import InputError, UsageError
from blastradius.model import Scenario, ScenarioPhase

Length = int | str | timedelta
"""How long something takes, as people may say it: in seconds, as `3h`, as a `timedelta`."""


def seconds(length: Length | None) -> int | None:
    """A length in whole seconds; none, for ever, stays none.

    Raises:
        UsageError: when it is none that can be meant.
    """
    if isinstance(length, timedelta):
        whole = length.total_seconds()
        if whole != int(whole):
            raise UsageError(f"{length} is not a duration in whole seconds")
        return int(whole)
    if isinstance(length, str):
        try:
            return parse_duration(length)
        except ValueError as error:
            raise UsageError(str(error)) from None
    if length is not None and (isinstance(length, bool) or not isinstance(length, int)):
        raise UsageError(f"{length!r} is not a duration: write seconds, 90s, 15m, 3h or 2d, or a timedelta")
    return length


def scenario(
    remove: Sequence[str] = (),
    degrade: Sequence[str] = (),
    duration: int | None = None,
    horizon: int | None = None,
    name: str | None = None,
) -> Scenario:
    """One loss, from the start on.

    Args:
        remove: selectors of what is down; one may be given as a plain text.
        degrade: selectors of what is degraded.
        duration: seconds it lasts, for ever where none.
        horizon: second at which nobody looks any more; the end of the loss where none.
        name: what people call it.

    Raises:
        UsageError: when nothing is removed or degraded, or a length is zero.
    """
    # A text is a sequence of texts as well: who names one thing means that, not its letters.
    remove, degrade = ((given,) if isinstance(given, str) else given for given in (remove, degrade))
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
    from blastradius.complaints import validated
    from blastradius.selectors import parse

    document = documents[0]
    scenario = validated(Scenario, document.value, document, UsageError)
    for number, phase in enumerate(scenario.phases):
        for key, texts in (("remove", phase.remove), ("degrade", phase.degrade)):
            for position, text in enumerate(texts):
                try:
                    parse(text)
                except UsageError as error:
                    raise UsageError(f"{document.at('phases', number, key, position)}: {error}") from None
    return scenario
