"""Dependency manifests: client libraries of vendors, told to the workload that is built from their folder.

This reader knows neither vendors nor workloads. It writes down every package that a program has when it runs;
`assemble` forgets those that are nobody's, and gives the others to the one component that is built from the folder of
the manifest, or from the folder of the Dockerfile around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from blastradius.errors import InputError
from blastradius.model import DependencyFact, Evidence, Fact, Gap, Reference
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.folders import folder_within
from blastradius.scanners.packages.manifest import MAX_PACKAGES, Look, Manifest, Package
from blastradius.scanners.packages.which import folder_of, is_unread, reader_of, top_of, tops
from blastradius.scanners.tree import Tree, unread, unreadable

MAX_FILE = 2_000_000
MAX_SHARED = 200


@dataclass(slots=True)
class Source:
    """What was read of manifests.

    Attributes:
        manifests: in the order of their paths.
        tops: folders in which an image is built.
        gaps: files that could not be read.
        notes: what was left out on purpose, with how often.
    """

    manifests: list[Manifest] = field(default_factory=list)
    tops: frozenset[str] = frozenset()
    gaps: list[Gap] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


@SCANNERS.register("packages")
class PackagesScanner(Scanner):
    """Reads dependency manifests that are known by their name."""

    name = "packages"
    summary = (
        "Dependency manifests (`requirements*.txt`, `pyproject.toml`, `package.json`, `go.mod`, `pom.xml`, `build.gradle`, "
        "`Gemfile`, `*.gemspec`, `Cargo.toml`, `composer.json`, `*.csproj`, `setup.py` …)"
    )
    extracts = (
        "client libraries of vendors and clouds, given to the one workload that is built from their folder; where nothing "
        "tells which one that is, each that may be is in doubt"
    )
    omits = (
        "lock files, packages of tests and developers, what other packages bring along, clients of software that one may "
        "host oneself (databases, brokers, Sentry, Unleash)"
    )

    def fetch(self, tree: Tree) -> Source:
        """All manifests of programs that serve."""
        source = Source(tops=tops(file.path for file in tree.files))
        look = _look(tree)
        for file in tree.files:
            reader = None if file.path in tree.claimed else reader_of(file.path)
            if reader is None:
                if file.path not in tree.claimed and is_unread(file.path):
                    source.notes[file.path.rpartition("/")[2]] += 1
                continue
            try:
                found = reader(file.path, file.text(MAX_FILE), look)
            except InputError as error:
                source.gaps.append(unread(file, error, self.name))
                continue
            if len(found.packages) > MAX_PACKAGES:
                what = f"{file.path}:1: asks for more than {MAX_PACKAGES:,} packages: the rest was not looked at"
                source.gaps.append(unreadable(what, file.path, self.name))
            if found.problem:
                source.gaps.append(unreadable(found.problem, file.path, self.name))
            source.manifests.append(Manifest(found.path, found.packages[:MAX_PACKAGES], found.names))
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """A fact for each package of each manifest."""
        facts: dict[Fact, None] = {}
        shared = _shared(source.manifests)
        for manifest in source.manifests:
            folder = folder_of(manifest.path)
            dependent = folder_within(folder, top_of(folder, source.tops))
            for package in _all_packages(manifest, shared):
                facts[_fact(dependent, package)] = None
        return Scanned((*facts, *source.gaps), len(source.manifests), len(source.gaps), dict(source.notes))


def _look(tree: Tree) -> Look:
    files = {file.path: file for file in tree.files}
    known: dict[str, str | None] = {}

    def look(path: str) -> str | None:
        if path not in known:
            try:
                known[path] = files[path].text(MAX_FILE) if path in files else None
            except InputError:
                known[path] = None
        return known[path]

    return look


def _shared(manifests: list[Manifest]) -> dict[str, Manifest]:
    """Manifests of the tree by the name by which others ask for them, where it is one's alone."""
    count = Counter(name for one in manifests for name in one.names)
    return {name: one for one in manifests for name in one.names if count[name] == 1}


def _all_packages(manifest: Manifest, shared: dict[str, Manifest]) -> Iterator[Package]:
    """Packages of a manifest and of those of the tree that it asks for."""
    seen = {manifest.path}
    left = [manifest]
    while left:
        here = left.pop()
        for package in here.packages:
            other = shared.get(package.text)
            if other is None:
                yield package
            elif other.path not in seen and len(seen) < MAX_SHARED:
                seen.add(other.path)
                left.append(other)


def _fact(dependent: str, package: Package) -> DependencyFact:
    where = Evidence(scanner=PackagesScanner.name, locator=f"{package.path}:{package.line}", basis="inferred")
    return DependencyFact(
        dependent=dependent,
        reference=Reference(texts=(package.text[:500],), role="package"),
        via=f"package {package.text[:500]}",
        strength="soft" if package.optional else None,
        reason=package.optional or None,
        evidence=(where,),
    )
