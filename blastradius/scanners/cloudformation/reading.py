"""Which files of a tree this scanner reads: templates, Serverless files, and where they are deployed."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from blastradius.documents import Document, line_of
from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation import PROGRAMS, TEMPLATES
from blastradius.scanners.cloudformation.delivering import delivered_by
from blastradius.scanners.cloudformation.deployments import cdk_deployments, sam_deployments
from blastradius.scanners.cloudformation.elsewhere import Elsewhere
from blastradius.scanners.cloudformation.given import given
from blastradius.scanners.cloudformation.including import included
from blastradius.scanners.cloudformation.sam import from_sam
from blastradius.scanners.cloudformation.scripts import Deploying, deploying, packages, scripted
from blastradius.scanners.cloudformation.serverless import is_serverless
from blastradius.scanners.cloudformation.serverless_files import serverless_files
from blastradius.scanners.cloudformation.stacksets import stack_sets
from blastradius.scanners.cloudformation.taking import bytes_of, json_of, value_of
from blastradius.scanners.cloudformation.template import NAME, Template, is_template, template
from blastradius.scanners.cloudformation.values import put
from blastradius.scanners.saying import is_script
from blastradius.scanners.shapes import Faults
from blastradius.scanners.tree import SourceFile, Tree

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation import Source

_DEFINED = {
    "AWS::Serverless::StateMachine": "Definition",
    "AWS::Serverless::Api": "DefinitionBody",
    "AWS::Serverless::HttpApi": "DefinitionBody",
}
_HINTS = (b"AWSTemplateFormatVersion", b"AWS::")


def read(tree: Tree, source: Source) -> None:
    """Read all templates of a tree, and where they are deployed.

    Args:
        tree: the files.
        source: takes what was read.
    """
    source.elsewhere = elsewhere = Elsewhere()
    manifests: list[Document] = []
    frameworks: list[Document] = []
    seen = set()
    for file in tree.manifests():
        seen.add(file.path)
        _file(tree, file, source, manifests, frameworks)
    for file in tree.files:
        if file.path in seen or file.path in tree.claimed:
            continue
        if file.path.lower().endswith(TEMPLATES) and any(hint in bytes_of(file) for hint in _HINTS):
            _file(tree, file, source, manifests, frameworks)
        elif posixpath.basename(file.path) in PROGRAMS:
            _program(file, source)
    if frameworks:
        serverless_files(tree, frameworks, source)
    source.parsed = len(source.templates)
    for path, one in list(source.templates.items()):
        stack_sets(one, source.templates, source.deployments)
        _definitions(tree, source.templates[path], elsewhere)
        if one.sort == "sam":
            from_sam(source.templates[path])
    for manifest in manifests:
        cdk_deployments(manifest, source.templates, source.deployments)
    _deployed(tree, source)


def _file(tree: Tree, file: SourceFile, source: Source, manifests: list[Document], frameworks: list[Document]) -> None:
    for number, document in enumerate(tree.documents(file)):
        value = document.value
        path = file.path if number == 0 else f"{file.path}#{number + 1}"
        if is_template(value):
            files = {one.path: one for one in tree.files}
            whole = included(value, file.path, files, partial(value_of, tree, files, source.elsewhere))
            found = template(replace(document, value=whole), file.path)
            found.path = path
            source.templates[path] = found
            if found.loops:
                found.remade = partial(_remade, tree, source, replace(document, value=whole), found)
        elif is_serverless(value, file.path):
            frameworks.append(document)
        elif isinstance(value, dict) and "AWSTemplateFormatVersion" in value and value.get("Resources") is not None:
            faults = Faults()
            faults.get(value, "Resources", (), dict)
            source.gaps.extend(filter(None, (faults.gap(document, "CloudFormation", "cloudformation"),)))
        elif isinstance(value, dict) and isinstance(value.get("artifacts"), dict):
            manifests.append(document)


def _remade(tree: Tree, source: Source, document: Document, first: Template, given: Mapping[str, str]) -> Template:
    """A template read anew with what a deployment gives for its loops."""
    found = template(document, first.file, given)
    found.path = first.path
    _definitions(tree, found, source.elsewhere or Elsewhere())
    if found.sort == "sam":
        from_sam(found)
    return found


def _definitions(tree: Tree, one: Template, elsewhere: Elsewhere) -> None:
    """Take in state machines and APIs that a template keeps in a scanned file beside it."""
    files = {file.path: file for file in tree.files}
    for resource in one.resources.values():
        key = _DEFINED.get(resource.type)
        uri = resource.properties.get("DefinitionUri")
        if key is None or not isinstance(uri, str) or resource.properties.get(key) is not None:
            continue
        found = value_of(tree, files, elsewhere, posixpath.normpath(posixpath.join(posixpath.dirname(one.file), uri)))
        if isinstance(found, dict):
            line = line_of(resource.properties, "DefinitionUri") or resource.line
            put(resource.properties, key, found, line)
            del resource.properties["DefinitionUri"]


def _program(file: SourceFile, source: Source) -> None:
    where = Evidence(scanner=NAME, locator=f"{file.path}:1")
    reason = "is a program, which is not run: scan what `serverless package` makes"
    source.gaps.append(Gap(scope=file.path, reason=reason, hides="dependency", evidence=(where,)))
    source.failed += 1


def _deployed(tree: Tree, source: Source) -> None:
    """Regions that settings and scripts state."""
    if not source.templates:
        return
    files = {file.path: file for file in tree.files if file.path.lower().endswith(".json")}

    def other(path: str) -> Any:
        return json_of(files[path]) if path in files else None

    commands: list[Deploying] = []
    for file in tree.files:
        if posixpath.basename(file.path) in ("samconfig.toml", "samconfig.yaml", "samconfig.yml"):
            sam_deployments(bytes_of(file), file.path, source.templates, source.deployments)
        elif is_script(file.path):
            content = bytes_of(file)
            if len(content) < 1_000_000:
                commands += deploying(content, file.path, other)
    source.gaps.extend(scripted(commands, source.templates, source.deployments))
    beside = ((path, partial(bytes_of, file)) for path, file in files.items() if path not in source.templates)
    given(beside, other, source.templates, source.deployments)
    made = packages(commands, source.templates)
    for path in sorted(source.templates):
        delivered_by(source.templates[path], source.templates, source.deployments, other, made)
