"""Documents of other tools that lie under the names of settings: told by several keys together, never by one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from blastradius.scanners.flatten import Entry
from blastradius.scanners.plain.which import is_named

#: First keys of a program's own settings that are for people to read, or name a format.
NO_SETTINGS = frozenset({"openapi", "swagger", "$schema"})
#: First keys that stand together in a document of another tool.
_TOGETHER = tuple(
    frozenset(one.split())
    for one in (
        "apiVersion kind", "AWSTemplateFormatVersion Resources", "scrape_configs", "receivers exporters",
        "receivers route", "receivers service", "schema_version components", "terraform_version resources",
    )
)  # fmt: skip
#: What stands below the first keys of one: Compose, templates, workflows, descriptions of interfaces.
_BELOW = re.compile(
    r"services\.[^.]+\.(?:image|build)(?:\..*)?|Resources\.[^.]+\.Type|jobs\.[^.]+\.(?:runs-on|steps|script|docker|uses)(?:\..*)?"
)
#: First keys of pipelines, in files whose name says nothing but that they lie among settings.
_PIPELINES = frozenset({"jobs", "stages", "steps", "pipeline", "pipelines"})


def is_of_another_tool(path: str, entries: Sequence[Entry]) -> bool:
    """Whether a document is no program's settings.

    Args:
        path: of its file: one that is named as settings are may hold any single key.
        entries: of the document.
    """
    tops = {entry.key.partition(".")[0] for entry in entries}
    if any(together <= tops for together in _TOGETHER) or path.lower().endswith(
        (".tf.json", ".tofu.json", ".tfvars.json")
    ):
        return True
    if any(entry.key in ("openapi", "swagger") and entry.value[:1].isdigit() for entry in entries):
        return True
    if any(_BELOW.fullmatch(entry.key) for entry in entries):
        return True
    return bool(tops & _PIPELINES) and not is_named(posixpath.basename(path))
