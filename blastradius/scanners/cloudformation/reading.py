"""Which files of a tree this scanner reads: templates, Serverless files, and where they are deployed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from blastradius.documents import Document, line_of
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes
from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation.deployments import cdk_deployments, sam_deployments
from blastradius.scanners.cloudformation.sam import from_sam
from blastradius.scanners.cloudformation.scripts import is_script, scripted
from blastradius.scanners.cloudformation.serverless import from_serverless, is_serverless
from blastradius.scanners.cloudformation.stacksets import stack_sets
from blastradius.scanners.cloudformation.template import NAME, Template, is_template, template
from blastradius.scanners.cloudformation.values import put, unmarked
from blastradius.scanners.tree import SourceFile, Tree

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation import Source

_TEMPLATES = (".template", ".cfn", ".tmpl")
_PROGRAMS = ("serverless.ts", "serverless.js", "serverless.cjs", "serverless.mjs")
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
    manifests: list[Document] = []
    seen = set()
    for file in tree.manifests():
        seen.add(file.path)
        _file(tree, file, source, manifests)
    for file in tree.files:
        if file.path in seen or file.path in tree.claimed:
            continue
        if file.path.lower().endswith(_TEMPLATES) and any(hint in _bytes(file) for hint in _HINTS):
            _file(tree, file, source, manifests)
        elif posixpath.basename(file.path) in _PROGRAMS:
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

    made: Template | None = from_serverless(document, other, source.notes)
    if made is not None:
        source.templates[document.where] = made
        source.notes.pop("", None)


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
                scripted(content, file.path, source.templates, source.deployments, other)
