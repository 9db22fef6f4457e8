"""Which files of a tree this scanner reads: templates, Serverless files, and where they are deployed."""

from __future__ import annotations

import posixpath
from functools import partial
from typing import TYPE_CHECKING, Any

from blastradius.documents import Document, line_of
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes
from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation import PROGRAMS, TEMPLATES
from blastradius.scanners.cloudformation.deployments import cdk_deployments, sam_deployments
from blastradius.scanners.cloudformation.given import given
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.sam import from_sam
from blastradius.scanners.cloudformation.scripts import StageCommand, scripted, stage_commands
from blastradius.scanners.cloudformation.serverless import from_serverless, is_serverless
from blastradius.scanners.cloudformation.stacksets import stack_sets
from blastradius.scanners.cloudformation.template import NAME, Template, is_template, template
from blastradius.scanners.cloudformation.values import put, unmarked
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
_MAX_STAGES = 12
_HINTS = (b"AWSTemplateFormatVersion", b"AWS::")


def read(tree: Tree, source: Source) -> None:
    """Read all templates of a tree, and where they are deployed.

    Args:
        tree: the files.
        source: takes what was read.
    """
    manifests: list[Document] = []
    seen = set()
    for file in tree.manifests():
        seen.add(file.path)
        _file(tree, file, source, manifests)
    for file in tree.files:
        if file.path in seen or file.path in tree.claimed:
            continue
        if file.path.lower().endswith(TEMPLATES) and any(hint in _bytes(file) for hint in _HINTS):
            _file(tree, file, source, manifests)
        elif posixpath.basename(file.path) in PROGRAMS:
            _program(file, source)
    source.parsed = len(source.templates)
    for path, one in list(source.templates.items()):
        stack_sets(one, source.templates, source.deployments)
        _definitions(tree, source.templates[path])
        if one.sort == "sam":
            from_sam(source.templates[path])
    for manifest in manifests:
        cdk_deployments(manifest, source.templates, source.deployments)
    _deployed(tree, source)


def _file(tree: Tree, file: SourceFile, source: Source, manifests: list[Document]) -> None:
    for number, document in enumerate(tree.documents(file)):
        value = document.value
        path = file.path if number == 0 else f"{file.path}#{number + 1}"
        if is_template(value):
            found = template(document, file.path)
            found.path = path
            source.templates[path] = found
        elif is_serverless(value, file.path):
            _serverless(tree, document, source)
        elif isinstance(value, dict) and "AWSTemplateFormatVersion" in value and value.get("Resources") is not None:
            faults = Faults()
            faults.get(value, "Resources", (), dict)
            source.gaps.extend(filter(None, (faults.gap(document, "CloudFormation", "cloudformation"),)))
        elif isinstance(value, dict) and isinstance(value.get("artifacts"), dict):
            manifests.append(document)


def _serverless(tree: Tree, document: Document, source: Source) -> None:
    files = {file.path: file for file in tree.files}

    def other(path: str) -> Any:
        file = files.get(path)
        if file is None or not path.lower().endswith((".yml", ".yaml", ".json")):
            return None
        if path.lower().endswith(".json"):
            return _json(file)
        found = tree.documents(file)
        return found[0].value if found else None

    stages = _stages(tree, document.where)
    gaps: set[Gap] = set()
    for one in (*stages,) or (None,):
        made: Template | None = from_serverless(document, other, source.notes, one.stage if one else "")
        if made is None:
            return
        made.gaps = [gap for gap in made.gaps if gap not in gaps]
        gaps.update(made.gaps)
        if one is not None:
            made.path = document.where if len(stages) == 1 else f"{document.where}@{one.stage}"
            stated = made.regions[0] if made.regions else (None, None)
            region, made.regions = one.region or stated[0], []
            where = None if one.region else stated[1]
            place = Deployment(region=region, environment=one.stage, evidence=where, staged=one.evidence)
            source.deployments.setdefault(made.path, []).append(place)
        source.templates[made.path] = made
    source.notes.pop("", None)


def _stages(tree: Tree, path: str) -> list[StageCommand]:
    """Stages that commands deploy a Serverless file as: those beside it, or of the whole tree where it is the only one."""
    folder = posixpath.dirname(path)
    alone = sum(posixpath.basename(file.path).startswith("serverless.") for file in tree.files) == 1
    found: dict[str, StageCommand] = {}
    for file in tree.files:
        name = posixpath.basename(file.path)
        if (is_script(file.path) or name == "package.json") and (alone or posixpath.dirname(file.path) == folder):
            content = _bytes(file)
            for one in stage_commands(content, file.path) if len(content) < 1_000_000 else ():
                found.setdefault(one.stage, one)
    return [found[stage] for stage in sorted(found)][:_MAX_STAGES]


def _definitions(tree: Tree, one: Template) -> None:
    """Take in state machines and APIs that a template keeps in a scanned file beside it."""
    files = {file.path: file for file in tree.files}
    for resource in one.resources.values():
        key = _DEFINED.get(resource.type)
        uri = resource.properties.get("DefinitionUri")
        if key is None or not isinstance(uri, str) or resource.properties.get(key) is not None:
            continue
        file = files.get(posixpath.normpath(posixpath.join(posixpath.dirname(one.file), uri)))
        found = None
        if file is not None and file.path.lower().endswith(".json"):
            found = _json(file)
        elif file is not None and file.path.lower().endswith((".yml", ".yaml")):
            documents = tree.documents(file)
            found = documents[0].value if documents else None
        if isinstance(found, dict):
            line = line_of(resource.properties, "DefinitionUri") or resource.line
            put(resource.properties, key, unmarked(found), line)
            del resource.properties["DefinitionUri"]


def _json(file: SourceFile) -> Any:
    """A settings file in JSON: it need not hold what marks a template."""
    from blastradius.documents import load_json

    try:
        return load_json(_bytes(file), file.path).value
    except InputError:
        return None


def _bytes(file: SourceFile) -> bytes:
    try:
        return read_bytes(file.disk, MAX_BYTES)
    except InputError:
        return b""


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
        return _json(files[path]) if path in files else None

    for file in tree.files:
        if posixpath.basename(file.path) in ("samconfig.toml", "samconfig.yaml", "samconfig.yml"):
            sam_deployments(_bytes(file), file.path, source.templates, source.deployments)
        elif is_script(file.path):
            content = _bytes(file)
            if len(content) < 1_000_000:
                source.gaps.extend(scripted(content, file.path, source.templates, source.deployments, other))
    beside = ((path, partial(_bytes, file)) for path, file in files.items() if path not in source.templates)
    given(beside, other, source.templates, source.deployments)
