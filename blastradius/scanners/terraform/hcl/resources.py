"""Instances of resources and data sources, as references see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.scanners.terraform.hcl.evaluating import Evaluator
from blastradius.scanners.terraform.hcl.files import rendered
from blastradius.scanners.terraform.hcl.regions import placed
from blastradius.scanners.terraform.hcl.stepping import index, step
from blastradius.scanners.terraform.hcl.syntax import BlockNode
from blastradius.scanners.terraform.hcl.values import FailureError, Late, View
from blastradius.scanners.terraform.model import Ref, Step

if TYPE_CHECKING:
    from blastradius.scanners.terraform.hcl.modules import Module
    from blastradius.scanners.terraform.hcl.repeating import Repeat


class Resource(View):
    """One instance of a resource or data source, or one that stands for an unknown number.

    Attributes:
        module: module it is in.
        mode: `managed` or `data`.
        type: Terraform's type.
        name: name in the source text.
        block: its declaration.
        repeat: which instance it is.
    """

    __slots__ = ("_peeked", "block", "evaluator", "mode", "module", "name", "repeat", "type")

    def __init__(self, module: Module, mode: str, kind: str, name: str, block: BlockNode, repeat: Repeat) -> None:
        self.module = module
        self.mode = mode
        self.type = kind
        self.name = name
        self.block = block
        self.repeat = repeat
        self.evaluator: Evaluator = module.evaluator.within({**repeat.own, "self": self})
        self._peeked: dict[str, Any] = {}

    @property
    def bare(self) -> str:
        """Full address without the key."""
        return self.module.within(f"{'data.' if self.mode == 'data' else ''}{self.type}.{self.name}")

    def attribute(self, name: str) -> Any:
        """One attribute; those of data sources that only say where one is are known."""
        if self.mode == "data":
            found = self._said(name)
            if found is not None:
                return found
        text = f"{self.type}.{self.name}.{name}"
        return Late(
            f"data.{text}" if self.mode == "data" else text,
            (Ref(self.bare, (name,), self.repeat.key),),
            (),
            frozenset(),
            self,
        )

    def _said(self, name: str) -> Any:
        if self.type == "aws_region" and name in ("name", "id", "region"):
            place = placed(self)
            if isinstance(place.region, str):
                return place.region
            return Late(f"data.aws_region.{self.name}.{name}", (Ref(self.bare, (name,)),), (), place.missing)
        if self.type == "template_file" and name == "rendered":
            arguments = self.block.body.arguments
            if "template" in arguments:
                text = self.evaluator.value(arguments["template"].value)
                given = self.evaluator.value(arguments["vars"].value) if "vars" in arguments else {}
                return rendered(self.evaluator, text if isinstance(text, str) else None, given, f"{self.bare}.rendered")
        if self.type == "aws_partition" and name in ("partition", "id"):
            region = placed(self).region
            if isinstance(region, str):
                return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
        return None

    def ref(self) -> Ref:
        """The instance."""
        return Ref(self.bare, (), self.repeat.key)

    def at(self, key: Any) -> Any:
        """One of several."""
        if not self.repeat.several:
            raise FailureError
        return _Picked(self, key if isinstance(key, str | int) else None)

    def many(self) -> bool:
        """Whether it stands for an unknown number."""
        return self.repeat.several

    def peek(self, path: tuple[Step, ...]) -> Any:
        """What the declaration says about an attribute."""
        argument = self.block.body.arguments.get(str(path[0])) if path else None
        if argument is None:
            return Late("")
        if argument.name not in self._peeked:
            self._peeked[argument.name] = Late("")  # one that needs itself
            self._peeked[argument.name] = self.evaluator.value(argument.value)
        value = self._peeked[argument.name]
        try:
            for one in path[1:]:
                value = step(value, one, argument.value) if isinstance(one, str) else index(value, one, argument.value)
        except FailureError:
            return Late("")
        return value


class _Picked(View):
    """One of an unknown number of instances, by a key that the reference gives."""

    __slots__ = ("key", "of")

    def __init__(self, of: Resource, key: Any) -> None:
        self.of = of
        self.key = key

    def attribute(self, name: str) -> Any:
        """One attribute, as all of them have it."""
        value = self.of.attribute(name)
        if isinstance(value, Late) and len(value.refs) == 1:
            ref = value.refs[0]
            return Late(value.text, (Ref(ref.address, ref.path, self.key),), (), value.missing, value.source)
        return value

    def ref(self) -> Ref:
        """The instance."""
        return Ref(self.of.bare, (), self.key)

    def peek(self, path: tuple[Step, ...]) -> Any:
        """What the declaration says about an attribute."""
        return self.of.peek(path)
