"""Notebooks as pairs: a text that people read and compare, and the file that Jupyter opens, made from it."""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat
from running import ROOT

FOLDER = ROOT / "notebooks"
NAMES = ("exploring-artifact-registry", "october-2025-over-time", "three-designs", "your-own-repository")


def made(name: str) -> str:
    """The notebook of a text, without output and the same whenever it is made."""
    book = jupytext.read(FOLDER / f"{name}.md")
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number + 1:02}"
        cell["metadata"] = {}
    book["metadata"] = {name: book["metadata"][name] for name in ("jupytext", "kernelspec")}
    book["metadata"]["jupytext"] = {"formats": book["metadata"]["jupytext"]["formats"]}
    book["nbformat_minor"] = 5
    return nbformat.writes(book) + "\n"


def read(path: Path) -> nbformat.NotebookNode:
    """A notebook as it stands."""
    return nbformat.read(path, as_version=4)
