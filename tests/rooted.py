"""Terraform roots that a test writes down, scanned by their scanner alone and assembled."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

from blastradius.analysis.regions import Regions, regions
from blastradius.assemble import assemble
from blastradius.model import Component, Coverage, Evidence, Inventory, ScannerCoverage
from blastradius.scanners.base import Scanned
from blastradius.scanners.growing import grow
from blastradius.scanners.terraform import TerraformScanner
from blastradius.scanners.terraform.mapping import linked, translate_all
from blastradius.scanners.terraform.model import Block, Root
from blastradius.scanners.tree import Tree

Json = dict[str, Any]


def scanned(paths: list[Path]) -> tuple[Scanned, Tree]:
    """What the Terraform scanner says of some paths, whatever other scanners there are."""
    tree = grow(paths)
    scanner = TerraformScanner()
    tree.markers = scanner.markers
    tree.claimed.update(scanner.claim(tree))
    return scanner.translate(scanner.fetch(tree), tree.name), tree


def inventory(paths: list[Path]) -> Inventory:
    """The same, assembled."""
    found, tree = scanned(paths)
    coverage = ScannerCoverage(
        scanner="terraform", parsed=found.parsed, failed=found.failed, unmapped=dict(sorted(found.unmapped.items()))
    )
    return assemble((*found.facts, *tree.gaps), Coverage(scanners=(coverage,)), (tree.name,))


class Shop:
    """A root below `folder/shop`, scanned, with short ways to look at it."""

    def __init__(self, folder: Path, files: dict[str, str | Json]) -> None:
        for name, content in files.items():
            path = folder / "shop" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, indent=1) if isinstance(content, dict) else dedent(content))
        self.inventory = inventory([folder / "shop"])
        self.components = {one.id.removeprefix("tf:shop:"): one for one in self.inventory.components}

    def __getitem__(self, address: str) -> Component:
        return self.components[address]

    @property
    def needs(self) -> set[str]:
        """Dependencies within the root as `a -> b`, `a ~> b` where soft, with the phase where it is not run time."""
        found = set()
        for one in self.inventory.dependencies:
            if one.evidence[0].scanner in ("assemble", "catalog"):
                continue
            arrow = "->" if one.strength == "hard" else "~>"
            phase = "" if one.phase == "runtime" else f" [{one.phase}]"
            found.add(f"{_short(one.dependent)} {arrow} {_short(one.dependency)}{phase}")
        return found

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Members of the redundancies, by dependent; zones are left out."""
        return {
            _short(one.dependent): tuple(sorted(_short(member) for member in one.members))
            for one in self.inventory.redundancies
            if ":zone/" not in one.members[0]
        }

    @property
    def regions(self) -> Regions:
        """Where it runs."""
        return regions(self.inventory)

    def where(self, need: str) -> list[str]:
        """Locators and notes of a dependency drawn as `a -> b`."""
        dependent, dependency = need.split(" -> ")
        return [
            f"{piece.locator} {piece.note}"
            for one in self.inventory.dependencies
            for piece in one.evidence
            if (_short(one.dependent), _short(one.dependency)) == (dependent, dependency)
        ]


def _short(id: str) -> str:
    return id.removeprefix("tf:shop:")


def block(address: str, /, **values: Any) -> Block:
    """A resource in eu-west-1 of the account that documentation uses."""
    data = address.startswith("data.")
    kind, name = address.removeprefix("data.").split(".")[-2:]
    return Block(
        address=address,
        mode="data" if data else "managed",
        type=kind,
        name=name.partition("[")[0],
        provider=kind.partition("_")[0],
        provider_alias=None,
        region=values.pop("_region", "eu-west-1"),
        account="111122223333",
        values=values,
        module="",
        evidence=Evidence(scanner="terraform", locator="main.tf:1"),
    )


def translated(*blocks: Block) -> Inventory:
    """Blocks translated and assembled."""
    found = translate_all([Root("shop", blocks)])[0]
    coverage = ScannerCoverage(scanner="terraform", parsed=1, unmapped=dict(found.unmapped))
    return assemble(tuple(linked([found])), Coverage(scanners=(coverage,)), ("shop",))
