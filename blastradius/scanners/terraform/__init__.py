"""Terraform: plans, states and source text; one component per resource, and what each says it needs."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from blastradius.documents import Document
from blastradius.model import Component, Fact
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.environments import Stage, stage_of
from blastradius.scanners.tree import SourceFile, Tree, unreadable

if TYPE_CHECKING:
    from blastradius.scanners.terraform.model import Root

_SOURCE = (".tf", ".tf.json", ".tofu", ".tofu.json")
_STATE = (".tfstate", ".tfstate.backup")


@dataclass(slots=True)
class Source:
    """What was read of Terraform.

    Attributes:
        roots: root modules, plans and states.
        parsed: how many files held some.
        failed: how many could not be read.
        left_out: folders that are no root of their own, by reason.
    """

    roots: list[Root] = field(default_factory=list)
    parsed: int = 0
    failed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


@SCANNERS.register("terraform")
class TerraformScanner(Scanner):
    """Reads plans, states and root modules."""

    name = "terraform"
    summary = "Terraform and OpenTofu (.tf, .tofu, plans and states as JSON), Terragrunt units"
    extracts = (
        "resources of AWS, Google Cloud and Azure with their regions; references in variables of containers and functions, "
        "event sources, targets, origins, aliases, dead letters; routing policies, replicas, global tables and clusters, "
        "zones, backup copies, delegated zones; of a Terragrunt unit its module, inputs, generated providers and the outputs of others"
    )
    omits = (
        "what `count` and `for_each` leave out by the variables that files and commands give (`-var`, `-var-file`, `TF_VAR_…` of scripts and pipelines), else by their defaults (what no value decides is in doubt); what is inside modules of registries that are not in the folder (a module's name tells what it is, its arguments what it needs), locals and "
        "dynamic blocks in the configuration of plans, policies and security groups as needs"
    )
    markers: tuple[str, ...] = ("terraform_version",)

    def claim(self, tree: Tree) -> Iterable[str]:
        """Source text in JSON, plans and states: the addresses in them are nothing for others."""
        return [file.path for file in tree.files if file.path.endswith((".tf.json", ".tofu.json"))] + [
            file.path for file, _ in _plans(tree)
        ]

    def fetch(self, tree: Tree) -> Source:
        """All roots: source text by folder, plans and states by their content."""
        source = Source()
        _read_source(tree, source)
        _read_plans(tree, source)
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about all roots."""
        if not source.roots:
            return Scanned((), source.parsed, source.failed, dict(source.left_out))
        from blastradius.scanners.terraform.mapping import linked, translate_all

        found = [
            replace(out, facts=_staged(out.facts, one.stage))
            for one, out in zip(source.roots, translate_all(source.roots), strict=True)
        ]
        unmapped: Counter[str] = Counter(source.left_out)
        for one in found:
            unmapped.update(one.unmapped)
        return Scanned(tuple(linked(found)), source.parsed, source.failed, dict(unmapped))


def _staged(facts: tuple[Fact, ...], stage: Stage | None) -> tuple[Fact, ...]:
    """Facts of a root with the environment that it is; what it only looks up may be of another."""
    if stage is None:
        return facts
    return tuple(
        fact.model_copy(update={"environment": stage.name, "evidence": (*fact.evidence, stage.evidence("terraform"))})
        if isinstance(fact, Component) and fact.attributes.get("declared") != "elsewhere"
        else fact
        for fact in facts
    )


def _read_source(tree: Tree, source: Source) -> None:
    paths = [file.path for file in tree.files if file.path.endswith((*_SOURCE, "terragrunt.hcl"))]
    if not paths:
        return
    from blastradius.scanners.terraform.hcl import read

    reading = read(tree)
    source.roots.extend(reading.roots)
    source.parsed += reading.parsed
    source.failed += reading.failed
    source.left_out.update(f"root left out: {reason}" for reason in reading.left_out.values())


def _read_plans(tree: Tree, source: Source) -> None:
    found = _plans(tree)
    if found:
        _read_found(tree, found, source)
    held = {file.path for file, _ in found}
    for file in tree.files:
        if (
            file.path.lower().endswith(_STATE)
            and file.path not in held
            and any(one.value for one in tree.documents(file))
        ):
            from blastradius.scanners.terraform.model import Root

            gap = unreadable("is called a Terraform state and holds none", file.path, "terraform")
            source.roots.append(Root(_root_name(tree, file, alone=False), (), (gap,)))
            source.failed += 1


def _read_found(tree: Tree, found: list[tuple[SourceFile, Document]], source: Source) -> None:
    from blastradius.scanners.terraform.planfile import read

    folders = Counter(posixpath.dirname(file.path) for file, _ in found)
    for file, document in found:
        root = read(document, _root_name(tree, file, alone=folders[posixpath.dirname(file.path)] == 1))
        source.roots.append(replace(root, stage=stage_of(file.path)))
        source.parsed += not root.gaps
        source.failed += bool(root.gaps)


def _plans(tree: Tree) -> list[tuple[SourceFile, Document]]:
    """All documents that are plans or states; each file is read once."""
    from blastradius.scanners.terraform.planshape import kind_of

    return [
        (file, document)
        for file in tree.files
        if _may_hold_plan(tree, file)
        for document in tree.documents(file)
        if kind_of(document.value)
    ]


def _may_hold_plan(tree: Tree, file: SourceFile) -> bool:
    lower = file.path.lower()
    if lower.endswith((".tf.json", ".tofu.json", ".lock.json", ".tf", ".tofu", ".tfvars")):
        return False
    return lower.endswith((".json", *_STATE)) or file.path in tree.named


def _root_name(tree: Tree, file: SourceFile, *, alone: bool) -> str:
    """Name of the root of a plan or state: that of its folder, so that it merges with the source text there."""
    folder = posixpath.dirname(file.path)
    name = f"{tree.name}/{folder}" if folder else tree.name
    return name if alone else f"{name}/{posixpath.basename(file.path)}"
