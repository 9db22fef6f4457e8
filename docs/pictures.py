"""Takes the pictures of the documentation anew: `python3 dev.py pictures [report|estate]`.

Fonts and browsers differ, so two machines never give the same bytes. Beside a picture stands the digest of what it
shows, and a test holds that against the report of today.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "report.png"
DIGEST = ROOT / "docs" / "report.png.sha256"
ESTATE = ROOT / "docs" / "estate.json"
"""The worst losses of a large estate: `python3 dev.py bench scale --picture docs/estate.json` writes them."""
_WIDTH = 1280
_COLOURS = 256


def page() -> str:
    """The report that is shown: the package registry losing us-east-1, as a person would ask for it."""
    from blastradius.analysis.report import report
    from blastradius.pipeline import load
    from blastradius.reports import View, render
    from blastradius.simulate import scenario

    graph = load(ROOT / "inventories" / "artifact-registry" / "inventory.yaml")
    return render(report(graph, scenario(["region:us-east-1"], duration=10800)), "html", View())


def estate() -> str:
    """The heat map of a sweep over an estate too large to be swept for a picture: what the benchmark kept of it."""
    import blastradius
    from blastradius.analysis.sweep import Sweep

    shown = blastradius.heatmap(Sweep.model_validate_json(ESTATE.read_text(encoding="utf-8"))).to_html()
    return f'<!doctype html><meta charset="utf-8"><body style="font:12px system-ui,sans-serif;margin:0">{shown}</body>'


def digest(text: str) -> str:
    """Of what the picture shows: the first screen's words, and what is drawn. How it looks may change."""
    head = text[text.index("<body>") : text.index('<section id="proofs"')]
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])  # type: ignore[index]
    shown = json.dumps([head, data["nodes"], data["edges"]], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()


def take(names: Sequence[str]) -> None:
    """Take some: of the report the first screen and the picture below, of the estate the whole table.

    Args:
        names: which ones.
    """
    if "report" in names:
        text = page()
        PICTURE.write_bytes(shot(text, 'html[data-ready="picture"]', ".legend"))
        DIGEST.write_text(digest(text) + "\n", encoding="utf-8")
    if "estate" in names:
        ESTATE.with_suffix(".png").write_bytes(shot(estate(), "table", "table"))


def shot(text: str, ready: str, last: str) -> bytes:
    """A page as it looks from its top.

    Args:
        text: the page.
        ready: what is there once it is ready.
        last: the lowest thing to be seen.
    """
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        path.write_text(text, encoding="utf-8")
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        shown = chromium.new_page(viewport={"width": _WIDTH, "height": 900}, color_scheme="light")
        shown.goto(path.as_uri())
        shown.locator(ready).wait_for(state="attached")
        shown.wait_for_timeout(300)
        below = shown.locator(last).bounding_box()
        height = round(below["y"] + below["height"] + 2)
        clip = {"x": 0, "y": 0, "width": _WIDTH, "height": height}
        taken = base64.b64encode(shown.screenshot(full_page=True, clip=clip)).decode()
        blank = chromium.new_page()
        pixels = base64.b64decode(blank.evaluate(_PIXELS, taken))
        chromium.close()
    return smaller(pixels, _WIDTH)


#: The pixels of a PNG, as the browser reads them.
_PIXELS = """async taken => {
    const bytes = Uint8Array.from(atob(taken), one => one.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
    const canvas = new OffscreenCanvas(image.width, image.height), drawn = canvas.getContext("2d");
    drawn.drawImage(image, 0, 0);
    const pixels = drawn.getImageData(0, 0, image.width, image.height).data;
    let text = "";
    for (let at = 0; at < pixels.length; at += 8192) text += String.fromCharCode(...pixels.subarray(at, at + 8192));
    return btoa(text);
}"""


def smaller(pixels: bytes, width: int) -> bytes:
    """A PNG of a palette (https://www.w3.org/TR/png/): a third of what a browser writes.

    Args:
        pixels: four bytes each, row by row.
        width: pixels of a row.
    """
    import numpy

    seen = numpy.frombuffer(pixels, numpy.uint8).reshape(-1, 4)[:, :3]
    colours, place, count = numpy.unique(seen, axis=0, return_inverse=True, return_counts=True)
    # Those that fill most of it are kept as they are; every other becomes the nearest of the most frequent.
    palette = colours[numpy.argsort(-count, kind="stable")[:_COLOURS]]
    distance = ((colours[:, None, :].astype(int) - palette[None]) ** 2).sum(axis=2)
    rows = distance.argmin(axis=1)[place.reshape(-1)].astype(numpy.uint8).reshape(-1, width)
    lines = numpy.pad(rows, ((0, 0), (1, 0))).tobytes()  # each begins with the number of its filter: none

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


if __name__ == "__main__":
    take(sys.argv[1:] or ["report", "estate"])
