"""Which files are dependency manifests of programs by their name, and whose folder they lie in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from importlib import import_module

from blastradius.scanners.packages.manifest import Reader, is_rehearsal

#: Module and function that reads a file of a name; loaded where there is one.
_NAMES = {
    "pyproject.toml": "python.pyproject",
    "Pipfile": "python.pipfile",
    "setup.cfg": "python.setup_cfg",
    "package.json": "json_files.package_json",
    "composer.json": "json_files.composer_json",
    "go.mod": "modules.go_mod",
    "Gemfile": "modules.gemfile",
    "Cargo.toml": "modules.cargo_toml",
    "pom.xml": "xml_files.pom_xml",
    "packages.config": "xml_files.packages_config",
    "build.gradle": "gradle.build_gradle",
    "build.gradle.kts": "gradle.build_gradle",
    "setup.py": "others.setup_py",
    "environment.yml": "others.environment_yml",
    "environment.yaml": "others.environment_yml",
    "build.sbt": "others.build_sbt",
    "deno.json": "others.deno_json",
    "deno.jsonc": "others.deno_json",
}
UNREAD = frozenset({"mix.exs", "pubspec.yaml"})
_REQUIREMENTS = re.compile(r"(?:[\w.-]+[._-])?requirements(?:[._-][\w.-]+)?\.txt", re.I)
#: Folders of tests, examples, other people's code and what is yet to be filled in.
_FOLDERS = frozenset({
    "test", "tests", "__tests__", "spec", "specs", "testdata", "fixtures", "fixture", "mocks", "__mocks__", "e2e", "cypress",
    "androidtest", "integrationtest", "integration-tests", "examples", "example", "samples", "sample", "demo", "demos", "docs",
    "doc", ".github", ".gitlab", ".circleci", ".ci", ".buildkite", ".devcontainer", "vendor", "third_party", "third-party",
    "skeleton", "skeletons", "template", "templates", "cookiecutter", "scaffold", "archetype-resources", "benchmark", "benchmarks",
    "loadtest", "load-test", "load-tests", "perf", "site-packages", "buildsrc",
})  # fmt: skip
_TOP = re.compile(r"Dockerfile(?:\..+)?|.+\.Dockerfile|Containerfile", re.I)


def reader_of(path: str) -> Reader | None:
    """What reads a file, None for one that is no manifest of a program that serves."""
    folder, name = posixpath.split(path)
    if any(_is_rehearsal_folder(part) for part in folder.split("/")):
        return None
    if name in _NAMES:
        return _loaded(_NAMES[name])
    if name.lower().endswith((".csproj", ".fsproj", ".vbproj")):
        return _loaded("xml_files.csproj")
    if name.endswith(".gemspec"):
        return _loaded("others.gemspec")
    stem = name.rpartition(".")[0]
    listed = posixpath.basename(folder).lower() == "requirements" and name.endswith(".txt")
    if (_REQUIREMENTS.fullmatch(name) or listed) and not is_rehearsal(stem):
        return _loaded("python.requirements")
    return None


def _loaded(reader: str) -> Reader:
    module, _, function = reader.partition(".")
    found: Reader = getattr(import_module(f"blastradius.scanners.packages.{module}"), function)
    return found


def is_unread(path: str) -> bool:
    """Whether a file is a manifest of a program that serves which nothing here reads."""
    folder, name = posixpath.split(path)
    return name in UNREAD and not any(_is_rehearsal_folder(part) for part in folder.split("/"))


def _is_rehearsal_folder(name: str) -> bool:
    lower = name.lower()
    return lower in _FOLDERS or "{{" in name or "${" in name


def tops(paths: Iterable[str]) -> frozenset[str]:
    """Folders in which an image is built; the top folder is `.`."""
    return frozenset(posixpath.dirname(path) or "." for path in paths if _TOP.fullmatch(posixpath.basename(path)))


def folder_of(path: str) -> str:
    """The folder that a manifest speaks for; that of `requirements/prod.txt` is the one around it."""
    folder = posixpath.dirname(path)
    if posixpath.basename(folder).lower() == "requirements":
        folder = posixpath.dirname(folder)
    return folder or "."


def top_of(folder: str, known: frozenset[str]) -> str:
    """The outermost folder whose program may hold what lies in a folder.

    An image holds what lies in the folder of its Dockerfile and below, up to the next Dockerfile.

    Args:
        folder: of a manifest.
        known: folders in which an image is built.

    Returns:
        The nearest of them around the folder; where there is none, the folder itself.
    """
    around = folder
    while around not in known:
        if around == ".":
            return folder
        around = posixpath.dirname(around) or "."
    return around
