"""Commands that build, fetch and publish container images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from blastradius.scanners.building import IMAGE
from blastradius.scanners.pipelines.model import Place
from blastradius.scanners.shell import Command

if TYPE_CHECKING:
    from blastradius.scanners.pipelines.walk import Walk

#: Options without a value; what stands behind any other one is its value and no image.
_FLAGS = frozenset({
    "--rm", "-d", "-it", "-i", "-t", "-ti", "--interactive", "--tty", "--detach", "--push", "--load", "--no-cache",
    "--pull", "--quiet", "-q", "--privileged", "--init", "--password-stdin", "--all-tags", "-a", "--squash", "--force",
    "--disable-content-trust", "--read-only", "-P", "--publish-all", "--compress", "--force-rm",
})  # fmt: skip
_BUILD_FLAGS = _FLAGS - {"-t", "-it", "-ti"}
_COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


def container(walk: Walk, command: Command, place: Place) -> None:
    """A command of docker and the like."""
    words = list(command.words)
    program = command.program
    if program in ("crane", "skopeo"):
        _copied(walk, program, command, place)
        return
    if program in ("kaniko", "executor"):
        _kaniko(walk, command, place)
        return
    remote = command.option("-H", "--host", "--context") if program != "docker-compose" else None
    verb = "compose" if program == "docker-compose" else next((word for word in command.plain(_FLAGS)), "")
    rest = Command(tuple(words[words.index(verb) :]) if verb in words else (verb, *words[1:]), command.line)
    if verb in ("buildx", "image", "container", "builder") and len(rest.words) > 1:
        verb = rest.words[1]
        rest = Command(rest.words[1:], command.line)
    if verb == "login":
        _login(walk, rest, place)
    elif verb in ("build", "bud"):
        _built(walk, rest, place)
    elif verb == "tag" and len(rest.plain(_FLAGS)) > 1:
        source, target = rest.plain(_FLAGS)[:2]
        walk.state.tagged[target] = source
    elif verb == "push":
        for image in rest.plain(_FLAGS)[:1]:
            _pushed(walk, image, place)
    elif verb in ("pull", "run", "create") and (said := rest.plain(_FLAGS)):
        _used(walk, said[0], verb, place)
    elif verb == "stack" and rest.words[1:2] == ("deploy",):
        _applied(walk, rest.options("-c", "--compose-file"), "docker stack deploy", place)
    elif verb == "compose":
        _compose(walk, rest, remote, place)


def _used(walk: Walk, image: str, verb: str, place: Place) -> None:
    """An image that is pulled; one that the job built itself is there already."""
    if image in walk.state.built or image in walk.state.tagged or "$" in image.partition(":")[0]:
        return
    if IMAGE.fullmatch(image):
        walk.image(image, f"{walk.via}: docker {verb}", place, "the job fetches it")


def _login(walk: Walk, command: Command, place: Place) -> None:
    said = command.plain(_FLAGS)
    host = said[0].removeprefix("https://").partition("/")[0] if said else "docker.io"
    if re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?", host):
        walk.need(host.lower(), "docker login", place, "the job signs in there")
    elif "$" in host:
        walk.known(host, "a registry", place)


def _built(walk: Walk, command: Command, place: Place) -> None:
    said = command.plain(_BUILD_FLAGS)
    context = said[-1] if said else "."
    file = command.option("-f", "--file") or ""
    images = command.options("-t", "--tag")
    pushed = command.has("--push")
    for image in images:
        walk.state.built[image] = f"{context}\n{file}"
    walk.builds(context, file, command.option("--target") or "", "docker build", place, pushed, images)
    for image in images if pushed else ():
        walk.pushes(image, "docker build --push", place)


def _pushed(walk: Walk, image: str, place: Place) -> None:
    built = walk.state.built
    source = image
    for _ in range(5):
        if source in built or source not in walk.state.tagged:
            break
        source = walk.state.tagged[source]
    if source not in built:  # `docker push --all-tags name`, or one that was built without the tag
        plain = re.sub(r":[^/:]*$", "", source)
        source = next((one for one in built if re.sub(r":[^/:]*$", "", one) == plain), source)
    if source in built:
        context, _, file = built[source].partition("\n")
        walk.builds(context, file, "", "docker build", place, True, [image])
    walk.pushes(image, "docker push", place)


def _copied(walk: Walk, program: str, command: Command, place: Place) -> None:
    said = [word.removeprefix("docker://") for word in command.plain(_FLAGS)]
    if said[:1] in (["copy"], ["push"]) and len(said) > 2:
        if said[0] == "copy":
            walk.image(said[1], f"{walk.via}: {program} copy", place, "the job fetches it")
        walk.pushes(said[2], f"{program} {said[0]}", place)


def _kaniko(walk: Walk, command: Command, place: Place) -> None:
    images = command.options("--destination", "-d")
    context = (command.option("--context", "-c") or ".").removeprefix("dir://")
    walk.builds(
        context,
        command.option("--dockerfile", "-f") or "",
        command.option("--target") or "",
        "kaniko",
        place,
        bool(images),
        images,
    )
    for image in images:
        walk.pushes(image, "kaniko", place)


def _compose(walk: Walk, command: Command, remote: str | None, place: Place) -> None:
    """Compose on a machine that is thrown away afterwards is a test; elsewhere it deploys."""
    verbs = [word for word in command.words if word in ("up", "push", "build", "pull")]
    files = command.options("-f", "--file")
    if verbs[:1] == ["up"] and (remote or walk.job.own or walk.state.values.get("DOCKER_HOST")):
        _applied(walk, files, "docker compose up", place)
    elif verbs[:1] == ["push"]:
        _applied(walk, files, "docker compose push", place)


def _applied(walk: Walk, files: list[str], via: str, place: Place) -> None:
    """The files that compose applies; where none is named it takes the first of its usual names."""
    if not files:
        walk.changes_files(".", _COMPOSE_FILES, via, place)
    for file in files:
        walk.changes_path(file, via, place)
