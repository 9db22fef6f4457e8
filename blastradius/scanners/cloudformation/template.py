"""Which documents are templates, and their sections as they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document, MarkedDict, TaggedText, line_of
from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation.loops import expanded

NAME = "cloudformation"
_HEADS = ("AWS::", "Custom::", "Alexa::")
_SAM = "AWS::Serverless-2016-10-31"
_OWN_TRANSFORMS = frozenset({_SAM, "AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23", "AWS::SecretsManager-2024-09-16", "AWS::CodeDeployBlueGreen"})  # fmt: skip


@dataclass(slots=True)
class Resource:
    """A resource as it is written.

    Attributes:
        name: logical id.
        type: such as `AWS::SQS::Queue`.
        body: all of it, functions not followed.
        line: line of its logical id.
        path: file that holds it.
    """

    name: str
    type: str
    body: dict[str, Any]
    line: int
    path: str

    @property
    def properties(self) -> dict[str, Any]:
        """Its properties; empty where there are none."""
        found = self.body.get("Properties")
        return found if isinstance(found, dict) else MarkedDict(self.line)


@dataclass(slots=True)
class Template:
    """A template.

    Attributes:
        path: file within the tree; with `#…` where a file holds several.
        file: that file.
        resources: by logical id.
        parameters, mappings, conditions, outputs: sections, functions not followed.
        globals: what all SAM resources of a type share.
        transforms: names of the macros that it is to go through.
        gaps: what could not be read of it.
        prefix: what a physical name starts with where the tool makes it (`shop-dev` of the Serverless Framework).
        sort: `cloudformation`, `sam` or `serverless`.
        regions: where it says itself that it is deployed: region and place.
        stage: that a Serverless file was read as.
        called: logical ids by other names that its own texts may use, such as functions of a Serverless file.
        after: regions of stacks that are deployed before it, empty where they are not known, and what says so.
        loops: whether it has loops, so that what it holds hangs on what it is given.
        given: parameters that a deployment gives, for its loops.
        remade: makes it anew with what a deployment gives, where it has loops.
    """

    path: str
    file: str = ""
    resources: dict[str, Resource] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    mappings: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    globals: dict[str, Any] = field(default_factory=dict)
    transforms: tuple[str, ...] = ()
    gaps: list[Gap] = field(default_factory=list)
    sort: str = "cloudformation"
    stack_name: Any = None
    regions: list[tuple[str, Evidence]] = field(default_factory=list)
    stage: str = ""
    called: dict[str, str] = field(default_factory=dict)
    after: list[tuple[str, Evidence]] = field(default_factory=list)
    loops: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    remade: Callable[[Mapping[str, str]], Template] | None = None

    def gap(self, line: int, reason: str, reference: str | None = None) -> None:
        """Note that a part of it could not be read."""
        where = Evidence(scanner=NAME, locator=f"{self.file}:{line}")
        self.gaps.append(
            Gap(scope=self.file, reason=reason, hides="dependency", reference=reference, evidence=(where,))
        )


def is_template(value: Any) -> bool:
    """Whether a document is a CloudFormation template."""
    if not isinstance(value, dict):
        return False
    resources = value.get("Resources")
    if not isinstance(resources, dict):
        return False
    if "AWSTemplateFormatVersion" in value:
        return True
    types = [str(one.get("Type", "")) for one in resources.values() if isinstance(one, dict)]
    loops = any(key.startswith("Fn::ForEach::") for key in resources)
    return loops or any(one.startswith(_HEADS) for one in types)


def template(document: Document, path: str, given: Mapping[str, str] | None = None) -> Template:
    """Read a template's sections; what cannot be expanded is a gap of it.

    Args:
        document: that holds it.
        path: of the file.
        given: parameters that a deployment gives, for its loops.
    """
    root = document.value
    found = Template(path, path, given=given or {})
    found.transforms = tuple(_transforms(root.get("Transform")))
    if _SAM in found.transforms:
        found.sort = "sam"
    for name in ("Parameters", "Mappings", "Conditions", "Globals"):
        section = root.get(name)
        if isinstance(section, dict):
            setattr(found, name.lower(), expanded(section, found, name) if name == "Conditions" else section)
    for macro in found.transforms:
        if macro not in _OWN_TRANSFORMS:
            line = line_of(root, "Transform") or document.line
            found.gap(line, f"macro {macro} rewrites this template when it is deployed: scan what it makes", macro)
    if isinstance(root.get("Modules"), dict):
        found.gap(line_of(root, "Modules") or 1, "Rain modules are not expanded: scan what `rain pkg` makes", "Modules")
    outputs = root.get("Outputs")
    if isinstance(outputs, dict):
        found.outputs = expanded(outputs, found, "Outputs")
    found.resources = {one.name: one for one in resources(expanded(root["Resources"], found, "Resources"), found)}
    return found


def resources(section: dict[str, Any], into: Template) -> Iterator[Resource]:
    """Resources of a section; one that is none is a gap."""
    for name, body in section.items():
        line = line_of(section, name) or 1
        if name == "Fn::Transform":
            into.gap(line, "Fn::Transform brings in resources when it is deployed: scan what it makes", name)
            continue
        if not isinstance(body, dict):
            continue
        kind = body.get("Type")
        if isinstance(kind, dict) and isinstance(kind.get("Rain::Module"), str):
            kind = _tagged(kind["Rain::Module"])
        if isinstance(kind, TaggedText) and kind.tag.startswith("!Rain"):
            into.gap(line, f"{name} is a Rain module, not expanded: scan what `rain pkg` makes", str(kind)[:200])
            continue
        if not isinstance(kind, str) or not kind:
            continue
        if kind.endswith("::MODULE"):
            into.gap(line, f"{name} is a module of the registry ({kind}), which is not scanned", kind[:200])
            continue
        yield Resource(name, str(kind), body, line, into.file)


def _tagged(path: str) -> TaggedText:
    """A Rain module as JSON has it, in the form that YAML has."""
    found = TaggedText(path)
    found.tag = "!Rain::Module"
    return found


def _transforms(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield str(one)
        elif isinstance(one, dict) and isinstance(one.get("Name"), str):
            yield str(one["Name"])
