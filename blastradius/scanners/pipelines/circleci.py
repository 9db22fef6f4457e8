"""CircleCI: jobs of workflows with their executors, commands and orbs."""

from __future__ import annotations

import posixpath
from typing import Any

from blastradius.documents import Document, line_of
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.matrix import product
from blastradius.scanners.pipelines.model import Fetched, Job, Pipeline, Place, Problem, Step, items, texts
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.variables import fill

HOST = "circleci.com"
_DEPTH = 5


def pipeline(document: Document, files: Files) -> Pipeline | None:
    """Read a configuration; None for one without jobs."""
    body = mapping(document.value)
    if not (isinstance(body.get("jobs"), dict) or isinstance(body.get("workflows"), dict)):
        return None
    path = document.where
    top = posixpath.dirname(posixpath.dirname(path))
    made = Pipeline(path, f"{top} CircleCI".strip(), "CircleCI")
    made.fetched.append(Fetched(HOST, "pipeline", "CircleCI starts and runs it", Place(path, 1)))
    _Reader(made, body, top).read()
    return made


class _Reader:
    def __init__(self, pipeline: Pipeline, body: dict[str, Any], top: str) -> None:
        self._pipeline = pipeline
        self._body = body
        self._top = top
        self._orbs = mapping(body.get("orbs"))
        self._values = {
            f"pipeline.parameters.{name}": text(mapping(one).get("default"))
            for name, one in mapping(body.get("parameters")).items()
            if mapping(one).get("default") is not None
        }

    def read(self) -> None:
        """All jobs of all workflows; without workflows all jobs."""
        for name, source in self._orbs.items():
            if text(source):
                place = Place(self._pipeline.path, line_of(self._orbs, name) or 1)
                self._pipeline.fetched.append(Fetched(HOST, f"orb {text(source)[:100]}", "orbs are fetched from it when it runs", place))  # fmt: skip
        workflows = {name: one for name, one in mapping(self._body.get("workflows")).items() if isinstance(one, dict)}
        for name, workflow in list(workflows.items())[:100]:
            jobs = workflow.get("jobs")
            for position, entry in enumerate(items(jobs)):
                key, given = next(iter(entry.items()), ("", None)) if isinstance(entry, dict) else (text(entry), None)
                line = line_of(jobs, position) or 1
                for one in _runs(mapping(given)):
                    self._entry(str(name), str(key), one, Place(self._pipeline.path, line))
        if not workflows:
            jobs = mapping(self._body.get("jobs"))
            for key in list(jobs)[:500]:
                self._entry("", key, {}, Place(self._pipeline.path, line_of(jobs, key) or 1))

    def _entry(self, workflow: str, key: str, given: dict[str, Any], place: Place) -> None:
        name = text(given.get("name")) or key
        after = tuple(f"{workflow}/{text(one) or next(iter(mapping(one)), '')}" for one in items(given.get("requires")))
        declared = mapping(mapping(self._body.get("jobs")).get(key))
        job = Job(f"{workflow}/{name}", name, place, after=after)
        self._pipeline.jobs.append(job)
        if not declared:
            if text(given.get("type")) != "approval":
                self._from_orb(key, f"job {name}", place)
            return
        parameters = self._given(declared.get("parameters"), given)
        line = line_of(mapping(self._body.get("jobs")), key) or place.line
        job.place = Place(place.path, line)
        job.values = {**self._values, **parameters, **_environment(declared.get("environment"))}
        self._executor(job, declared)
        job.steps = self._steps(declared.get("steps"), job.values, text(declared.get("working_directory")), 0)

    def _given(self, declared: Any, given: dict[str, Any]) -> dict[str, str]:
        found = {
            f"parameters.{name}": text(mapping(one).get("default"))
            for name, one in mapping(declared).items()
            if mapping(one).get("default") is not None
        }
        found.update({f"parameters.{name}": fill(value, self._values) for name, value in texts(given).items()})
        return found

    def _executor(self, job: Job, declared: dict[str, Any]) -> None:
        """Where a job runs: stated in it, or in an executor that it names."""
        executor = declared.get("executor")
        if executor is not None:
            name = fill(text(mapping(executor).get("name")) or text(executor), job.values)
            found = mapping(mapping(self._body.get("executors")).get(name))
            if not found:
                self._from_orb(name, f"job {job.name}: executor", job.place)
                return
            job.values = {
                **self._given(found.get("parameters"), mapping(executor)),
                **_environment(found.get("environment")),
                **job.values,
            }
            declared = {**found, **{key: one for key, one in declared.items() if key != "executor"}}
        images = declared.get("docker")
        for position, one in enumerate(items(images)):
            if said := text(mapping(one).get("image")):
                job.images.append((said, Place(job.place.path, line_of(images, position) or job.place.line)))
                job.system = job.system or fill(said, job.values)
        if "machine" in declared:
            job.system = "ubuntu"
        runner = text(declared.get("resource_class")) or text(mapping(declared.get("machine")).get("resource_class"))
        job.own = "/" in runner  # `namespace/name` is a runner of one's own

    def _steps(self, listed: Any, values: dict[str, str], folder: str, depth: int) -> list[Step]:
        found: list[Step] = []
        for position, value in enumerate(items(listed)):
            place = Place(self._pipeline.path, line_of(listed, position) or 1)
            name, given = next(iter(value.items()), ("", None)) if isinstance(value, dict) else (text(value), None)
            if name == "run":
                body = mapping(given)
                script = text(body.get("command")) or text(given)
                step = Step(place, fill(script, _angled(values)), text(body.get("working_directory")) or folder, _environment(body.get("environment")))  # fmt: skip
                step.folder = "" if step.folder.startswith("~/") else step.folder
                if "\n" in script:
                    step.place = Place(
                        place.path, (line_of(body, "command") or line_of(value, "run") or place.line) + 1
                    )
                found.append(step)
            elif name in ("when", "unless"):
                found += self._steps(mapping(given).get("steps"), values, folder, depth)
            elif command := mapping(mapping(self._body.get("commands")).get(name)):
                if depth >= _DEPTH:
                    reason = f"the command {str(name)[:100]} uses itself, or is nested too deep: what is behind that was not read"
                    self._pipeline.problems.append(Problem(reason, place))
                    continue
                inner = {**values, **self._given(command.get("parameters"), {k: fill(v, values) for k, v in texts(given).items()})}  # fmt: skip
                found += self._steps(command.get("steps"), inner, folder, depth + 1)
            elif "/" in str(name):
                self._from_orb(str(name), "step", place)
        return found

    def _from_orb(self, name: str, what: str, place: Place) -> None:
        """Something of an orb: what it does is not seen."""
        orb = name.partition("/")[0]
        source = text(self._orbs.get(orb)).partition("@")[0]
        if "/" in name and source:
            self._pipeline.notes.append(f"orb {source[:60]}/{name.partition('/')[2][:60]}")
            reason = f"what {source[:100]} of CircleCI does in {name[:100]} is not seen: state what it needs in blastradius.yaml"
        else:
            reason = f"{what}: {name[:100]} is declared nowhere in the file: state what it needs in blastradius.yaml"
        self._pipeline.problems.append(Problem(reason, place, name[:100]))


def _runs(given: dict[str, Any]) -> list[dict[str, Any]]:
    """What a job is given in each of its runs."""
    matrix = mapping(given.get("matrix"))
    axes = mapping(matrix.get("parameters"))
    if not axes:
        return [given]
    plain = {key: one for key, one in given.items() if key not in ("matrix", "name")}
    return [{**plain, **one} for one in product(axes, items(matrix.get("exclude")))]


def _environment(said: Any) -> dict[str, str]:
    found = texts(said)
    for one in items(said) if isinstance(said, list) else ():
        found.update(texts(one))
    return found


def _angled(values: dict[str, str]) -> dict[str, str]:
    """Only parameters: variables of the shell are filled in later, as they change."""
    return {name: value for name, value in values.items() if "." in name}
