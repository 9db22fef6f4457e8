"""CloudFormation templates, and what SAM, the CDK and the Serverless Framework make into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blastradius.model import Gap
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.tree import SUFFIXES, SourceFile, Tree

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.elsewhere import Elsewhere
    from blastradius.scanners.cloudformation.places import Deployment
    from blastradius.scanners.cloudformation.template import Template

#: Endings of templates, and names of programs that make them.
TEMPLATES = (".template", ".cfn", ".tmpl")
PROGRAMS = ("serverless.ts", "serverless.js", "serverless.cjs", "serverless.mjs")
#: Keys of which one stands at the top of everything that is read here.
_KEYS = frozenset({"Resources", "AWSTemplateFormatVersion", "artifacts", "provider"})


@dataclass(slots=True)
class Source:
    """What was read.

    Attributes:
        templates: by path.
        deployments: where each is deployed, by path.
        gaps: what could not be read.
        notes: what was left out on purpose, with how often.
        parsed: how many files held something.
        failed: how many could not be read.
        elsewhere: files from which templates take something in; None where no template was read.
    """

    templates: dict[str, Template] = field(default_factory=dict)
    deployments: dict[str, list[Deployment]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    parsed: int = 0
    failed: int = 0
    elsewhere: Elsewhere | None = None


@SCANNERS.register("cloudformation")
class CloudFormationScanner(Scanner):
    """Reads templates and follows their functions without deploying anything."""

    name = "cloudformation"
    summary = "CloudFormation, SAM, CDK output (`cdk.out`) and Serverless Framework files"
    extracts = (
        "resources with their physical names; references through parameters, conditions, mappings, nested stacks, exports and "
        "SSM parameters; variables, images and event sources; routes, listeners, origins and records with how they choose; "
        "replicas; state machines; stages and regions from `samconfig.toml`, files of parameters, `cdk.out/manifest.json`, StackSets "
        "and deploy commands"
    )
    omits = (
        "what a condition leaves out by the parameters that a deployment gives, else by their defaults (what no default "
        "decides is kept, and its evidence says so; a need that only one branch then names is a gap); what macros, modules and custom resources make when deployed; what only IAM permits; networks; "
        "regions that stand in no scanned file; definitions kept elsewhere; TypeScript and JavaScript configuration"
    )
    markers: tuple[str, ...] = ("Resources", "AWSTemplateFormatVersion", "aws:cloudformation:stack")

    def fetch(self, tree: Tree) -> Source:
        """All templates, and the files that say where they are deployed."""
        source = Source()
        if any(_concerns(tree, file) for file in tree.files):
            from blastradius.scanners.cloudformation.reading import read

            read(tree, source)
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts of all stacks."""
        if not source.templates:
            return Scanned(tuple(source.gaps), source.parsed, source.failed, source.notes)
        from blastradius.scanners.cloudformation.translating import translate
        from blastradius.scanners.cloudformation.world import World

        world = World(source.templates, source.deployments)
        facts = translate(world, root)
        read = [*(one.template for _, one in sorted(world.stacks.items())), *source.templates.values()]
        loops = {one.path for one in read[: len(world.stacks)] if one.loops}  # whose gaps are those of their stacks
        kept = [one for at, one in enumerate(read) if at < len(world.stacks) or one.path not in loops]
        gaps = list(dict.fromkeys(gap for one in sorted(kept, key=lambda one: one.path) for gap in one.gaps))
        unmapped = {**facts.unmapped, **source.notes}
        found = (*facts.found, *gaps, *source.gaps)
        told = tuple(source.elsewhere.told(found)) if source.elsewhere else found
        return Scanned(told, source.parsed, source.failed, unmapped)


def _concerns(tree: Tree, file: SourceFile) -> bool:
    """Whether a file can be a template or a program that makes one; a closer look is for the reader."""
    if file.path in tree.claimed:
        return False
    if file.path.endswith(PROGRAMS) or file.path.lower().endswith(TEMPLATES):
        return True
    if not file.path.lower().endswith(SUFFIXES) and file.path not in tree.named:
        return False
    return any(isinstance(one.value, dict) and not _KEYS.isdisjoint(one.value) for one in tree.documents(file))
