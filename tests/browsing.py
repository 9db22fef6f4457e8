"""A real browser for tests: pages opened from disk, everything they ask for or complain about written down."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def needed(name: str, found: str | None) -> str:
    """The path of a program that a test needs; without it a test is passed by, on continuous integration it fails."""
    if found is None:
        message = f"{name} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{message}, and on continuous integration nothing is passed by")
        pytest.skip(message)
    return found


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium as the distribution ships it."""
    path = needed("chromium", next(filter(None, map(shutil.which, _NAMES)), None))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield chromium
        chromium.close()


@contextmanager
def mermaid() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Mermaid's own parser, as `mermaidx` ships it, in a page of a browser: what a chart holds; an error where it does not parse."""
    shipped = find_spec("mermaidx")
    assert shipped is not None
    assert shipped.origin is not None
    with browser() as chromium:
        blank = chromium.new_page()
        blank.add_script_tag(path=Path(shipped.origin).parent / "assets" / "mermaid.js")
        script = """async text => {
            await mermaid.parse(text);
            const chart = await mermaid.mermaidAPI.getDiagramFromText(text);
            const vertices = chart.db.getVertices();
            const texts = [...(vertices.values ? vertices.values() : Object.values(vertices))].map(v => v.text);
            return {kind: chart.type, texts, edges: chart.db.getEdges().length};
        }"""
        yield lambda text: blank.evaluate(script, text)


@dataclass
class Opened:
    """A page, and what it did.

    Attributes:
        page: of Playwright.
        requests: addresses that it asked for.
        said: lines of its console, errors and dialogs.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def visible(self, table: str) -> list[list[str]]:
        """Texts of the cells of the rows that a table shows."""
        script = (
            "t => [...t.tBodies[0].rows].filter(r => !r.hidden).map(r => [...r.cells].map(c => c.innerText.trim()))"
        )
        return self.page.locator(table).evaluate(script)


@contextmanager
def opened(chromium: Any, path: Path, **context: Any) -> Iterator[Opened]:
    """A file in the browser; at the end it has asked for nothing but itself, and complained of nothing."""
    given = {"viewport": {"width": 1280, "height": 900}, **context}
    around = chromium.new_context(**given)
    found = Opened(around.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.said.append(message.text))
    found.page.on("pageerror", lambda error: found.said.append(str(error)))
    found.page.on("dialog", lambda dialog: (found.said.append(dialog.message), dialog.dismiss()))
    found.page.goto(path.as_uri())
    found.page.locator("html[data-ready]").wait_for(state="attached")
    yield found
    assert found.requests == [path.as_uri()]
    assert found.said == []
    around.close()
