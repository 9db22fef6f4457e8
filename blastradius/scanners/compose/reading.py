"""Projects out of files: variables from `.env`, files merged, `include` and `extends` followed, profiles applied."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from typing import Any

from blastradius.errors import InputError
from blastradius.files import shown
from blastradius.marks import line_of
from blastradius.model import Evidence, Gap
from blastradius.scanners.bare import without_credentials
from blastradius.scanners.compose.finding import ComposeFile, Plan, compose_file, joined
from blastradius.scanners.compose.model import SCANNER, Project, Service, evidence_at, gap, items
from blastradius.scanners.compose.normal import declarations, filled, merged, normal, resets, without
from blastradius.scanners.interpolation import Values, dotenv_values, interpolate
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.tree import Tree, unreadable

MAX_FILE = 1_000_000
_DEPTH = 8


class Reader:
    """Reads files of the tree by their path, each once.

    Args:
        tree: the files.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._files = {file.path: file for file in tree.files}
        self._paths = sorted(self._files)
        self._texts: dict[str, str | None] = {}
        self._compose: dict[str, ComposeFile | None] = {}
        self.gaps: dict[str, Gap] = {}

    def has(self, path: str) -> bool:
        """Whether a file is there."""
        return path in self._files

    def within(self, folder: str) -> list[str]:
        """Paths of the files below a folder, sorted."""
        start = bisect_left(self._paths, f"{folder}/")
        end = bisect_left(self._paths, f"{folder}0")  # the sign behind `/`
        return self._paths[start:end]

    def text(self, path: str) -> str | None:
        """Content of a file; None where it is not there or cannot be read, which is then a gap."""
        if path not in self._texts:
            self._texts[path] = self._load(path)
        return self._texts[path]

    def _load(self, path: str) -> str | None:
        file = self._files.get(path)
        if file is None:
            return None
        try:
            return file.text(MAX_FILE)
        except InputError as error:
            message = str(error).removeprefix(f"{shown(file.disk)}: ")
            self.gaps[path] = unreadable(message, path, SCANNER)
            return None

    def compose(self, path: str) -> ComposeFile | None:
        """A compose file that another one names."""
        if path not in self._compose:
            file = self._files.get(path)
            self._compose[path] = compose_file(path, self.tree.documents(file)) if file is not None else None
        return self._compose[path]


def environment_of(reader: Reader, folder: str) -> Values:
    """Variables of the `.env` file of a folder."""
    return dotenv_values(reader.text(joined(folder, ".env")) or "")


def chosen_files(values: dict[str, str], folder: str) -> list[str]:
    """Paths that `COMPOSE_FILE` chooses."""
    separator = values.get("COMPOSE_PATH_SEPARATOR") or ":"
    named = values.get("COMPOSE_FILE", "")
    return [joined(folder, one.strip()) for one in named.split(separator) if one.strip()]


def project_of(reader: Reader, plan: Plan, root: str) -> Project:
    """Read a project.

    Args:
        reader: of the tree.
        plan: its files.
        root: name of what is scanned, for a project in its top folder.
    """
    values = environment_of(reader, plan.folder)
    named = _named(plan, values)
    name = named or posixpath.basename(plan.folder) or root
    # as compose does it: https://docs.docker.com/compose/how-tos/project-name/
    own = re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("-_")
    name += f"-{plan.variant}" if plan.variant else ""
    project = Project(
        re.sub(r"[^\w.-]+", "-", name)[:100] or "compose", plan.folder, plan.stage, values=values, own_name=own
    )
    project.profiles = frozenset(one.strip() for one in values.get("COMPOSE_PROFILES", "").split(",") if one.strip())
    for file in plan.files:
        _add_file(reader, project, file, values, 0)
    for service in list(project.services):
        _complete(project, project.services[service])
    return project


def _named(plan: Plan, values: dict[str, str]) -> str:
    said = [text(document.value.get("name")) for file in plan.files for document in file.documents]
    named = [interpolate(one, values) for one in said if one]
    name = values.get("COMPOSE_PROJECT_NAME") or (named[-1] if named else "")
    return "" if "$" in name else name


