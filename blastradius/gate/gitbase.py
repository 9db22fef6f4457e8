"""A commit's files in a temporary place: no work tree, no hook, nothing of the user's repository is written.

The commit is resolved in the user's repository; its files are taken out of a repository of our own that only borrows
the user's objects. So no setting, filter, hook or helper of the user's repository is ever at work, and `export-ignore`
and `export-subst`, which would make the base another than what was committed, are off (gitattributes(5),
gitrepository-layout(5)).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from blastradius.errors import UsageError
from blastradius.files import MAX_BYTES, shown

MAX_TOTAL = 4_000_000_000
"""Bytes of all files of a commit that are written at most."""
MAX_FILES = 500_000
OVERLAY = "blastradius.yaml"
_SECONDS = 600
_SAFE = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "safe.directory=*")
_ATTRIBUTES = "* -export-ignore -export-subst -filter -ident -working-tree-encoding\n"


@dataclass(frozen=True, slots=True)
class Repository:
    """The user's repository.

    Attributes:
        top: folder of its work tree.
        objects: folder of its objects.
        form: how it names objects, `sha1` or `sha256`.
        shallow: whether it holds the last commits only.
    """

    top: Path
    objects: Path
    form: str
    shallow: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, and what of it is not its own.

    Attributes:
        id: its id.
        submodules: paths of other repositories in it, whose files it does not hold.
    """

    id: str
    submodules: tuple[str, ...] = ()


def repository(folder: Path) -> Repository | None:
    """The repository that a folder is in; none where it is in none.

    Args:
        folder: the folder.

    Raises:
        UsageError: when there is no Git.
    """
    asked = ("--show-toplevel", "--git-path", "objects", "--show-object-format", "--is-shallow-repository")
    done = run(["-C", os.fspath(folder), "rev-parse", *asked])
    lines = done.stdout.decode("utf-8", "surrogateescape").splitlines()
    if done.returncode or len(lines) != 4:
        return None
    return Repository(Path(lines[0]), (folder / lines[1]).resolve(), lines[2], lines[3] == "true")


def resolve(found: Repository, reference: str) -> str | None:
    """The id of the commit that a reference means, if it means one.

    Args:
        found: the repository.
        reference: a branch, tag, id or anything else that Git reads as a commit.
    """
    if not reference or reference.startswith("-") or "\0" in reference:
        return None
    done = run(["-C", os.fspath(found.top), "rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}"])
    text = done.stdout.decode("ascii", "replace").strip()
    return text if not done.returncode and text.isalnum() else None


def unknown(found: Repository, reference: str) -> UsageError:
    """What to do about a reference that is not there."""
    if found.shallow:
        return UsageError(
            f"--base: {shown(reference)} is not in this clone, which holds the last commits only: fetch it first "
            "(`git fetch --unshallow origin`; for actions/checkout `fetch-depth: 0`, for GitLab `GIT_DEPTH: 0`)"
        )
    return UsageError(
        f"--base: {shown(reference)} is no commit, branch or tag of {shown(found.top.name)}, and no file or folder: "
        "fetch it first (`git fetch origin`), or name one that is there"
    )


def extract(
    found: Repository, commit: str, into: Path, only: str = "", without: frozenset[str] = frozenset()
) -> Commit:
    """Write the files of a commit.

    All of them, for a folder that is judged may reach beyond itself (a module beside it, ignore files above it). Links
    that stay in the tree are links, for a module may be reached by one; any other leads to an empty folder outside, so
    that a scan says the same of it as where it lies. A file too large to be read is written as a hole of its size, for
    the same reason.

    Args:
        found: the repository.
        commit: id of the commit.
        into: an empty folder that becomes the top.
        only: path of a single file that is wanted, with the overlay beside it; empty for all.
        without: paths of files that are left out.

    Raises:
        UsageError: when the objects are not there, or there is more than `MAX_TOTAL` of them.
    """
    own = into.parent / "objects.git"
    _borrow(found, own)
    listed = run(["--git-dir", os.fspath(own), "ls-tree", "-r", "-z", "--full-tree", commit])
    if listed.returncode:
        raise _missing(commit)
    modes = dict(_entries(listed.stdout))
    beside = (PurePosixPath(only).parent / OVERLAY).as_posix()
    paths = [one for one in (only, beside) if one in modes] if only else []
    (into / ".git").mkdir(parents=True)  # ignore files are read up to the top of a repository
    if paths or (modes and not only):
        with _streamed(own, commit, paths) as archive:
            links = _write(archive, into, without)
        _link(links, into)
    return Commit(commit, tuple(sorted(one for one, mode in modes.items() if mode == "160000")))


def _entries(listing: bytes) -> Iterator[tuple[str, str]]:
    for line in listing.split(b"\0"):
        head, _, name = line.partition(b"\t")
        if name:
            yield name.decode("utf-8", "surrogateescape"), head[:6].decode("ascii")


