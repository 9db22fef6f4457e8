"""Kustomizations and charts, rendered by their own programs where nothing but local files is needed."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace

from blastradius.documents import load_yaml
from blastradius.errors import InputError
from blastradius.files import read_bytes
from blastradius.model import Gap
from blastradius.scanners.environments import Stage, stage_of
from blastradius.scanners.kubernetes.charts import Chart, charts
from blastradius.scanners.kubernetes.kustomizations import (
    NAMES,
    Kustomization,
    all_trivial,
    check_paths,
    gather_paths,
    reached_from,
    read_one,
    refused_by,
    sources_of,
    tops_of,
)
from blastradius.scanners.kubernetes.objects import RENDERED, Object, Origins, objects
from blastradius.scanners.kubernetes.programs import NO_HELM, run_helm, run_kustomize
from blastradius.scanners.tree import SourceFile, Tree, unreadable

#: Bytes of a patch or generator's file in which values are looked up.
_MAX_ORIGIN = 200_000
#: What a program wrote, or None and why it wrote nothing.
Output = tuple[bytes | None, str]


@dataclass(slots=True)
class Plan:
    """What rendering gave.

    Attributes:
        objects: rendered objects.
        consumed: files that must not be read as manifests of their own.
        gaps: what could not be rendered.
        notes: what was left out on purpose, with how often.
    """

    objects: list[Object] = field(default_factory=list)
    consumed: set[str] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Started:
    """What renders while other files are read.

    Attributes:
        found: kustomizations, by folder.
        outputs: what those to be rendered are made into, in the order of their folders.
    """

    found: dict[str, Kustomization]
    outputs: Iterator[Output]


def start(tree: Tree, apart: Container[str] = ()) -> Started:
    """Find the kustomizations and let the first be rendered: their program works while other files are read.

    Args:
        tree: the files.
        apart: paths of files that are no kustomizations: those of charts.
    """
    found: dict[str, Kustomization] = {}
    files = {file.path: file for file in tree.files}
    for file in tree.files:
        if posixpath.basename(file.path) in NAMES and file.path not in apart:
            one = read_one(tree, file)
            if one is not None:
                found[one.folder] = one
                gather_paths(one)
    for one in found.values():
        check_paths(one, files, found)
    return Started(found, _outputs(tree, tops_of(found), found))


def plan(tree: Tree, started: Started) -> Plan:
    """Render what can be, and say what cannot."""
    result = Plan()
    for chart in charts(tree):
        _chart(tree, chart, result)
    _kustomize(tree, started, result)
    return result


def _chart(tree: Tree, chart: Chart, result: Plan) -> None:
    """Render a chart with its own values; where there are values for stages, with each of those instead."""
    path = posixpath.join(chart.folder, "Chart.yaml")
    name = posixpath.basename(chart.folder) or tree.name
    ways: list[tuple[str, str, Stage | None]] = [*chart.stages] or [("", "", None)]
    for values, called, stage in ways:
        output, why = run_helm(tree.base / chart.folder, name, tree.base / values if values else None)
        beside = f" with {values}" if values else ""
        if output is None:
            result.gaps.append(unreadable(f"the Helm chart was not rendered{beside}: {why}", path, "kubernetes"))
            if why == NO_HELM:
                return
            continue
        _add(
            result,
            output,
            path,
            f"rendered by helm{beside}",
            {},
            stage=stage,
            unit=posixpath.join(chart.folder, called),
        )


def _add(
    result: Plan, output: bytes, path: str, note: str, origins: dict[tuple[str, str], Object], made_of: Origins = (),
    stage: Stage | None = None, unit: str | None = None,
) -> bool:  # fmt: skip
    """Take over what a program wrote; whether that could be read."""
    try:
        documents = load_yaml(output, "output")
    except InputError as error:
        result.gaps.append(unreadable(f"what it renders to is broken: {error}", path, "kubernetes"))
        return False
    for document in documents:
        for one in objects(document, path, fixed=True, note=note):
            origin = origins.get((one.kind, one.name))
            where, line = (origin.path, origin.line) if origin else (path, 1)
            own = posixpath.dirname(path) if unit is None else unit
            result.objects.append(replace(one, path=where, line=line, origins=made_of, unit=own, stage=stage))
    return True


def _kustomize(tree: Tree, started: Started, result: Plan) -> None:
    found = started.found
    files = {file.path: file for file in tree.files}
    for one in found.values():
        result.consumed.update((one.path, *(path for path in one.patches if path in files)))
    tops = tops_of(found)
    shared = _shared(tops, found, files)
    for one in tops:
        if one.is_component:
            _leave_out(one, found, result)
        elif not all_trivial(one, found, set()):
            _render(tree, one, found, files, started.outputs, result)
        elif stage_of(one.folder) or one.folder in shared:
            _take(tree, one, found, files, result)


def _shared(tops: list[Kustomization], found: dict[str, Kustomization], files: dict[str, SourceFile]) -> set[str]:
    """Folders of overlays that share a file with another: one base under several of them is deployed several times."""
    users: dict[str, list[str]] = {}
    for one in tops:
        if not one.is_component:
            for path in sources_of(one, found, files):
                users.setdefault(path, []).append(one.folder)
    return {folder for folders in users.values() if len(folders) > 1 for folder in folders}


def _take(
    tree: Tree, one: Kustomization, found: dict[str, Kustomization], files: dict[str, SourceFile], result: Plan
) -> None:
    """Objects of a kustomization that changes nothing: what its files say, deployed as this overlay."""
    sources = sources_of(one, found, files)
    stage = stage_of(one.folder, where=one.path)
    for path in sorted(sources):
        for document in tree.documents(files[path]):
            result.objects += [replace(each, unit=one.folder, stage=stage) for each in objects(document, path)]
    result.consumed.update(sources)


def _leave_out(one: Kustomization, found: dict[str, Kustomization], result: Plan) -> None:
    """A component that nothing uses is not deployed."""
    for part in reached_from(one, found).values():
        if part.is_component:
            result.consumed.update(path for path in part.plain if path not in found)
    result.notes["unused kustomize component"] = result.notes.get("unused kustomize component", 0) + 1


def _outputs(tree: Tree, tops: list[Kustomization], found: dict[str, Kustomization]) -> Iterator[Output]:
    """What kustomize makes of each that is to be rendered and may be, in order, several at once."""
    ready = [
        one.folder
        for one in tops
        if not one.is_component and not all_trivial(one, found, set()) and refused_by(reached_from(one, found)) is None
    ]
    return _told(tree, run_kustomize([tree.base / folder for folder in ready]), len(ready))


def _told(tree: Tree, outputs: Iterator[Output], count: int) -> Iterator[Output]:
    for number, output in enumerate(outputs):
        if tree.progress:
            tree.progress(f"kustomize: {number + 1:,} of {count:,} rendered")
        yield output


def _render(
    tree: Tree,
    one: Kustomization,
    found: dict[str, Kustomization],
    files: dict[str, SourceFile],
    outputs: Iterator[Output],
    result: Plan,
) -> None:
    reached = reached_from(one, found)
    refused = refused_by(reached)
    output, why = (None, refused) if refused else next(outputs)
    if output is None:
        reason = f"the kustomization was not rendered, its files are read as they are: {why}"
        result.gaps.append(unreadable(reason, one.path, "kubernetes"))
        return
    sources = sources_of(one, found, files)
    origins: dict[tuple[str, str], Object] = {}
    for path in sorted(sources):
        for document in tree.documents(files[path]):
            for declared in objects(document, path):
                origins.setdefault((declared.kind, declared.name), declared)
    note = f"{RENDERED} kustomize from {one.path}"
    made_of = _made_of(reached.values(), files)
    if _add(result, output, one.path, note, origins, made_of, stage_of(one.folder, where=one.path)):
        result.consumed.update(sources)


def _made_of(parts: Iterable[Kustomization], files: dict[str, SourceFile]) -> Origins:
    """Kustomizations with their patches and generators' files, as lines; what cannot be read tells nothing."""
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        for path in (*part.patches, part.path):
            if path in files and path not in found:
                try:
                    content = read_bytes(files[path].disk, _MAX_ORIGIN)
                except InputError:
                    continue
                found[path] = tuple(content.decode("utf-8", "replace").splitlines())
    return tuple(found.items())
