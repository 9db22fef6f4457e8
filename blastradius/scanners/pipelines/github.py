"""GitHub Actions: workflows, with the actions and workflows of the same repository that they use."""

from __future__ import annotations

import posixpath
from typing import Any

from blastradius.documents import Document, line_of
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.matrix import MOST, product
from blastradius.scanners.pipelines.model import Fetched, Job, Pipeline, Place, Problem, Step, items, texts
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.variables import fill
from blastradius.scanners.pipelines.which import WORKFLOWS

HOST = "github.com"
_DEPTH = 5
#: Labels of machines that GitHub itself runs.
_HOSTED = ("ubuntu-", "windows-", "macos-")


def workflow(document: Document, files: Files) -> Pipeline | None:
    """Read a workflow; None for a file that is none, and for one that only other workflows call."""
    body = mapping(document.value)
    if not isinstance(body.get("jobs"), dict):
        return None
    triggers = _triggers(body.get("on"))
    path = document.where
    if triggers == ("workflow_call",) and path in files.called:
        return None
    name = text(body.get("name")) or posixpath.splitext(posixpath.basename(path))[0]
    pipeline = Pipeline(path, name, "GitHub Actions", triggers=triggers)
    pipeline.after = tuple(
        text(one) for one in items(mapping(mapping(body.get("on")).get("workflow_run")).get("workflows"))
    )
    line = line_of(body, "on") or 1
    pipeline.fetched.append(Fetched(HOST, "workflow", "GitHub starts and runs it", Place(path, line)))
    _Reader(pipeline, files, path).jobs(body, _dispatched(mapping(body.get("on")), triggers), "", (), 0)
    return pipeline


def called(document: Document) -> set[str]:
    """Paths of workflows of the same repository that a workflow uses."""
    jobs = mapping(mapping(document.value).get("jobs"))
    top = document.where.rpartition(WORKFLOWS)[0]
    uses = (text(mapping(job).get("uses")) for job in jobs.values())
    return {posixpath.normpath(f"{top}{one[2:]}") for one in uses if one.startswith("./")}


def _triggers(said: Any) -> tuple[str, ...]:
    names = list(said) if isinstance(said, dict) else [text(one) for one in items(said)]
    return tuple(sorted(str(name) for name in names if name))


