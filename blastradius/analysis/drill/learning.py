"""What a drill has shown, read from the journal that the Chaos Toolkit wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field, ValidationError

from blastradius.analysis.drill.predicting import Drill, Prediction, Way
from blastradius.errors import InputError
from blastradius.model import SCHEMA_VERSION, Scenario, Value

_DEVIATED = ("deviated", "failed")
Outcome = Literal["as predicted", "better", "worse", "not predicted", "not seen"]


class Lesson(Value):
    """One journey: what was predicted and what was seen."""

    journey: str = Field(description="Id of the journey.")
    name: str = Field(description="Its name.")
    predicted: str = Field(description="What the simulation said.")
    seen: str = Field(description="What the drill showed.")
    outcome: Outcome = Field(description="How both compare.")


class Rehearsed(Value):
    """A failover that was seen to work."""

    dependent: str = Field(description="Id of what failed over.")
    to: str = Field(description="Id of the member that took over.")
    on: date = Field(description="Day of the drill.")


class ProvedSoft(Value):
    """A need that was seen to be soft."""

    dependent: str = Field(description="Id of what needs.")
    dependency: str = Field(description="Id of what it went on without.")
    on: date = Field(description="Day of the drill.")


class Learned(Value):
    """What a drill teaches."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    scenario: Scenario = Field(description="What was lost.")
    on: date = Field(description="Day of the drill.")
    valid: bool = Field(description="Whether the drill shows anything.")
    why_not: str | None = Field(default=None, description="Why it shows nothing.")
    lessons: tuple[Lesson, ...] = Field(default=(), description="One for each journey.")
    rehearsed: tuple[Rehearsed, ...] = Field(default=(), description="Failovers seen to work.")
    soft: tuple[ProvedSoft, ...] = Field(default=(), description="Needs seen to be soft.")

    def entries(self) -> dict[str, list[dict[str, str]]]:
        """What may be added to a `blastradius.yaml`, by section."""
        what = ", ".join(text for phase in self.scenario.phases for text in (*phase.remove, *phase.degrade))
        return {
            "rehearsals": [
                {"dependent": _selector(one.dependent), "to": f"id:{one.to}", "day": str(one.on), "reason": f"drill: {what}"}
                for one in self.rehearsed
            ],
            "annotate": [
                {
                    "dependent": f"id:{one.dependent}", "dependency": f"id:{one.dependency}", "strength": "soft",
                    "observed": str(one.on), "reason": f"a drill went on without it: {what}",
                }
                for one in self.soft
            ],
        }  # fmt: skip


def learn(journal: object, where: str = "journal", *, today: date | None = None) -> Learned:
    """Compare what a drill showed with what was predicted.

    A drill that was cut short, in which something was not taken away, or in which a journey did not work before, teaches
    nothing of it. A failover counts as rehearsed where a journey that rests on it worked afterwards, a need as proved soft
    where a journey with no other way worked: each while all was gone that the drill takes away, not once it was given back.

    Args:
        journal: content of the journal, as plain values.
        where: name of its file, for messages.
        today: a drill of a later day shows nothing; any day will do where unset.

    Raises:
        InputError: when it is no journal of an experiment that this program wrote.
    """
    drill, day, run, before, after = _read(journal, where)
    why_not = _unfinished(journal, day, today) or _invalid(drill, run)
    if why_not is not None:
        return Learned(scenario=drill.scenario, on=day, valid=False, why_not=why_not)
    lessons = []
    rehearsed: dict[tuple[str, str], Rehearsed] = {}
    soft: dict[tuple[str, str], ProvedSoft] = {}
    for one in drill.predictions:
        lesson = _lesson(one, run, before, after)
        lessons.append(lesson)
        if lesson.outcome == "as predicted" and one.verdict in ("survives", "degrades") and _held(one, run):
            for way in one.ways:
                rehearsed[way.dependent, way.to] = _rehearsed(way, day)
            for dependent, dependency in one.soft:
                soft[dependent, dependency] = ProvedSoft(dependent=dependent, dependency=dependency, on=day)
    return Learned(
        scenario=drill.scenario,
        on=day,
        valid=True,
        lessons=tuple(lessons),
        rehearsed=tuple(rehearsed[key] for key in sorted(rehearsed)),
        soft=tuple(soft[key] for key in sorted(soft)),
    )


def _selector(id: str) -> str:
    return id if id.startswith("journey:") else f"id:{id}"


def _rehearsed(way: Way, day: date) -> Rehearsed:
    return Rehearsed(dependent=way.dependent, to=way.to, on=day)


_Looks = dict[str, bool]


