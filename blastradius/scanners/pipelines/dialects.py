"""Reads a pipeline in the dialect that it is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from blastradius.documents import Document
from blastradius.errors import InputError
from blastradius.scanners.pipelines import azure, bitbucket, circleci, cloudbuild, codebuild, github, gitlab, jenkins
from blastradius.scanners.pipelines.model import Pipeline
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.which import Dialect

_READERS: dict[Dialect, Callable[[Document, Files], Pipeline | None]] = {
    "github": github.workflow, "gitlab": gitlab.pipeline, "circleci": circleci.pipeline, "bitbucket": bitbucket.pipeline,
    "azure": azure.pipeline, "codebuild": codebuild.pipeline, "cloudbuild": cloudbuild.pipeline,
}  # fmt: skip


def prepare(paths: Iterable[tuple[str, Dialect]], files: Files) -> None:
    """Find out which workflows others call: those are no pipelines of their own."""
    for path, dialect in paths:
        if dialect == "github":
            files.called |= github.called(files.document(path))


def read(path: str, dialect: Dialect, files: Files) -> Pipeline | None:
    """Read a pipeline; None for a file that is none.

    Raises:
        InputError: when it is no text.
    """
    if dialect != "jenkins":
        return _READERS[dialect](files.document(path), files)
    said = files.text(path)
    if said is None:
        raise InputError("is no text, or too large")
    return jenkins.jenkinsfile(path, said)
