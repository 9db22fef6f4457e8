"""Columns of a large inventory as arrays that are kept between runs, and back."""

from __future__ import annotations

from typing import Any

from blastradius.model import PHASES, Component, Dependency
from blastradius.model.records import BASES, KINDS, ComponentColumns, DependencyColumns, Records

_COMPONENTS = ("kind", "flags")
_DEPENDENCIES = ("dependent", "dependency", "phase", "basis", "soft", "tolerance", "hardens_after")


def packed(components: Records[Component], dependencies: Records[Dependency]) -> dict[str, Any]:
    """Columns as arrays that can be kept: texts as one with the length of each.

    Args:
        components: the components.
        dependencies: the dependencies.
    """

    columns = components.columns
    assert isinstance(columns, ComponentColumns)
    return {
        **_texts("ids", columns.ids),
        **_texts("names", columns.names),
        "components": components.start,
        "dependencies": dependencies.start,
        **{name: getattr(components.columns, name) for name in _COMPONENTS},
        **{name: getattr(dependencies.columns, name) for name in _DEPENDENCIES},
    }


def _texts(name: str, texts: list[str]) -> dict[str, Any]:
    """Texts as one, and the length of each."""
    import numpy as np

    parts = [text.encode() for text in texts]
    lengths = np.array([len(part) for part in parts], np.int32)
    return {name: np.frombuffer(b"".join(parts), np.uint8), f"{name}_lengths": lengths}


def _texts_back(name: str, arrays: dict[str, Any]) -> list[str]:
    whole, at, found = arrays[name].tobytes(), 0, []
    for length in arrays[f"{name}_lengths"].tolist():
        found.append(whole[at : at + length].decode())
        at += length
    return found


def unpacked(
    content: bytes, arrays: dict[str, Any] | None, journeys: int
) -> tuple[Records[Component], Records[Dependency]] | None:
    """The same back; none where it does not hold together.

    Args:
        content: the text of the file.
        arrays: what was kept; none where nothing was.
        journeys: how many journeys the inventory has.
    """
    if arrays is None:
        return None
    try:
        ids, names = _texts_back("ids", arrays), _texts_back("names", arrays)
        components = ComponentColumns(ids, names, *(arrays[name] for name in _COMPONENTS))
        dependencies = DependencyColumns(*(arrays[name] for name in _DEPENDENCIES))
        found = (
            Records(Component, content, arrays["components"], components),
            Records(Dependency, content, arrays["dependencies"], dependencies),
        )
    except (KeyError, UnicodeDecodeError, ValueError, TypeError):
        return None
    return found if _fits(*found, len(content), journeys) else None


def _fits(components: Records[Component], dependencies: Records[Dependency], size: int, journeys: int) -> bool:
    """Whether columns that were kept hold together: none points to where nothing is."""
    import numpy as np

    nodes, needs = components.columns, dependencies.columns
    assert isinstance(nodes, ComponentColumns)
    assert isinstance(needs, DependencyColumns)
    count = len(nodes.ids)
    limits = (
        (nodes.kind, len(KINDS), count), (nodes.flags, 256, count), (needs.phase, len(PHASES), len(dependencies)), (needs.basis, len(BASES), len(dependencies)),
        (needs.dependent, count + journeys, len(dependencies)), (needs.dependency, count, len(dependencies)),
        (components.start, size + 1, count + 1), (dependencies.start, size + 1, len(dependencies) + 1),
        (needs.soft, 2, len(dependencies)),
    )  # fmt: skip
    rest = (needs.tolerance, needs.hardens_after)
    return (
        len(nodes.names) == count
        and all(one.shape == (length,) and one.dtype.kind in "biu" for one, _, length in limits)
        and all(one.shape == (len(dependencies),) and one.dtype == np.int32 for one in rest)
        and all(one.size == 0 or (one.min() >= 0 and one.max() < most) for one, most, _ in limits)
        and all((np.diff(one.start) > 0).all() for one in (components, dependencies))
    )
