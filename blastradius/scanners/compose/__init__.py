"""Compose files: one component for each service, and everything that says what it talks to."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from blastradius.model import Gap
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.compose.finding import (
    BASES,
    ComposeFile,
    compose_file,
    env_files,
    inner_files,
    is_named,
    joined,
    malformed,
    plans,
)
from blastradius.scanners.compose.model import Project, evidence_at, gap
from blastradius.scanners.compose.reading import Reader, chosen_files, environment_of, project_of
from blastradius.scanners.compose.telling import tell
from blastradius.scanners.tree import Tree

#: Files that are looked at for files of variables.
_MOST = 5_000


@dataclass(slots=True)
class Source:
    """What was read of compose.

    Attributes:
        projects: all of them, settings gathered.
        gaps: what could not be read.
        parsed: how many files held some.
    """

    projects: list[Project] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    parsed: int = 0


@SCANNERS.register("compose")
class ComposeScanner(Scanner):
    """Reads compose files, with what they extend, include and take variables from."""

    name = "compose"
    summary = "Compose files (`compose.yaml`, `docker-compose*.yml`)"
    extracts = (
        "services; addresses in variables, env files, flags, mounted configuration and logging; start order, links, "
        "networks, images, published ports, routes in labels of Traefik; overrides, `extends`, `include`, profiles, `.env`"
    )
    omits = "hosts inside images, files that only `-f` applies and that speak of no environment, variables of the shell that runs compose"

    def claim(self, tree: Tree) -> Iterable[str]:
        """Files of variables that belong to compose: `.env` beside a base file, and what `env_file` names."""
        there = {file.path for file in tree.files}
        folders = {file.path.rpartition("/")[0] for file in tree.files if file.path.rpartition("/")[2] in BASES}
        found = {joined(folder, ".env") for folder in folders}
        reader = Reader(tree)
        named = (file.path for file in tree.files if is_named(file.path))
        waiting = [(path, posixpath.dirname(path)) for path in named if path.lower().endswith((".yml", ".yaml"))]
        seen = set(waiting)
        while waiting:
            path, folder = waiting.pop()
            if one := reader.compose(path):
                found |= env_files(one, folder)
                further = set(inner_files(one, folder)) - seen if len(seen) < _MOST else set()
                seen |= further
                waiting.extend(sorted(further))
        return found & there

    def fetch(self, tree: Tree) -> Source:
        """All projects, with every file that they name and that lies in the tree."""
        reader, source = Reader(tree), Source()
        files: list[ComposeFile] = []
        for file in tree.manifests():
            if file.path.lower().endswith(".json"):
                continue
            documents = tree.documents(file)
            found = compose_file(file.path, documents)
            if found is not None:
                files.append(found)
            elif is_named(file.path):
                source.gaps.extend(filter(None, map(malformed, documents)))
        source.parsed = len(files)
        folders = {file.folder for file in files}
        found_plans = plans(files, {one: chosen_files(environment_of(reader, one), one) for one in folders})
        for left, base in found_plans.partial:
            reason = f"changes services of {base}, and is applied by `-f` alone: it was left out"
            source.gaps.append(gap(left.path, reason, evidence_at(left.path, None)))
        source.projects = _apart([project_of(reader, plan, tree.name) for plan in found_plans.plans])
        for project in source.projects:
            for service in project.services.values():
                tell(reader, project, service)
        source.gaps.extend(reader.gaps[path] for path in sorted(reader.gaps))
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about all services."""
        if not source.projects:
            return Scanned(tuple(source.gaps), source.parsed, _unread(source.gaps))
        from blastradius.scanners.compose.describing import (
            attributes_of,
            built_from,
            component,
            doors,
            entries,
            tags_of,
        )
        from blastradius.scanners.compose.facts import Facts
        from blastradius.scanners.compose.machine import Machine
        from blastradius.scanners.compose.names import Names
        from blastradius.scanners.compose.needs import tell_needs
        from blastradius.scanners.compose.routes import routes

        facts = Facts(Names(source.projects), Machine(source.projects))
        for project in source.projects:
            for service in project.services.values():
                tell_needs(facts, project, service)
        open_doors = {
            project.id_of(service.name): doors(project, service)
            for project in source.projects
            for service in project.services.values()
        }
        ways = entries(open_doors, facts.calls)
        components = []
        for project in source.projects:
            facts.found.extend(routes(project))
            folders = _folders(project)
            for service in project.services.values():
                folder = folders.get(service.name, "")
                one = component(project, service, folder)
                facts.found.extend(built_from(service, folder))
                about = attributes_of(project, service)
                if one.id in ways:
                    about["entry"] = ways[one.id]
                components.append(one.model_copy(update={"attributes": about, "tags": tags_of(service)}))
        gaps = [*source.gaps, *(one for project in source.projects for one in project.gaps)]
        return Scanned((*components, *facts.found, *gaps), source.parsed, _unread(gaps))


def _unread(gaps: list[Gap]) -> int:
    """How many files could not be read."""
    return len({one.scope for one in gaps if one.reason.startswith("could not be read")})


def _folders(project: Project) -> dict[str, str]:
    """Folders that services are built from, by service."""
    from blastradius.scanners.compose.describing import build_folder

    found = {name: build_folder(one.single.get("build")) for name, one in project.services.items()}
    return {name: folder for name, folder in found.items() if folder}


def _apart(projects: list[Project]) -> list[Project]:
    """Projects with names of their own: those of one name in two folders that declare the same services are told apart."""
    by_name: dict[str, list[Project]] = {}
    for project in projects:
        by_name.setdefault(project.name, []).append(project)
    for same in by_name.values():
        counts = Counter(name for one in same for name in one.services)
        if len(same) > 1 and any(count > 1 for count in counts.values()):
            for project in same:
                path = project.folder.replace("/", "-") or "top"
                project.name = path if path.endswith(project.name) else f"{path}-{project.name}"
    return projects
