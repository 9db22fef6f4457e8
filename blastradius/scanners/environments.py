"""Which environment a path speaks of: `overlays/staging`, `envs/prod`, `values-dev.yaml`, `docker-compose.prod.yml`.

The rule: the innermost folder or file name of a path that holds exactly one of the words for a stage, as a whole word
(`prod-eu` does, `product` and `latest` do not). It is a reading of a name, so its basis is `inferred`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from blastradius.model import Evidence

STAGES = frozenset({
    "prod", "production", "prd", "preprod", "preproduction", "nonprod", "nonproduction", "staging", "stage", "stg",
    "dev", "development", "test", "testing", "tst", "qa", "uat", "preview", "sandbox",
})  # fmt: skip
"""Words for stages."""
PRODUCTION = frozenset({"prod", "production", "prd"})
"""Those of them that name what users meet."""
_JOINED = frozenset({"pre", "non"})
_APART = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Stage:
    """An environment that a path speaks of.

    Attributes:
        name: the word, in lower case, as it is written.
        segment: folder or file name that holds it.
        path: within the tree.
    """

    name: str
    segment: str
    path: str

    def evidence(self, scanner: str) -> Evidence:
        """Evidence of a scanner for it."""
        note = f"environment {self.name}: by the word in {self.segment[:200]}"
        return Evidence(scanner=scanner, locator=f"{self.path}:1", basis="inferred", note=note)


def stage_of(path: str, *, where: str = "") -> Stage | None:
    """The environment that a path speaks of; None where no part of it does, or one speaks of two.

    Args:
        path: within the tree; its last part may be a file or a folder.
        where: file to name as evidence, where that is another.
    """
    for segment in reversed(path.split("/")):
        found = stages_in(segment)
        if found:
            return Stage(next(iter(found)), segment, where or path) if len(found) == 1 else None
    return None


def stages_in(segment: str) -> set[str]:
    """Words for stages in the name of a folder or file."""
    parts = [part for part in _APART.split(segment.lower()[:300]) if part]
    joined = [(before + part if before in _JOINED else part) for before, part in zip(["", *parts], parts, strict=False)]
    return {*joined} & STAGES
