"""Which files declare pipelines, and in which dialect: by their names, and a buildspec by what it holds."""

from __future__ import annotations

import posixpath
import re
from typing import Literal

from blastradius.scanners.pipelines.reading import Files

Dialect = Literal["github", "gitlab", "circleci", "bitbucket", "azure", "codebuild", "cloudbuild", "jenkins"]

WORKFLOWS = ".github/workflows/"
#: Names of files by dialect; a buildspec may bear any other name, too.
_NAMES: tuple[tuple[Dialect, str], ...] = (
    ("jenkins", r"Jenkinsfile(?:[.-][\w-]+)?|[\w.-]+\.[Jj]enkinsfile"),
    ("gitlab", r"\.gitlab-ci\.ya?ml"),
    ("bitbucket", r"bitbucket-pipelines\.ya?ml"),
    ("azure", r"azure-pipelines.*\.ya?ml"),
    ("codebuild", r"(?i:buildspec[\w.-]*\.ya?ml|[\w.-]*buildspec\.ya?ml)"),
    ("cloudbuild", r"(?i:cloudbuild[\w.-]*\.(?:ya?ml|json))"),
)
_NAMED = re.compile("|".join(f"(?P<{dialect}>{names})" for dialect, names in _NAMES), re.S)
#: What a buildspec says of phases.
_PHASES = frozenset(("install", "pre_build", "build", "post_build"))


def dialect_of(path: str, files: Files) -> Dialect | None:
    """The dialect of a file that declares a pipeline; None for any other."""
    folder, name = posixpath.split(path)
    yaml = name.endswith((".yml", ".yaml"))
    if yaml and f"/{folder}/".endswith(f"/{WORKFLOWS}"):
        return "github"
    if yaml and f"/{path}".endswith(("/.circleci/config.yml", "/.circleci/config.yaml")):
        return "circleci"
    named = _NAMED.fullmatch(name)
    if named is not None:
        return next(dialect for dialect, _ in _NAMES if named[dialect] is not None)
    return "codebuild" if yaml and path not in files.tree.claimed and _is_buildspec(path, files) else None


def _is_buildspec(path: str, files: Files) -> bool:
    """Whether a file of any name is a buildspec by its content: a project may name any file."""
    value = files.document(path).value
    if not isinstance(value, dict) or str(value.get("version")) not in ("0.1", "0.2"):
        return False
    phases = value.get("phases")
    return isinstance(phases, dict) and bool(phases) and set(phases) <= _PHASES
