"""Bitbucket Pipelines: steps of all branches, with their pipes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from blastradius.documents import Document, line_of
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.model import Fetched, Job, Pipeline, Place, Problem, Step, items, texts
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.variables import fill

HOST = "bitbucket.org"
#: Pipes of Atlassian, and the commands that do the same, with the arguments that say of what.
_PIPES = {
    "aws-ecs-deploy": "aws ecs update-service --service $SERVICE_NAME --cluster $CLUSTER_NAME --region $AWS_DEFAULT_REGION",
    "aws-s3-deploy": "aws s3 sync . s3://$S3_BUCKET --region $AWS_DEFAULT_REGION",
    "aws-lambda-deploy": "aws lambda update-function-code --function-name $FUNCTION_NAME --region $AWS_DEFAULT_REGION",
    "aws-cloudformation-deploy": "aws cloudformation deploy --template-file $TEMPLATE --region $AWS_DEFAULT_REGION",
    "aws-ecr-push-image": "aws ecr get-login-password --region $AWS_DEFAULT_REGION",
    "aws-elasticbeanstalk-deploy": "aws elasticbeanstalk update-environment --environment-name $ENVIRONMENT_NAME --region $AWS_DEFAULT_REGION",
    "aws-eks-kubectl-run": "aws eks update-kubeconfig --name $CLUSTER_NAME --region $AWS_DEFAULT_REGION\nkubectl $KUBECTL_COMMAND -f $RESOURCE_PATH",
    "google-cloud-run-deploy": "gcloud run deploy $SERVICE_NAME --region $REGION",
    "azure-web-apps-deploy": "az webapp deploy --name $AZURE_APP_NAME",
    "heroku-deploy": "heroku container:release --app $HEROKU_APP_NAME",
    "ssh-run": "ssh $SERVER",
    "scp-deploy": "scp . $SERVER:",
    "rsync-deploy": "rsync . $SERVER:",
}  # fmt: skip


def pipeline(document: Document, files: Files) -> Pipeline | None:
    """Read a configuration; None for one without pipelines."""
    body = mapping(document.value)
    declared = body.get("pipelines")
    if not isinstance(declared, dict):
        return None
    path = document.where
    made = Pipeline(path, f"{posixpath.dirname(path)} Bitbucket Pipelines".strip(), "Bitbucket Pipelines")
    made.triggers = tuple(sorted(str(key) for key in declared))
    made.fetched.append(Fetched(HOST, "pipeline", "Bitbucket starts and runs it", Place(path, 1)))
    usual = body.get("image")
    for chain, steps in _chains(declared, ""):
        before: list[str] = []
        for stage in _stages(steps):
            keys = []
            for step, line in stage:
                key = f"{chain}/{len(made.jobs)}"
                made.jobs.append(_job(made, mapping(step), key, Place(path, line), usual, body, tuple(before)))
                keys.append(key)
            before += keys
    return made


def _chains(said: Any, name: str) -> Iterator[tuple[str, list[Any]]]:
    """Each sequence of steps with the branch, tag or name that it runs for."""
    if isinstance(said, list):
        yield name, said
    for key, value in mapping(said).items():
        yield from _chains(value, f"{name}/{key}" if name else str(key))


def _stages(steps: list[Any]) -> Iterator[list[tuple[Any, int]]]:
    """Steps that run beside each other, in their order."""
    for position, one in enumerate(steps[:500]):
        body, line = mapping(one), line_of(steps, position) or 1
        parallel = body.get("parallel")
        inner = parallel if isinstance(parallel, list) else mapping(parallel).get("steps")
        inner = inner if inner is not None else mapping(body.get("stage")).get("steps")
        if inner is not None:
            yield [(mapping(step).get("step"), line_of(inner, at) or line) for at, step in enumerate(items(inner))]
        elif "step" in body:
            yield [(body["step"], line)]


def _job(made: Pipeline, step: dict[str, Any], key: str, place: Place, usual: Any, body: dict[str, Any], after: tuple[str, ...]) -> Job:  # fmt: skip
    job = Job(key, text(step.get("name")) or key, place, after=after)
    job.environment = text(step.get("deployment"))
    image = step.get("image", usual)
    if said := text(mapping(image).get("name")) or text(image):
        job.images.append((said, Place(place.path, line_of(step, "image") or line_of(body, "image") or place.line)))
        job.system = said
    declared = mapping(mapping(body.get("definitions")).get("services"))
    for service in items(step.get("services")):
        if said := text(mapping(mapping(declared.get(text(service))).get("image")).get("name")) or text(mapping(declared.get(text(service))).get("image")):  # fmt: skip
            job.images.append((said, Place(place.path, line_of(declared, text(service)) or place.line)))
    job.own = any(text(one).startswith("self.hosted") for one in items(step.get("runs-on")))
    for part in ("script", "after-script"):
        script = step.get(part)
        for position, one in enumerate(items(script)):
            here = Place(place.path, line_of(script, position) or place.line)
            if isinstance(one, dict) and text(one.get("pipe")):
                _pipe(made, job, text(one.get("pipe")), texts(one.get("variables")), here)
            elif text(one):
                job.steps.append(Step(here, script=text(one), optional=part == "after-script"))
    return job


def _pipe(made: Pipeline, job: Job, pipe: str, given: dict[str, str], place: Place) -> None:
    """A pipe is an image that Bitbucket fetches and runs; those of Atlassian are known."""
    name = pipe.partition(":")[0]
    if pipe.startswith("docker://"):
        job.steps.append(Step(place, uses=pipe))
        return
    owner, _, short = name.partition("/")
    made.fetched.append(
        Fetched("docker.io", f"pipe {name[:100]}", "pipes are images that are fetched when it runs", place)
    )
    if owner == "atlassian" and short in _PIPES:
        job.steps.append(Step(place, script=fill(_PIPES[short], given), values=given))
    else:
        made.notes.append(f"pipe {name[:100]}")
        reason = f"what the pipe {name[:100]} does is not seen: state what it needs in blastradius.yaml"
        made.problems.append(Problem(reason, place, name[:100]))