class _Reader:
    """Reads the jobs of a workflow and of those that it calls."""

    def __init__(self, pipeline: Pipeline, files: Files, path: str) -> None:
        self._pipeline = pipeline
        self._files = files
        self._top = path.rpartition(WORKFLOWS)[0]
        self._said_actions = False
        self._chain: list[str] = [path]

    def jobs(self, body: dict[str, Any], inputs: dict[str, str], before: str, after: tuple[str, ...], depth: int) -> list[str]:  # fmt: skip
        """Read all jobs; gives their keys."""
        path = self._chain[-1]
        jobs = mapping(body.get("jobs"))
        inner: dict[str, list[str]] = {}
        values = {**inputs, **_env(body.get("env"), inputs)}
        defaults = text(mapping(mapping(body.get("defaults")).get("run")).get("working-directory"))
        waiting: list[tuple[Job, list[str]]] = []
        first = len(self._pipeline.jobs)
        for key, value in list(jobs.items())[:500]:
            job = mapping(value)
            if _condition(job.get("if")) == "false":
                continue
            place = Place(path, line_of(jobs, key) or 1)
            needs = [text(one) for one in items(job.get("needs"))]
            full = f"{before}{key}"
            if text(job.get("uses")):
                inner[key] = self._call(job, full, place, values, after, depth)
                for made in self._pipeline.jobs:
                    if made.key in inner[key]:
                        waiting.append((made, needs))
                continue
            inner[key] = [full]
            for combination in _matrix(job):
                made = self._job(job, full, key, place, {**values, **combination}, defaults)
                self._pipeline.jobs.append(made)
                waiting.append((made, needs))
        for made, needs in waiting:
            made.after = (*made.after, *after, *(one for need in needs for one in inner.get(need, ())))
        return [one.key for one in self._pipeline.jobs[first:]]

    def _job(self, job: dict[str, Any], key: str, name: str, place: Place, values: dict[str, str], defaults: str) -> Job:  # fmt: skip
        path = self._chain[-1]
        values = {**values, **_env(job.get("env"), values)}
        made = Job(key, name, place, values=values, optional=fill(text(job.get("continue-on-error")), values) == "true")
        runner = job.get("runs-on")
        labels = [fill(text(one), values) for one in items(mapping(runner).get("labels") if isinstance(runner, dict) else runner)]  # fmt: skip
        made.own = "self-hosted" in labels or (isinstance(runner, dict) and not labels)
        made.system = "ubuntu" if any(label.startswith("ubuntu") for label in labels) else ""
        if labels and not made.own and not labels[0].startswith((*_HOSTED, "${{")):
            reason = f"job {name} runs on {labels[0][:100]}, and nothing here tells whose machine that is: state what it needs in blastradius.yaml"
            self._pipeline.problems.append(Problem(reason, Place(path, line_of(job, "runs-on") or place.line)))
        container = job.get("container")
        image = text(mapping(container).get("image")) or text(container)
        if image:
            made.images.append((image, Place(path, line_of(job, "container") or place.line)))
            made.system = fill(image, values)
        services = mapping(job.get("services"))
        for service, value in services.items():
            if said := text(mapping(value).get("image")):
                made.images.append((said, Place(path, line_of(services, service) or place.line)))
        stated = job.get("environment")
        made.environment = text(mapping(stated).get("name")) or text(stated)
        inner = text(mapping(mapping(job.get("defaults")).get("run")).get("working-directory"))
        made.steps = self._steps(job.get("steps"), values, inner or defaults, 0)
        return made

    def _steps(self, listed: Any, values: dict[str, str], folder: str, depth: int) -> list[Step]:
        found: list[Step] = []
        path = self._chain[-1]
        for position, value in enumerate(items(listed)):
            step = mapping(value)
            uses = text(step.get("uses"))
            line = (line_of(step, "uses") if uses else line_of(step, "run")) or line_of(listed, position) or 1
            made = Step(Place(path, line), values=_env(step.get("env"), values), name=text(step.get("id")))
            made.optional = fill(text(step.get("continue-on-error")), values) == "true"
            made.conditional = _is_open(step.get("if"))
            made.folder = text(step.get("working-directory")) or folder
            if uses.startswith(("./", "../")):
                found.extend(self._local(uses, step, made, values, depth))
                continue
            if uses:
                made.uses, made.given = uses, texts(step.get("with"))
                self._fetched(uses, made.place)
            elif text(step.get("run")):
                made.script = text(step.get("run"))
                made.place = Place(path, _script_line(step, "run", line))
            found.append(made)
        return found

    def _fetched(self, uses: str, place: Place) -> None:
        if not self._said_actions and not uses.startswith("docker://"):
            self._said_actions = True
            self._pipeline.fetched.append(Fetched(HOST, f"uses {uses[:100]}", "actions are fetched from it when a job runs", place))  # fmt: skip

    def _local(self, uses: str, step: dict[str, Any], made: Step, values: dict[str, str], depth: int) -> list[Step]:
        """The steps of an action of the same repository."""
        folder = posixpath.normpath(f"{self._top}{uses}").removeprefix("./")
        path = next(
            (one for end in ("action.yml", "action.yaml") if self._files.has(one := posixpath.join(folder, end))), ""
        )
        body = mapping(self._files.document(path).value) if path else {}
        if not body:
            reason = f"the action {uses[:100]} is not among the scanned files, or cannot be read: state what it needs in blastradius.yaml"
            self._pipeline.problems.append(Problem(reason, made.place, uses[:100]))
            return []
        if path in self._chain or depth >= _DEPTH:
            self._turned(path, made.place)
            return []
        runs = mapping(body.get("runs"))
        inner = {**values, **made.values, **_inputs(body.get("inputs"), step.get("with"), {**values, **made.values})}
        image = text(runs.get("image"))
        if image.startswith("docker://"):
            return [Step(made.place, uses=image)]
        self._chain.append(path)
        steps = self._steps(runs.get("steps"), inner, "", depth + 1)
        self._chain.pop()
        given = {name: value for name, value in inner.items() if name.startswith("inputs.")}
        for inside in steps:
            inside.values = {**given, **inside.values}
            inside.optional = inside.optional or made.optional
            inside.conditional = inside.conditional or made.conditional
        return steps

    def _call(self, job: dict[str, Any], key: str, place: Place, values: dict[str, str], after: tuple[str, ...], depth: int) -> list[str]:  # fmt: skip
        """The jobs of a workflow that a job calls."""
        uses = text(job.get("uses"))
        if not uses.startswith("./"):
            self._fetched(uses, place)
            reason = f"job {key} runs the workflow {uses[:150]}, which is not among the scanned files: state what it needs in blastradius.yaml"
            self._pipeline.problems.append(Problem(reason, place, uses[:150]))
            return []
        path = posixpath.normpath(f"{self._top}{uses}")
        if path in self._chain or depth >= _DEPTH:
            self._turned(path, place)
            return []
        body = mapping(self._files.document(path).value) if self._files.has(path) else {}
        if not isinstance(body.get("jobs"), dict):
            reason = f"job {key} runs {path[:150]}, which was not scanned or is no workflow: scan it as well"
            self._pipeline.problems.append(Problem(reason, place, path[:150]))
            return []
        on = mapping(body.get("on"))
        self._chain.append(path)
        keys: list[str] = []
        for combination in _matrix(job):
            inner = _inputs(mapping(on.get("workflow_call")).get("inputs"), job.get("with"), {**values, **combination})
            keys += self.jobs(body, inner, f"{key}/", after, depth + 1)
        self._chain.pop()
        return keys

    def _turned(self, path: str, place: Place) -> None:
        reason = f"{path[:150]} uses itself, or is nested too deep: what is behind that was not read"
        self._pipeline.problems.append(Problem(reason, place, path[:150]))


