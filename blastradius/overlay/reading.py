"""Finding and reading `blastradius.yaml`."""

from __future__ import annotations

from pathlib import Path, PurePath

from blastradius.complaints import validated
from blastradius.errors import InputError, UsageError
from blastradius.files import read_bytes, shown
from blastradius.handwriting import filled
from blastradius.overlay.models import Overlay
from blastradius.storage.handwritten import one_document

FILE_NAME = "blastradius.yaml"


def find(beside: Path) -> Path | None:
    """The overlay that belongs to an inventory: in the folder, or beside the file.

    Args:
        beside: a folder that is scanned, or an inventory file.
    """
    folder = beside if beside.is_dir() else beside.parent
    found = folder / FILE_NAME
    return found if found.is_file() and found != beside else None


def read(path: Path | str) -> Overlay:
    """Read an overlay.

    Args:
        path: the file, YAML.

    Raises:
        InputError: when it is missing, unreadable or too large.
        UsageError: `path:line: what, what to do`, when it is broken or says what cannot be.
    """
    return parse(read_bytes(path), path)


def parse(content: bytes, path: Path | str) -> Overlay:
    """An overlay from the content of its file; see `read`.

    Args:
        content: of the file.
        path: the file, for messages and evidence.

    Raises:
        UsageError: `path:line: what, what to do`, when it is broken or says what cannot be.
    """
    where = shown(path)
    try:
        document = one_document(content, where)
    except InputError as error:
        raise UsageError(str(error)) from None
    if document is None:  # everything commented out: legal, says nothing
        return Overlay()
    value = filled(document, PurePath(where).name, "overlay", ("components", "dependencies"))
    return validated(Overlay, value, document, UsageError).placed_in(document)
