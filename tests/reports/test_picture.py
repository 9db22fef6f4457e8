"""The README's picture shows what the program answers today."""

from __future__ import annotations

import runpy

import pytest
from running import ROOT

MAKER = runpy.run_path(str(ROOT / "docs" / "pictures.py"), run_name="pictures")


def test_the_picture_shows_the_report_of_today(request: pytest.FixtureRequest) -> None:
    """`python3 dev.py pictures` takes it anew, as does `pytest --snapshot-update` where there is a browser."""
    text = MAKER["page"]()
    if request.config.getoption("update_snapshots") and MAKER["DIGEST"].read_text().strip() != MAKER["digest"](text):
        MAKER["take"](["report"])
    assert MAKER["DIGEST"].read_text(encoding="utf-8").strip() == MAKER["digest"](text), "run python3 dev.py pictures"
    picture = MAKER["PICTURE"].read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 300_000
