"""Commands of the clouds' own programs: which API they call in which region, and what they change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from blastradius.model import Kind
from blastradius.scanners.pipelines.model import Place
from blastradius.scanners.shell import Command

if TYPE_CHECKING:
    from blastradius.scanners.pipelines.walk import Walk

#: Services as the program calls them, by the names that ids have.
_AWS_NAMES = {
    "elbv2": "elb", "events": "eventbridge", "logs": "cloudwatch-logs", "s3api": "s3", "ecr-public": "ecr-public",
    "stepfunctions": "stepfunctions", "cognito-idp": "cognito", "kafka": "msk", "apigatewayv2": "apigateway",
    "opensearch": "opensearch", "es": "opensearch", "deploy": "codedeploy", "configservice": "config", "docdb": "documentdb",
}  # fmt: skip
#: What the job itself reads and writes: the data plane. Everything else changes things.
_DATA = frozenset({"s3", "sts", "ecr", "ecr-public", "secretsmanager", "ssm", "kms", "codeartifact", "sqs", "sns"})
#: Services whose API has one host for all regions.
_ONE_HOST = frozenset({"iam", "route53", "cloudfront", "organizations", "shield", "support"})
_LOCAL = frozenset({"configure", "help", "login"})
#: What a call changes, by the option that names it.
_AWS_TARGETS: dict[tuple[str, str], tuple[tuple[str, ...], Kind | None]] = {
    ("ecs", "update-service"): (("--service",), "service"),
    ("ecs", "create-service"): (("--service-name",), "service"),
    ("ecs", "register-task-definition"): (("--family",), None),
    ("lambda", "update-function-code"): (("--function-name",), "function"),
    ("lambda", "update-function-configuration"): (("--function-name",), "function"),
    ("lambda", "create-function"): (("--function-name",), "function"),
    ("lambda", "update-alias"): (("--function-name",), "function"),
    ("lambda", "publish-version"): (("--function-name",), "function"),
    ("elasticbeanstalk", "update-environment"): (("--environment-name",), None),
    ("apprunner", "start-deployment"): (("--service-arn",), None),
    ("apprunner", "update-service"): (("--service-arn",), None),
    ("deploy", "create-deployment"): (("--application-name",), None),
    ("amplify", "start-job"): (("--app-id",), None),
    ("cloudfront", "create-invalidation"): (("--distribution-id",), "cdn"),
    ("ssm", "send-command"): (("--instance-ids",), None),
    ("autoscaling", "start-instance-refresh"): (("--auto-scaling-group-name",), None),
    ("stepfunctions", "update-state-machine"): (("--state-machine-arn",), None),
    ("codebuild", "start-build"): (("--project-name",), None),
    ("codepipeline", "start-pipeline-execution"): (("--name",), None),
}
_AWS_FLAGS = frozenset({"--no-cli-pager", "--debug", "--no-paginate", "--force-new-deployment", "--delete", "--recursive", "--publish", "--no-progress", "--quiet", "--only-show-errors"})  # fmt: skip


def aws(walk: Walk, command: Command, place: Place) -> None:
    """A command of AWS."""
    said = command.plain(_AWS_FLAGS)
    if len(said) < 2 or said[0] in _LOCAL or not re.fullmatch(r"[a-z0-9-]{2,40}", said[0]):
        return
    service, verb = said[0], said[1]
    endpoint = command.option("--endpoint-url")
    if endpoint and ("localhost" in endpoint or "127.0.0.1" in endpoint or "localstack" in endpoint):
        return
    name = _AWS_NAMES.get(service, service)
    via = f"aws {service} {verb}"
    regions = ["us-east-1"] if service == "ecr-public" else walk.regions(command.option("--region"))
    if service in _ONE_HOST:
        walk.need(f"{service}.amazonaws.com", via, place, "the job calls it")
    else:
        walk.cloud("aws", name, regions, via, place, "platform" if service in _DATA else "control-plane")
    if service == "s3":
        _s3(walk, command, said[2:], verb, place)
    elif service == "cloudformation" and verb in ("deploy", "create-stack", "update-stack", "package"):
        _template(walk, command, via, place)
    elif (service, verb) == ("eks", "update-kubeconfig"):
        _cluster(walk, command.option("--name"), via, place)
    elif (service, verb) in _AWS_TARGETS:
        options, kind = _AWS_TARGETS[service, verb]
        target = command.option(*options)
        if target is not None:
            walk.changes(_last(target), via, place, kind)
        if service == "ecs" and (cluster := command.option("--cluster")) and walk.known(cluster, "a cluster", place):
            walk.need((_last(cluster),), via, place, "what is changed runs there", kind="cluster")


def _last(name: str) -> str:
    """The name at the end of an ARN that a variable is part of; a full ARN stays."""
    return name.rpartition("/")[2] if name.startswith("arn:") and "$" in name else name


def _s3(walk: Walk, command: Command, said: list[str], verb: str, place: Place) -> None:
    for position, word in enumerate(one for one in said if one.startswith("s3://")):
        bucket = word.removeprefix("s3://").partition("/")[0]
        if not walk.known(bucket, "a bucket", place):
            continue
        walk.need((f"arn:aws:s3:::{bucket}", bucket), f"aws s3 {verb}", place, "the job reads or writes it")
        writes = word == [one for one in said if "/" in one or "." in one][-1:][0] and (
            position or not said[0].startswith("s3://")
        )
        if writes and (verb == "sync" or (verb in ("cp", "mv") and command.has("--recursive"))):
            walk.changes(f"arn:aws:s3:::{bucket}", f"aws s3 {verb}", place, "bucket")


def _template(walk: Walk, command: Command, via: str, place: Place) -> None:
    file = command.option("--template-file", "--template-body")
    if file and not file.startswith("http"):
        walk.changes_path(file.removeprefix("file://"), via, place)
    else:
        walk.telling.publishes(walk.job.key)


def _cluster(walk: Walk, name: str | None, via: str, place: Place) -> None:
    walk.state.cluster = True
    if name and walk.known(name, "a cluster", place):
        walk.need((name,), via, place, "what is changed runs there", kind="cluster")


#: Services of Google by the words that name them, and how what is deployed is found.
_GOOGLE: dict[tuple[str, ...], tuple[str, Kind | None]] = {
    ("run", "deploy"): ("cloud-run", "service"),
    ("run", "services", "update"): ("cloud-run", "service"),
    ("run", "services", "replace"): ("cloud-run", None),
    ("run", "jobs", "deploy"): ("cloud-run", "service"),
    ("functions", "deploy"): ("cloud-functions", "function"),
    ("app", "deploy"): ("app-engine", None),
    ("builds", "submit"): ("cloud-build", None),
    ("compute", "instance-groups"): ("compute", None),
    ("deploy", "releases"): ("cloud-deploy", None),
}
_GOOGLE_FLAGS = frozenset({"--quiet", "-q", "--allow-unauthenticated", "--no-allow-unauthenticated", "--no-traffic", "--async", "--gen2", "--trigger-http"})  # fmt: skip


def google(walk: Walk, command: Command, place: Place) -> None:
    """A command of Google Cloud."""
    if command.program == "gsutil":
        for word in command.words[2:]:
            if word.startswith("gs://"):
                bucket = word.removeprefix("gs://").partition("/")[0]
                if walk.known(bucket, "a bucket", place):
                    walk.need((f"gs://{bucket}",), "gsutil", place, "the job reads or writes it")
        return
    said = [word for word in command.plain(_GOOGLE_FLAGS) if word not in ("beta", "alpha")]
    region = command.option("--region", "--location", "--zone", "-z")
    if said[:3] == ["container", "clusters", "get-credentials"]:
        regions = walk.regions(_region_of(region) or "")
        walk.cloud("gcp", "gke", regions, "gcloud container clusters get-credentials", place)
        _cluster(walk, said[3] if len(said) > 3 else None, "gcloud container clusters get-credentials", place)
        return
    found = next((key for key in _GOOGLE if tuple(said[: len(key)]) == key), None)
    if found is None:
        return
    service, kind = _GOOGLE[found]
    via = f"gcloud {' '.join(found)}"
    walk.cloud("gcp", service, walk.regions(_region_of(region) or ""), via, place)
    rest = said[len(found) :]
    if kind is not None and rest:
        walk.changes(rest[0], via, place, kind)
    elif service != "cloud-build":
        walk.telling.publishes(walk.job.key)
    if (image := command.option("--image")) is not None:
        walk.pushes(image, via, place)
    if service == "cloud-build" and (tag := command.option("--tag", "-t")) is not None:
        walk.pushes(tag, via, place)
        walk.builds(rest[0] if rest else ".", "", "", via, place, True, [tag])


def _region_of(place: str | None) -> str | None:
    """The region that a zone is in."""
    match = re.fullmatch(r"([a-z]+-[a-z]+\d{1,2})-[a-z]", place or "")
    return match[1] if match else place


#: What changes things in Azure, by its first words, and the options that name what is changed.
_AZURE: dict[tuple[str, ...], Kind | None] = {
    ("webapp", "deploy"): None, ("webapp", "up"): None, ("webapp", "deployment"): None, ("webapp", "restart"): None,
    ("webapp", "config"): None, ("functionapp", "deployment"): None, ("functionapp", "deploy"): None,
    ("containerapp", "update"): None, ("containerapp", "up"): None, ("containerapp", "create"): None,
    ("container", "create"): None, ("staticwebapp", "create"): None, ("aks", "get-credentials"): "cluster",
    ("deployment", "group"): None, ("deployment", "sub"): None, ("acr", "build"): None,
}  # fmt: skip


def azure(walk: Walk, command: Command, place: Place) -> None:
    """A command of Azure."""
    said = command.plain()
    if command.program == "func":
        if said[:3] == ["azure", "functionapp", "publish"] and len(said) > 3:
            walk.need("management.azure.com", "func azure functionapp publish", place, "the job calls it")
            walk.changes(said[3], "func azure functionapp publish", place)
        return
    if said[:2] == ["acr", "login"]:
        name = command.option("--name", "-n")
        if name and walk.known(name, "a registry", place) and re.fullmatch(r"\w+", name):
            walk.need(f"{name.lower()}.azurecr.io", "az acr login", place, "the job publishes or fetches there")
        return
    if tuple(said[:2]) not in _AZURE:
        return
    via = f"az {said[0]} {said[1]}"
    walk.need("management.azure.com", via, place, "the job calls it")
    name = command.option("--name", "-n")
    if said[0] == "aks":
        _cluster(walk, name, via, place)
    elif said[0] == "deployment":
        template = command.option("--template-file", "-f")
        walk.changes_path(template, via, place) if template else walk.telling.publishes(walk.job.key)
    elif said[:2] == ["acr", "build"]:
        registry, image = command.option("--registry", "-r"), command.option("--image", "-t")
        if registry and image and walk.known(registry, "a registry", place):
            walk.pushes(f"{registry.lower().removesuffix('.azurecr.io')}.azurecr.io/{image}", via, place)
    elif name:
        walk.changes(name, via, place)