def _read(journal: object, where: str) -> tuple[Drill, date, Sequence[Mapping[str, Any]], _Looks, _Looks]:
    if not isinstance(journal, Mapping) or not isinstance(journal.get("experiment"), Mapping):
        raise InputError(f"{where}: is no journal of the Chaos Toolkit: it holds no experiment")
    extensions = journal["experiment"].get("extensions")
    own = [one for one in _records(extensions) if one.get("name") == "blastradius"]
    if not own:
        raise InputError(f"{where}: the experiment was not written by `blastradius report --format chaos-toolkit`")
    try:
        drill = Drill.model_validate(own[0].get("drill"))
        day = date.fromisoformat(str(journal.get("start"))[:10])
    except (ValidationError, ValueError):
        raise InputError(
            f"{where}: the prediction or the day of the drill in it is broken: run the drill again"
        ) from None
    states = journal.get("steady_states")
    before, after = (_steady(states, key) for key in ("before", "after"))
    return drill, day, _records(journal.get("run")), before, after


def _records(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _steady(states: object, key: str) -> _Looks:
    state = states.get(key) if isinstance(states, Mapping) else None
    probes = _records(state.get("probes")) if isinstance(state, Mapping) else []
    return {
        _told_of(one, "journey"): one.get("status") == "succeeded" and one.get("tolerance_met") is True
        for one in probes
    }


def _told_of(record: Mapping[str, Any], key: str) -> str:
    """What the activity of a record says under a key."""
    activity = record.get("activity")
    return str(activity.get(key, "")) if isinstance(activity, Mapping) else ""


def _unfinished(journal: object, day: date, today: date | None) -> str | None:
    """Why a run shows nothing, whatever is in it: it was not run to its end, not in earnest, or not yet."""
    told: Mapping[str, Any] = journal if isinstance(journal, Mapping) else {}
    status = str(told.get("status"))
    # a hypothesis that was not met afterwards is an answer as well
    if status != "completed" and not (told.get("deviated") is True and status in _DEVIATED):
        return f"was not run to its end: its status is {status}"
    if told.get("dry") or told["experiment"].get("dry"):
        return "was run dry"
    if today is not None and day > today:
        return f"its day, {day}, is in the future: set the clock of the machine on which it was run"
    return None


def _invalid(drill: Drill, run: Iterable[Mapping[str, Any]]) -> str | None:
    """Why a drill shows nothing, if so: each removal has to have been made."""
    if not drill.removals:
        return "nothing was to be taken away in it"
    done = {
        (_told_of(one, "verb"), _told_of(one, "selector"))
        for one in run
        if _told_of(one, "type") == "action" and _succeeded(one)
    }
    missing = [one.selector for one in drill.removals if (one.how, one.selector) not in done]
    if missing:
        return f"was not taken away: {', '.join(missing)}; the journal says what its action answered"
    return None


def _succeeded(record: Mapping[str, Any]) -> bool:
    output = record.get("output")
    status = output.get("status") if isinstance(output, Mapping) else None
    return record.get("status") == "succeeded" and status == 0


def _works(record: Mapping[str, Any], one: Prediction) -> bool:
    output = record.get("output")
    status = output.get("status") if isinstance(output, Mapping) else None
    wanted = one.probe.status if one.probe is not None and one.probe.url is not None else 0
    return record.get("status") == "succeeded" and status == wanted


def _lesson(one: Prediction, run: Iterable[Mapping[str, Any]], before: _Looks, after: _Looks) -> Lesson:
    looks: dict[str, bool] = {}
    for word, works in _looked(one, run):
        looks[word] = looks.get(word, True) and works
    predicted = "down at the end" if one.down_at_end else "down for a while" if one.up_again is not None else "works"
    if before.get(one.journey) is False:
        return _told(one, predicted, "it did not work before", "not seen")
    if not looks:
        return _told(one, predicted, "nobody looked", "not seen")
    last = after.get(one.journey, looks.get("again", looks.get("meanwhile", looks.get("while down"))))
    worked = bool(last) and all(works for word, works in looks.items() if word != "while down")
    never_down = worked and looks.get("while down") is True
    seen = "worked all the time" if never_down else "worked" if worked else "was down"
    if one.verdict == "unknown":
        return _told(one, "not known", seen, "not predicted")
    if never_down or (worked and one.down_at_end):
        return _told(one, predicted, seen, "better")
    if worked == (not one.down_at_end):
        return _told(one, predicted, seen, "as predicted")
    return _told(one, predicted, seen, "worse")


def _looked(one: Prediction, run: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    for record in run:
        if _told_of(record, "type") == "probe" and _told_of(record, "journey") == one.journey:
            yield _told_of(record, "look"), _works(record, one)


def _held(one: Prediction, run: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a journey was seen to work after the last thing was taken away and before the first was given back."""
    verbs = [_told_of(record, "verb") for record in run]
    gone = max((at for at, verb in enumerate(verbs) if verb in ("remove", "degrade")), default=len(run))
    back = min((at for at, verb in enumerate(verbs) if verb == "restore"), default=len(run))
    looks = dict(_looked(one, run[gone:back]))
    return looks.get("again", looks.get("meanwhile", False))


def _told(one: Prediction, predicted: str, seen: str, outcome: Outcome) -> Lesson:
    return Lesson(journey=one.journey, name=one.name, predicted=predicted, seen=seen, outcome=outcome)
