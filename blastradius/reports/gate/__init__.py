"""The gate's answer in the forms that platforms read: one file a form, each registers itself.

What every form has in common: texts of an input are escaped for it, order is that of the result, and nothing in it
depends on the day or the machine.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING

from blastradius.errors import UsageError
from blastradius.registry import Registry

if TYPE_CHECKING:
    from blastradius.gate.result import GateResult

Writer = Callable[["GateResult"], str]

WRITERS: Registry[Writer] = Registry("gate report")
#: Forms that any result has.
GENERAL = ("json", "text")


def names() -> list[str]:
    """Names of all forms in which the gate can report."""
    return sorted({*GENERAL, *(module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_")})


def write(result: GateResult, form: str) -> str:
    """The gate's answer in a form.

    Args:
        result: the answer.
        form: one of `names`.

    Raises:
        UsageError: when there is no such form.
    """
    if form not in names():
        raise UsageError(f"--report: no form {form!r}: choose one of {', '.join(names())}")
    if form in GENERAL:
        from blastradius.reports import render

        return render(result, form)
    if form not in WRITERS:
        importlib.import_module(f"{__name__}.{form}")
    return WRITERS[form](result)
