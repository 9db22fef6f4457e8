"""Functions that read files: they read what lies within reach, and nothing else."""

from __future__ import annotations

import posixpath
from typing import Any

from blastradius.scanners.terraform.hcl.evaluating import Evaluator
from blastradius.scanners.terraform.hcl.folders import Library
from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.syntax import SyntaxProblem
from blastradius.scanners.terraform.hcl.templates import template_text
from blastradius.scanners.terraform.hcl.values import FailureError, as_text, late


def read_call(library: Library, folder: str, evaluator: Evaluator, name: str, arguments: list[Any], shown: str) -> Any:
    """Result of a function that reads a file; None where it is another function.

    Args:
        library: reads files.
        folder: folder of the root, which paths are relative to.
        evaluator: whose budget a template uses.
        name: name of the function.
        arguments: what it is given.
        shown: source text for a result that is unsettled.
    """
    if name == "templatestring" and len(arguments) == 2:
        return rendered(evaluator, as_text(peeked(arguments[0])), arguments[1], shown)
    if name not in ("file", "templatefile", "fileexists", "filebase64") or not arguments:
        return None
    path = as_text(peeked(arguments[0]))
    if path is None:
        return late(shown, *arguments)
    where = posixpath.normpath(posixpath.join(folder, path))
    if name == "fileexists":
        found = library.exists(where)
        return late(shown) if found is None else found
    text = library.text(where)
    if name == "templatefile":
        return rendered(evaluator, text, arguments[1] if len(arguments) > 1 else {}, shown)
    if text is None and evaluator.trying:
        raise FailureError
    return late(shown) if text is None else text


def rendered(evaluator: Evaluator, text: str | None, given: Any, shown: str) -> Any:
    """A template with its variables; what it comes from where it cannot be read."""
    if text is None or not isinstance(given, dict):
        return late(shown, given)
    try:
        node = template_text(text)
    except (SyntaxProblem, RecursionError):
        return late(shown, given)
    return Evaluator(None, evaluator.budget, dict(given)).value(node)
