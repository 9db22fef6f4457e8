"""The inventories of real outages that ship with the program."""

from __future__ import annotations

from pathlib import Path

from blastradius.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent
FIRST = "artifact-registry"
"""Name of the one that `blastradius demo` shows when none is named."""


def folder() -> Path:
    """The folder that holds them: inside an installed package, else beside it in a checkout.

    Raises:
        UsageError: when the program was installed without them.
    """
    checkout = _PACKAGE.parent
    if (_PACKAGE / "_inventories").is_dir():
        return _PACKAGE / "_inventories"
    # Without its project file a folder of that name beside the package is somebody else's.
    if (checkout / "pyproject.toml").is_file() and (checkout / "inventories").is_dir():
        return checkout / "inventories"
    raise UsageError("the shipped inventories are missing from this installation: install blastradius again")


def names() -> list[str]:
    """Names of the shipped inventories, in order.

    Raises:
        UsageError: when the program was installed without them.
    """
    return sorted(found.parent.name for found in folder().glob("*/inventory.yaml"))


def path(name: str = FIRST) -> Path:
    """The hand-written inventory of one of them; its overlay and README lie beside it.

    Args:
        name: name of its folder.

    Raises:
        UsageError: when there is none of that name.
    """
    known = names()
    if name not in known:
        raise UsageError(f"no shipped inventory is called {name!r}: choose one of {', '.join(known)}")
    return folder() / name / "inventory.yaml"
