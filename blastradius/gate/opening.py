"""From what a person names to the two systems: inventory files, folders, and commits of the repository of the head."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from blastradius.errors import BlastradiusError, InputError, UsageError
from blastradius.files import shown
from blastradius.gate.system import System
from blastradius.graph import DependencyGraph
from blastradius.model import Evidence, Gap, Inventory

if TYPE_CHECKING:
    from blastradius.gate import gitbase
    from blastradius.overlay import Overlay

OVERLAY = "blastradius.yaml"
Read = Callable[[Path], Inventory]
"""Reads an inventory file, or scans a folder."""
_FILES = (".json", ".json.gz", ".yaml", ".yml")


@dataclass(frozen=True)
class Opened:
    """Both systems, and what should be known of how they were read."""

    base: System | None
    head: System
    notices: tuple[str, ...] = ()


@contextmanager
def opened(
    base: str | None, head: str, overlay: str | None, read: Read, base_overlay: str | None = None
) -> Iterator[Opened]:
    """Open both sides; what was taken out of Git is removed at the end.

    Args:
        base: an inventory file, a reference of Git, or a folder; none where there is only a baseline.
        head: an inventory file or a folder.
        overlay: the user's file for head; the one beside it where none.
        read: reads an inventory or scans a folder.
        base_overlay: the user's file for the base; where none, the one beside it, and for a commit the one that the
            commit has in the place of that of head.

    Raises:
        UsageError: when a reference is unknown, or an overlay is wrong.
        InputError: when something cannot be read.
    """
    if base == "":
        raise UsageError("--base: is empty: name what to compare with, such as origin/main")
    where = Path(head)
    folder = where if where.is_dir() else where.parent
    if base is None or _is_file(base):
        at = _open(where, overlay, read, head)
        yield _beside(base, base_overlay, at, read) if base is not None else Opened(None, at)
        return
    if not where.exists():
        raise InputError(f"{shown(where)}: no such file or folder: name what to judge by --head")
    from blastradius.gate import gitbase

    repository = gitbase.repository(folder)
    commit = gitbase.resolve(repository, base) if repository is not None else None
    if repository is None or commit is None:
        if Path(base).exists():
            yield _beside(base, base_overlay, _open(where, overlay, read, head), read)
            return
        if repository is None:
            raise UsageError(
                f"--base: {shown(base)} is no file or folder, and {shown(folder)} is in no Git repository that could "
                "hold it as a reference: compare two inventory files, or run it in a clone"
            )
        raise gitbase.unknown(repository, base)
    from blastradius.scanners.terraform.hcl.native import remembering

    with remembering(), _Extracted(repository, commit, base, where, overlay) as extracted:
        at = _open(where, overlay, read, head, repository.top)
        yield extracted.compared(at, read, base_overlay)


def _beside(base: str, overlay: str | None, head: System, read: Read) -> Opened:
    """A file or folder beside the head, and what should be known of the user's file that it is read with."""
    where = Path(base)
    folder = where if where.is_dir() else where.parent
    path = Path(overlay) if overlay is not None else folder / OVERLAY
    notices = []
    if overlay is None and not (path.is_file() and path != where):
        if head.overlay is not None:
            notices.append(
                f"{shown(base)}: has no {OVERLAY} beside it and is read without one, so that journeys and places of "
                "head are new: name the file as it was by --base-overlay"
            )
    elif head.overlay is not None and os.path.realpath(path) == os.path.realpath(head.overlay_file):
        notices.append(
            f"{shown(base)}: is read with the same {head.overlay_path} as head: what this change does to that file is "
            "not compared; name the file as it was by --base-overlay"
        )
    try:
        return Opened(_open(where, overlay, read, base), head, tuple(notices))
    except UsageError as error:
        raise UsageError(f"{error}{_in_the_base(shown(base))}") from None


def _in_the_base(name: str) -> str:
    """What to do about the user's file of a base: no change of head mends it."""
    return f" (in the base, {name}; --base-overlay names another file for it)"


def _is_file(text: str) -> bool:
    return text.lower().endswith(_FILES) and Path(text).is_file()


def _open(where: Path, overlay: str | None, read: Read, name: str, top: Path | None = None) -> System:
    """A file or folder with its overlay.

    Args:
        where: the file or folder.
        overlay: the user's file, where it does not stand beside.
        read: reads an inventory or scans a folder.
        name: what it is called in messages.
        top: top of the repository, to which paths are relative; looked for where none.
    """
    folder = where if where.is_dir() else where.parent
    said, path = _overlay(folder, overlay, where)
    raw = inventory = read(where)
    top = top or _top(folder)
    prefix = _relative(folder, top)
    if said is not None:
        from blastradius import overlay as overlays

        inventory = overlays.apply(inventory, said)
    system = System(DependencyGraph(inventory), name, overlay=said, prefix=prefix)
    if said is not None and path is not None:
        system.policy, system.read = said.policy, raw
        system.overlay_path, system.overlay_file = _relative(path, top) or path.name, path
    system.folder = where if where.is_dir() else None
    return system


