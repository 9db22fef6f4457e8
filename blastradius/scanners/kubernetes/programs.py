"""The programs that render: run with a bound, without the user's settings, and told to fetch nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from blastradius.documents import load_yaml
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes
from blastradius.scanners.kubernetes.objects import mappings
from blastradius.scanners.loose import text

TIMEOUT = 30.0
"""Seconds that one rendering may take."""
_STEP = 0.002
"""Seconds between two looks at a program; waiting with a bound does the same in steps of up to 0.05."""

NO_HELM = "helm is not installed"
_MAX_ERRORS = 20_000
#: What programs say when they refuse, and what is told of it. Their own words may hold values of the files (literals of
#: secrets), times, and paths of this machine, so that none of them is ever passed on.
_CATEGORIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), told)
    for pattern, told in (
        (r"no such file or directory|evalsymlink|file not found|cannot find file", "a file that it names is missing"),
        (r"security; file|is not in or below|not within the root", "it names a file outside its own folder"),
        (r"failed to find unique target|no matches for|unable to find target|no resource matches", "a patch matches nothing"),
        (r"may not add resource with an already registered id|id conflict|already exists", "an object is declared twice"),
        (r"literal|env ?file|generat(?:or|ing|e)\b", "an entry of a generator is not as it must be"),
        (r"git fetch|git clone|unable to clone|could ?n[o']t resolve host|connection refused|remote (?:file|resource|root)", "a remote resource is needed"),
        (r"cycle detected|circular", "its files refer to each other in a circle"),
        (r"unknown field|invalid kustomization|json: cannot unmarshal|accumulating|malformed", "a field or file is not as it must be"),
        (r"nil pointer|can't evaluate|wrong type for value|required|execution error", "a value that a template needs is not set"),
        (r"values don't meet|schema", "its values do not meet its schema"),
        (r"function \"|parse error|undefined", "a template cannot be parsed"),
        (r"yaml|mapping values|did not find expected", "a file is no valid YAML"),
    )
)  # fmt: skip


def _category(errors: bytes) -> str:
    """What sort of thing a program complains of: one of a fixed set of texts, nothing of what it wrote."""
    text = errors.decode("utf-8", "replace")
    return next((told for pattern, told in _CATEGORIES if pattern.search(text)), "run it by hand to see why")


@lru_cache(maxsize=1)
def _kustomize() -> tuple[str, ...] | None:
    own = shutil.which("kustomize")
    if own:
        return (own, "build")
    kubectl = shutil.which("kubectl")
    return (kubectl, "kustomize") if kubectl else None


def run_kustomize(folders: Sequence[Path]) -> Iterator[tuple[bytes | None, str]]:
    """Render kustomizations whose references were found to be local, several at once; the first are started here.

    Returns:
        What each renders to, or None and why not, in the order of the folders.
    """
    command = _kustomize() if folders else None
    if command is None:
        return iter([(None, "neither kustomize nor kubectl is installed")] * len(folders))
    left = (_Run((*command, str(one)), "kustomize") for one in folders)
    most = 2 * (os.cpu_count() or 1)  # as many again: who waits for the first must not leave a processor idle
    return _results(deque(islice(left, most)), left)


def _results(running: deque[_Run], left: Iterator[_Run]) -> Iterator[tuple[bytes | None, str]]:
    """What each wrote, in order; where one is taken, the next is started."""
    while running:
        one = running.popleft()
        result = one.result()
        running.extend(islice(left, 1))
        yield result


def run_helm(folder: Path, release: str, values: Path | None = None) -> tuple[bytes | None, str]:
    """Render a chart with its own values, if all charts it needs lie within it.

    Args:
        folder: of the chart.
        release: its name.
        values: a file of values that go before the chart's own.

    Returns:
        What it renders to, or None and why not.
    """
    helm = shutil.which("helm")
    if helm is None:
        return None, NO_HELM
    missing = _missing_charts(folder)
    if missing:
        return None, f"it needs the chart {missing}, which does not lie in its charts folder"
    name = "".join(c if c.isalnum() else "-" for c in release.lower()).strip("-")[:50] or "release"
    given = ("--values", str(values)) if values else ()
    return _Run((helm, "template", name, str(folder), "--skip-tests", *given), "helm").result()


def _missing_charts(folder: Path) -> str:
    try:
        documents = load_yaml(read_bytes(folder / "Chart.yaml"), "Chart.yaml")
    except InputError as error:
        return str(error)
    body = documents[0].value if documents and isinstance(documents[0].value, dict) else {}
    inside = {path.name for path in (folder / "charts").glob("*")} if (folder / "charts").is_dir() else set()
    for _, needed in mappings(body.get("dependencies")):
        name = text(needed.get("name"))
        if not any(found == name or found.startswith(f"{name}-") for found in inside):
            return name or "without a name"
    return ""


def _environment(home: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": home,
        "TMPDIR": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "KUBECONFIG": os.path.join(home, "none"),
        "HELM_PLUGINS": os.path.join(home, "none"),
        # a fetch that slips through finds no way out
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        # these programs are short-lived: collecting garbage early would be a third of their work
        "GOGC": "off",
        "GOMEMLIMIT": "512MiB",
    }


class _Run:
    """A program that runs, and what it writes."""

    def __init__(self, command: tuple[str, ...], what: str) -> None:
        self._what = what
        self._home = tempfile.TemporaryDirectory(prefix="blastradius-")
        self._until = time.monotonic() + TIMEOUT
        self._process: subprocess.Popen[bytes] | None = None
        self._trouble = ""
        home = self._home.name
        with open(os.path.join(home, "out"), "wb") as out, open(os.path.join(home, "err"), "wb") as err:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    env=_environment(home),
                    cwd=home,
                    start_new_session=True,
                )
            except OSError as error:
                self._trouble = f"{what} could not be started: {error.strerror}"
        # whoever is forgotten, by a scan that ends early, must not go on
        self._end = weakref.finalize(self, _end, self._process, self._home)

    def result(self) -> tuple[bytes | None, str]:
        """What it wrote, once it has ended, or None and why not."""
        try:
            return self._result(Path(self._home.name))
        finally:
            self.kill()

    def _result(self, home: Path) -> tuple[bytes | None, str]:
        if self._process is None:
            return None, self._trouble
        while (code := self._process.poll()) is None:
            if time.monotonic() > self._until:
                return None, f"{self._what} took longer than {TIMEOUT:.0f} seconds"
            time.sleep(_STEP)
        if code != 0:
            with open(home / "err", "rb") as written:
                return None, f"{self._what} refused it: {_category(written.read(_MAX_ERRORS))}"
        try:
            return read_bytes(home / "out", MAX_BYTES), ""
        except InputError:
            return None, f"{self._what} wrote more than {MAX_BYTES:,} bytes"

    def kill(self) -> None:
        """End it, if it still runs, and take away what it wrote."""
        self._end()


def _end(process: subprocess.Popen[bytes] | None, home: tempfile.TemporaryDirectory[str]) -> None:
    if process is not None and process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            process.kill()
        process.wait()
    home.cleanup()
