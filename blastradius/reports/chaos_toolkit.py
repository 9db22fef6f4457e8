"""A drill as an experiment of the Chaos Toolkit (https://chaostoolkit.org, experiment format 1.0.0).

What no configuration tells how to do is left to one program of the team's own, named by the environment variable
`BLASTRADIUS_DRILL` and called as `remove|degrade|restore SELECTOR ID…` and as `check JOURNEY`; it ends with 0 where
that was done, or where the journey works.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from blastradius.durations import format_duration
from blastradius.reports import escape
from blastradius.reports.wording import question

if TYPE_CHECKING:
    from blastradius.analysis.drill import Drill, Prediction
    from blastradius.analysis.drill.predicting import Removal

SETTLE = 30
"""Seconds to wait before looking, so that what moves has moved and what is cached has been asked."""
_MOST_LOOKS = 12
_HOOK = 'exec "${BLASTRADIUS_DRILL:?name the program that removes, restores and checks}" "$@"'
_VERBS = {"remove": "is lost", "degrade": "is degraded"}


def write(drill: Drill) -> str:
    """The experiment as a JSON document.

    Args:
        drill: what to take away and what is predicted.
    """
    import orjson

    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return escape.json(orjson.dumps(experiment(drill), option=options).decode("utf-8"))


def experiment(drill: Drill) -> dict[str, Any]:
    """The experiment as plain values.

    Args:
        drill: what to take away and what is predicted.
    """
    title = escape.terminal(question(drill.scenario))
    end, method = _method(drill)
    found: dict[str, Any] = {
        "version": "1.0.0",
        "title": f"What breaks when {title}?",
        "description": _description(drill, end),
        "tags": ["blastradius"],
        "extensions": [{"name": "blastradius", "drill": drill.model_dump(mode="json", by_alias=True)}],
        "method": method,
        "rollbacks": [_action(one, "restore") for one in drill.removals if _open_at(one, end)],
    }
    steady = [_probe(one, "works", judged=True) for one in drill.predictions if _up_at_end(one)]
    if steady:
        words = "Every journey that is predicted to stand works"
        found["steady-state-hypothesis"] = {"title": words, "probes": steady}
    return found


def _up_at_end(one: Prediction) -> bool:
    return one.verdict != "unknown" and not one.down_at_end


def _open_at(one: Removal, end: int) -> bool:
    return one.duration is None or one.at + one.duration > end


def _description(drill: Drill, end: int) -> str:
    lines = [
        "A prediction put to the test. It takes away what the scenario takes away, looks at each journey when the "
        f"simulation says that there is something to see, and gives everything back; {format_duration(end)} at least."
    ]
    lines += [f"{escape.terminal(one.name)}: {_predicted(one)}." for one in drill.predictions]
    by_hand = sorted({way.dependent for one in drill.predictions for way in one.ways if way.mode == "manual"})
    if by_hand:
        lines.append(f"To be done by hand meanwhile: move {', '.join(map(escape.terminal, by_hand))}.")
    return "\n".join(lines)


def _predicted(one: Prediction) -> str:
    if one.verdict == "unknown":
        return "not known, looked at all the same"
    if one.verdict == "breaks" and one.down_at_end:
        return f"down from {format_duration(one.breaks_at)} on"
    if one.up_again is not None:
        return f"down from {format_duration(one.breaks_at)} to {format_duration(one.up_again)}, then works"
    return "works" if one.verdict == "survives" else "works, degraded"


def _method(drill: Drill) -> tuple[int, list[dict[str, Any]]]:
    """Steps with the pauses between them, and the second at which the last one is taken."""
    looks = sorted(
        ((at, number, one, word) for number, one in enumerate(drill.predictions) for at, word in _looks(one, drill)),
        key=lambda look: look[:2],
    )
    end = max([at for at, *_ in looks] + [one.at for one in drill.removals], default=0)
    steps: list[tuple[int, int, int, dict[str, Any]]] = []
    for number, removal in enumerate(drill.removals):
        steps.append((removal.at, 1, number, _action(removal, removal.how)))
        if not _open_at(removal, end):
            assert removal.duration is not None
            steps.append((removal.at + removal.duration, 0, number, _action(removal, "restore")))
    steps += [(at, 2, number, _probe(one, word)) for at, number, one, word in looks]
    steps.sort(key=lambda step: step[:3])
    now, found = 0, []
    for at, _, _, step in steps:
        if at > now:
            step["pauses"] = {"before": at - now}
            now = at
        found.append(step)
    return end, found


def _looks(one: Prediction, drill: Drill) -> Iterator[tuple[int, str]]:
    """When to look at a journey, and what the look is called."""
    if one.breaks_at is not None and (one.up_again is None or one.up_again - one.breaks_at > 2 * SETTLE):
        yield _settled(one.breaks_at, drill), "while down"
    if one.up_again is not None:
        yield _settled(one.up_again, drill), "again"
    elif one.breaks_at is None:
        for begins in sorted({removal.at for removal in drill.removals} or {0})[:_MOST_LOOKS]:
            yield _settled(begins, drill), "meanwhile"


def _settled(since: int, drill: Drill) -> int:
    """When to look at what holds since some second: after it has settled, and before anything else is done."""
    ends = [one.at + one.duration for one in drill.removals if one.duration is not None]
    following = [at - since for at in [*ends, *(one.at for one in drill.removals)] if at > since]
    # half way to the next step where that is soon; a second before it there is nothing to wait for
    return since + min([SETTLE, *(max(left // 2, 1) for left in following)])


def _probe(one: Prediction, word: str, *, judged: bool = False) -> dict[str, Any]:
    """A look at a journey; one of the hypothesis says what it has to show."""
    # names are for people; the toolkit keeps what else stands here, and what is learned is told apart by it
    found: dict[str, Any] = {
        "type": "probe", "name": f"{escape.terminal(one.name)}: {word}", "journey": one.journey, "look": word,
    }  # fmt: skip
    probe = one.probe
    if probe is not None and probe.url is not None:
        found["provider"] = {"type": "http", "method": "GET", "url": probe.url, "timeout": probe.timeout}
        tolerance: object = probe.status
    else:
        command = list(probe.command) if probe is not None else ["sh", "-c", _HOOK, "drill", "check", one.journey]
        timeout = probe.timeout if probe is not None else 60
        found["provider"] = {"type": "process", "path": command[0], "arguments": command[1:], "timeout": timeout}
        tolerance = 0
    if judged:
        found["tolerance"] = tolerance
    return found


def _action(one: Removal, verb: str) -> dict[str, Any]:
    name = f"{verb} {escape.terminal(one.selector)}"
    provider = {"type": "process", **_command(one, verb), "timeout": 600}
    return {"type": "action", "name": name, "verb": verb, "selector": one.selector, "provider": provider}


def _command(one: Removal, verb: str) -> dict[str, Any]:
    if one.workload[:1] == ("kubernetes",):
        _, namespace, workload, replicas = one.workload
        count = replicas if verb == "restore" else "0"
        return {"path": "kubectl", "arguments": ["--namespace", namespace, "scale", workload, f"--replicas={count}"]}
    if one.workload[:1] == ("compose",):
        _, project, service = one.workload
        word = "start" if verb == "restore" else "stop"
        return {"path": "docker", "arguments": ["compose", "--project-name", project, word, service]}
    return {"path": "sh", "arguments": ["-c", _HOOK, "drill", verb, one.selector, *one.ids]}
