"""Settings of the whole suite: how hard hypothesis looks, and a folder for tests that root would pass by privilege."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("modest", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_CALM)
settings.register_profile("thorough", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=_CALM)
settings.load_profile("modest")

NOBODY = 65534

# Tests leave nothing in the folder of whoever runs them.
os.environ["BLASTRADIUS_CACHE"] = "0"


@pytest.fixture(autouse=True)
def _no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed must not depend on the terminal of whoever runs the tests, nor on what runs them side by side."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """A folder of a user without privileges, who runs the test: root may read and write everything."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder, ignore_errors=True)
