"""Commands that deploy, publish or call a cloud: which API they need, and what they change."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from blastradius.scanners.pipelines.clouds import aws, azure, google
from blastradius.scanners.pipelines.images import container
from blastradius.scanners.pipelines.model import Place
from blastradius.scanners.pipelines.modules import applied
from blastradius.scanners.shell import Command

if TYPE_CHECKING:
    from blastradius.scanners.pipelines.walk import Walk

Handler = Callable[["Walk", Command, Place], None]

_WORKLOADS = frozenset({"deployment", "deploy", "deployments", "statefulset", "sts", "statefulsets", "daemonset", "ds", "daemonsets", "cronjob", "cronjobs", "cj"})  # fmt: skip
_K8S_FLAGS = frozenset({
    "--wait", "--install", "-i", "--atomic", "--force", "--prune", "--server-side", "--record", "--dry-run", "--create-namespace",
    "--reuse-values", "--debug", "--reset-values", "--cleanup-on-fail", "--dependency-update", "--no-hooks", "--skip-crds",
    "--force-conflicts", "--overwrite", "--wait-for-jobs", "-R", "--recursive", "-A", "--all-namespaces", "--validate",
})  # fmt: skip
_TERRAFORM_FLAGS = frozenset({"-auto-approve", "--auto-approve", "--terragrunt-non-interactive", "run-all"})
#: Programs of hosting services: their host, words that deploy, options that name what is deployed.
_HOSTED: dict[str, tuple[str, frozenset[str], tuple[str, ...]]] = {
    "flyctl": ("api.machines.dev", frozenset({"deploy"}), ("--app", "-a")),
    "fly": ("api.machines.dev", frozenset({"deploy"}), ("--app", "-a")),
    "vercel": ("api.vercel.com", frozenset({"deploy", "--prod", "--prebuilt"}), ()),
    "netlify": ("api.netlify.com", frozenset({"deploy"}), ()),
    "heroku": ("api.heroku.com", frozenset({"container:release", "container:push"}), ("--app", "-a")),
    "wrangler": ("api.cloudflare.com", frozenset({"deploy", "publish"}), ("--name",)),
    "railway": ("backboard.railway.app", frozenset({"up", "deploy"}), ("--service", "-s")),
    "doctl": ("api.digitalocean.com", frozenset({"create-deployment", "update", "create"}), ()),
    "firebase": ("firebase.googleapis.com", frozenset({"deploy"}), ("--project", "-P")),
    "sentry-cli": ("sentry.io", frozenset(), ()),
    "gh": ("api.github.com", frozenset({"release"}), ()),
    "circleci": ("circleci.com", frozenset(), ()),
}


_SERVERLESS = ("serverless.yml", "serverless.yaml", "serverless.json")
#: Files that a program takes where none is named.
_TEMPLATES = {
    "sam": ("template.yaml", "template.yml", "template.json"), "serverless": _SERVERLESS, "sls": _SERVERLESS,
    "cdk": (), "chalice": (),
}  # fmt: skip


def deploy(walk: Walk, command: Command, place: Place) -> None:
    """Tell what a command of a script deploys, publishes or calls."""
    words = command.words
    if command.program in ("npx", "yarn", "pnpm", "bunx", "uvx", "exec") and len(words) > 1:
        inner = [word for word in words[1:] if word not in ("--yes", "-y", "--", "exec", "dlx", "run")]
        command = Command((inner[0].partition("@")[0], *inner[1:]), command.line) if inner else command
    handler = _HANDLERS.get(command.program)
    if handler is not None and not command.has("--help", "--version", "--dry-run", "--dryrun"):
        handler(walk, command, place)


def _kubectl(walk: Walk, command: Command, place: Place) -> None:
    said = command.plain(_K8S_FLAGS)
    verb = said[0] if said else ""
    if verb not in ("apply", "create", "replace", "set", "rollout", "scale", "patch", "delete") or walk.state.rehearsal:
        return
    paths = [*command.options("-f", "--filename", "-k", "--kustomize")]
    if verb in ("set", "rollout", "scale", "patch"):
        if verb == "rollout" and said[1:2] not in (["restart"], ["undo"]):
            return
        _workloads(walk, said[1:], place, f"kubectl {verb}")
        if verb == "set" and said[1:2] == ["image"]:
            for word in said[3:]:
                if "=" in word:
                    walk.image(word.partition("=")[2], f"{walk.via}: kubectl set image", place, "it is what shall run")
        _reached(walk, place, "kubectl")
    elif paths:
        for path in paths:
            for one in path.split(","):
                if one == "-":  # what another command prints
                    walk.telling.publishes(walk.job.key)
                else:
                    walk.changes_path(one, f"kubectl {verb}", place)
                if one.startswith(("http://", "https://")):
                    walk.need(_host(one), f"kubectl {verb}", place, "the job fetches from it") if _host(one) else None
        _reached(walk, place, "kubectl")


def _host(url: str) -> str:
    from blastradius.scanners import addresses

    return next((one.host for one in addresses.urls(url) if one.host and not one.unresolved), "")


def _workloads(walk: Walk, said: list[str], place: Place, via: str) -> None:
    for position, word in enumerate(said):
        sort, slash, name = word.partition("/")
        if slash and sort.partition(".")[0].lower() in _WORKLOADS:
            walk.changes(name, via, place, "service", "a workload")
            return
        if word.lower() in _WORKLOADS and position + 1 < len(said) and "=" not in said[position + 1]:
            walk.changes(said[position + 1], via, place, "service", "a workload")
            return


def _reached(walk: Walk, place: Place, program: str) -> None:
    """Without a cluster that is named before, it is a kubeconfig out of sight that says which one is changed."""
    if not walk.state.cluster:
        walk.problem(f"{program} changes a cluster that nothing here names", place)


def _helm(walk: Walk, command: Command, place: Place) -> None:
    said = command.plain(_K8S_FLAGS)
    if said[:1] == ["push"]:
        walk.telling.publishes(walk.job.key)
        return
    if said[:1] not in (["upgrade"], ["install"]) or walk.state.rehearsal:
        return
    chart = said[2] if len(said) > 2 else ""
    repository = command.option("--repo")
    if repository and (host := _host(repository)):
        walk.need(host, "helm --repo", place, "the chart is fetched from it")
    path = walk.path(chart) if chart else None
    if path is not None and not repository and (chart.startswith(".") or path in walk.folders):
        walk.changes_path(chart, "helm upgrade", place)
    elif chart.startswith("oci://"):
        walk.image(chart.removeprefix("oci://"), f"{walk.via}: helm upgrade", place, "the chart is fetched from it")
    if (len(said) > 1 and path is None) or (path is not None and path not in walk.folders):
        walk.changes(said[1] if len(said) > 1 else "", "helm upgrade", place, "service", "a release")
    _reached(walk, place, "helm")


def _helmfile(walk: Walk, command: Command, place: Place) -> None:
    if not command.has("apply", "sync") or walk.state.rehearsal:
        return
    walk.telling.publishes(walk.job.key)
    walk.problem("helmfile changes the releases that its file names, which was not read", place)
    _reached(walk, place, "helmfile")


def _skaffold(walk: Walk, command: Command, place: Place) -> None:
    if not command.has("run", "deploy") or walk.state.rehearsal:
        return
    walk.telling.publishes(walk.job.key)
    walk.problem("skaffold changes what its file names, which was not read", place)
    _reached(walk, place, "skaffold")


def _argocd(walk: Walk, command: Command, place: Place) -> None:
    said = command.plain()
    if said[:2] == ["app", "sync"]:
        walk.telling.publishes(walk.job.key)
        walk.problem("argocd app sync changes what an Argo CD that was not scanned deploys", place)


def _terraform(walk: Walk, command: Command, place: Place) -> None:
    if "apply" not in command.plain(_TERRAFORM_FLAGS)[:3] or walk.state.rehearsal:
        return
    folder = command.option("-chdir", "--chdir", "--terragrunt-working-dir", "--working-dir") or "."
    via = f"{command.program} apply"
    path = walk.path(folder)
    if path is None or "run-all" in command.words or "--all" in command.words:
        walk.changes_path(folder, via, place)
    else:
        walk.telling.publishes(walk.job.key)
        files = applied(path, walk.files, walk.read)
        if files:
            reason = "what is declared there is changed by that"
            walk.telling.changes(walk.job.key, files, "path", f"{walk.via}: {via}", place, reason)
    reason = (
        f"{command.program} apply calls the APIs of the providers that it changes things with, which are not told here"
    )
    walk.problem(reason, place)


def _stack(walk: Walk, command: Command, place: Place) -> None:
    """Tools that deploy through CloudFormation what is declared in a folder."""
    if not command.has("deploy"):
        return
    file = command.option("--template-file", "--template", "-t", "--config", "-c") if command.program in ("sam", "serverless", "sls") else None  # fmt: skip
    via = f"{command.program} deploy"
    walk.changes_path(file, via, place) if file else walk.changes_files(".", _TEMPLATES[command.program], via, place)
    short = ("-r",) if command.program in ("serverless", "sls") else ()
    regions = walk.regions(command.option("--region", *short))
    walk.cloud("aws", "cloudformation", regions, f"{command.program} deploy", place)


def _pulumi(walk: Walk, command: Command, place: Place) -> None:
    if command.has("up", "update"):
        walk.telling.publishes(walk.job.key)
        walk.need("api.pulumi.com", "pulumi up", place, "it keeps the state where no other backend is named", note="unless another backend is set")  # fmt: skip
        walk.problem(
            "pulumi up calls the APIs of the providers that it changes things with, which are not told here", place
        )


def _copilot(walk: Walk, command: Command, place: Place) -> None:
    if command.has("deploy"):
        name = command.option("--name", "-n")
        walk.changes(name, "copilot deploy", place, "service") if name else walk.changes_path(
            ".", "copilot deploy", place
        )
        walk.cloud("aws", "cloudformation", walk.regions(None), "copilot deploy", place)


def _hosted(walk: Walk, command: Command, place: Place) -> None:
    host, verbs, options = _HOSTED[command.program]
    if verbs and not verbs & set(command.words[1:]):
        return
    walk.need(host, command.program, place, "the job calls it")
    if verbs:
        walk.telling.publishes(walk.job.key)
        if command.program != "gh":
            name = command.option(*options) if options else None
            walk.changes(name, command.program, place) if name else walk.changes_built(".", command.program, place)


def _ssh(walk: Walk, command: Command, place: Place) -> None:
    """A machine that is reached by its name is what the job changes."""
    remote = command.program != "ssh"
    words = command.plain(
        frozenset({"-t", "-T", "-A", "-q", "-v", "-r", "-a", "-z", "-av", "-avz", "--delete", "-n", "-N", "-C"})
    )
    for word in words if remote else words[:1]:
        target = word.rpartition("@")[2].partition(":")[0] if (":" in word or not remote) else ""
        if target and re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", target) and re.search(r"[a-z]", target.rpartition(".")[2]):
            walk.need(target.lower(), command.program, place, "the job deploys to it")
            walk.changes(target.lower(), command.program, place)
        elif target.startswith(("$", "{")):
            walk.telling.publishes(walk.job.key)
            walk.known(target, f"the machine behind {command.program}", place)


def _published(walk: Walk, command: Command, place: Place) -> None:
    """Packages are published; who builds with them is not told here."""
    if command.has("publish", "upload", "release", "push"):
        walk.telling.publishes(walk.job.key)


def _make(walk: Walk, command: Command, place: Place) -> None:
    walk.telling.pipeline.notes.append(f"targets of {command.program}")


_HANDLERS: dict[str, Handler] = {
    "aws": aws, "gcloud": google, "gsutil": google, "az": azure, "func": azure,
    "docker": container, "podman": container, "buildah": container, "docker-compose": container, "nerdctl": container,
    "crane": container, "skopeo": container, "kaniko": container, "executor": container,
    "kubectl": _kubectl, "oc": _kubectl, "helm": _helm, "helmfile": _helmfile, "skaffold": _skaffold, "argocd": _argocd,
    "terraform": _terraform, "tofu": _terraform, "terragrunt": _terraform, "pulumi": _pulumi,
    "serverless": _stack, "sls": _stack, "sam": _stack, "cdk": _stack, "chalice": _stack, "copilot": _copilot,
    **dict.fromkeys(_HOSTED, _hosted), "ssh": _ssh, "scp": _ssh, "rsync": _ssh,
    "npm": _published, "twine": _published, "gem": _published, "cargo": _published, "poetry": _published,
    "goreleaser": _published, "semantic-release": _published, "lerna": _published,
    "make": _make, "just": _make, "task": _make, "nx": _make,
}  # fmt: skip
