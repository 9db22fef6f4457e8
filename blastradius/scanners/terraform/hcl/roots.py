"""Which folders are root modules, and what each of them says.

A folder with Terraform files is a root unless another scanned folder calls it as a module. Of these are left out, and
named in `left_out`, folders that have no provider, backend or values of their own (so nobody runs Terraform there) and
that the user did not name: those below a `modules` folder (a part on the shelf), and where the scanned folder itself is
a root that has them, all below it. `examples` and `tests` are roots like any other.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from blastradius.model import Evidence, Gap
from blastradius.scanners.environments import PRODUCTION, Stage, stage_of
from blastradius.scanners.terraform.hcl.blocks import blocks, values
from blastradius.scanners.terraform.hcl.exporting import Exporter
from blastradius.scanners.terraform.hcl.folders import Library, given_values
from blastradius.scanners.terraform.hcl.handing import handed
from blastradius.scanners.terraform.hcl.modules import Module, World, local_folder, source_of
from blastradius.scanners.terraform.hcl.sources import Source
from blastradius.scanners.terraform.model import UNKNOWN, Root
from blastradius.scanners.tree import Tree


@dataclass(slots=True)
class Reading:
    """All roots of a tree.

    Attributes:
        roots: what each root says.
        parsed: files that were read.
        failed: files that could not be.
        left_out: folders that are no part of any root, with the reason.
    """

    roots: list[Root] = field(default_factory=list)
    parsed: int = 0
    failed: int = 0
    left_out: dict[str, str] = field(default_factory=dict)


def read(tree: Tree) -> Reading:
    """Read all root modules of a tree; what cannot be read is a gap of the root it belongs to."""
    library = Library(tree)
    reading = Reading()
    used: dict[str, Source] = {}
    folders, reading.left_out = root_folders(library)
    for folder in folders:
        for name, stage, deployment in _stages(library, folder):
            world = World(library, f"{_name(tree, folder)}{name}", folder)
            try:
                reading.roots.append(_root(world, stage, deployment))
            except RecursionError:
                reading.roots.append(Root(world.name, (), (_exhausted(world),), stage=stage))
            used.update(world.used)
    reading.parsed = sum(source.parsed for source in used.values())
    reading.failed = sum(len(source.gaps) for source in used.values())
    return reading


def _stages(library: Library, folder: str) -> list[tuple[str, Stage | None, str]]:
    """Deployments of a root: its suffix, what tells its environment, and the name of its files of values.

    The only files of values are those of the root, whose name it keeps; where they are for an environment that is not
    production, and it can do without them, nothing tells that there is no other, so that it is read both ways.
    """
    staged = library.staged.get(folder, {})
    if not staged:
        return [("", stage_of(folder), "")]
    several = [(f"-{name}", staged[name][0][0], name) for name in sorted(staged)]
    if len(several) > 1:
        return several
    ((suffix, stage, name),) = several
    if stage is None or stage.name in PRODUCTION or not _complete(library, folder):
        return [("", stage or stage_of(folder), name)]
    return [("", stage_of(folder), ""), (suffix, stage, name)]


def _complete(library: Library, folder: str) -> bool:
    """Whether all variables of a root have values without files for one deployment."""
    source = library.source(folder)
    given = given_values(library, folder, [])
    return source is not None and all(
        name in given or "default" in block.body.arguments for name, block in source.variables.items()
    )


def _name(tree: Tree, folder: str) -> str:
    return posixpath.join(tree.name, folder) if folder else tree.name


def root_folders(library: Library) -> tuple[list[str], dict[str, str]]:
    """Folders that are roots, and those left out with the reason."""
    sources = {folder: library.source(folder) for folder in sorted(library.folders)}
    declared = {folder: source for folder, source in sources.items() if source is not None}
    calls = {folder: _called(source) & declared.keys() - {folder} for folder, source in declared.items()}
    called = set().union(*calls.values()) if calls else set()
    found = [folder for folder in declared if folder not in called]
    _add_circles(found, calls)
    top = declared.get("")
    alone = top is not None and "" in found and _stands_alone(library, top)
    shelf = [
        folder
        for folder in found
        if folder
        and (alone or "modules" in folder.split("/"))
        and folder not in library.tree.arguments
        and not _stands_alone(library, declared[folder])
    ]
    if len(shelf) == len(found):
        shelf = []
    return [one for one in found if one not in shelf], dict.fromkeys(shelf, "a module that nobody calls")


def _called(source: Source) -> set[str]:
    found = {local_folder(source.folder, source_of(call)) for call in source.calls.values()}
    return {folder for folder in found if folder is not None}


def _add_circles(found: list[str], calls: dict[str, set[str]]) -> None:
    """Modules that only call each other are reached from no root: the first of them by name is one."""
    reached: set[str] = set()

    def reach(folder: str) -> None:
        left = [folder]
        while left:
            one = left.pop()
            if one not in reached:
                reached.add(one)
                left.extend(calls[one])

    for folder in found:
        reach(folder)
    for folder in sorted(calls):
        if folder not in reached:
            found.append(folder)
            reach(folder)
    found.sort()


def _stands_alone(library: Library, source: Source) -> bool:
    """Whether somebody runs Terraform here: it has a provider with settings, a backend, or values of variables."""
    configured = any(set(one.body.arguments) - {"alias", "version"} for one in source.providers)
    return (
        configured or source.backend is not None or source.folder in library.settings or source.folder in library.staged
    )


def _root(world: World, stage: Stage | None, deployment: str) -> Root:
    gaps: list[Gap] = []
    world.given = given_values(world.library, world.folder, gaps, deployment)
    gaps += [_unused(world, path) for path in world.library.unused(world.folder)]
    source = world.library.source(world.folder) or Source(world.folder)
    module = Module(world, source)
    found = tuple(blocks(module))
    exporter = Exporter()
    outputs = {}
    for name, block in source.outputs.items():
        argument = block.body.arguments.get("value")
        outputs[name] = _output(module, name, exporter) if argument else None
    backend = None
    if source.backend is not None:
        kind = source.backend.labels[0] if source.backend.labels else source.backend.type
        backend = {"type": kind, **values(source.backend.body, module.evaluator, exporter)}
    for used in world.used.values():
        gaps.extend(used.gaps)
    if world.budget.exhausted:
        gaps.append(_exhausted(world))
    told = (*gaps, *world.gaps.values())
    undeclared = frozenset(world.undeclared)
    return Root(world.name, found, told, outputs, backend, stage, handed=handed(module), undeclared=undeclared)


def _unused(world: World, path: str) -> Gap:
    reason = (
        "holds values that Terraform is given only where a command names the file, and no command that was scanned "
        "does: the defaults of variables stand in for them"
    )
    evidence = (Evidence(scanner="terraform", locator=f"{path}:1"),)
    return Gap(scope=f"tf:{world.name}:{path}", reason=reason, hides="location", evidence=evidence)


def _output(module: Module, name: str, exporter: Exporter) -> object:
    try:
        return exporter.value(module.attribute(name))
    except RecursionError:
        return UNKNOWN


def _exhausted(world: World) -> Gap:
    where = world.folder or "."
    return Gap(
        scope=f"tf:{world.name}",
        reason="its expressions nest too deep or take too long: some values were left unknown",
        hides="dependency",
        evidence=(Evidence(scanner="terraform", locator=f"{where}:1"),),
    )
