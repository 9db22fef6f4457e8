"""Google Cloud Build: steps that each run in an image."""

from __future__ import annotations

import re
import shlex

from blastradius.documents import Document, line_of
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.model import Fetched, Job, Pipeline, Place, Step, items, texts
from blastradius.scanners.pipelines.reading import Files

#: Programs that an image runs, by its last part.
_PROGRAMS = {"docker": "docker", "gcloud": "gcloud", "cloud-sdk": "", "kubectl": "kubectl", "npm": "npm", "yarn": "yarn", "mvn": "mvn", "gradle": "gradle", "go": "go", "terraform": "terraform", "helm": "helm", "skaffold": "skaffold", "executor": "executor", "gsutil": "gsutil", "gke-deploy": "gke-deploy"}  # fmt: skip


def pipeline(document: Document, files: Files) -> Pipeline | None:
    """Read a configuration; None for a file that is none."""
    body = mapping(document.value)
    steps = body.get("steps")
    if not isinstance(steps, list):
        return None
    path = document.where
    made = Pipeline(path, path, "Google Cloud Build")
    made.fetched.append(Fetched("gcp:control-plane/unknown/cloud-build", "build", "Cloud Build runs it", Place(path, 1), note="the region is that of a trigger which is declared elsewhere"))  # fmt: skip
    job = Job("build", "build", Place(path, line_of(body, "steps") or 1), values=texts(body.get("substitutions")))
    for position, value in enumerate(steps[:1_000]):
        one = mapping(value)
        place = Place(path, line_of(steps, position) or 1)
        image = text(one.get("name"))
        if not image:
            continue
        job.images.append((image, place))
        words = [text(each) for each in items(one.get("args"))]
        program = text(one.get("entrypoint")) or _PROGRAMS.get(re.sub(r"[:@].*", "", image).rpartition("/")[2], "")
        script = text(one.get("script"))
        if not script and words:
            script = f"{program} {shlex.join(words)}".strip()
            if program in ("bash", "sh") and words[:1] in (["-c"], ["-ec"], ["-eEuo"]):
                script = words[-1]
        # a step begins anew in its own folder
        job.steps.append(
            Step(place, script=_unquoted(script), folder=text(one.get("dir")), values=_env(one.get("env")))
        )
    for position, one in enumerate(items(body.get("images"))):
        line = line_of(body.get("images"), position) or line_of(body, "images") or 1
        job.steps.append(Step(Place(path, line), script=f"docker push {text(one)}"))
    made.jobs.append(job)
    return made


def _unquoted(script: str) -> str:
    """Substitutions are filled in before any shell sees them, so quotes around them mean nothing."""
    return re.sub(r"'([^'\n]*\$[^'\n]*)'", r'"\1"', script)


def _env(said: object) -> dict[str, str]:
    pairs = (text(one).partition("=") for one in items(said))
    return {name: value for name, equals, value in pairs if equals}
