"""Azure Pipelines: stages, jobs and steps, with templates of the same tree."""

from __future__ import annotations

import posixpath
from typing import Any

from blastradius.documents import Document, line_of
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.expressions import CONDITIONAL as _CONDITIONAL
from blastradius.scanners.pipelines.expressions import entries
from blastradius.scanners.pipelines.matrix import MOST
from blastradius.scanners.pipelines.model import Fetched, Job, Pipeline, Place, Problem, Step, items, texts
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.variables import fill

HOST = "dev.azure.com"
_DEPTH = 5
#: Tasks and what they do as commands, with the inputs that say of what.
_TASKS = {
    "azurewebapp": "az webapp deploy --name ${appname}",
    "azurermwebappdeployment": "az webapp deploy --name ${webappname}",
    "azurewebappcontainer": "az webapp deploy --name ${appname}",
    "azurefunctionapp": "func azure functionapp publish ${appname}",
    "azurecontainerapps": "az containerapp update --name ${containerappname}",
    "kubernetesmanifest": "kubectl apply -f ${manifests}",
    "terraformtaskv4": "terraform -chdir=${workingdirectory} ${command}",
    "terraformtask": "terraform -chdir=${workingdirectory} ${command}",
    "helmdeploy": "helm ${command} ${releasename} ${chartpath}",
    "npm": "npm ${command}",
    "npmauthenticate": "",
    "dotnetcorecli": "dotnet ${command}",
    "maven": "mvn package",
    "gradle": "gradle build",
    "usepythonversion": "", "usenode": "", "nodetool": "", "publishbuildartifacts": "", "publishpipelineartifact": "",
    "publishtestresults": "", "downloadbuildartifacts": "", "copyfiles": "", "archivefiles": "", "dockerinstaller": "",
}  # fmt: skip


def pipeline(document: Document, files: Files) -> Pipeline | None:
    """Read a pipeline; None for a file that is none, such as a template of another one."""
    body = mapping(document.value)
    if not {"stages", "jobs", "steps", "extends"} & set(body):
        return None
    path = document.where
    made = Pipeline(path, text(body.get("name")) or posixpath.splitext(posixpath.basename(path))[0], "Azure Pipelines")
    if "$(" in made.name:
        made.name = posixpath.splitext(posixpath.basename(path))[0]
    made.triggers = tuple(name for name in ("trigger", "pr", "schedules") if name in body)
    made.fetched.append(Fetched(HOST, "pipeline", "Azure DevOps starts and runs it", Place(path, 1), "inferred", "taken to be the hosted service"))  # fmt: skip
    values = {
        f"parameters.{text(one.get('name'))}": text(one.get("default"))
        for one in map(mapping, items(body.get("parameters")))
        if one.get("default") is not None
    }
    reader = _Reader(made, files, path)
    if "extends" in body:
        reader.problem("extends a template, whose stages were not read: state what it needs in blastradius.yaml", Place(path, line_of(body, "extends") or 1))  # fmt: skip
    reader.body(body, values, "", (), 0)
    return made


