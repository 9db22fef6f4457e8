"""What commands fetch that build something: packages from registries, files from URLs, repositories.

The hosts are those that each program asks by default (its own documentation); an option, a variable or a settings file
that names another host replaces them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from blastradius.hosts import turned
from blastradius.scanners import addresses
from blastradius.scanners.fetching import taken_apart
from blastradius.scanners.pairs import is_private
from blastradius.scanners.shell import Command

ReadText = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Fetch:
    """Something that a command fetches.

    Attributes:
        host: it is fetched from; empty where nobody can tell.
        what: fetches it, such as `npm` or `curl`.
        inferred: whether the host is what the program asks unless it is told otherwise.
        problem: why there is no host, in words.
    """

    host: str
    what: str
    inferred: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Manager:
    """A package manager.

    Attributes:
        name: as it is shown.
        hosts: asked by default.
        verbs: of which one must stand among the first words; empty where it always fetches.
        options, variables: that name another registry.
        offline: words with which it fetches nothing.
        files: settings files in which another registry may stand, and the expression that finds it.
    """

    name: str
    hosts: tuple[str, ...]
    verbs: frozenset[str] = frozenset()
    options: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    offline: frozenset[str] = frozenset()
    files: tuple[tuple[str, re.Pattern[str]], ...] = ()


def _verbs(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NPMRC = re.compile(r"^[ \t]*registry[ \t]*=[ \t]*(\S{1,300})", re.M)
_YARNRC = re.compile(r"^[ \t]*npmRegistryServer:[ \t]*[\"']?([^\s\"']{1,300})", re.M)
_YARN1 = re.compile(r"^[ \t]*registry[ \t]+[\"']?([^\s\"']{1,300})", re.M)
_PIP = re.compile(r"^[ \t]*index[-_]url[ \t]*[=:][ \t]*(\S{1,300})", re.M)
_REQUIREMENTS = re.compile(r"^[ \t]*(?:-i|--index-url)[ \t=]+(\S{1,300})", re.M)
_BUNDLER = re.compile(r"^[ \t]*source[ \t]+[\"']([^\"']{1,300})", re.M)
_NUGET = re.compile(r"<add\s[^>]{0,200}?value=\"(https?://[^\"]{1,300})\"", re.I)
_MAVEN = re.compile(r"<mirror>.{0,2000}?<url>\s*([^<\s]{1,300})", re.S)
_NPM_FILES = ((".npmrc", _NPMRC),)
_PIP_FILES = (("pip.conf", _PIP), ("requirements.txt", _REQUIREMENTS))
_NPM_OPTIONS, _NPM_VARIABLES = ("--registry",), ("NPM_CONFIG_REGISTRY", "npm_config_registry")
_PIP_OPTIONS, _PIP_VARIABLES = ("-i", "--index-url"), ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")


_NPM, _PYPI = (turned("org.npmjs.registry"),), (turned("org.pypi"),)
_OFFLINE = _verbs("--offline --no-index --prefer-offline-only -o")
_NODE = _verbs("install i ci add update up publish audit exec dlx")
_JAVA = frozenset({"-o", "--offline"})

_MANAGERS: dict[str, _Manager] = {
    "npm": _Manager("npm", _NPM, _NODE, _NPM_OPTIONS, _NPM_VARIABLES, _OFFLINE - {"-o"}, _NPM_FILES),
    "npx": _Manager("npm", _NPM, frozenset(), _NPM_OPTIONS, _NPM_VARIABLES, _verbs("--no --no-install"), _NPM_FILES),
    "pnpm": _Manager("pnpm", _NPM, _NODE, _NPM_OPTIONS, _NPM_VARIABLES, _OFFLINE - {"-o"}, _NPM_FILES),
    "bun": _Manager("bun", _NPM, _NODE, _NPM_OPTIONS, _NPM_VARIABLES, frozenset(), _NPM_FILES),
    "yarn": _Manager(
        "yarn", (turned("com.yarnpkg.registry"),), _verbs("install add up dlx"), _NPM_OPTIONS,
        ("YARN_NPM_REGISTRY_SERVER", *_NPM_VARIABLES), _verbs("--offline"),
        ((".yarnrc.yml", _YARNRC), (".yarnrc", _YARN1), *_NPM_FILES),
    ),
    "pip": _Manager("pip", _PYPI, _verbs("install download wheel"), _PIP_OPTIONS, _PIP_VARIABLES, _OFFLINE, _PIP_FILES),
    "pipx": _Manager("pip", _PYPI, _verbs("install run"), _PIP_OPTIONS, _PIP_VARIABLES, frozenset(), _PIP_FILES),
    "pipenv": _Manager("pip", _PYPI, _verbs("install sync update"), (), _PIP_VARIABLES),
    "poetry": _Manager("pip", _PYPI, _verbs("install add update lock publish"), (), _PIP_VARIABLES),
    "uv": _Manager("pip", _PYPI, _verbs("sync pip add lock run tool publish"), ("--index-url", "--default-index"), _PIP_VARIABLES, _OFFLINE),
    "uvx": _Manager("pip", _PYPI, frozenset(), ("--index-url", "--default-index"), _PIP_VARIABLES, _OFFLINE),
    "twine": _Manager("pip", (turned("org.pypi.upload"),), _verbs("upload"), ("--repository-url",), ("TWINE_REPOSITORY_URL",)),
    "tox": _Manager("pip", _PYPI, frozenset(), (), _PIP_VARIABLES),
    "conda": _Manager("conda", (turned("org.anaconda.conda"),), _verbs("install create update env"), (), (), _verbs("--offline")),
    "mamba": _Manager("conda", (turned("org.anaconda.conda"),), _verbs("install create update env"), (), (), _verbs("--offline")),
    "go": _Manager("go", (turned("org.golang.proxy"),), _verbs("get install mod build test run vet generate"), (), ("GOPROXY",), _verbs("-mod=vendor vendor")),
    "cargo": _Manager("cargo", (turned("io.crates.index"),), _verbs("install fetch build test run check clippy publish"), ("--registry", "--index"), ("CARGO_REGISTRIES_CRATES_IO_INDEX",), _verbs("--offline --frozen")),
    "gem": _Manager("gem", (turned("org.rubygems"),), _verbs("install update push fetch"), ("--source", "-s"), (), _verbs("--local -l")),
    "bundle": _Manager("gem", (turned("org.rubygems"),), _verbs("install update"), (), (), _verbs("--local"), (("Gemfile", _BUNDLER),)),
    "composer": _Manager("composer", (turned("org.packagist.repo"),), _verbs("install update require create-project")),
    "mvn": _Manager("maven", (turned("org.apache.maven.repo"),), frozenset(), (), ("MVNW_REPOURL",), _JAVA, ((".mvn/settings.xml", _MAVEN), ("settings.xml", _MAVEN))),
    "gradle": _Manager("gradle", (turned("org.gradle.plugins"),), frozenset(), (), (), frozenset({"--offline"})),
    "sbt": _Manager("maven", (turned("org.apache.maven.repo"),)),
    "dotnet": _Manager("nuget", (turned("org.nuget.api"),), _verbs("restore build publish test pack run tool"), ("--source", "-s"), (), _verbs("--no-restore --no-build"), (("NuGet.config", _NUGET), ("nuget.config", _NUGET), ("NuGet.Config", _NUGET))),
    "nuget": _Manager("nuget", (turned("org.nuget.api"),), _verbs("restore install push"), ("-Source", "-source")),
    "mix": _Manager("hex", (turned("pm.hex.repo"),), _verbs("deps.get local.hex")),
    "dart": _Manager("pub", (turned("dev.pub"),), _verbs("pub"), (), ("PUB_HOSTED_URL",)),
    "flutter": _Manager("pub", (turned("dev.pub"),), _verbs("pub build"), (), ("PUB_HOSTED_URL",)),
    "apk": _Manager("apk", (turned("org.alpinelinux.dl-cdn"),), _verbs("add update upgrade"), ("-X", "--repository"), (), _verbs("--no-network")),
    "brew": _Manager("brew", (turned("sh.brew.formulae"),), _verbs("install update upgrade bundle tap")),
    "terraform": _Manager("terraform", (turned("io.terraform.registry"),), _verbs("init get")),
    "tofu": _Manager("opentofu", (turned("org.opentofu.registry"),), _verbs("init get")),
}  # fmt: skip
_SAME = {
    "pip3": "pip",
    "mvnw": "mvn",
    "gradlew": "gradle",
    "bundler": "bundle",
    "micromamba": "mamba",
    "terragrunt": "terraform",
}
VARIABLES = frozenset(name for one in _MANAGERS.values() for name in one.variables) | {"GOSUMDB", "GONOSUMDB"}
"""Variables that tell package managers where to ask, and no program whom to call."""
#: Package managers of a distribution, whose archives depend on which one it is.
_DISTRIBUTIONS = {
    "apt-get": _verbs("install update upgrade dist-upgrade build-dep"), "apt": _verbs("install update upgrade full-upgrade"),
    "yum": _verbs("install update upgrade makecache groupinstall"), "dnf": _verbs("install update upgrade makecache groupinstall"),
    "microdnf": _verbs("install update upgrade"), "zypper": _verbs("install in update refresh ref"), "pacman": frozenset(),
}  # fmt: skip
#: Archives by what the name or tag of a base image says; the first that fits.
_ARCHIVES = (
    (re.compile(r"ubuntu|jammy|focal|noble|bionic"), turned("com.ubuntu.archive")),
    (re.compile(r"amazonlinux|(?<![a-z])al20\d\d"), turned("com.amazonlinux.cdn")),
    (re.compile(r"fedora"), turned("org.fedoraproject.mirrors")),
    (re.compile(r"rockylinux|rocky"), turned("org.rockylinux.mirrors")),
    (re.compile(r"almalinux"), turned("org.almalinux.mirrors")),
    (re.compile(r"oraclelinux"), turned("com.oracle.yum")),
    (re.compile(r"centos"), turned("org.centos.mirrors")),
    (re.compile(r"(?:^|/)ubi\d|redhat"), turned("com.redhat.cdn-ubi")),
    (re.compile(r"debian|bookworm|bullseye|buster|trixie|stretch|slim"), turned("org.debian.deb")),
    # images of Docker's official library that are built on Debian unless their tag says otherwise
    (re.compile(r"(?:^|^library/|/docker/library/)(?:python|node|golang|ruby|rust|php|perl|openjdk|nginx|httpd|postgres|redis|mysql|mariadb|gcc|haskell|elixir|erlang|buildpack-deps|tomcat|maven|gradle)(?=[:@]|$)"), turned("org.debian.deb")),
)  # fmt: skip
_VALUELESS = re.compile(r"https?://|git@|ssh://", re.I)
_DOWNLOADERS = frozenset({"curl", "wget", "aria2c"})
_GIT = frozenset({"clone", "fetch", "pull", "submodule", "ls-remote", "push"})
_MAX_HOSTS = 20


def fetches(
    command: Command, settings: Mapping[str, str], *, image: str = "", folder: str = "", read: ReadText | None = None
) -> list[Fetch]:
    """What one command fetches.

    Args:
        command: with its variables filled in as far as they are known.
        settings: variables that are set for it.
        image: of the system it runs on, where known; it tells the archives of `apt-get` and the like.
        folder: of the tree in which settings files may lie.
        read: gives the text of a file of the tree, None where there is none.
    """
    words = command.words
    program = command.program
    if re.fullmatch(r"python[\d.]*", program) and words[1:2] == ("-m",):
        words = words[2:]
        program = words[0] if words else ""
        command = Command(words, command.line, command.settings)
    if program in _DOWNLOADERS or program == "add-apt-repository":
        return _addressed(words[1:], program)
    if program == "git":
        return _addressed(words[2:], "git") if len(words) > 1 and _GIT & set(words[1:5]) else []
    if program == "helm" and words[1:3] == ("repo", "add"):
        return _addressed(words[3:], "helm")
    if program in _DISTRIBUTIONS:
        verbs = _DISTRIBUTIONS[program]
        return [_archive(program, image)] if not verbs or verbs & set(words[1:8]) else []
    manager = _MANAGERS.get(_SAME.get(program, program))
    if manager is None or (manager.verbs and not _asks(program, manager, words)) or manager.offline & set(words):
        return []
    return _from_registry(manager, command, settings, folder, read)


def _asks(program: str, manager: _Manager, words: tuple[str, ...]) -> bool:
    said = [word for word in words[1:8] if not word.startswith("-")]
    if program == "yarn" and not said:
        return True  # without a verb it installs
    if program == "uv" and said[:1] == ["pip"]:
        return said[1:2] == ["install"] or said[1:2] == ["sync"]
    if program == "go" and said[:1] == ["mod"]:
        return said[1:2] in (["download"], ["tidy"], ["vendor"])
    return bool(said) and said[0] in manager.verbs


def _from_registry(
    manager: _Manager, command: Command, settings: Mapping[str, str], folder: str, read: ReadText | None
) -> list[Fetch]:
    stated = command.option(*manager.options) if manager.options else None
    for name in manager.variables:
        stated = stated or command.settings.get(name) or settings.get(name)
    if stated is None and read is not None:
        stated = _configured(manager, folder, read)
    if stated in ("off", "direct"):  # of Go's proxy: nothing, or the repositories themselves
        return []
    if stated:
        hosts = _hosts(stated)
        if hosts:
            return [Fetch(host, manager.name) for host in hosts[:1]]
        problem = f"is told to use {addresses.placeholder(stated)} as its registry"
        return [Fetch("", manager.name, problem=problem)] if "$" in stated or "{" in stated else []
    return [Fetch(host, manager.name, inferred=True) for host in manager.hosts]


def _configured(manager: _Manager, folder: str, read: ReadText) -> str | None:
    for name, shape in manager.files:
        for around in dict.fromkeys((folder, "")):
            content = read(posixpath.join(around, name))
            match = shape.search(content[:200_000]) if content else None
            if match:
                return match[1]
    return None


def _hosts(text: str) -> list[str]:
    found = list(addresses.urls(text))
    if not found and (one := addresses.name(text.partition("/")[0])) and "." in one.host:
        return [one.host]
    return [one.host for one in found if one.host and not one.unresolved]


def _archive(program: str, image: str) -> Fetch:
    for shape, host in _ARCHIVES if image else ():
        if shape.search(image.lower()):
            return Fetch(host, program, inferred=True)
    whose = f"the distribution of {image}, which its name does not tell" if image else "a distribution that is not told"
    return Fetch("", program, problem=f"installs packages of {whose}")


def _addressed(words: tuple[str, ...], program: str) -> list[Fetch]:
    """Hosts of the words that are addresses; what stands behind an option that may hold a secret is none."""
    found: dict[str, None] = {}
    before = ""
    for word in words:
        secret = before.startswith("-") and (before in ("-H", "-u", "-d", "-F", "-b", "-A") or is_private(before) or before.startswith("--data") or before in ("--header", "--user", "--form", "--cookie", "--user-agent"))  # fmt: skip
        before = word
        if secret or not _VALUELESS.match(word):
            continue
        if word.startswith("git@") and (one := addresses.name(word[4:].partition(":")[0])):
            found.setdefault(one.host)
        for address in addresses.urls(word):
            if address.form == "url" and not address.unresolved:
                found.setdefault(address.host)
    return [Fetch(host, program) for host in list(found)[:_MAX_HOSTS]]


def fetched_at_start(script: str) -> str:
    """The part of a start command that fetches something before its program starts; empty where nothing is fetched."""
    return taken_apart(script).fetching
