"""Variables of pipelines filled in: `${{ env.X }}`, `$X`, `${X:-y}`, `$(X)`, `<< parameters.x >>`; never a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping

from blastradius.scanners.pairs import is_private

MAX_TEXT = 200_000
_ROUNDS = 5
_EXPRESSION = re.compile(r"\$\{\{\s{0,20}([\w.-]{1,120})(?:\s{0,20}\|\|\s{0,20}'([^'{}]{0,200})')?\s{0,20}\}\}")
_ORB = re.compile(r"<<\s{0,20}([\w.-]{1,120})\s{0,20}>>")
_INDEXED = re.compile(r"\$\[\[\s{0,20}([\w.-]{1,120})\s{0,20}\]\]")
_BRACED = re.compile(r"\$\{(?:env\.|params\.)?([A-Za-z_]\w{0,120})(?::?-([^{}$]{0,200}))?\}")
_AZURE = re.compile(r"\$\(([A-Za-z_][\w.]{0,120})\)")
_PLAIN = re.compile(r"\$(?:env:)?([A-Za-z_]\w{0,120})")
_ANY = re.compile(
    r"\$\{\{[^{}]{0,200}\}\}|<<[^<>]{0,120}>>|\$\[\[[^\[\]]{0,120}\]\]|\$\{[^{}]{0,200}\}|\$\([A-Za-z_][\w.]{0,120}\)|\$[A-Za-z_]\w{0,120}|\$\(|`"
)
_CONTEXTS = ("env.", "variables.", "vars.", "parameters.", "pipeline.parameters.", "inputs.", "params.")


def fill(said: str, values: Mapping[str, str]) -> str:
    """A text with all variables whose value the file states; what is not known stays as it is written.

    Args:
        said: any text.
        values: by name, with its context where it has one (`inputs.region`); names that say secret are never used.
    """
    if len(said) > MAX_TEXT or not ("$" in said or "<<" in said):
        return said
    for _ in range(_ROUNDS):
        before = said
        for shape in (_EXPRESSION, _ORB, _INDEXED, _BRACED, _AZURE, _PLAIN):
            said = shape.sub(lambda match: _value(match, values), said)
            if len(said) > MAX_TEXT:
                return before
        if said == before:
            break
    return said


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = match[1]
    default = match[2] if match.re.groups > 1 else None
    if name.startswith("secrets.") or is_private(name.rpartition(".")[2]):
        return match[0]
    value = values.get(name)
    if value is None and "." in name and name.startswith(_CONTEXTS):
        value = values.get(name.rpartition(".")[2]) if name.startswith(("env.", "variables.")) else None
    if value is None:
        value = default
    return match[0] if value is None or match[0] in value else value


def open_in(said: str) -> str:
    """The first variable of a text that nothing fills in, as it may be shown; empty where there is none."""
    match = _ANY.search(said)
    if match is None:
        return ""
    return "what a command prints" if match[0] in ("$(", "`") else " ".join(match[0].split())
