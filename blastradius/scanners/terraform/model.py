"""What a Terraform root says, however it was read: from its source text, from a plan or from a state.

Values are plain (text, number, flag, None, list, dict) wherever they are known; what is not known before Terraform
runs is an `Expr`, which still names the resources it comes from, or `UNKNOWN`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, final

from blastradius.model import Evidence, Gap
from blastradius.scanners.environments import Stage

Step = str | int


@final
class Unknown:
    """The value nobody can know from the files; there is one, `UNKNOWN`, compared with `is`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""The value nobody can know from the files."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a resource or a data source.

    Attributes:
        address: full address without the key of an instance: `module.net.aws_subnet.a`.
        path: attribute path behind it, such as `("arn",)`.
        index: key of the instance where it is known.
    """

    address: str
    path: tuple[Step, ...] = ()
    index: Step | None = None


@dataclass(frozen=True, slots=True)
class Expr:
    """A value that is known only once Terraform ran.

    Attributes:
        text: source text, shortened, for notes; never a secret.
        refs: every resource it reaches, through variables, locals, module outputs and `each`.
        parts: literal pieces and references of a template string, in order; none for another expression.
        value: what it comes to where that is known beside the references (plans know both), else `UNKNOWN`.
        missing: variables without a value that it comes from, or that decide what it is.
        choices: what it may be, where nothing tells which.
    """

    text: str
    refs: tuple[Ref, ...] = ()
    parts: tuple[str | Ref, ...] = ()
    value: Any = UNKNOWN
    missing: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()


HIDDEN: Final = Expr("(a sensitive value)")
"""Stands where a plan or state marks a value as sensitive: it is there, and its text is not looked at; compared with `is`."""


@dataclass(frozen=True, slots=True)
class Block:
    """A resource or a data source, one record an instance where `count` and `for_each` are known.

    Attributes:
        address: full address with module path, and key of the instance where known.
        mode: `managed` for a resource, `data` for a data source.
        type: Terraform's type, such as `aws_sqs_queue`.
        name: name in the source text.
        provider: local name of the provider's kind: `aws`, `google`, `azurerm` …
        provider_alias: alias of the provider block it uses; None for the default one.
        region: region that its `region` argument or its provider block gives; None where these say nothing;
            `UNKNOWN` where they say something that cannot be known.
        account: account, project or subscription, where known.
        values: attributes and nested blocks; nested blocks are lists of dicts.
        module: path of the module it is in, empty for the root.
        evidence: where it is declared.
        lines: line of each attribute and nested block at its top level.
        paths: file of each that stands in another than the block does, as what an override file gives.
        settings: line of each named setting within those, where one line alone holds it.
        region_evidence: where its region is stated.
        computed: attributes known only after Terraform ran.
        doubt: variables without a value that decide whether it is there at all.
    """

    address: str
    mode: Literal["managed", "data"]
    type: str
    name: str
    provider: str
    provider_alias: str | None
    region: str | Unknown | None
    account: str | None
    values: dict[str, Any]
    module: str
    evidence: Evidence
    lines: dict[str, int] = field(default_factory=dict)
    settings: dict[str, dict[str, int]] = field(default_factory=dict)
    region_evidence: Evidence | None = None
    computed: frozenset[str] = frozenset()
    paths: dict[str, str] = field(default_factory=dict)
    doubt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """An argument of a module's call that carries something into the module.

    Attributes:
        name: of the argument.
        locator: where it stands, as `path:line`.
        refs: resources that its value reaches.
        texts: texts in it that may be addresses; for comparison only, never to be shown.
    """

    name: str
    locator: str
    refs: tuple[Ref, ...] = ()
    texts: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Root:
    """All that one root module, plan or state declares.

    Attributes:
        name: unique within a scan; it stands in ids: `tf:<name>:<address>`.
        blocks: resources and data sources.
        handed: what calls of modules hand over, by the path of the module.
        gaps: what could not be read of it.
        outputs: outputs of the root module, values as in `Block.values`.
        backend: settings of the backend that keeps its state, with its `type`.
        stage: environment that its path, or the file with its values, speaks of.
        undeclared: addresses that something refers to and no file of the root declares.
    """

    name: str
    blocks: tuple[Block, ...]
    handed: dict[str, tuple[Handed, ...]] = field(default_factory=dict, kw_only=True)
    gaps: tuple[Gap, ...] = ()
    outputs: dict[str, Any] = field(default_factory=dict)
    backend: dict[str, Any] | None = None
    stage: Stage | None = None
    undeclared: frozenset[str] = field(default=frozenset(), kw_only=True)