def _overlay(folder: Path, overlay: str | None, where: Path) -> tuple[Overlay | None, Path | None]:
    path = Path(overlay) if overlay is not None else folder / OVERLAY
    if overlay is None and (not path.is_file() or path == where):
        return None, None
    from blastradius import overlay as overlays

    return overlays.read(path), path


def _top(folder: Path) -> Path:
    """The folder to which paths of findings are relative: the top of the repository, else the folder itself."""
    real = folder.resolve()
    return next((one for one in (real, *real.parents) if (one / ".git").exists()), real)


def _relative(path: Path, top: Path) -> str:
    found = os.path.relpath(os.path.realpath(path), os.path.realpath(top))
    return "" if found == "." else path.name if found.startswith("..") else found.replace(os.sep, "/")


class _Extracted:
    """The files of a commit, for as long as they are looked at."""

    def __init__(self, repository: gitbase.Repository, commit: str, name: str, head: Path, overlay: str | None) -> None:
        self.repository, self.commit, self.name = repository, commit, name
        self.inside = _relative(head, repository.top)
        self.overlay = overlay
        self.is_file = head.is_file()
        import tempfile

        self._place = tempfile.TemporaryDirectory(prefix="blastradius-")

    def __enter__(self) -> _Extracted:
        self._place.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._place.cleanup()

    def compared(self, head: System, read: Read, overlay: str | None = None) -> Opened:
        """The commit beside the head.

        Args:
            head: what is judged.
            read: scans a folder.
            overlay: the user's file for the commit, where it shall not be its own.
        """
        from blastradius.gate import gitbase, gitindex

        # the same name as the user's folder: ids hold it
        top = Path(self._place.name) / "tree" / self.repository.top.name
        try:
            apart = frozenset() if self.is_file else gitindex.unchecked(self.repository.top)
            commit = gitbase.extract(self.repository, self.commit, top, self.inside if self.is_file else "", apart)
            where = top / self.inside if self.inside else top
            within = [one for one in commit.submodules if not self.inside or f"{one}/".startswith(f"{self.inside}/")]
            notices = [_submodule(one) for one in within]
            if missed := sorted(one for one in apart if f"{one}/".startswith(f"{self.inside}/" if self.inside else "")):
                notices.append(
                    f"this is a sparse checkout: {len(missed):,} files that are not in it, such as {shown(missed[0])}, are "
                    "looked at on neither side"
                )
            if self.is_file and not where.is_file():
                raise InputError(f"{where}: no such file: name one that both have, or a folder")
            where.mkdir(parents=True, exist_ok=True) if not self.is_file else None
            base = self._opened(where, top, read, notices, overlay, head)
        except BlastradiusError as error:
            raise type(error)(str(error).replace(f"{top}/", f"{self.name}:").replace(str(top), self.name)) from None
        base.commit = self.commit
        _note(base, within)
        base.folder = where if where.is_dir() else None
        return Opened(base, head, tuple(notices))

    def _opened(
        self, where: Path, top: Path, read: Read, notices: list[str], overlay: str | None, head: System
    ) -> System:
        is_own = head.overlay is not None and os.path.realpath(overlay or "") == os.path.realpath(head.overlay_file)
        if overlay is not None and is_own:
            notices.append(
                f"{shown(overlay)}: is the file of head: what this change does to it is not compared; --base-overlay is for "
                "that of the base"
            )
        elif overlay is None and self.overlay is not None:
            overlay = self._same(Path(self.overlay), top, notices)
        try:
            return _open(where, overlay, read, self.name, top)
        except UsageError as error:
            beside = "".join(f"; {one}" for one in notices)
            raise UsageError(f"{error}{_in_the_base(self.name)}{beside}") from None
        except InputError as error:
            if "nothing to scan" not in str(error):
                raise
            notices.append(f"{self.name}: there was nothing to scan: everything is new")
            return System(DependencyGraph(Inventory()), self.name)

    def _same(self, overlay: Path, top: Path, notices: list[str]) -> str | None:
        """The user's file for head as the commit has it; itself where it is none of the repository's."""
        real = os.path.relpath(os.path.realpath(overlay), os.path.realpath(self.repository.top))
        if real.startswith(".."):
            notices.append(
                f"{shown(overlay)}: is not in this repository: {self.name} is read with it as well, and what changed in "
                "it is not compared; name the file as it was by --base-overlay"
            )
            return str(overlay)
        if (top / real).is_file():
            return str(top / real)
        notices.append(f"{self.name}: has no {shown(real)}, and is read with the {OVERLAY} that it has, if it has one")
        return None


def _submodule(path: str) -> str:
    return f"{path}: is a repository of its own, which the base does not hold: what is in it counts as new"


def _note(base: System, paths: list[str]) -> None:
    """Say of other repositories within a commit that nobody looked into them."""
    if not paths:
        return
    gaps = tuple(
        Gap(
            scope=path,
            reason="is a submodule, which the base does not hold",
            hides="dependency",
            evidence=(Evidence(scanner="files", locator=f"{path}:1"),),
        )
        for path in paths
    )
    inventory = base.graph.inventory
    base.graph = DependencyGraph(inventory.model_copy(update={"gaps": (*inventory.gaps, *gaps)}))
