"""All stacks of a scan: templates as they are deployed, nested in each other, and what one takes from another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blastradius.documents import line_of
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.places import Deployment, alike, by_place, in_stage, keys_of
from blastradius.scanners.cloudformation.stacks import Stack, same_place
from blastradius.scanners.cloudformation.staging import told_apart
from blastradius.scanners.cloudformation.template import Resource, Template
from blastradius.scanners.cloudformation.values import Either, Missing

NESTED = frozenset({"AWS::CloudFormation::Stack", "AWS::Serverless::Application"})
MAX_STACKS = 5_000
"""Stacks, of which nested ones are made."""
MAX_LEVELS = 12
"""Levels of stacks nested in each other."""
#: Outputs that the Serverless Framework adds, and what they tell.
_TOLD = {
    "HttpApiId": ("HttpApi",), "HttpApiUrl": ("HttpApi",), "ServiceEndpoint": ("ApiGatewayRestApi",),
    "ServiceEndpointWebsocket": ("WebsocketsApi",), "ApiGatewayRestApiId": ("ApiGatewayRestApi",),
}  # fmt: skip
#: What a stack exports: the stack, the name as it is shown, the value, and its line.
Export = tuple[Stack, str, Any, int]


def _given(template: Template, deployment: Deployment) -> Template:
    """A template as a deployment makes it: anew where loops go through what it gives."""
    if template.remade is None:
        return template
    region = {"AWS::Region": deployment.region} if deployment.region else {}
    return template.remade({**region, **dict(deployment.parameters)})


class World:
    """All stacks of a scan, and the ways from one to another.

    Args:
        templates: by path.
        deployments: of each path.
    """

    def __init__(self, templates: dict[str, Template], deployments: dict[str, list[Deployment]]) -> None:
        self.templates = templates
        self.stacks: dict[str, Stack] = {}
        self.nested: dict[tuple[str, str], Stack] = {}
        self._busy: set[Any] = set()
        self._exports: list[Export] | None = None
        self._found: dict[tuple[str, int], list[Export]] = {}
        self._handed: dict[str, list[tuple[Stack, Resource]]] | None = None
        self._parameters: dict[str, list[tuple[Stack, Resource]]] | None = None
        self._deployed: set[str] = set()
        self._names: dict[str, list[str]] = {}
        for path in templates:
            self._names.setdefault(posixpath.basename(path), []).append(path)
        self.refused: dict[tuple[str, str], str] = {}
        self._said: set[object] = set()
        inner = self._inner()
        self._grow([path for path in sorted(templates) if path not in inner], deployments)
        for path in sorted(templates):  # templates that only nest each other, or that a bound left out
            if path not in self._deployed:
                self._grow([path], deployments)
        self._forget()

    def _forget(self) -> None:
        """Drop what was resolved before all stacks were there: it may lack what a later one gives."""
        self._exports, self._parameters, self._handed = None, None, None
        self._found.clear()
        for stack in self.stacks.values():
            stack.forget()

    def _inner(self) -> set[str]:
        """Paths of templates that others nest."""
        found = set()
        for template in self.templates.values():
            probe = Stack(self, template.path, template, Deployment())
            for resource in template.resources.values():
                if resource.type in NESTED:
                    path = self._local(probe, resource)
                    if path and path != template.path:
                        found.add(path)
        return found

    def _grow(self, paths: list[str], deployments: dict[str, list[Deployment]]) -> None:
        """Add the stacks of templates, then level by level those nested in them: none uses up what others need."""
        level: list[tuple[Stack, tuple[str, ...]]]
        level = [(one, (one.template.path,)) for path in paths for one in self._roots(path, deployments.get(path, []))]
        while level:
            level = [inner for stack, around in level for inner in self._nest(stack, around)]

    def _roots(self, path: str, deployments: list[Deployment]) -> list[Stack]:
        template = self.templates[path]
        stated = [Deployment(region=region, evidence=where) for region, where in template.regions]
        chosen = by_place(told_apart([*deployments, *stated])) or [Deployment()]
        stacks = zip(keys_of(path, chosen), (in_stage(one, path) for one in chosen), strict=True)
        return [self._add(Stack(self, key, _given(template, one), one)) for key, one in stacks]

    def _add(self, stack: Stack) -> Stack:
        self._deployed.add(stack.template.path)
        return self.stacks.setdefault(stack.key, stack)

    def _nest(self, stack: Stack, around: tuple[str, ...]) -> Iterator[tuple[Stack, tuple[str, ...]]]:
        """Add the stacks that one nests, as far as they are followed.

        Args:
            stack: that nests them.
            around: paths of the templates around them, the outermost first.
        """
        for resource in stack.template.resources.values():
            if resource.type not in NESTED or not stack.exists(resource):
                continue
            path = self._local(stack, resource)
            if path is None or self._refuses(stack, resource, around, path):
                continue
            key = path if path not in self.stacks else f"{path}@{stack.key}/{resource.name}"
            place = replace(stack.deployment, name=None, parameters=())
            told = v.get(stack.properties(resource.name), "Parameters")
            known = {name: text for name, one in told.items() if (text := v.text(one)) is not None} if isinstance(told, dict) else {}  # fmt: skip
            inside = _given(self.templates[path], replace(place, parameters=tuple(sorted(known.items()))))
            child = self._add(Stack(self, key, inside, place, (stack, resource)))
            self.nested[stack.key, resource.name] = child
            yield child, (*around, path)

    def _refuses(self, stack: Stack, resource: Resource, around: tuple[str, ...], path: str) -> bool:
        """Whether a nested stack is not followed; why is noted for the first of a sort, an empty text for the others."""
        ring = around[around.index(path) :] if path in around else ()
        if ring:
            way = " → ".join((*ring, path))
            reason = f"nested stack {resource.name} includes itself through {way}: it can never be deployed so"
        elif len(around) > MAX_LEVELS:
            reason = f"stacks are nested more than {MAX_LEVELS} levels deep: what lies deeper is not read in its place"
        elif len(self.stacks) >= MAX_STACKS:
            reason = f"more than {MAX_STACKS:,} stacks are nested in each other: the others are not read; scan a part"
        else:
            return False
        once = frozenset(ring) if ring else reason
        self.refused[stack.key, resource.name] = "" if once in self._said else reason
        self._said.add(once)
        return True

    def _local(self, stack: Stack, resource: Resource) -> str | None:
        """The scanned template that a nested stack is made from."""
        properties = stack.properties(resource.name)
        asset = v.get(resource.body.get("Metadata"), "aws:asset:path")
        location = (
            v.get(properties, "TemplateURL") or v.get(properties, "Location") or v.get(properties, "TemplateFile")
        )
        for one in [asset, location] if isinstance(asset, str) else [location]:
            path = v.shown(one) if one is not None and not isinstance(one, dict) else ""
            if not path:
                continue
            local = posixpath.normpath(posixpath.join(posixpath.dirname(resource.path), path))
            if local in self.templates:
                return local
            same = [found for found in self._names.get(path.rpartition("/")[2], []) if found != stack.template.path]
            if len(same) == 1:
                return same[0]
        return None

    def all(self) -> Iterator[tuple[Stack, Resource]]:
        """All resources of all stacks that are made, by stack and as they are written."""
        for key in sorted(self.stacks):
            stack = self.stacks[key]
            for resource in stack.template.resources.values():
                if stack.exists(resource):
                    yield stack, resource

    def left_out(self) -> Iterator[Resource]:
        """Resources that no stack makes, since their condition is false."""
        for stack in self.stacks.values():
            yield from (one for one in stack.template.resources.values() if not stack.exists(one))

    # ways from one stack to another

    def nested_output(self, stack: Stack, name: str, output: str) -> Any:
        """The value of an output of a nested stack; None where that stack was not scanned."""
        child = self.nested.get((stack.key, name))
        declared = child.template.outputs.get(output) if child else None
        if child is None or not isinstance(declared, dict) or (key := ("output", child.key, output)) in self._busy:
            return None
        self._busy.add(key)
        try:
            return child.resolver.resolve(declared.get("Value"), line_of(declared, "Value") or 1)
        finally:
            self._busy.discard(key)

    def imported(self, stack: Stack, name: Any) -> Any:
        """The value that a stack exports under a name."""
        wanted = v.shown(name)
        similar = self._similar(wanted)
        found = [one for one in similar if one[1] == wanted and same_place(one[0], stack)]
        if not found:
            found = [one for one in similar if same_place(one[0], stack) and alike(one[1], wanted)]
            found = found if len({one[0].template.path for one in found}) == 1 else []
        done: list[Any] = []
        for exporter, _, value, at in found[:10]:
            key = ("export", exporter.key, wanted)
            if key not in self._busy:
                self._busy.add(key)
                done.append(exporter.resolver.resolve(value, at))
                self._busy.discard(key)
        if not done:
            paths = sorted({one[0].template.path for one in similar if alike(one[1], wanted)})
            why = "is exported by no scanned template: scan that as well"
            if len(paths) > 1:
                why = f"may be exported by {', '.join(paths[:3])}: nothing tells by which"
            return Missing(f"import {wanted}", wanted, why)
        return done[0] if len(done) == 1 else Either(tuple(done))

    def _similar(self, wanted: str) -> list[Export]:
        """Exports whose name is the one, or can be it; looked for once, for most templates import the same few names."""
        exports = self._exported()
        key = (wanted, len(exports))  # names of exports may import others: until all are known, some are missing
        if key not in self._found:
            self._found[key] = [one for one in exports if one[1] == wanted or alike(one[1], wanted)]
        return self._found[key]

    def _exported(self) -> list[Export]:
        if self._exports is None:
            self._exports = []
            for key in sorted(self.stacks):
                stack = self.stacks[key]
                for declared in stack.template.outputs.values():
                    export = v.get(declared, "Export", "Name") if isinstance(declared, dict) else None
                    if export is not None:
                        line = line_of(declared, "Value") or 1
                        name = v.shown(stack.resolver.resolve(export, line))
                        self._exports.append((stack, name, declared.get("Value"), line))
        return self._exports

    def output_of(self, stack: Stack, name: str, output: str, region: str) -> Any:
        """An output of a stack by that one's name: of the region that is said, else of the reader's own.

        Args:
            stack: the reader's.
            name: of the other, with `${…}` where parts are not known.
            output: its name.
            region: where the other is; empty for where the reader is.
        """
        shown = f"{name}.{output}"
        found = [one for _, one in sorted(self.stacks.items()) if one.name is not None and v.shown(one.name) == name]
        found = found or [one for _, one in sorted(self.stacks.items()) if one.name is not None and alike(v.shown(one.name), name)]  # fmt: skip
        wanted = region or stack.region
        near = [one for one in found if None in (one.region, wanted) or one.region == wanted]
        done = [value for one in near[:10] if (value := self._output(one, output)) is not None]
        if not done:
            why = "no scanned stack of that name tells it: scan that as well"
            return Missing(f"output {shown}", shown[:200], why if not near else "the scanned stack of that name does not tell it")  # fmt: skip
        return v.options(done)

    def _output(self, stack: Stack, output: str) -> Any:
        """The value of an output, those that the Serverless Framework adds by itself included; None where there is none."""
        declared, key = stack.template.outputs.get(output), ("output", stack.key, output)
        if isinstance(declared, dict) and key not in self._busy:
            self._busy.add(key)
            try:
                return stack.resolver.resolve(declared.get("Value"), line_of(declared, "Value") or 1)
            finally:
                self._busy.discard(key)
        made = stack.template.resources if stack.template.sort == "serverless" else {}
        holder = output.removesuffix("QualifiedArn")
        for name in _TOLD.get(output, (holder,) if holder != output else ()):
            if name in made:
                return stack.resolver.named(name, made[name].line)
        return None

    def handed_over(self, stack: Stack, name: str) -> Any:
        """What another stack hands over to one in another region, as the CDK does it; None where none is scanned."""
        if self._handed is None:
            self._handed = {}
            for key in sorted(self.stacks):
                holder = self.stacks[key]
                for resource in holder.template.resources.values():
                    if resource.type == "Custom::CrossRegionExportWriter":
                        exports = v.get(resource.properties, "WriterProps", "exports")
                        for export in exports if isinstance(exports, dict) else ():
                            self._handed.setdefault(export, []).append((holder, resource))
        found = []
        for holder, resource in self._handed.get(name, []):
            own = holder.properties(resource.name)
            if v.text(v.get(own, "WriterProps", "region")) in (None, stack.region) or stack.region is None:
                found.append(v.get(own, "WriterProps", "exports", name))
        return v.options(found) if found else None

    def parameters_named(self, name: str, stack: Stack) -> list[tuple[Stack, Resource]]:
        """Scanned SSM parameters of a name, where a stack can read them."""
        if self._parameters is None:
            self._parameters = {}
            for holder, resource in self.all():
                if resource.type == "AWS::SSM::Parameter":
                    own = v.text(v.get(holder.properties(resource.name), "Name"))
                    if own:
                        self._parameters.setdefault(own.lstrip("/"), []).append((holder, resource))
        found = self._parameters.get(name.lstrip("/"), [])
        return [one for one in found if same_place(one[0], stack)]

    def parameter_value(self, name: str, stack: Stack) -> Any:
        """The value of a scanned SSM parameter, None where there is none."""
        if "parameters" in self._busy or ("parameter", name) in self._busy:
            return None
        self._busy.add("parameters")
        found = self.parameters_named(name, stack)
        self._busy.discard("parameters")
        if len(found) != 1:
            return None if found else self.handed_over(stack, name)
        self._busy.add(("parameter", name))
        try:
            return v.get(found[0][0].properties(found[0][1].name), "Value")
        finally:
            self._busy.discard(("parameter", name))