def _add_file(reader: Reader, project: Project, file: ComposeFile, values: dict[str, str], depth: int) -> None:
    if file.path in project.paths:
        return
    project.paths.append(file.path)
    for document in file.documents:
        body = document.value
        if depth < _DEPTH:
            _include(reader, project, file, body, values, depth)
        services = body.get("services")
        for name, one in mapping(services).items():
            line = line_of(services, name) or document.line
            _add_service(reader, project, file.path, str(name), one, line, values)
        project.networks.update(declarations(body, "networks", file.path, values))
        project.volumes.update(declarations(body, "volumes", file.path, values))
        project.configs.update(declarations(body, "configs", file.path, values))


def _include(
    reader: Reader, project: Project, file: ComposeFile, body: dict[str, Any], values: dict[str, str], depth: int
) -> None:
    container = body.get("include")
    for position, one in enumerate(container if isinstance(container, list) else []):
        for path in items(mapping(one).get("path")) if isinstance(one, dict) else items(one):
            wanted = joined(file.folder, interpolate(text(path), values))
            other = reader.compose(wanted)
            if other is None:
                where = evidence_at(file.path, container, position)
                reason = f"includes {_shown(wanted)}, which was not scanned: scan it as well"
                project.gaps.append(gap(file.path, reason, where))
                continue
            inner = Values({**environment_of(reader, other.folder), **values})
            _add_file(reader, project, other, inner, depth + 1)


def _add_service(
    reader: Reader, project: Project, path: str, name: str, body: Any, line: int, values: dict[str, str]
) -> None:
    before = project.services.get(name)
    if body is None and before is not None:
        return
    if not isinstance(body, dict):
        where = Evidence(scanner=SCANNER, locator=f"{path}:{line}")
        what = "is empty" if body is None else "is no mapping"
        project.gaps.append(gap(path, f"could not be read: service {name} {what}", where))
        return
    gone, replaced = resets(body)
    service = _extended(reader, project, normal(name, body, path, line, values), path, values, ())
    if before is not None:
        service = merged(without(before, gone | replaced), service)
    project.services[name] = without(service, gone)


def _extended(
    reader: Reader, project: Project, service: Service, path: str, values: dict[str, str], above: tuple[str, ...]
) -> Service:
    """A service on top of the one that it extends, in this file or another."""
    part = service.single.pop("extends", None)
    if part is None:
        return service
    wanted = text(mapping(part.value).get("service")) or text(part.value)
    other = text(mapping(part.value).get("file"))
    target = joined(posixpath.dirname(path), other) if other else path
    key = f"{target} {wanted}"
    body, line = _body_of(reader, target, wanted)
    if body is None or key in above or len(above) > _DEPTH:
        why = "extends itself" if key in above else "was not scanned, so not all it needs is known"
        service.missing.append((f"service {wanted} of {_shown(target)}", why, part.evidence))
        return service
    base = normal(wanted, body, target, line, values)
    base = _extended(reader, project, base, target, values, (*above, key))
    result = merged(base, service)
    result.evidence = [*service.evidence, *(one for one in base.evidence if one not in service.evidence)]
    return result


def _body_of(reader: Reader, path: str, name: str) -> tuple[dict[str, Any] | None, int]:
    file = reader.compose(path)
    for document in file.documents if file else ():
        services = document.value.get("services")
        body = mapping(services).get(name)
        if isinstance(body, dict):
            return body, line_of(services, name) or document.line
    return None, 1


def _complete(project: Project, service: Service) -> None:
    """What is left of `extends` to a file that is not there; say so where nothing tells what runs."""
    if not service.text("image") and "build" not in service.single and not service.missing:
        reason = f"service {service.name} has neither image nor build: what runs there is not known"
        project.gaps.append(gap(project.id_of(service.name), reason, service.evidence[0]))


def _shown(path: str) -> str:
    return re.sub(r"[^\w./ -]+", "?", without_credentials(filled(path, {})))[:200] or "a file"