def _borrow(found: Repository, own: Path) -> None:
    """Make a bare repository whose objects are the user's."""
    done = run(["init", "--quiet", "--bare", "--template=", f"--object-format={found.form}", os.fspath(own)])
    if done.returncode:
        raise UsageError(f"--base: git cannot make a repository in a temporary place: {_said(done.stderr)}")
    info = own / "info"
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text(_ATTRIBUTES)
    (own / "objects" / "info").mkdir(exist_ok=True)
    (own / "objects" / "info" / "alternates").write_bytes(_quoted(os.fsencode(found.objects)) + b"\n")


def _quoted(path: bytes) -> bytes:
    """A path as Git reads it in a list of lines, whatever stands in it."""
    if b"\n" not in path and not path.startswith(b'"'):
        return path
    return b'"' + path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


@contextlib.contextmanager
def _streamed(own: Path, commit: str, paths: Sequence[str]) -> Iterator[tarfile.TarFile]:
    literal = ["--", *paths] if paths else []
    command = [
        "git",
        *_SAFE,
        "--literal-pathspecs",
        "--git-dir",
        os.fspath(own),
        "archive",
        "--format=tar",
        commit,
        *literal,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment()) as process:  # noqa: S603  # a fixed program, no shell
        assert process.stdout is not None
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                yield archive
            while process.stdout.read(1 << 16):
                pass
            # an archive that ends too early looks whole to who reads it
            if process.wait():
                raise _missing(commit)
        except tarfile.TarError:
            raise _missing(commit) from None
        finally:
            process.kill()


def _write(archive: tarfile.TarFile, into: Path, without: frozenset[str]) -> dict[tuple[str, ...], str]:
    """Write all files; links come later, so that nothing is written through one. Returns what each names."""
    total = files = 0
    made: set[str] = set()
    links: dict[tuple[str, ...], str] = {}
    for member in archive:
        if not (member.isreg() or member.issym()) or member.name in without:
            continue
        parts = PurePosixPath(member.name).parts
        if not parts or member.name.startswith("/") or ".." in parts or any(one.lower() == ".git" for one in parts):
            continue
        files += 1
        if member.issym():
            links[parts] = member.linkname
        total += min(member.size, MAX_BYTES)
        if files > MAX_FILES or total > MAX_TOTAL:
            raise UsageError(
                f"--base: holds more than {MAX_FILES:,} files or {MAX_TOTAL:,} bytes: name a folder by --head"
            )
        if member.issym():
            continue
        folder = os.path.join(into, *parts[:-1])
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        with open(os.path.join(folder, parts[-1]), "xb", buffering=0) as stream:
            if member.size > MAX_BYTES:
                stream.truncate(member.size)
                continue
            content = archive.extractfile(member)
            stream.write(content.read() if content is not None else b"")
    return links


def _link(links: dict[tuple[str, ...], str], into: Path) -> None:
    """Make links, those that lead out of the tree to an empty folder beside it.

    Args:
        links: what each names, by the parts of its path.
        into: top of the tree.
    """
    top, outside = os.path.realpath(into), into.parent / "outside"
    outside.mkdir()
    made: list[str] = []
    for parts, target in sorted(links.items()):
        folder = os.path.join(top, *parts[:-1])
        os.makedirs(folder, exist_ok=True)
        if os.path.realpath(folder) != folder:  # below another link: no tree that Git checks out has it
            continue
        made.append(os.path.join(folder, parts[-1]))
        inside = target and not os.path.isabs(target) and "\0" not in target
        with contextlib.suppress(OSError):  # a place without links, or a name that is taken
            os.symlink(target if inside else outside, made[-1])
    # where one leads depends on the others: each is followed once all are there, and again once one was turned away
    while wrong := [one for one in made if os.path.islink(one) and not _stays(one, top, outside)]:
        for one in wrong:
            os.unlink(one)
            os.symlink(outside, one)


def _stays(link: str, top: str, outside: Path) -> bool:
    real = os.path.realpath(link)
    return real == os.path.realpath(outside) or f"{real}{os.sep}".startswith(f"{top}{os.sep}")


def _missing(commit: str) -> UsageError:
    return UsageError(
        f"--base: the files of {commit[:12]} are not all in this clone: fetch them first "
        "(`git fetch --refetch origin`; a clone with `--filter` holds only some)"
    )


def run(arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run Git so that nothing of the user's settings is at work and nothing is fetched or written.

    Args:
        arguments: of `git`.

    Raises:
        UsageError: when there is no Git, or it gives no answer.
    """
    try:
        return subprocess.run(  # noqa: S603  # a fixed program, no shell
            ["git", *_SAFE, *arguments],  # noqa: S607  # the user's own Git
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=_environment(),
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError(
            "--base: there is no git on this machine: install it, or compare two inventory files"
        ) from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"--base: git gave no answer within {_SECONDS} s") from None


def _environment() -> dict[str, str]:
    """The environment without what would lead Git elsewhere or run something; nothing is fetched."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }


def _said(stderr: bytes) -> str:
    return (stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[-1]
