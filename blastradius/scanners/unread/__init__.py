"""Infrastructure of tools that nothing here reads: that it is there is said, so that nobody takes silence for absence."""

from __future__ import annotations

import posixpath
import re

from blastradius.model import Evidence, Gap
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.tree import Tree

#: Names of files, the tool, and what to do instead.
_TOOLS = (
    (re.compile(r"Pulumi\.ya?ml"), "is a Pulumi project", "scan the account that it deploys to, or state what it makes in blastradius.yaml"),
    (re.compile(r".+\.bicep"), "is a Bicep template", "scan the Terraform state of it, or state what it makes in blastradius.yaml"),
    (re.compile(r"azuredeploy\.json"), "is a template of Azure Resource Manager", "state what it makes in blastradius.yaml"),
    (re.compile(r"cdktf\.json"), "is a project of CDK for Terraform", "scan what `cdktf synth` writes (cdktf.out)"),
    (re.compile(r"cdk\.json"), "is a project of the AWS CDK", "scan what `cdk synth` writes (cdk.out)"),
)  # fmt: skip
#: Where what a project makes lies once it was made.
_MADE = {"cdk.json": "cdk.out", "cdktf.json": "cdktf.out"}


@SCANNERS.register("unread")
class UnreadScanner(Scanner):
    """Says which files declare infrastructure that is not read."""

    name = "unread"
    summary = (
        "Infrastructure of other tools (`Pulumi.yaml`, Bicep, ARM templates, CDK projects that were not synthesised)"
    )
    extracts = "nothing but that it is there: one gap for each project"
    omits = "all that it makes"
    claims = "names"

    def fetch(self, tree: Tree) -> list[Gap]:
        """A gap for each project; of several files of one folder, one."""
        found: dict[tuple[str, str], Gap] = {}
        paths = sorted(file.path for file in tree.files if file.path not in tree.claimed)
        for path in paths:
            folder, name = posixpath.split(path)
            what, instead = next(((what, instead) for form, what, instead in _TOOLS if form.fullmatch(name)), ("", ""))
            made = posixpath.join(folder, _MADE.get(name, ""), "")
            if not what or (name in _MADE and any(one.startswith(made) for one in paths)):
                continue
            reason = f"{what}, which is not read: {instead}"
            where = Evidence(scanner=self.name, locator=f"{path}:1")
            found.setdefault((folder, what), Gap(scope=path, reason=reason, hides="dependency", evidence=(where,)))
        return list(found.values())

    def translate(self, source: list[Gap], root: str) -> Scanned:
        """The gaps."""
        return Scanned(tuple(source), 0, len(source))
