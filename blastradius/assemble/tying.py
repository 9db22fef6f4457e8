"""Ties: a folder is that of the workload whose image bears its name, where each is the other's only candidate.

A manifest of a cluster names an image and no folder; a repository builds `src/payment` into `…/payment`. That is
`inferred`, and the evidence says so.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict

from blastradius.assemble.draft import Draft
from blastradius.assemble.folders import PREFIX, bearers
from blastradius.assemble.homes import coded_folders
from blastradius.catalog import kind_of_image, parse_image
from blastradius.model import Evidence


def tie(draft: Draft) -> None:
    """Give folders that nobody is known to be built from to the workloads whose images bear their names."""
    known = bearers(draft)
    folders: dict[str, set[str]] = defaultdict(set)
    for dependent in [*(one.dependent for one in draft.needs), *(one.dependent for one in draft.groups)]:
        if dependent.startswith(PREFIX):
            folder = dependent.removeprefix(PREFIX).partition("//")[0]
            folders[posixpath.basename(folder).lower()].add(folder)
    if not folders:
        return
    coded = coded_folders(draft)
    runs: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for fact in draft.needs:
        base = _base(fact.reference.texts[-1]) if fact.reference.role == "image" else ""
        id = draft.current(fact.dependent)
        if base in folders and id in draft.components:
            runs[base].setdefault(id, min(fact.evidence, key=lambda one: one.locator))
    for base in sorted(runs):
        components = [draft.components[id] for id in sorted(runs[base])]
        folder = min(folders[base])
        apart = len({one.environment for one in components}) == len(components)
        if (
            len(folders[base]) > 1
            or known.get(PREFIX + folder)
            or not apart
            or len({one.name for one in components}) > 1
        ):
            continue
        for one in components:
            if not coded.isdisjoint(one.aliases):  # a folder of manifests alone is not what it is built from
                continue
            note = f"taken for built from {folder}: its image {base} bears the name of that folder, and no other does"
            seen = Evidence(scanner="assemble", locator=runs[base][one.id].locator, basis="inferred", note=note)
            update = {"aliases": tuple(sorted({*one.aliases, PREFIX + folder})), "evidence": (*one.evidence, seen)}
            draft.components[one.id] = one.model_copy(update=update)


def _base(text: str) -> str:
    """The last part of an image's name; empty for what everybody runs: a known image, or one of Docker's library."""
    image = parse_image(text)
    if image is None or kind_of_image(text) is not None:
        return ""
    public = image.registry == "docker.io" and ("/" not in image.repository or image.repository.startswith("library/"))
    return "" if public else image.base
