"""Who runs an image: by registry and repository, and by the words of its tag where one repository holds several images."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from blastradius.assemble.draft import Draft
from blastradius.catalog import parse_image
from blastradius.model import PLACES, Reference

#: What no pipeline changes and no folder holds: other parties, and pipelines themselves.
NOT_OURS = PLACES | {"platform", "control-plane", "vendor", "external", "pipeline"}
#: Words of a tag that tell a version, a stage or a base of one image rather than which image it is.
_VERSIONS = frozenset({
    "v", "latest", "stable", "edge", "nightly", "rc", "alpha", "beta", "pre", "release", "snapshot", "final", "build",
    "main", "master", "develop", "head", "sha", "git", "pr", "hotfix", "canary", "prod", "production", "prd", "live",
    "staging", "stage", "dev", "development", "test", "qa", "uat", "alpine", "slim", "bookworm", "bullseye", "jammy",
    "noble", "ubuntu", "debian", "scratch", "distroless", "amd", "arm", "linux",
})  # fmt: skip
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
Words = frozenset[str]


class Running:
    """The user's own components by the images that they run.

    Args:
        draft: needs of images are there.
    """

    def __init__(self, draft: Draft) -> None:
        self._found: dict[tuple[str, str], dict[Words, set[str]]] = defaultdict(lambda: defaultdict(set))
        for need in draft.needs:
            # an image that something is built from is not what it runs
            if need.reference.role != "image" or need.phase == "deploy":
                continue
            component = draft.components.get(draft.current(need.dependent))
            if component is not None and component.kind not in NOT_OURS:
                for text, key in _repositories(need.reference):
                    self._found[key][_words(text)].add(component.id)

    def of(self, image: Reference) -> set[str]:
        """Ids of those that run an image, whatever its version: a pipeline pushes one tag, and what runs names another.

        A repository under tags that differ in words, such as `shop:1-pay` and `shop:1-ads`, holds several images.
        """
        ids: set[str] = set()
        for text, key in _repositories(image):
            by_words = self._found.get(key, {})
            words = _words(text)
            ids.update(*([by_words[words]] if words in by_words else by_words.values()))
        return ids


def _repositories(reference: Reference) -> Iterable[tuple[str, tuple[str, str]]]:
    for text in reference.texts:
        image = parse_image(text)
        if image is not None:
            yield text, (image.registry, image.repository)


def _words(image: str) -> Words:
    """Words of an image's tag that are no version."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2].lower()
    parts = (part for part in re.split(r"[-._+]", tag) if not _COMMIT.fullmatch(part))
    return frozenset(part for part in parts if part.isalpha() and part not in _VERSIONS)