def _condition(said: Any) -> str:
    return text(said).strip().removeprefix("${{").removesuffix("}}").strip().lower()


def _is_open(said: Any) -> bool:
    """Whether a condition may leave a step out of a run in which all went well."""
    return said is not None and _condition(said) not in ("always()", "success()", "!cancelled()", "true", "")


def _dispatched(on: dict[str, Any], triggers: tuple[str, ...]) -> dict[str, str]:
    """What a person who starts the workflow gives unless told otherwise; where something else starts it, nothing."""
    if set(triggers) - {"workflow_dispatch", "workflow_call"} or "workflow_dispatch" not in triggers:
        return {}
    found = _inputs(mapping(on.get("workflow_dispatch")).get("inputs"), {}, {})
    return {**found, **{f"github.event.{name}": value for name, value in found.items()}}


def _script_line(step: dict[str, Any], key: str, line: int) -> int:
    """The first line of a script: that behind its key where it is written below it."""
    return line + 1 if "\n" in text(step.get(key)) else line


def _env(said: Any, values: dict[str, str]) -> dict[str, str]:
    """Variables as scripts see them; expressions find them by the same name."""
    return {name: fill(value, values) for name, value in texts(said).items()}


def _inputs(declared: Any, given: Any, values: dict[str, str]) -> dict[str, str]:
    found = {
        f"inputs.{name}": text(mapping(one).get("default"))
        for name, one in mapping(declared).items()
        if mapping(one).get("default") is not None
    }
    found.update({f"inputs.{name}": fill(value, values) for name, value in texts(given).items()})
    return found


def _matrix(job: dict[str, Any]) -> list[dict[str, str]]:
    """What `matrix.…` stands for in each run of a job."""
    matrix = mapping(mapping(job.get("strategy")).get("matrix"))
    axes = {
        name: value for name, value in matrix.items() if name not in ("include", "exclude") and isinstance(value, list)
    }
    combinations: list[dict[str, str]] = []
    for chosen in product(axes, items(matrix.get("exclude"))) if axes else ():
        combinations.append(_flat("matrix", chosen))
    extra = [_flat("matrix", one) for one in items(matrix.get("include")) if isinstance(one, dict)]
    if not axes:
        return extra[:MOST] or [{}]
    for more in extra[:MOST]:
        matching = [one for one in combinations if all(one.get(name, value) == value for name, value in more.items())]
        if matching:
            for one in matching:
                one.update(more)
        else:
            combinations.append(more)
    return combinations[:MOST] or [{}]


def _flat(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {key: one for inner, item in value.items() for key, one in _flat(f"{name}.{inner}", item).items()}
    return {name: text(value)}
