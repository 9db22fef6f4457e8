"""Folders of a repository that hold no part of what runs: tests, examples, other people's code.

The rule is their exact name, for two names what stands beside them, and for one sort a sign in the name:

* `vendor` holds other people's code where a package manager that fills it has its file beside it; else it may be a
  service of that name.
* what a tool copies into a new repository (`skeleton`; a name that is filled in, such as `{{cookiecutter.name}}`) is an
  example of what may run once.
* `test` is a stage, as in `overlays/test`, where folders of other stages stand beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

Sort = Literal["tests", "examples", "vendored"]

_TESTS = frozenset({
    "test", "tests", "testdata", "test-data", "test_data", "test-fixtures", "test_fixtures", "__tests__", "__fixtures__",
    "__mocks__", "spec", "specs", "fixture", "fixtures", "e2e", "integration-tests", "integration_tests",
})  # fmt: skip
_EXAMPLES = frozenset({"example", "examples", "sample", "samples", "skeleton", "skeletons"})
_FILLED_IN = ("{{", "{%")
"""Signs of a name that a tool fills in."""
_VENDORED = frozenset({"node_modules", "bower_components", "site-packages", "third_party", "third-party", "thirdparty"})
_MANAGERS = frozenset({"go.mod", "composer.json", "Gemfile", "modules.txt", "vendor.json", "Gopkg.toml"})
_STAGES = frozenset({
    "dev", "develop", "development", "stage", "staging", "prod", "production", "live", "qa", "uat", "preprod", "pre-prod",
    "sandbox", "integration", "acceptance",
})  # fmt: skip


def sort_of(name: str, beside: Collection[str]) -> Sort | None:
    """What sort of folder it is; None where it is none of these.

    Args:
        name: of the folder.
        beside: names of all that stands in the same folder.
    """
    if name in _EXAMPLES or any(sign in name for sign in _FILLED_IN):
        return "examples"
    if name == "test" and not _STAGES.isdisjoint(beside):
        return None
    if name in _TESTS:
        return "tests"
    if name in _VENDORED or (name == "vendor" and not _MANAGERS.isdisjoint(beside)):
        return "vendored"
    return None


def is_within(parts: Collection[str]) -> bool:
    """Whether a path leads into tests or examples: who names it means them.

    Args:
        parts: names of its folders.
    """
    return any(part in _TESTS or sort_of(part, ()) == "examples" for part in parts)