class _Reader:
    def __init__(self, pipeline: Pipeline, files: Files, path: str) -> None:
        self._pipeline = pipeline
        self._files = files
        self._chain = [path]

    def problem(self, reason: str, place: Place, reference: str | None = None) -> None:
        """Note what could not be seen."""
        self._pipeline.problems.append(Problem(reason, place, reference))

    def body(self, body: dict[str, Any], values: dict[str, str], before: str, after: tuple[str, ...], depth: int) -> list[str]:  # fmt: skip
        """Read whatever a file, a stage or a template holds; gives the keys of its jobs."""
        values = {**values, **_variables(body.get("variables"), values)}
        keys: list[str] = []
        by_name: dict[str, list[str]] = {}
        for sort in ("stages", "jobs"):
            listed = body.get(sort)
            last = after
            for position, (one, line, own) in enumerate(entries(listed, values)):
                place = Place(self._chain[-1], line)
                outer, values = values, {**values, **own}
                if text(one.get("template")):
                    made = self._template(one, values, before, last, place, depth)
                else:
                    said = text(one.get("stage")) or text(one.get("job")) or text(one.get("deployment"))
                    name = fill(said, values) or str(position)
                    needs = tuple(k for need in items(one.get("dependsOn")) for k in by_name.get(text(need), ()))
                    waits = (*after, *needs) if "dependsOn" in one else last if sort == "stages" else after
                    if sort == "stages":
                        # a stage of a template may hold stages of its own: a bound stops what goes round
                        made = (
                            self.body(one, values, f"{before}{name}/", waits, depth + 1) if depth < _DEPTH * 2 else []
                        )
                    else:
                        made = self._job(one, f"{before}{name}", name, values, waits, place, body, depth)
                    by_name[name] = [*by_name.get(name, ()), *made]
                values = outer
                keys += made
                last = (*last, *made) if sort == "stages" else last
        if "steps" in body and "jobs" not in body and "stages" not in body:
            keys += self._job(body, f"{before}job", "job", values, after, Place(self._chain[-1], line_of(body, "steps") or 1), body, depth)  # fmt: skip
        return keys

    def _job(self, one: dict[str, Any], key: str, name: str, values: dict[str, str], after: tuple[str, ...], place: Place, around: dict[str, Any], depth: int) -> list[str]:  # fmt: skip
        values = {**values, **_variables(one.get("variables"), values)}
        for run in self._runs(one, place):
            self._pipeline.jobs.append(self._run(one, key, name, {**values, **run}, after, place, around, depth))
        return [key]

    def _runs(self, one: dict[str, Any], place: Place) -> list[dict[str, str]]:
        """Variables of each run of a job by its matrix."""
        matrix = mapping(one.get("strategy")).get("matrix")
        if matrix is None:
            return [{}]
        runs = [texts(each) for each in list(mapping(matrix).values())[:MOST] if isinstance(each, dict)]
        if not runs:
            self.problem("the matrix of the job is made while it runs: state what it needs in blastradius.yaml", place)
        return [{**{f"variables.{name}": value for name, value in run.items()}, **run} for run in runs] or [{}]

    def _run(self, one: dict[str, Any], key: str, name: str, values: dict[str, str], after: tuple[str, ...], place: Place, around: dict[str, Any], depth: int) -> Job:  # fmt: skip
        job = Job(key, name, place, after=after, values=values, optional=text(one.get("continueOnError")) == "true")
        pool = one.get("pool", around.get("pool"))
        label = fill(text(mapping(pool).get("vmImage")), values)
        job.system = "ubuntu" if label.startswith("ubuntu") else ""
        named = text(mapping(pool).get("name")) or (text(pool) if isinstance(pool, str) else "")
        job.own = bool(named) and not label and named not in ("Azure Pipelines", "Hosted")
        container = one.get("container")
        if said := text(mapping(container).get("image")) or text(container):
            job.images.append((said, Place(place.path, line_of(one, "container") or place.line)))
            job.system = fill(said, values)
        stated = one.get("environment")
        job.environment = text(mapping(stated).get("name")) or text(stated)
        for steps in _steps_of(one):
            job.steps += self._steps(steps, values, depth)
        several = _several(one.get("variables"), values)
        job.several = {**_several(around.get("variables"), values), **several}
        return job

    def _steps(self, listed: Any, values: dict[str, str], depth: int) -> list[Step]:
        found: list[Step] = []
        path = self._chain[-1]
        for one, line, own in entries(listed, values):
            place = Place(path, line)
            step = Step(place, folder=text(one.get("workingDirectory")), values={**own, **texts(one.get("env"))})
            step.conditional = _CONDITIONAL in own or text(one.get("condition")) not in ("", "succeeded()", "always()")
            step.values.pop(_CONDITIONAL, None)
            step.optional = text(one.get("continueOnError")) == "true"
            sort = next(
                (key for key in ("script", "bash", "pwsh", "powershell", "task", "template") if text(one.get(key))), ""
            )
            if sort == "template":
                inner = self._read(one, place, depth)
                if inner is not None:
                    body, given = inner
                    found += [
                        _bound(each, given) for each in self._steps(body.get("steps"), {**values, **given}, depth + 1)
                    ]
                    self._chain.pop()
            elif sort == "task":
                self._task(step, text(one.get("task")), {k.lower(): v for k, v in texts(one.get("inputs")).items()})
                found.append(step)
            elif sort:
                step.script = text(one.get(sort))
                step.place = Place(path, (line_of(one, sort) or place.line) + ("\n" in step.script))
                found.append(step)
        return found

    def _task(self, step: Step, task: str, given: dict[str, str]) -> None:
        name = task.partition("@")[0].lower()
        script = given.get("inlinescript") or given.get("script") or given.get("scriptpath") or given.get("filepath")
        step.folder = given.get("workingdirectory") or step.folder
        if script and name in ("azurecli", "bash", "awsshellscript", "cmdline", "powershell", "azurepowershell"):
            step.script = script
            if region := given.get("regionname"):
                step.values = {**step.values, "AWS_REGION": region}
        elif name == "docker":
            _docker(step, given)
        elif name in _TASKS:
            step.script = fill(_TASKS[name], {key.replace("-", "_"): value for key, value in given.items()})
        else:
            self._pipeline.notes.append(f"task {task[:60]}")

    def _template(self, one: dict[str, Any], values: dict[str, str], before: str, after: tuple[str, ...], place: Place, depth: int) -> list[str]:  # fmt: skip
        inner = self._read(one, place, depth)
        if inner is None:
            return []
        body, given = inner
        made = self.body(body, {**values, **given}, f"{before}{place.line}/", after, depth + 1)
        self._chain.pop()
        return made

    def _read(self, one: dict[str, Any], place: Place, depth: int) -> tuple[dict[str, Any], dict[str, str]] | None:
        """A template of the tree with its parameters; its path stays on the chain until it is read."""
        said = text(one.get("template"))
        folder = "" if said.startswith("/") else posixpath.dirname(place.path)
        path = posixpath.normpath(posixpath.join(folder, said.lstrip("/")))
        if "@" in said or not self._files.has(path):
            self.problem(
                f"the template {said[:150]} was not scanned: state what it needs in blastradius.yaml", place, said[:150]
            )
            return None
        if path in self._chain or depth >= _DEPTH:
            self.problem(
                f"{path[:150]} uses itself, or is nested too deep: what is behind that was not read", place, path[:150]
            )
            return None
        body = mapping(self._files.document(path).value)
        given = {}
        for declared in map(mapping, items(body.get("parameters"))):
            if declared.get("default") is not None:
                given[f"parameters.{text(declared.get('name'))}"] = text(declared.get("default"))
        given.update({f"parameters.{name}": value for name, value in texts(one.get("parameters")).items()})
        self._chain.append(path)
        return body, given


