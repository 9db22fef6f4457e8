"""GitHub actions and the like: what those do of which the arguments tell it; others are counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from blastradius.hosts import turned
from blastradius.scanners.pipelines.images import container
from blastradius.scanners.pipelines.model import Place
from blastradius.scanners.pipelines.variables import open_in
from blastradius.scanners.shell import Command

if TYPE_CHECKING:
    from blastradius.scanners.pipelines.walk import Walk

Handler = Callable[["Walk", Place], None]

#: Actions that only fetch from where all actions come from, or do nothing outside the machine.
_PLAIN = frozenset({
    "helm/kind-action", "medyagh/setup-minikube", "nolar/setup-k3d-k3s", "actions/checkout", "actions/cache", "actions/cache/restore", "actions/cache/save", "actions/upload-artifact",
    "actions/download-artifact", "actions/setup-node", "actions/setup-python", "actions/setup-go", "actions/setup-java",
    "actions/setup-dotnet", "actions/github-script", "actions/labeler", "actions/stale", "actions/configure-pages",
    "docker/setup-qemu-action", "docker/setup-buildx-action", "docker/setup-docker-action", "ruby/setup-ruby",
    "dorny/paths-filter", "tj-actions/changed-files", "actions/upload-pages-artifact", "actions/dependency-review-action",
    "dessant/lock-threads", "amannn/action-semantic-pull-request", "peter-evans/create-pull-request", "github/codeql-action",
})  # fmt: skip
#: Hosts that an action calls, whatever its arguments are, and whether it publishes.
_HOSTS: dict[str, tuple[str, bool]] = {
    "hashicorp/setup-terraform": (turned("com.hashicorp.releases"), False),
    "codecov/codecov-action": ("codecov.io", False),
    "pypa/gh-action-pypi-publish": (turned("org.pypi.upload"), True),
    "js-devtools/npm-publish": (turned("org.npmjs.registry"), True),
    "cloudflare/wrangler-action": ("api.cloudflare.com", True),
    "cloudflare/pages-action": ("api.cloudflare.com", True),
    "nwtgck/actions-netlify": ("api.netlify.com", True),
    "netlify/actions": ("api.netlify.com", True),
    "amondnet/vercel-action": ("api.vercel.com", True),
    "firebaseextended/action-hosting-deploy": ("firebase.googleapis.com", True),
    "slackapi/slack-github-action": ("hooks.slack.com", False),
    "8398a7/action-slack": ("hooks.slack.com", False),
    "softprops/action-gh-release": ("api.github.com", True),
    "actions/deploy-pages": ("api.github.com", True),
    "peaceiris/actions-gh-pages": ("api.github.com", True),
    "goreleaser/goreleaser-action": ("api.github.com", True),
    "pulumi/actions": ("api.pulumi.com", True),
    "getsentry/action-release": ("sentry.io", False),
    "snyk/actions": ("api.snyk.io", False),
    "sonarsource/sonarcloud-github-action": ("sonarcloud.io", False),
}
#: Of those, the ones without which the job goes on to do its work.
_TELLING = frozenset({"hooks.slack.com", "codecov.io", "sentry.io"})


def act(walk: Walk) -> None:
    """Tell what the action of a step does."""
    place, uses = walk.step.place, walk.fill(walk.step.uses)
    if uses.startswith("docker://"):
        walk.image(uses, f"{walk.via}: uses", place, "a step runs in it")
        return
    name = uses.partition("@")[0].lower()
    handler = _HANDLERS.get(name)
    if handler is not None:
        handler(walk, place)
    elif (known := _HOSTS.get(name) or _HOSTS.get("/".join(name.split("/")[:2]))) is not None:
        host, publishes = known
        kept = walk.step.optional
        walk.step.optional = kept or host in _TELLING
        walk.need(host, name, place, "the job calls it")
        walk.step.optional = kept
        if publishes:
            walk.telling.publishes(walk.job.key)
    elif "/".join(name.split("/")[:2]) not in _PLAIN and name not in _PLAIN:
        walk.telling.pipeline.notes.append(f"action {name[:100]}")


def _lines(said: str) -> list[str]:
    """Values of an argument that holds several, one a line or divided by commas."""
    return [part.strip() for part in re.split(r"[\n,]", said) if part.strip()][:100]


def _outputs(walk: Walk, **values: str) -> None:
    """What later steps may ask of this one."""
    for name, value in values.items():
        if walk.step.name and value:
            walk.state.values[f"steps.{walk.step.name}.outputs.{name}"] = value


def _aws_credentials(walk: Walk, place: Place) -> None:
    region = walk.given("aws-region")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        walk.state.assign(name, region, walk.around)
    regions = walk.regions(region)
    if not regions:
        walk.known(region, "the region", place)
    role = walk.given("role-to-assume")
    account = re.match(r"arn:aws[a-z-]*:iam::(\d{12}):role/", role)
    if account:
        walk.state.values["@account"] = account[1]
    walk.cloud("aws", "sts", regions, "aws-actions/configure-aws-credentials", place, "platform")


def _ecr_login(walk: Walk, place: Place) -> None:
    via = "aws-actions/amazon-ecr-login"
    if walk.given("registry-type") == "public":
        walk.need("aws:platform/us-east-1/ecr-public", via, place, "the job publishes or fetches there")
        _outputs(walk, registry="public.ecr.aws")
        return
    regions = walk.regions(None)
    walk.cloud("aws", "ecr", regions, via, place, "platform")
    account = _lines(walk.given("registries"))[:1] or [walk.state.values.get("@account", "")]
    if regions and re.fullmatch(r"\d{12}", account[0]):
        _outputs(walk, registry=f"{account[0]}.dkr.ecr.{regions[0]}.amazonaws.com")


def _docker_login(walk: Walk, place: Place) -> None:
    registry = walk.given("registry", "login-server") or "docker.io"
    container(walk, Command(("docker", "login", registry)), place)


def _metadata(walk: Walk, place: Place) -> None:
    """It gives the tags under which images are published."""
    images = _lines(walk.given("images"))
    names = [dict(p.partition("=")[::2] for p in (line.split(",") if "=" in line else [f"name={line}"])).get("name", "") for line in images]  # fmt: skip
    _outputs(walk, tags="\n".join(filter(None, names)))


def _build_push(walk: Walk, place: Place) -> None:
    outputs = walk.given("outputs")
    pushed = walk.given("push").lower() not in ("", "false") or "push=true" in outputs or "type=registry" in outputs
    context = walk.given("context")
    if "://" in context or "{{" in context:
        context = "."
    via = "docker/build-push-action"
    tags = _lines(walk.given("tags"))
    tags += [found[1] for found in [re.search(r"name=([^,\s]+)", outputs)] if found]
    file = walk.given("file")
    walk.state.folder = ""
    walk.builds(context or ".", file, walk.given("target"), via, place, pushed, tags)
    for tag in tags if pushed else ():
        walk.pushes(tag, via, place)
    if pushed:
        walk.telling.publishes(walk.job.key)


def _ecs(walk: Walk, place: Place) -> None:
    via = "aws-actions/amazon-ecs-deploy-task-definition"
    walk.cloud("aws", "ecs", walk.regions(None), via, place)
    service, cluster = walk.given("service"), walk.given("cluster")
    walk.telling.publishes(walk.job.key)
    if service:
        walk.changes(service, via, place, "service")
    if cluster and walk.known(cluster, "a cluster", place):
        walk.need((cluster,), via, place, "what is changed runs there", kind="cluster")


def _ecs_render(walk: Walk, place: Place) -> None:
    image = walk.given("image")
    if image and not open_in(image):
        walk.image(image, f"{walk.via}: amazon-ecs-render-task-definition", place, "it is what shall run")


def _lambda(walk: Walk, place: Place) -> None:
    via = "aws-actions/aws-lambda-deploy"
    walk.cloud("aws", "lambda", walk.regions(None), via, place)
    walk.changes(walk.given("function-name", "function_name"), via, place, "function")


def _cloudformation(walk: Walk, place: Place) -> None:
    via = "aws-actions/aws-cloudformation-github-deploy"
    walk.cloud("aws", "cloudformation", walk.regions(None), via, place)
    template = walk.given("template")
    if template and not template.startswith("http"):
        walk.changes_path(template, via, place)
    walk.telling.publishes(walk.job.key)


def _codebuild(walk: Walk, place: Place) -> None:
    via = "aws-actions/aws-codebuild-run-build"
    walk.cloud("aws", "codebuild", walk.regions(None), via, place)


def _google_auth(walk: Walk, place: Place) -> None:
    walk.need("iamcredentials.googleapis.com", "google-github-actions/auth", place, "the job signs in there")


def _cloud_run(walk: Walk, place: Place) -> None:
    via = "google-github-actions/deploy-cloudrun"
    walk.cloud("gcp", "cloud-run", walk.regions(walk.given("region")), via, place)
    if service := walk.given("service"):
        walk.changes(service, via, place, "service")
    if image := walk.given("image"):
        walk.image(image, f"{walk.via}: {via}", place, "it is what shall run")


def _gke(walk: Walk, place: Place) -> None:
    walk.state.cluster = True
    via = "google-github-actions/get-gke-credentials"
    location = re.sub(r"(?<=\d)-[a-z]$", "", walk.given("location"))
    walk.cloud("gcp", "gke", walk.regions(location), via, place)
    cluster = walk.given("cluster_name")
    if cluster and walk.known(cluster, "a cluster", place):
        walk.need((cluster,), via, place, "what is changed runs there", kind="cluster")


def _azure(walk: Walk, place: Place) -> None:
    name = walk.step.uses.partition("@")[0].lower()
    walk.need(
        "login.microsoftonline.com" if name == "azure/login" else "management.azure.com",
        name,
        place,
        "the job calls it",
    )
    if name == "azure/login":
        return
    app = walk.given("app-name", "appname", "app_name", "containerAppName", "name")
    if app:
        walk.changes(app, name, place)
    walk.telling.publishes(walk.job.key)


def _aks(walk: Walk, place: Place) -> None:
    walk.state.cluster = True
    walk.need("management.azure.com", "azure/aks-set-context", place, "the job calls it")
    cluster = walk.given("cluster-name")
    if cluster and walk.known(cluster, "a cluster", place):
        walk.need((cluster,), "azure/aks-set-context", place, "what is changed runs there", kind="cluster")


def _k8s(walk: Walk, place: Place) -> None:
    for line in re.split(r"[\n,]", walk.given("manifests")):
        if line.strip() and not walk.state.rehearsal:
            walk.changes_path(line.strip(), "azure/k8s-deploy", place)


def _context(walk: Walk, place: Place) -> None:
    """A kubeconfig out of a secret: which cluster it is nobody can tell here."""


def _heroku(walk: Walk, place: Place) -> None:
    walk.need("api.heroku.com", "akhileshns/heroku-deploy", place, "the job calls it")
    walk.changes(walk.given("heroku_app_name"), "akhileshns/heroku-deploy", place)


def _over_ssh(walk: Walk, place: Place) -> None:
    walk.telling.publishes(walk.job.key)
    host = walk.given("host")
    if walk.known(host, "the machine behind ssh", place) and "." in host:
        walk.need(host.lower(), "ssh", place, "the job deploys to it")
        walk.changes(host.lower(), "ssh", place)


_HANDLERS: dict[str, Handler] = {
    "aws-actions/configure-aws-credentials": _aws_credentials,
    "aws-actions/amazon-ecr-login": _ecr_login,
    "aws-actions/amazon-ecs-deploy-task-definition": _ecs,
    "aws-actions/amazon-ecs-render-task-definition": _ecs_render,
    "aws-actions/aws-lambda-deploy": _lambda,
    "aws-actions/aws-cloudformation-github-deploy": _cloudformation,
    "aws-actions/aws-codebuild-run-build": _codebuild,
    "docker/login-action": _docker_login,
    "azure/docker-login": _docker_login,
    "docker/metadata-action": _metadata,
    "docker/build-push-action": _build_push,
    "google-github-actions/auth": _google_auth,
    "google-github-actions/setup-gcloud": _context,
    "google-github-actions/deploy-cloudrun": _cloud_run,
    "google-github-actions/get-gke-credentials": _gke,
    "azure/login": _azure,
    "azure/webapps-deploy": _azure,
    "azure/functions-action": _azure,
    "azure/container-apps-deploy-action": _azure,
    "azure/static-web-apps-deploy": _azure,
    "azure/aks-set-context": _aks,
    "azure/k8s-deploy": _k8s,
    "azure/k8s-set-context": _context,
    "akhileshns/heroku-deploy": _heroku,
    "appleboy/ssh-action": _over_ssh,
    "appleboy/scp-action": _over_ssh,
}
