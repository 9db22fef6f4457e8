"""The programs that render: run with a bound, without the user's settings, and told to fetch nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from blastradius.documents import load_yaml
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes
from blastradius.scanners.kubernetes.objects import mappings, text

TIMEOUT = 30.0
"""Seconds that one rendering may take."""


@lru_cache(maxsize=1)
def _kustomize() -> tuple[str, ...] | None:
    own = shutil.which("kustomize")
    if own:
        return (own, "build")
    kubectl = shutil.which("kubectl")
    return (kubectl, "kustomize") if kubectl else None


def run_kustomize(folder: Path) -> tuple[bytes | None, str]:
    """Render a kustomization whose references were found to be local.

    Returns:
        What it renders to, or None and why not.
    """
    command = _kustomize()
    if command is None:
        return None, "neither kustomize nor kubectl is installed"
    return _run((*command, str(folder)), "kustomize")


def run_helm(folder: Path, release: str) -> tuple[bytes | None, str]:
    """Render a chart with its own values, if all charts it needs lie within it.

    Returns:
        What it renders to, or None and why not.
    """
    helm = shutil.which("helm")
    if helm is None:
        return None, "helm is not installed"
    missing = _missing_charts(folder)
    if missing:
        return None, f"it needs the chart {missing}, which does not lie in its charts folder"
    name = "".join(c if c.isalnum() else "-" for c in release.lower()).strip("-")[:50] or "release"
    return _run((helm, "template", name, str(folder), "--skip-tests"), "helm")


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
    }


def _run(command: tuple[str, ...], what: str) -> tuple[bytes | None, str]:
    with tempfile.TemporaryDirectory(prefix="blastradius-") as home:
        output, errors = Path(home) / "out", Path(home) / "err"
        with output.open("wb") as out, errors.open("wb") as err:
            try:
                process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    env=_environment(home),
                    cwd=home,
                    start_new_session=True,
                )
            except OSError as error:
                return None, f"{what} could not be started: {error.strerror}"
            code = _wait(process)
        if code is None:
            return None, f"{what} took longer than {TIMEOUT:.0f} seconds"
        if code != 0:
            lines = errors.read_bytes()[:20_000].decode("utf-8", "replace").strip().splitlines()
            last = (lines[-1] if lines else f"exit code {code}").replace(home, "")
            return None, f"{what} failed: {last[:300]}"
        try:
            return read_bytes(output, MAX_BYTES), ""
        except InputError:
            return None, f"{what} wrote more than {MAX_BYTES:,} bytes"


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(TIMEOUT)
    except BaseException as error:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            process.kill()
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            return None
        raise
