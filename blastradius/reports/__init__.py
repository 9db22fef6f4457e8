"""Results as text: one file a format, each of which reads a result and returns text. Nothing is computed here."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import PurePath
from typing import Protocol

from blastradius.errors import UsageError
from blastradius.model import Value
from blastradius.registry import Registry
from blastradius.reports import formats as package
from blastradius.reports.view import View

__all__ = ["FORMATS", "Format", "View", "by_suffix", "format_names", "render"]


class Format(Protocol):
    """A way to write any result."""

    #: File suffixes that ask for it.
    suffixes: tuple[str, ...]

    def render(self, result: Value, view: View) -> str:
        """Write a result."""
        ...


FORMATS: Registry[Format] = Registry("report format")


def format_names() -> list[str]:
    """Names of all formats, each the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


def by_suffix(path: str) -> str | None:
    """The format that a file name asks for, if any."""
    suffix = PurePath(path).suffix.lower()
    return next((name for name in format_names() if suffix in _format(name).suffixes), None)


def render(result: Value, form: str, view: View | None = None) -> str:
    """Write a result in a format.

    Args:
        result: a result such as `BlastRadius`, or an `Inventory` for what a scan found.
        form: name of the format.
        view: how wide and colourful, and what to suggest next.

    Raises:
        UsageError: when there is no such format.
    """
    if form not in format_names():
        raise UsageError(f"no format {form!r}: choose one of {', '.join(format_names())}")
    return _format(form).render(result, view or View())


def _format(name: str) -> Format:
    # Only the one that is asked for is imported: the others would be a tenth of a small run.
    if name not in FORMATS:
        importlib.import_module(f"{package.__name__}.{name}")
    return FORMATS[name]
