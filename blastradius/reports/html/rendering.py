"""Puts a report into one HTML file that asks nobody for anything.

A policy in the file itself forbids every request, and every script and style but the ones whose hashes it names; all
texts of inputs pass the template's escaping, and what the scripts read is JSON in a block that is never executed.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from blastradius.analysis.report import Report
from blastradius.reports import escape
from blastradius.reports.view import View

_FOLDER = Path(__file__).parent / "templates"


def html(report: Report, view: View) -> str:
    """The file.

    Args:
        report: what it shows.
        view: how the inventory was named, and what leads on.
    """
    from blastradius.reports.html.drawing import library, network
    from blastradius.reports.html.page import Page

    style, script, drawing = _asset("report.css"), _asset("report.js"), library()
    page = Page(report, view)
    # pyvis calls the template with the nodes and edges it holds; all else is a global of its environment.
    drawn = network(report.picture)
    drawn.heading, drawn.path = page.heading, "report.jinja"
    drawn.templateEnv = _environment()
    drawn.templateEnv.globals["page"] = page
    page.policy = policy([style], [drawing, script])
    page.style, page.script, page.library = _raw(style), _raw(script), _raw(drawing)
    page.data = lambda nodes, edges: data(page, nodes, edges)
    return str(drawn.generate_html()) + "\n"


def policy(styles: list[str], scripts: list[str]) -> str:
    """The content security policy of a page with exactly these styles and scripts.

    https://www.w3.org/TR/CSP3/ names the hashes; `frame-ancestors` and the like mean nothing in a file.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def data(page: Any, nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> Any:
    """What the scripts read, as JSON that neither ends its block nor steers a reader."""
    import orjson

    numbers = page.records.numbers
    for node, drawn in zip(page.report.picture.nodes, nodes, strict=True):
        if node.count:
            drawn["members"] = [numbers[id] for id in node.members]
        else:
            drawn["record"] = numbers[node.id]
    for edge, line in zip(page.report.picture.edges, edges, strict=True):
        line["said"] = page.grounds(edge)
    document = orjson.dumps({"nodes": nodes, "edges": edges, "records": page.records.records}).decode("utf-8")
    return _raw(escape.json(document).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").strip()


def _raw(text: str) -> Any:
    """A text of the program's own, put into the page as it is."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  # never an input's: scripts, styles, and JSON escaped just above


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_harmless,
    )  # fmt: skip
    environment.filters["coded"] = _coded
    return environment


def _coded(text: str) -> Any:
    """A text of the program with what stands between backticks as code; every piece is escaped."""
    from markupsafe import Markup

    pieces = escape.terminal(text).split("`")
    if len(pieces) % 2 == 0:  # one without a partner is a sign like any other
        return Markup.escape("`".join(pieces))
    marks = ("{}", "<code>{}</code>")
    return Markup("").join(Markup(marks[at % 2]).format(piece) for at, piece in enumerate(pieces))  # noqa: S704


def _harmless(value: object) -> object:
    """Any text without what steers a reader; markup is the template's own."""
    return escape.terminal(value) if type(value) is str else value
