"""Kustomizations and charts, rendered by their own programs where nothing but local files is needed."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from blastradius.documents import Document, load_yaml
from blastradius.errors import InputError
from blastradius.files import read_bytes
from blastradius.model import Gap
from blastradius.scanners.environments import Stage, stage_of
from blastradius.scanners.kubernetes.charts import Chart, charts
from blastradius.scanners.kubernetes.objects import RENDERED, Object, Origins, items, mapping, mappings, objects, text
from blastradius.scanners.kubernetes.programs import run_helm, run_kustomize
from blastradius.scanners.tree import SourceFile, Tree, unreadable

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
#: Fields that change nothing of what plain reading sees.
_TRIVIAL = frozenset({"apiVersion", "kind", "metadata", "resources", "bases", "sortOptions", "buildMetadata"})
#: Bytes of a patch or generator's file in which values are looked up.
_MAX_ORIGIN = 200_000
#: Fields that run programs or fetch things.
_REFUSED = ("helmCharts", "helmChartInflationGenerator", "helmGlobals", "generators", "transformers", "validators")
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
class Kustomization:
    """A kustomization file.

    Attributes:
        path: of the file.
        folder: that it stands in.
        body: its content.
        plain: local paths of whole objects that it includes, files and folders.
        patches: local paths of files that are parts of objects, or data.
        refused: why it must not be rendered.
    """

    path: str
    folder: str
    body: dict[str, Any]
    plain: list[str] = field(default_factory=list)
    patches: list[str] = field(default_factory=list)
    refused: str | None = None

    @property
    def trivial(self) -> bool:
        """Whether reading its resources is the same as rendering it."""
        return all(key in _TRIVIAL for key, value in self.body.items() if value)

    @property
    def is_component(self) -> bool:
        """Whether it is a part for others to use."""
        return text(self.body.get("kind")) == "Component"


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
            one = _read(tree, file)
            if one is not None:
                found[one.folder] = one
                _paths(one)
    for one in found.values():
        _check(one, files, found)
    return Started(found, _outputs(tree, _tops(found), found))


def plan(tree: Tree, started: Started) -> Plan:
    """Render what can be, and say what cannot."""
    result = Plan()
    for chart in charts(tree):
        _chart(tree, chart, result)
    _kustomize(tree, started, result)
    return result


def _chart(tree: Tree, chart: Chart, result: Plan) -> None:
    path = posixpath.join(chart.folder, "Chart.yaml")
    output, why = run_helm(tree.base / chart.folder, posixpath.basename(chart.folder) or tree.name)
    if output is None:
        result.gaps.append(unreadable(f"the Helm chart was not rendered: {why}", path, "kubernetes"))
        return
    _add(result, output, path, "rendered by helm", {})


def _add(
    result: Plan, output: bytes, path: str, note: str, origins: dict[tuple[str, str], Object], made_of: Origins = (),
    stage: Stage | None = None,
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
            unit = posixpath.dirname(path)
            result.objects.append(replace(one, path=where, line=line, origins=made_of, unit=unit, stage=stage))
    return True


def _tops(found: dict[str, Kustomization]) -> list[Kustomization]:
    """Those that no other one uses, by folder."""
    used = {folder for one in found.values() for folder in one.plain if folder in found}
    return [found[folder] for folder in sorted(found) if folder not in used]


def _kustomize(tree: Tree, started: Started, result: Plan) -> None:
    found = started.found
    files = {file.path: file for file in tree.files}
    for one in found.values():
        result.consumed.update((one.path, *(path for path in one.patches if path in files)))
    tops = _tops(found)
    shared = _shared(tops, found, files)
    for one in tops:
        if one.is_component:
            _leave_out(one, found, result)
        elif not _all_trivial(one, found, set()):
            _render(tree, one, found, files, started.outputs, result)
        elif stage_of(one.folder) or one.folder in shared:
            _take(tree, one, found, files, result)


def _shared(tops: list[Kustomization], found: dict[str, Kustomization], files: dict[str, SourceFile]) -> set[str]:
    """Folders of overlays that share a file with another: one base under several of them is deployed several times."""
    users: dict[str, list[str]] = {}
    for one in tops:
        if not one.is_component:
            for path in _sources(one, found, files):
                users.setdefault(path, []).append(one.folder)
    return {folder for folders in users.values() if len(folders) > 1 for folder in folders}


def _sources(one: Kustomization, found: dict[str, Kustomization], files: dict[str, SourceFile]) -> set[str]:
    reached: dict[str, Kustomization] = {}
    _reach(one, found, reached)
    return {path for part in reached.values() for path in part.plain if path in files}


def _take(
    tree: Tree, one: Kustomization, found: dict[str, Kustomization], files: dict[str, SourceFile], result: Plan
) -> None:
    """Objects of a kustomization that changes nothing: what its files say, deployed as this overlay."""
    sources = _sources(one, found, files)
    stage = stage_of(one.folder, where=one.path)
    for path in sorted(sources):
        for document in tree.documents(files[path]):
            result.objects += [replace(each, unit=one.folder, stage=stage) for each in objects(document, path)]
    result.consumed.update(sources)


def _read(tree: Tree, file: SourceFile) -> Kustomization | None:
    if not file.path.lower().endswith((".yaml", ".yml")):
        tree.named.add(file.path)
    documents: tuple[Document, ...] = tree.documents(file)
    body = documents[0].value if documents else None
    if not isinstance(body, dict):
        return None
    return Kustomization(file.path, posixpath.dirname(file.path), body)


def _paths(one: Kustomization) -> None:
    body = one.body
    refused = [name for name in _REFUSED if body.get(name)]
    if refused:
        one.refused = f"it uses {refused[0]}, which runs programs or fetches things"
    for field_name in ("resources", "bases", "components"):
        for entry in items(body.get(field_name)):
            one.plain.append(_local(one, text(entry)))
    for field_name in ("patches", "patchesJson6902", "replacements"):
        for _, entry in mappings(body.get(field_name)):
            if text(entry.get("path")):
                one.patches.append(_local(one, text(entry.get("path"))))
    for field_name in ("patchesStrategicMerge", "configurations", "crds"):
        for entry in items(body.get(field_name)):
            if "\n" not in text(entry) and ":" not in text(entry):
                one.patches.append(_local(one, text(entry)))
    openapi = text(mapping(body.get("openapi")).get("path"))
    if openapi:
        one.patches.append(_local(one, openapi))
    for field_name in ("configMapGenerator", "secretGenerator"):
        for _, entry in mappings(body.get(field_name)):
            for name in ("files", "envs"):
                one.patches.extend(_local(one, text(part).rpartition("=")[2]) for part in items(entry.get(name)))
            if text(entry.get("env")):
                one.patches.append(_local(one, text(entry.get("env"))))


def _local(one: Kustomization, entry: str) -> str:
    if "://" in entry or entry.startswith(("git@", "git::", "github.com/", "/")) or "?ref=" in entry or not entry:
        one.refused = one.refused or "it refers to something that is not a file of its own repository"
        return entry
    path = posixpath.normpath(posixpath.join(one.folder, entry))
    return "" if path == "." else path


def _check(one: Kustomization, files: dict[str, SourceFile], found: dict[str, Kustomization]) -> None:
    """A reference that leads nowhere would be fetched by kustomize: it must not come to that."""
    for path in (*one.plain, *one.patches):
        if path not in files and path not in found and one.refused is None:
            one.refused = f"{path or '.'} is not among the scanned files"


def _all_trivial(one: Kustomization, found: dict[str, Kustomization], seen: set[str]) -> bool:
    if one.folder in seen:
        return True
    seen.add(one.folder)
    if not one.trivial or one.refused:
        return False
    return all(_all_trivial(found[path], found, seen) for path in one.plain if path in found)


def _reached(one: Kustomization, found: dict[str, Kustomization]) -> dict[str, Kustomization]:
    """All kustomizations that one is made of, itself included, by folder."""
    seen: dict[str, Kustomization] = {}
    _reach(one, found, seen)
    return seen


def _reach(one: Kustomization, found: dict[str, Kustomization], seen: dict[str, Kustomization]) -> None:
    if one.folder not in seen:
        seen[one.folder] = one
        for path in one.plain:
            if path in found:
                _reach(found[path], found, seen)


def _leave_out(one: Kustomization, found: dict[str, Kustomization], result: Plan) -> None:
    """A component that nothing uses is not deployed."""
    for part in _reached(one, found).values():
        if part.is_component:
            result.consumed.update(path for path in part.plain if path not in found)
    result.notes["unused kustomize component"] = result.notes.get("unused kustomize component", 0) + 1


def _outputs(tree: Tree, tops: list[Kustomization], found: dict[str, Kustomization]) -> Iterator[Output]:
    """What kustomize makes of each that is to be rendered and may be, in order, several at once."""
    ready = [
        one.folder
        for one in tops
        if not one.is_component and not _all_trivial(one, found, set()) and _refused(_reached(one, found)) is None
    ]
    return _told(tree, run_kustomize([tree.base / folder for folder in ready]), len(ready))


def _told(tree: Tree, outputs: Iterator[Output], count: int) -> Iterator[Output]:
    for number, output in enumerate(outputs):
        if tree.progress:
            tree.progress(f"kustomize: {number + 1:,} of {count:,} rendered")
        yield output


def _refused(reached: dict[str, Kustomization]) -> str | None:
    return next((f"{part.path}: {part.refused}" for part in reached.values() if part.refused), None)


def _render(
    tree: Tree,
    one: Kustomization,
    found: dict[str, Kustomization],
    files: dict[str, SourceFile],
    outputs: Iterator[Output],
    result: Plan,
) -> None:
    reached = _reached(one, found)
    refused = _refused(reached)
    output, why = (None, refused) if refused else next(outputs)
    if output is None:
        reason = f"the kustomization was not rendered, its files are read as they are: {why}"
        result.gaps.append(unreadable(reason, one.path, "kubernetes"))
        return
    sources = _sources(one, found, files)
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