def _bound(step: Step, given: dict[str, str]) -> Step:
    step.values = {**given, **step.values}
    return step


def _steps_of(job: dict[str, Any]) -> list[Any]:
    """The steps of a job, or of all phases of a deployment."""
    if "steps" in job:
        return [job["steps"]]
    found = []
    for strategy in mapping(job.get("strategy")).values():
        for phase, body in mapping(strategy).items():
            if phase == "on":
                found += [mapping(one).get("steps") for one in mapping(body).values()]
            else:
                found.append(mapping(body).get("steps"))
    return [one for one in found if one]


def _docker(step: Step, given: dict[str, str]) -> None:
    """The task that builds and publishes; its registry is a connection that is kept elsewhere."""
    registry, repository = given.get("containerregistry", ""), given.get("repository", "")
    host = f"{registry}/" if "." in registry else "$(containerRegistry)/" if registry else ""
    image = f"{host}{repository}"
    dockerfile = given.get("dockerfile", "").replace("**/", "")
    context = given.get("buildcontext") or posixpath.dirname(dockerfile) or "."
    command = given.get("command", "buildAndPush").lower()
    lines = []
    if command in ("build", "buildandpush"):
        lines.append(f"docker build -t {image} -f {dockerfile or 'Dockerfile'} {'.' if '**' in context else context}")
    if command in ("push", "buildandpush"):
        lines.append(f"docker push {image}")
    step.script = "\n".join(lines) if repository else ""


def _variables(said: Any, values: dict[str, str]) -> dict[str, str]:
    found = {name: one[0] for name, one in _all_variables(said, values).items()}
    return {**{f"variables.{name}": value for name, value in found.items()}, **found}


def _several(said: Any, values: dict[str, str]) -> dict[str, list[str]]:
    """Variables that are set more than once, differently: expressions decide which of them counts."""
    return {name: one for name, one in _all_variables(said, values).items() if len(one) > 1}


def _all_variables(said: Any, values: dict[str, str]) -> dict[str, list[str]]:
    """All values of each variable, those under expressions included."""
    found: dict[str, list[str]] = {}
    for one, _, _ in entries(said if isinstance(said, list) else [said], values):
        named = {text(one.get("name")): text(one.get("value"))} if one.get("value") is not None else texts(one)
        for name, value in named.items():
            if name and value not in found.setdefault(name, []):
                found[name].append(value)
    return found
