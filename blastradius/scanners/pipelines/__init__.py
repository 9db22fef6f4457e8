"""Pipelines that build and deploy: what each needs to run, and who is changed by it.

A pipeline is one component; the tools that it runs on, what it fetches and the clouds it calls are what it needs at run
time, and whatever it deploys needs it to be changed (phase `deploy`). One that only tests changes nobody.
"""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from blastradius.model import DependencyFact, Evidence, Fact, Gap, NeededByFact, Reference
from blastradius.scanners.base import SCANNERS, Scanned
from blastradius.scanners.pipelines import azure, bitbucket, circleci, cloudbuild, codebuild, github, gitlab, jenkins
from blastradius.scanners.pipelines.facts import Telling
from blastradius.scanners.pipelines.model import SCANNER, Pipeline
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.walking import Walk
from blastradius.scanners.tree import Tree, unreadable


@dataclass(slots=True)
class Source:
    """What was read of pipelines.

    Attributes:
        files: of the tree.
        pipelines: all of them.
        gaps: files that could not be read.
    """

    files: Files
    pipelines: list[Pipeline] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


_YAML = (gitlab, circleci, bitbucket, azure, codebuild, cloudbuild)


_EACH = "assumed: each of {} is needed, since nothing tells whether one alone can deploy it"


@SCANNERS.register("pipelines")
class PipelinesScanner:
    """Reads the files by which pipelines are declared."""

    name = "pipelines"
    summary = "Pipelines (GitHub Actions, GitLab CI, CircleCI, Bitbucket, Azure Pipelines, CodeBuild, Cloud Build, Jenkinsfile)"
    extracts = (
        "the service that runs it, actions and orbs, images of jobs, registries of packages and images, downloads, clouds "
        "and clusters that are called, with their regions; what is deployed, by image, folder, name; reusable workflows, "
        "actions, includes and scripts of the same tree; variables that the files state"
    )
    omits = (
        "what Makefiles and programs of the user's own do, actions that are not known (counted), conditions of jobs, "
        "values of secrets, scripted Jenkinsfiles"
    )
    claims = "content"
    markers: tuple[str, ...] = ()

    def claim(self, tree: Tree) -> Iterable[str]:
        """Nothing."""
        return ()

    def fetch(self, tree: Tree) -> Source:
        """All files that declare pipelines by their name, and those of the tree that they use."""
        files = Files.of(tree)
        source = Source(files)
        workflows = [path for path in files.by_path if github.is_workflow(path)]
        for path in workflows:
            files.called |= github.called(files.document(path))
        for path in files.by_path:
            found: Pipeline | None = None
            if path in workflows:
                found = github.workflow(files.document(path), files)
            elif jenkins.is_jenkinsfile(path):
                said = files.text(path)
                if said is None:
                    source.gaps.append(unreadable("is no text, or too large", path, SCANNER))
                else:
                    found = jenkins.jenkinsfile(path, said)
            else:
                found = _other(path, files)
            if found is not None:
                source.pipelines.append(found)
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about all pipelines."""
        facts: list[Fact] = []
        notes: Counter[str] = Counter()
        folders = source.files.folders()
        paths = frozenset(source.files.by_path)
        by_name: dict[tuple[str, str], list[str]] = {}
        for one in source.pipelines:
            by_name.setdefault((posixpath.dirname(one.path), one.name), []).append(_id(root, one))
        for one in source.pipelines:
            telling = Telling(one, _id(root, one))
            Walk(telling, source.files.text, paths, folders).all(one)
            facts.extend(telling.facts())
            facts.extend(_after(one, root, by_name))
            notes.update(one.notes)
        facts = _several(facts, {_id(root, one): one.kind for one in source.pipelines})
        return Scanned((*facts, *source.gaps), len(source.pipelines), len(source.gaps), dict(sorted(notes.items())))


def _several(facts: list[Fact], kinds: dict[str, str]) -> list[Fact]:
    """Facts that say what is assumed where pipelines of several services each deploy one thing."""
    by: dict[Reference, set[str]] = defaultdict(set)
    for fact in facts:
        if isinstance(fact, NeededByFact):
            by[fact.dependents].add(kinds[fact.dependency])
    return [
        fact.model_copy(update={"reason": f"{fact.reason}; {_EACH.format(', '.join(sorted(by[fact.dependents])))}"})
        if isinstance(fact, NeededByFact) and len(by[fact.dependents]) > 1
        else fact
        for fact in facts
    ]


def _other(path: str, files: Files) -> Pipeline | None:
    """A pipeline of the dialects that are known by a file's name, or by what stands in it."""
    for dialect in _YAML:
        if dialect.is_pipeline(path):
            found: Pipeline | None = dialect.pipeline(files.document(path), files)
            return found
    if path.endswith((".yml", ".yaml")) and path not in files.tree.claimed and codebuild.looks_so(files.document(path)):
        return codebuild.pipeline(files.document(path), files)
    return None


def _id(root: str, one: Pipeline) -> str:
    return f"pipeline:{root}/{one.path}"


def _after(one: Pipeline, root: str, by_name: dict[tuple[str, str], list[str]]) -> Iterable[Fact]:
    """A pipeline that another one starts when it ends."""
    where = (Evidence(scanner=SCANNER, locator=f"{one.path}:{one.line}"),)
    for name in one.after:
        found = by_name.get((posixpath.dirname(one.path), name), [])
        for id in found:
            yield DependencyFact(
                dependent=_id(root, one), reference=Reference(texts=(id,), role="resource"), via="workflow_run",
                strength="hard", phase="runtime", reason="it starts when that one has ended", evidence=where,
            )  # fmt: skip
        if not found:
            yield Gap(
                scope=_id(root, one), reason=f"it starts after {name[:100]}, and no scanned pipeline bears that name",
                hides="dependency", component=_id(root, one), reference=name[:100], evidence=where,
            )  # fmt: skip
