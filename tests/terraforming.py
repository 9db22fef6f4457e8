"""Terraform roots that a test writes down, read, and drawn as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scanning import written

from blastradius.scanners.growing import ALL, grow
from blastradius.scanners.terraform.hcl import Reading, read
from blastradius.scanners.terraform.hcl.evaluating import Budget, Evaluator
from blastradius.scanners.terraform.hcl.exporting import Exporter
from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.model import UNKNOWN, Block, Expr, Ref, Root


def reading(folder: Path, files: dict[str, str], scan: str = "") -> Reading:
    """Write files below `folder/shop` and read the Terraform in a part of it, examples and tests included."""
    return read(grow([written(folder, files) / scan], include=ALL))


def root(folder: Path, files: dict[str, str] | str) -> Root:
    """The only root of some files; a text is `main.tf`."""
    (found,) = reading(folder, {"main.tf": files} if isinstance(files, str) else files).roots
    return found


def block(found: Root, address: str) -> Block:
    """The record with that address."""
    return next(one for one in found.blocks if one.address == address)


def values(found: Root, address: str) -> dict[str, Any]:
    """Values of the record with that address, drawn."""
    drawn: dict[str, Any] = draw(block(found, address).values)
    return drawn


def regions(found: Root) -> dict[str, str | None]:
    """Region of each managed record by address, unknown ones as `?`."""
    return {
        one.address: "?" if one.region is UNKNOWN else one.region  # type: ignore[misc]
        for one in found.blocks
        if one.mode == "managed"
    }


def draw(value: Any) -> Any:
    """A value with unsettled leaves as text: `<aws_sqs_queue.q.url>`, `redis://<aws_x.y.host>:6379`, `?`."""
    if isinstance(value, dict):
        return {key: draw(one) for key, one in value.items()}
    if isinstance(value, list):
        return [draw(one) for one in value]
    if isinstance(value, Expr):
        if value.parts:
            return "".join(part if isinstance(part, str) else _ref(part) for part in value.parts)
        return " ".join(_ref(ref) for ref in value.refs) or "?"
    return "?" if value is UNKNOWN else value


def _ref(ref: Ref) -> str:
    key = "" if ref.index is None else f"[{ref.index}]"
    return f"<{'.'.join((ref.address + key, *(str(step) for step in ref.path)))}>"


def evaluated(text: str) -> Any:
    """Value of an expression that refers to nothing, drawn."""
    node = parse(f"x = {text}\n").arguments["x"].value
    return draw(Exporter().value(Evaluator(None, Budget()).value(node)))
