"""Follows the functions of a template symbolically: what is known becomes text, what refers stays a reference."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from blastradius.documents import MarkedDict, MarkedList, line_of
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.conditions import Conditions
from blastradius.scanners.cloudformation.functions import attribute_of, function, holes, sub_of
from blastradius.scanners.cloudformation.serverless_variables import OUTPUT
from blastradius.scanners.cloudformation.values import NOTHING, Blank, Either, Exclusive, Ref, Stored, Text

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.stacks import Stack

_DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]{1,512})\}\}")
_MAX_DEPTH = 120


class Resolver:
    """Resolves values of one stack.

    Args:
        stack: gives parameters, region and account, and finds what lies in other stacks.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.template = stack.template
        self.conditions = Conditions(self)
        self._parameters: dict[str, Any] = {}
        self._depth = 0

    def resolve(self, value: Any, line: int) -> Any:
        """A value with its functions followed.

        Args:
            value: as it was read.
            line: where it stands, for the references in it.
        """
        if self._depth >= _MAX_DEPTH:
            return Blank("a value nested too deep")
        self._depth += 1
        try:
            return self._resolve(value, line)
        finally:
            self._depth -= 1

    def _resolve(self, value: Any, line: int) -> Any:
        found = function(value)
        if found is not None:
            handler = _FUNCTIONS.get(found[0])
            own = line_of(value) or line
            return handler(self, found[1], own) if handler else Blank(f"Fn::{found[0]}")
        if isinstance(value, dict):
            into = MarkedDict(line_of(value) or line)
            for key, inner in value.items():
                at = line_of(value, key) or into.line
                done = self.resolve(inner, at)
                if done is not NOTHING:
                    v.put(into, key, done, at)
            return into
        if isinstance(value, list):
            return self._list(value, line)
        if isinstance(value, str) and "${" in value and self.template.sort == "serverless":
            return self.sub(str(value), line)  # that framework fills in every text
        if isinstance(value, str):
            return self._dynamic(value, line) if "{{resolve:" in value else str(value)
        return value

    def _list(self, value: list[Any], line: int) -> MarkedList:
        into = MarkedList(line_of(value) or line)
        for position, inner in enumerate(value):
            at = line_of(value, position) or into.line
            done = self.resolve(inner, at)
            if done is not NOTHING:
                into.append(done)
                into.lines.append(at)
        return into

    def _dynamic(self, value: str, line: int) -> Any:
        """`{{resolve:…}}`: the value of a scanned parameter where there is one."""
        found: list[Any] = []
        position = 0
        for match in _DYNAMIC.finditer(value):
            found.append(value[position : match.start()])
            service = "secretsmanager" if match[1] == "secretsmanager" else "ssm"
            name = match[2] if match[2].startswith("arn:") else match[2].split(":")[0]
            if name.startswith("arn:"):
                name = ":".join(name.split(":")[:7])
            found.append(self.fetched(Stored(service, name, f"{self.template.file}:{line}"), match[1] == "ssm-secure"))
            position = match.end()
        return v.joined([*found, value[position:]])

    def fetched(self, stored: Stored, secure: bool = False) -> Any:
        """What a store holds under a name, beside the store itself: a scanned parameter's value, else only the store."""
        if stored.service == "ssm" and not secure:
            value = self.stack.world.parameter_value(stored.name, self.stack)
            if value is not None:
                return Text((stored, *(value.parts if isinstance(value, Text) else (value,))))
        return stored

    def place(self, line: int) -> str:
        """`path:line` in this template."""
        return f"{self.template.file}:{line}"

    # functions

    def ref(self, argument: Any, line: int) -> Any:
        """`Ref`."""
        return self.named(str(argument), line) if isinstance(argument, str) else Blank("Ref")

    def named(self, name: str, line: int) -> Any:
        """What a name means: a parameter, a pseudo parameter or a resource."""
        name = name if name in self.template.resources else self.template.called.get(name, name)
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self.template.parameters:
            return self.parameter(name, line)
        if name in self.template.resources:
            return Ref(self.stack.key, name, "", self.place(line))
        return Blank(name)

    def _pseudo(self, name: str) -> Any:
        region = self.stack.region or ""
        if name == "AWS::NoValue":
            return NOTHING
        if name == "AWS::Region":
            return region or Blank(name)
        if name == "AWS::AccountId":
            return self.stack.account or Blank(name)
        if name == "AWS::StackName":
            return self.stack.name if self.stack.name is not None else Blank(name)
        if name == "AWS::Partition":
            return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
        if name == "AWS::URLSuffix":
            return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        return Blank(name)

    def parameter(self, name: str, line: int) -> Any:
        """The value of a parameter: as given, else its default; never the default of one that is secret."""
        if name not in self._parameters:
            self._parameters[name] = Blank(name)  # a parameter that is given by itself
            self._parameters[name] = self._given(name, line)
        return self._parameters[name]

    def is_empty(self, name: str) -> bool:
        """Whether a parameter holds an empty text: so conditions ask whether one was given."""
        declared = self.template.parameters.get(name)
        given = self.stack.given(name)
        return isinstance(declared, dict) and (declared.get("Default") if given is None else given) == ""

    def _given(self, name: str, line: int) -> Any:
        declared = self.template.parameters.get(name)
        declared = declared if isinstance(declared, dict) else {}
        hidden = declared.get("NoEcho")
        if hidden is True or str(hidden).lower() == "true":
            return Blank(name)
        given = self.stack.given(name)
        value = declared.get("Default") if given is None else given
        kind = str(declared.get("Type", ""))
        if kind.startswith("AWS::SSM::Parameter::Value"):
            known = v.text(value)
            return self.fetched(Stored("ssm", known, self.place(line))) if known else Blank(name)
        if value is None or value == "":
            return Blank(name) if given is None else value
        known = v.text(value)
        if known is None:
            return value
        texts = (
            [part.strip() for part in known.split(",")] if "List<" in kind or kind == "CommaDelimitedList" else known
        )
        return v.listed(list(texts), line) if isinstance(texts, list) else texts

    def told(self, text: str) -> Any:
        """`region:stack.Output` of the Serverless Framework: the output of another stack."""
        region, _, named = text.partition(":")
        stack, _, output = named.rpartition(".")
        return self.stack.world.output_of(self.stack, stack, output, region)

    def get_att(self, argument: Any, line: int) -> Any:
        """`GetAtt`; outputs of a nested stack are followed into it."""
        target = attribute_of(argument)
        if target is None:
            return Blank("GetAtt")
        name, attribute = target
        if not isinstance(attribute, str):
            attribute = v.shown(self.resolve(attribute, line))
        return self.attribute(name, attribute, line)

    def attribute(self, name: str, attribute: str, line: int) -> Any:
        """An attribute of a resource."""
        name = name if name in self.template.resources else self.template.called.get(name, name)
        if name not in self.template.resources:
            return Blank(f"{name}.{attribute}")
        if attribute.startswith("Outputs."):
            value = self.stack.world.nested_output(self.stack, name, attribute.removeprefix("Outputs."))
            if value is not None:
                return value
        if self.template.resources[name].type == "Custom::CrossRegionExportReader":
            value = self.stack.world.handed_over(self.stack, attribute)
            if value is not None:
                return value
        return Ref(self.stack.key, name, attribute, self.place(line))

    def sub(self, argument: Any, line: int) -> Any:
        """`Sub`."""
        parts = sub_of(argument)
        if parts is None:
            return self.resolve(argument, line) if isinstance(argument, dict) else Blank("Sub")
        own = {key: self.resolve(value, line_of(parts[1], key) or line) for key, value in parts[1].items()}
        found: list[Any] = []
        for sort, piece in holes(parts[0]):
            if sort == "text":
                found.append(piece)
            elif piece in own:
                found.append(own[piece])
            elif piece.startswith(OUTPUT):
                found.append(self.told(piece.removeprefix(OUTPUT)))
            elif "." in piece and not piece.startswith("AWS::"):
                name, _, attribute = piece.partition(".")
                found.append(self.attribute(name, attribute, line))
            else:
                found.append(self.named(piece, line))
        whole = v.joined([v.as_part(one) for one in found])
        return self._dynamic(whole, line) if isinstance(whole, str) and "{{resolve:" in whole else whole

    def join(self, argument: Any, line: int) -> Any:
        """`Join`."""
        if not (isinstance(argument, list) and len(argument) == 2):
            return Blank("Join")
        by = v.text(self.resolve(argument[0], line)) or ""
        whole: list[Any] = []
        for one in v.items(self.resolve(argument[1], line)):
            whole += [by, v.as_part(one)] if whole else [v.as_part(one)]
        done = v.joined(whole)
        return self._dynamic(done, line) if isinstance(done, str) and "{{resolve:" in done else done

    def select(self, argument: Any, line: int) -> Any:
        """`Select`."""
        if not (isinstance(argument, list) and len(argument) == 2):
            return Blank("Select")
        index = v.text(self.resolve(argument[0], line)) or ""
        source = self.resolve(argument[1], line)
        if isinstance(source, MarkedList) and index.isdigit() and int(index) < len(source):
            return source[int(index)]
        held = v.refs(source)
        return v.options(held) if held else Blank("Select")

    def split(self, argument: Any, line: int) -> Any:
        """`Split`; of a text that is not all known, all its parts stay together."""
        if not (isinstance(argument, list) and len(argument) == 2):
            return Blank("Split")
        by = v.text(self.resolve(argument[0], line))
        source = self.resolve(argument[1], line)
        known = v.text(source)
        if by and known is not None:
            return v.listed(list(known.split(by)[:1000]), line)
        return source

    def choose(self, argument: Any, line: int) -> Any:
        """`If`: both branches where the condition cannot be decided."""
        if not (isinstance(argument, list) and len(argument) == 3):
            return Blank("If")
        decided = self.conditions.named(argument[0]) if isinstance(argument[0], str) else None
        if decided is not None:
            return self.resolve(argument[1] if decided else argument[2], line)
        return v.options([self.resolve(one, line) for one in argument[1:]])

    def find_in_map(self, argument: Any, line: int) -> Any:
        """`FindInMap`: all that can come out where a key is not known."""
        if not (isinstance(argument, list) and len(argument) in (3, 4)):
            return Blank("FindInMap")
        keys = [self.resolve(one, line) for one in argument[:3]]
        found: list[Any] = [self.template.mappings]
        for key in keys:
            known = v.text(key)
            nexts: list[Any] = []
            for one in found:
                if isinstance(one, dict):
                    nexts += [one[known]] if known in one else [] if known is not None else list(one.values())
            found = nexts[: v.MAX_OPTIONS]
        done = [self.resolve(one, line) for one in found if not isinstance(one, dict)]
        other = argument[3] if len(argument) == 4 else None
        if (
            isinstance(other, dict)
            and "DefaultValue" in other
            and (not done or any(v.text(key) is None for key in keys))
        ):
            done.append(self.resolve(other["DefaultValue"], line_of(other, "DefaultValue") or line))
        whole = v.options(done) if done else Blank("FindInMap")
        return Exclusive(whole.options) if isinstance(whole, Either) else whole

    def import_value(self, argument: Any, line: int) -> Any:
        """`ImportValue`: the value of the export, where a scanned template has it."""
        return self.stack.world.imported(self.stack, self.resolve(argument, line))

    def inner(self, argument: Any, line: int) -> Any:
        """A function that only changes the form of its argument."""
        return self.resolve(argument, line)

    def to_json(self, argument: Any, line: int) -> Any:
        """`ToJsonString`: a text in which references stay references."""
        return v.joined(list(v.as_json(self.resolve(argument, line))))

    def nothing_known(self, argument: Any, line: int) -> Any:
        """A function whose result only the cloud knows; references in its argument stay."""
        return Text((Blank("a function"), *v.refs(self.resolve(argument, line))))


_FUNCTIONS: dict[str, Callable[[Resolver, Any, int], Any]] = {
    "Ref": Resolver.ref,
    "GetAtt": Resolver.get_att,
    "Sub": Resolver.sub,
    "Join": Resolver.join,
    "Select": Resolver.select,
    "Split": Resolver.split,
    "If": Resolver.choose,
    "FindInMap": Resolver.find_in_map,
    "ImportValue": Resolver.import_value,
    "Base64": Resolver.inner,
    "ToJsonString": Resolver.to_json,
    "GetAZs": Resolver.nothing_known,
    "Cidr": Resolver.nothing_known,
    "Length": Resolver.nothing_known,
    "Transform": Resolver.nothing_known,
}
