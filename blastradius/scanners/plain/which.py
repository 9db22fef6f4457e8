"""Which files are settings of programs by their name, and whose folder they lie in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from blastradius.scanners.environments import STAGES, stage_of, stages_in

_FORMS = r"(?:ya?ml|json[5c]?|toml|ini|cfg|properties)"
_NAMES = re.compile(
    r"\.env(?:\.[\w-]+)?|[\w-]+\.env"
    r"|(?:application|bootstrap)(?:-[\w-]+)?\.(?:properties|ya?ml)"
    r"|(?:appsettings|ocelot)(?:\.[\w-]+)?\.json"
    r"|airflow\.cfg|connect-(?:distributed|standalone)\.properties|keycloak\.conf"
    rf"|(?:settings|config|configuration)(?:[.-][\w-]+)?\.{_FORMS}",
    re.I,
)
_IN_CONFIG = re.compile(rf"[\w.-]+\.{_FORMS}", re.I)
_CONFIG_FOLDERS = frozenset({"config", "conf", "configs", "settings"})
#: Settings of programs on the Java platform, whatever they are called.
_RESOURCES = re.compile(r"(?:^|/)src/main/resources/[\w.-]+\.(?:properties|ya?ml)$", re.I)
#: Names of a tool's own files, also within `config`.
_TOOLS = re.compile(
    r"(?:package(?:-lock)?|tsconfig.*|jsconfig|composer|bower|babel\.config|jest\.config|lerna|nx|turbo|renovate|"
    r"gradle|gradle-wrapper|maven-wrapper|log4j2?|logback|logging|messages.*|.*_[a-z]{2}|i18n.*|locale.*|en|de|fr|"
    r"mkdocs|_config|openapi.*|swagger.*|.*\.schema|dependabot|kustomization|chart|values.*|"
    r"pyproject|poetry|cargo|pipfile|tox|setup|pytest|mypy|flake8|pylintrc|sonar-project)"
    r"\.\w+",
    re.I,
)
#: Stages whose settings say nothing of what serves users, and files that only show what to write.
_STAGES = frozenset({
    "example", "sample", "template", "dist", "default", "defaults", "tpl", "test", "tests", "testing", "ci", "local",
    "dev", "development", "it", "e2e", "mock", "unittest", "integration",
})  # fmt: skip
_FOLDERS = frozenset({
    "test", "tests", "__tests__", "spec", "specs", "testdata", "fixtures", "fixture", "mocks", "__mocks__", "e2e",
    "cypress", "examples", "example", "samples", "sample", "docs", "doc", ".github", ".gitlab", ".circleci", ".ci",
    "ci", ".buildkite", ".devcontainer", "vendor", "third_party", "templates", "charts", "locales", "i18n", "dist",
})  # fmt: skip
_INNER = frozenset({
    *_CONFIG_FOLDERS, "resources", "main", "src", "etc", "env", "envs", "environments",
})  # fmt: skip
#: Words for the stage that serves users.
_PRODUCTION = frozenset({"prod", "production", "prd", "live"})
#: Files that lie at the top of a program's own folder.
_HOME = re.compile(
    r"Dockerfile(?:\..+)?|.+\.Dockerfile|package\.json|pom\.xml|build\.gradle(?:\.kts)?|go\.mod|pyproject\.toml|"
    r"setup\.py|requirements\.txt|Cargo\.toml|Gemfile|composer\.json|mix\.exs|.+\.(?:cs|fs|vb)proj|Procfile"
)


def is_settings(path: str) -> bool:
    """Whether a file holds settings by its name."""
    folder, name = posixpath.split(path)
    in_config = posixpath.basename(folder).lower() in _CONFIG_FOLDERS and _IN_CONFIG.fullmatch(name) is not None
    if _TOOLS.fullmatch(name) or not (_NAMES.fullmatch(name) or in_config or _RESOURCES.search(path)):
        return False
    return not any(part.lower() in _FOLDERS for part in folder.split("/"))


def is_named(name: str) -> bool:
    """Whether a file's own name says that it holds settings, whatever folder it lies in."""
    return _NAMES.fullmatch(name) is not None


def is_base(path: str) -> bool:
    """Whether a settings file is what others of its folder are put on: `config/default.json`."""
    folder, name = posixpath.split(path.lower())
    return posixpath.splitext(name)[0] in ("default", "defaults") and posixpath.basename(folder) in _CONFIG_FOLDERS


def is_rehearsal(path: str) -> bool:
    """Whether a settings file is for tests, for one developer, or an example."""
    return not is_base(path) and bool(_STAGES & set(re.split(r"[._-]", posixpath.basename(path).lower())))


def is_rehearsal_key(key: str) -> bool:
    """Whether a key stands in the part of a file that is for tests or one developer: `development.database.host`."""
    return key.partition(".")[0].removeprefix("%").lower() in _STAGES - {"default", "defaults"}


def other_stages(files: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Settings files of stages that do not serve users, beside those of the one that does.

    Of a program with settings for several stages production's count; those of a program whose own folder is of a stage
    are that stage's. Where no stage of a program is known to serve, nothing is left out.

    Args:
        files: path of each settings file, and the folder of its program.
    """
    by_home: dict[str, dict[str, str]] = {}
    for path, home in files:
        stage = _stage_below(path, home)
        if stage:
            by_home.setdefault(home, {})[path] = stage
    left_out: set[str] = set()
    for home, stages in by_home.items():
        own = stage_of(home)
        serving = {own.name} if own else _PRODUCTION
        if serving & _PRODUCTION:
            serving = _PRODUCTION
        if serving & set(stages.values()):
            left_out.update(path for path, stage in stages.items() if stage not in serving)
    return frozenset(left_out)


def _stage_below(path: str, home: str) -> str:
    """The stage that a path speaks of below the folder of its program; empty where it speaks of none, or of two."""
    below = path.removeprefix(f"{home}/") if home != "." else path
    for segment in reversed(below.split("/")):
        found = _stages(segment)
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _stages(segment: str) -> set[str]:
    return stages_in(segment) | (_PRODUCTION & set(re.split(r"[._-]", segment.lower())))


def other_stage_keys(keys: Iterable[str]) -> frozenset[str]:
    """First parts of keys that are for other stages than production, where a file has a part for production as well."""
    tops = {key.partition(".")[0] for key in keys}
    stages = {top: top.lower() for top in tops if top.lower() in STAGES | _PRODUCTION}
    if not _PRODUCTION & set(stages.values()):
        return frozenset()
    return frozenset(top for top, stage in stages.items() if stage not in _PRODUCTION)


def homes(paths: Iterable[str]) -> frozenset[str]:
    """Folders at whose top a program lies; the top folder is `.`."""
    return frozenset(posixpath.dirname(path) or "." for path in paths if _HOME.fullmatch(posixpath.basename(path)))


def home_of(path: str, known: frozenset[str]) -> str:
    """The folder of the program that a settings file belongs to.

    Args:
        path: of the file.
        known: folders at whose top a program lies.

    Returns:
        The nearest of them around the file; where there is none, its own folder without `config` and the like.
    """
    folder = posixpath.dirname(path) or "."
    around = folder
    while True:
        if around in known:
            return around
        if around == ".":
            break
        around = posixpath.dirname(around) or "."
    while posixpath.basename(folder).lower() in _INNER:
        folder = posixpath.dirname(folder) or "."
    return folder
