"""AWS CodeBuild: the phases of a buildspec."""

from __future__ import annotations

from blastradius.documents import Document, line_of
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.model import Fetched, Job, Pipeline, Place, Step, items, texts
from blastradius.scanners.pipelines.reading import Files


def pipeline(document: Document, files: Files) -> Pipeline | None:
    """Read a buildspec; None for a file that is none. In which region it runs another file says."""
    body = mapping(document.value)
    phases = body.get("phases")
    if not isinstance(phases, dict):
        return None
    path = document.where
    made = Pipeline(path, path, "AWS CodeBuild")
    made.fetched.append(Fetched("aws:control-plane/unknown/codebuild", "buildspec", "CodeBuild runs it", Place(path, 1), note="the region is that of a project which is declared elsewhere"))  # fmt: skip
    values = texts(mapping(body.get("env")).get("variables"))
    job = Job("build", "build", Place(path, line_of(body, "phases") or 1), values=values)
    for name, phase in phases.items():
        for part in ("commands", "finally"):
            commands = mapping(phase).get(part)
            for position, one in enumerate(items(commands)):
                line = line_of(commands, position) or line_of(phases, name) or 1
                if text(one):
                    job.steps.append(Step(Place(path, line), script=text(one), optional=part == "finally"))
    made.jobs.append(job)
    return made
