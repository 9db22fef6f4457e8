"""GitLab CI: jobs with what they extend, refer to and include from the same tree."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from blastradius.documents import Document, MarkedList, line_of
from blastradius.scanners.addresses import urls
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.matrix import MOST, product
from blastradius.scanners.pipelines.model import Fetched, Job, Pipeline, Place, Problem, Step, items, texts
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.variables import fill

HOST = "gitlab.com"
_NO_JOBS = frozenset({
    "default", "image", "services", "before_script", "after_script", "variables", "stages", "types", "include", "cache",
    "workflow", "spec", "pages:deploy",
})  # fmt: skip
_STAGES = (".pre", "build", "test", "deploy", ".post")
_MOST_FILES = 100
_DEPTH = 12


def pipeline(document: Document, files: Files) -> Pipeline | None:
    """Read a pipeline with what it includes; None for a file without jobs."""
    path = document.where
    if not mapping(document.value):
        return None
    name = f"{posixpath.dirname(path)} GitLab CI".strip()
    made = Pipeline(path, name, "GitLab CI")
    reader = _Reader(made, files, posixpath.dirname(path))
    reader.take(document, path, 0)
    reader.jobs()
    known = HOST in (files.text(path) or "")
    made.fetched.append(
        Fetched(
            HOST, "pipeline", "GitLab starts and runs it", Place(path, 1), "declared" if known else "assumed",
            None if known else "taken to be gitlab.com: a server of one's own is stated nowhere in the file",
        )
    )  # fmt: skip
    return made if made.jobs or made.problems else None


class _Reader:
    """Gathers the entries of all files of a pipeline, then its jobs."""

    def __init__(self, pipeline: Pipeline, files: Files, top: str) -> None:
        self._pipeline = pipeline
        self._files = files
        self._top = top
        self._entries: dict[str, tuple[Any, str, int]] = {}
        self._variables: dict[str, str] = {}
        self._taken: set[str] = set()

    def take(self, document: Document, path: str, depth: int) -> None:
        """Take the entries of a file: those of what it includes first, for its own go before them."""
        self._taken.add(path)
        body = mapping(document.value)
        for position, one in enumerate(items(body.get("include"))):
            line = line_of(body.get("include"), position) or line_of(body, "include") or 1
            self._include(one, Place(path, line), depth)
        for key, value in body.items():
            if key == "variables":
                self._variables.update(_variables(value))
            elif key != "include":
                self._entries[key] = (value, path, line_of(body, key) or 1)

    def _include(self, said: Any, place: Place, depth: int) -> None:
        body = mapping(said)
        local = text(body.get("local")) or (text(said) if "://" not in text(said) else "")
        if local:
            pattern = posixpath.normpath(posixpath.join(self._top, local.lstrip("/")))
            found = [one for one in sorted(self._files.by_path) if _fits(one, pattern)]
            for path in found:
                if path in self._taken or depth >= _DEPTH or len(self._taken) >= _MOST_FILES:
                    self._problem(
                        f"{path[:150]} is included again, or too deep: it was not read anew", place, path[:150]
                    )
                    continue
                self.take(self._files.document(path), path, depth + 1)
            if not found:
                self._problem(f"{local[:150]} is included and was not scanned: scan it as well", place, local[:150])
            return
        for sort in ("remote", "project", "template", "component"):
            named = text(body.get(sort)) or (text(said) if sort == "remote" else "")
            if named:
                shown = _public(named)
                self._problem(f"the jobs of the {sort} {shown} are included and were not scanned: state what they need in blastradius.yaml", place, shown)  # fmt: skip
                hosts = [one.host for one in urls(named) if one.host and not one.unresolved]
                if sort == "remote" and hosts:
                    self._pipeline.fetched.append(Fetched(hosts[0], "include", "a part of the pipeline is fetched from it", place))  # fmt: skip
                return

    def _problem(self, reason: str, place: Place, reference: str | None = None) -> None:
        self._pipeline.problems.append(Problem(reason, place, reference))

    def jobs(self) -> None:
        """Make the jobs; one waits for those it needs, else for all of earlier stages."""
        stages = [text(one) for one in items(self._entries.get("stages", (None, "", 1))[0])] or list(_STAGES)
        stage_of: dict[str, int] = {}
        own: list[Job] = []
        for key, (value, path, line) in list(self._entries.items())[:1_000]:
            if key in _NO_JOBS or key.startswith(".") or not isinstance(value, dict):
                continue
            said = text(self._find(key, "stage")[0]) or "test"
            stage_of[key] = stages.index(said) if said in stages else len(stages)
            own.extend(self._job(key, Place(path, line), run) for run in self._runs(key))
        self._pipeline.jobs.extend(own)
        for job in own:
            needs = self._find(job.key, "needs")[0]
            if needs is None:
                job.after = tuple(key for key, stage in stage_of.items() if stage < stage_of[job.key])
            else:
                job.after = tuple(text(mapping(one).get("job")) or text(one) for one in items(needs))

    def _runs(self, key: str) -> list[dict[str, str]]:
        """Variables of each run of a job: of its matrix, and of the rules by which it is run."""
        chosen: list[dict[str, str]] = []
        for axes in items(mapping(self._find(key, "parallel")[0]).get("matrix")):
            chosen += [texts(one) for one in product(mapping(axes))]
        around = _ruled(mapping(self._entries.get("workflow", (None, "", 1))[0]).get("rules"))
        found = [
            {**first, **second, **third}
            for first in around
            for second in _ruled(self._find(key, "rules")[0])
            for third in chosen or [{}]
        ]
        distinct = {tuple(sorted(one.items())): one for one in found}
        return list(distinct.values())[:MOST]

    def _job(self, key: str, place: Place, run: dict[str, str]) -> Job:
        values = dict(self._variables)
        for name in reversed(self._chain(key)):
            values.update(_variables(mapping(self._entries[name][0]).get("variables")))
        values.update(run)
        values = {name: fill(value, values) for name, value in values.items()}
        job = Job(key, key, place, values=values)
        image, where = self._find(key, "image")
        if said := text(mapping(image).get("name")) or text(image):
            job.images.append((said, where))
            job.system = fill(said, values)
        services, where = self._find(key, "services")
        for one in items(services):
            if said := text(mapping(one).get("name")) or text(one):
                job.images.append((said, where))
        job.optional = text(self._find(key, "allow_failure")[0]) == "true"
        environment = self._find(key, "environment")[0]
        job.environment = text(mapping(environment).get("name")) or text(environment)
        tags = [text(one) for one in items(self._find(key, "tags")[0])]
        if any(not tag.startswith(("saas-", "gitlab-org")) for tag in tags):
            self._problem(f"job {key} runs on a machine tagged {', '.join(tags)[:100]}, which was not scanned: state what it needs in blastradius.yaml", place)  # fmt: skip
        for part in ("before_script", "script", "after_script"):
            value, where = self._find(key, part)
            for line, at in _lines(self._resolved(value, 0), where):
                job.steps.append(Step(at, script=line, optional=part == "after_script"))
        self._trigger(key, place)
        return job

    def _trigger(self, key: str, place: Place) -> None:
        trigger = self._find(key, "trigger")[0]
        if trigger is None:
            return
        body = mapping(trigger)
        local = text(body.get("include")) or text(mapping(next(iter(items(body.get("include"))), None)).get("local"))
        path = posixpath.normpath(posixpath.join(self._top, local.lstrip("/"))) if local else ""
        if path and self._files.has(path) and path not in self._taken:
            self._taken.add(path)
            inner = _Reader(self._pipeline, self._files, self._top)
            inner._taken = self._taken
            inner._variables = dict(self._variables)
            before = len(self._pipeline.jobs)
            inner.take(self._files.document(path), path, 1)
            inner.jobs()
            for job in self._pipeline.jobs[before:]:
                job.key = f"{key}/{job.key}"
                job.after = (*(f"{key}/{one}" for one in job.after), key)
            return
        shown = _public(text(body.get("project")) or text(trigger) or local or "what is made while it runs")
        self._problem(f"job {key} starts the pipeline of {shown}, which was not scanned: state what it needs in blastradius.yaml", place, shown)  # fmt: skip

    def _chain(self, key: str) -> list[str]:
        """A job and all that it extends, the nearest first."""
        chain: list[str] = []
        left = [key]
        while left and len(chain) < 50:
            name = left.pop(0)
            if name in chain or name not in self._entries:
                continue
            chain.append(name)
            left = [text(one) for one in reversed(items(mapping(self._entries[name][0]).get("extends")))] + left
        return chain

    def _find(self, key: str, part: str) -> tuple[Any, Place]:
        """A part of a job where it or what it extends states it, else the default for all jobs."""
        for name in self._chain(key):
            body, path, line = self._entries[name]
            if part in mapping(body):
                return body[part], Place(path, line_of(body, part) or line)
        if part in ("image", "services", "before_script", "after_script", "tags"):
            for holder in ("default", ""):
                body, path, line = self._entries.get(holder or part, (None, "", 1))
                value = mapping(body).get(part) if holder else body
                if value is not None:
                    return value, Place(path, (line_of(body, part) if holder else line) or line)
        return None, Place(self._pipeline.path, 1)

    def _resolved(self, value: Any, depth: int) -> Any:
        """A script with its `!reference`s replaced."""
        if isinstance(value, MarkedList) and value.tag == "!reference":
            if depth > _DEPTH or len(value) < 2:
                return []
            found: Any = self._find(text(value[0]), text(value[1]))[0] if text(value[0]) in self._entries else None
            return self._resolved(found, depth + 1)
        if isinstance(value, MarkedList) and any(isinstance(one, list) for one in value):
            made = MarkedList(value.line)
            for position, one in enumerate(value[:2_000]):
                made.append(self._resolved(one, depth + 1) if isinstance(one, list) and depth <= _DEPTH else one)
                made.lines.append(line_of(value, position) or value.line)
            return made
        return value


def _fits(path: str, pattern: str) -> bool:
    return path == pattern or ("*" in pattern and fnmatch.fnmatchcase(path, pattern))


def _public(named: str) -> str:
    """A name or URL to show: without user, password and query."""
    return re.sub(r"[?#].*$", "", re.sub(r"(?<=//)[^/@\s]*@", "", named))[:150]


def _variables(said: Any) -> dict[str, str]:
    found = texts(said)
    found.update(
        {name: text(mapping(one).get("value")) for name, one in mapping(said).items() if isinstance(one, dict)}
    )
    return found


def _ruled(rules: Any) -> list[dict[str, str]]:
    """Variables that each of some rules sets where it holds, each distinct set once; none where there are no rules."""
    found: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for one in map(mapping, items(rules)):
        if text(one.get("when")) != "never":
            said = _variables(one.get("variables"))
            found.setdefault(tuple(sorted(said.items())), said)
    return list(found.values())[:MOST] or [{}]


def _lines(value: Any, place: Place) -> Iterator[tuple[str, Place]]:
    """Lines of a script with their places; lists may be nested."""
    if not isinstance(value, list):
        if text(value):
            yield text(value), place
        return
    for position, one in enumerate(value[:2_000]):
        here = Place(place.path, line_of(value, position) or place.line)
        if isinstance(one, list):
            yield from _lines(one, here)
        elif text(one):
            yield text(one), here
