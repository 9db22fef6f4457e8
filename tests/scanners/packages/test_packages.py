"""Dependency manifests: which packages count, on which line, and whose they are."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanning import scanned, written

from blastradius.assemble import assemble
from blastradius.errors import InputError
from blastradius.scanners import scan
from blastradius.scanners.packages.which import folder_of, reader_of, top_of

COMPOSE = "services:\n  cart: {build: ./cart}\n"


def told(tmp_path, files):
    """Packages as `name @ path:line`, `?` where they may be missing."""
    found = scanned(tmp_path, {"compose.yaml": COMPOSE, **files})
    return [
        f"{rule.reference.texts[-1]} @ {rule.evidence[0].locator}{'?' * (rule.strength == 'soft')}"
        for rule in found.rules
        if rule.evidence[0].scanner == "packages"
    ]


REQUIREMENTS = """\
# comment
Stripe[async]==7.1.0 ; python_version >= "3.9" \\
    --hash=sha256:0123 \\
    --hash=sha256:4567
twilio  # note
 launchdarkly_server.sdk>=1,<2
-r more/base.txt
-c constraints.txt
--index-url https://user:planted-secret@packages.example.com/simple
git+https://git.example.com/x/thing.git@v1#egg=Thing
slack-sdk @ https://files.example.com/slack.whl
./local
indirect==1
    # via stripe
asked==1
    # via
    #   -r requirements.in
    #   stripe
both==1  # via -r requirements.in
"""


def test_requirements(tmp_path):
    found = told(
        tmp_path,
        {
            "cart/requirements.txt": REQUIREMENTS,
            "cart/more/base.txt": "adyen\n-r ../requirements.txt\n",
            "cart/constraints.txt": "okta==1\n",
            "cart/requirements-dev.txt": "auth0-python\n",
            "cart/requirements_test.txt": "auth0-python\n",
            "cart/requirements/prod.txt": "-r test.txt\nresend\n",
            "cart/requirements/test.txt": "auth0-python\n",
        },
    )
    assert found == [
        "pip:stripe @ cart/requirements.txt:2", "pip:twilio @ cart/requirements.txt:5",
        "pip:launchdarkly-server-sdk @ cart/requirements.txt:6", "pip:thing @ cart/requirements.txt:10",
        "pip:slack-sdk @ cart/requirements.txt:11", "pip:asked @ cart/requirements.txt:15", "pip:both @ cart/requirements.txt:19",
        "pip:adyen @ cart/more/base.txt:1", "pip:resend @ cart/requirements/prod.txt:2",
    ]  # fmt: skip


PYPROJECT = """\
[project]
name = "cart"
dependencies = [
  "stripe>=1",
  'twilio[x] ; python_version > "3"',
]
[project.optional-dependencies]
mail = ["resend"]
test = ["okta"]
[dependency-groups]
dev = ["okta"]
server = ["pusher", {include-group = "dev"}]
[tool.poetry.dependencies]
python = "^3.11"
adyen = "*"
auth0-python = {version = "1", optional = true}
[tool.poetry.group.dev.dependencies]
okta = "1"
[tool.poetry.group.prod.dependencies]
"slack_sdk" = "1"
[tool.poetry.dev-dependencies]
okta = "1"
[build-system]
requires = ["okta"]
"""


def test_pyproject(tmp_path):
    assert told(tmp_path, {"cart/pyproject.toml": PYPROJECT}) == [
        "pip:stripe @ cart/pyproject.toml:4", "pip:twilio @ cart/pyproject.toml:5", "pip:resend @ cart/pyproject.toml:8?",
        "pip:pusher @ cart/pyproject.toml:12?", "pip:adyen @ cart/pyproject.toml:15", "pip:auth0-python @ cart/pyproject.toml:16?",
        "pip:slack-sdk @ cart/pyproject.toml:20",
    ]  # fmt: skip


PACKAGE = """\
{
\t"name": "cart",
\t"dependencies": {
\t\t"stripe": "^1",
\t\t"pay": "npm:@adyen/api-library@1",
\t\t"dd-trace": "1"
\t},
\t"devDependencies": {"twilio": "1"},
\t"peerDependencies": {"twilio": "1"},
\t"optionalDependencies": {"dd-trace": "1"}
}
"""
GO = """\
module example.com/cart

go 1.22

require github.com/stripe/stripe-go/v76 v76.1.0
require (
\tgithub.com/adyen/adyen-go-api-library/v9 v9.0.0
\tgithub.com/twilio/twilio-go v1.0.0 // indirect
\tgopkg.in/DataDog/dd-trace-go.v1 v1.1.0 // keep
)
replace (
\tgithub.com/slack-go/slack => ../slack
)
exclude github.com/okta/okta-sdk-golang v1.0.0
"""
POM = """\
<?xml version="1.0" encoding="ISO-8859-1"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>com.example</groupId><artifactId>all</artifactId><version>1</version></parent>
  <artifactId>cart</artifactId>
  <properties><pay.group>com.stripe</pay.group></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>com.okta.sdk</groupId><artifactId>okta-sdk-api</artifactId></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>${pay.group}</groupId><artifactId>${pay.artifact}</artifactId></dependency>
    <dependency><groupId>com.twilio.sdk</groupId><artifactId>twilio</artifactId><scope>test</scope></dependency>
    <dependency><groupId>com.auth0</groupId><artifactId>auth0</artifactId></dependency>
    <dependency><groupId>com.adyen</groupId><artifactId>adyen-java-api-library</artifactId><scope>runtime</scope></dependency>
    <dependency><groupId>${unknown}</groupId><artifactId>x</artifactId></dependency>
    <dependency><groupId>com.google.cloud</groupId><artifactId>libraries-bom</artifactId><type>pom</type><scope>import</scope></dependency>
  </dependencies>
</project>
"""
PARENT = """\
<project>
  <groupId>com.example</groupId><artifactId>all</artifactId>
  <properties><pay.group>wrong</pay.group><pay.artifact>stripe-java</pay.artifact></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>com.auth0</groupId><artifactId>auth0</artifactId><scope>provided</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies><dependency><groupId>com.rollbar</groupId><artifactId>rollbar-java</artifactId></dependency></dependencies>
</project>
"""
GRADLE = """\
plugins { id 'java' }
// implementation 'com.commented:out:1'
/* implementation "com.commented:out:1"
*/
dependencies {
    implementation 'com.stripe:stripe-java:24.0', "com.adyen:adyen-java-api-library:$adyen"
    api("com.twilio.sdk:twilio:1") { exclude group: 'x' }
    runtimeOnly group: 'com.rollbar', name: 'rollbar-java', version: '1'
    implementation(libs.slack.api)
    implementation libs.bundles.auth
    implementation(platform("com.google.cloud:libraries-bom:26"))
    implementation project(':core')
    testImplementation 'com.okta.sdk:okta-sdk-api:1'
    compileOnly 'com.okta.sdk:okta-sdk-api:1'
    implementation "$group:$name:1"
}
def url = "https://implementation 'com.okta.sdk:okta-sdk-api:1'"
"""
CATALOG = """\
[libraries]
slack-api = { module = "com.slack.api:slack-api-client", version = "1" }
auth_zero = "com.auth0:auth0:2"
work-os = { group = "com.workos", name = "workos" }
[bundles]
auth = ["auth-zero", "work-os"]
"""
GEMFILE = """\
source "https://gems.example.com"
gem "stripe", "~> 10"  # pay
gem('adyen-ruby-api-library')
gem "twilio-ruby", group: :test
gem "auth0", groups: [:development, :production]
# gem "okta"
group :development, :test do
  if true
    gem "pagerduty"
  end
  gem "pagerduty"
end
group :production do
  gem "rollbar", require: false
end
gem "bugsnag"
"""
CARGO = """\
[package]
name = "cart"
[dependencies]
async-stripe = "1"
pay = { package = "slack_morphism", version = "1" }
cloudflare = { version = "1", optional = true }
[dev-dependencies]
serenity = "1"
[build-dependencies]
serenity = "1"
[target.'cfg(unix)'.dependencies]
octocrab = "1"
[dependencies.resend-rs]
version = "1"
"""
CSPROJ = """\
<Project Sdk="Microsoft.NET.Sdk.Web">
  <ItemGroup>
    <PackageReference Include="Stripe.net" Version="43" />
    <PackageReference Include="Twilio"><PrivateAssets>all</PrivateAssets></PackageReference>
    <PackageReference Update="SendGrid" />
    <PackageReference Include="$(Name)" />
  </ItemGroup>
</Project>
"""


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"cart/package.json": PACKAGE}, ["npm:dd-trace:10?", "npm:stripe:4", "npm:@adyen/api-library:5"]),
        (
            {"cart/go.mod": GO},
            ["go:github.com/stripe/stripe-go:5", "go:github.com/adyen/adyen-go-api-library:7", "go:gopkg.in/DataDog/dd-trace-go.v1:9"],
        ),
        (
            {"cart/pom.xml": POM},
            ["maven:com.auth0:auth0:12", "maven:com.adyen:adyen-java-api-library:13"],
        ),
        (
            {"cart/build.gradle": GRADLE, "gradle/libs.versions.toml": CATALOG},
            ["maven:com.stripe:stripe-java:6", "maven:com.adyen:adyen-java-api-library:6", "maven:com.twilio.sdk:twilio:7",
             "maven:com.rollbar:rollbar-java:8", "maven:com.slack.api:slack-api-client:9", "maven:com.auth0:auth0:10",
             "maven:com.workos:workos:10", "project:core:12"],
        ),
        ({"cart/build.gradle.kts": 'dependencies {\n  implementation(\n    "com.stripe:stripe-java:1"\n  )\n}'}, ["maven:com.stripe:stripe-java:2"]),
        ({"cart/Gemfile": GEMFILE}, ["gem:stripe:2", "gem:adyen-ruby-api-library:3", "gem:auth0:5", "gem:rollbar:14", "gem:bugsnag:16"]),
        (
            {"cart/Cargo.toml": CARGO},
            ["cargo:async-stripe:4", "cargo:slack-morphism:5", "cargo:cloudflare:6?", "cargo:resend-rs:13", "cargo:octocrab:12"],
        ),
        ({"cart/Cart.csproj": CSPROJ}, ["nuget:stripe.net:3"]),
        ({"cart/T.csproj": CSPROJ.replace("<Item", "<PropertyGroup><IsTestProject>true</IsTestProject></PropertyGroup><Item", 1)}, []),
        (
            {"cart/packages.config": '<packages>\n<package id="Twilio" version="1"/>\n<package id="x" developmentDependency="true"/></packages>'},
            ["nuget:twilio:2"],
        ),
        (
            {"cart/composer.json": '{"require": {"php": "8", "ext-json": "*",\n"Stripe/stripe-php": "1"}, "require-dev": {"twilio/sdk": "1"}}'},
            ["composer:stripe/stripe-php:2"],
        ),
        ({"cart/Pipfile": "[packages]\nstripe = '*'\n[dev-packages]\nokta = '*'\n[tests]\nokta='*'\n[prod]\nadyen='*'"}, ["pip:stripe:2", "pip:adyen:8"]),
        (
            {"cart/setup.cfg": "[metadata]\nname = cart\n[options]\ninstall_requires =\n  stripe>=1 # x\n\n  adyen\nzip = no\n[options.extras_require]\nmail = resend\ntest =\n  okta\n"},
            ["pip:stripe:5", "pip:adyen:7", "pip:resend:10?"],
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_each_format(tmp_path, files, found):
    (path, *_) = files
    lines = [line.replace(f" @ {path}", "") for line in told(tmp_path, files)]
    assert lines == found


def test_a_pom_inherits_from_a_parent_of_the_tree(tmp_path):
    assert told(tmp_path, {"cart/pom.xml": POM, "pom.xml": PARENT}) == [
        "maven:com.stripe:stripe-java @ cart/pom.xml:10",
        "maven:com.adyen:adyen-java-api-library @ cart/pom.xml:13",
        "maven:com.rollbar:rollbar-java @ pom.xml:7",
        "maven:com.rollbar:rollbar-java @ pom.xml:7",  # as the parent's own
    ]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("cart/package.json", '{"dependencies": {\n"a" "b"}}', 2), ("cart/pyproject.toml", "[project]\nx = \n", 2),
        ("cart/pom.xml", "<project>\n<a></b></project>", 2), ("cart/Cargo.toml", "]", 1), ("cart/x.csproj", "", 1),
        ("cart/pom.xml", '<!DOCTYPE a [<!ENTITY b "c">]>\n<project>&b;</project>', 1),
        ("cart/pom.xml", '<!DOCTYPE a SYSTEM "file:///etc/passwd">\n<project/>', 1),
        ("cart/pom.xml", "<a>\n" * 200, 101),
    ],
)  # fmt: skip
def test_a_broken_manifest_is_one_gap(tmp_path, path, text, line):
    found = scanned(tmp_path, {"compose.yaml": COMPOSE, path: text, "cart/Gemfile": 'gem "stripe"'})
    (gap,) = [one for one in found.gaps if one.evidence[0].scanner == "packages"]
    assert gap.evidence[0].locator == f"{path}:{line}"
    assert [rule for rule in found.rules if rule.via == "package gem:stripe"]


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("package.json", True), ("a/b/go.mod", True), ("x.csproj", True), ("requirements.txt", True), ("requirements-prod.txt", True),
        ("requirements/base.txt", True), ("prod-requirements.txt", True), ("requirements-dev.txt", False), ("requirements/test.txt", False),
        ("dev-requirements.txt", False), ("package-lock.json", False), ("tests/package.json", False), ("a/examples/go.mod", False),
        ("vendor/x/go.mod", False), ("docs/requirements.txt", False), ("skeleton/package.json", False),
        ("{{cookiecutter.name}}/package.json", False), ("notes.txt", False), ("buildSrc/build.gradle", False),
    ],
)  # fmt: skip
def test_which_files_are_read(path, read):
    assert (reader_of(path) is not None) is read


def test_the_outermost_folder_is_that_of_the_dockerfile_around():
    known = frozenset({"pay", "."})
    assert top_of("pay/ui/web", known) == "pay"
    assert top_of("cart/ui", known) == "."
    assert top_of("cart/ui", frozenset({"pay"})) == "cart/ui"
    assert folder_of("cart/requirements/prod.txt") == "cart"
    assert folder_of("requirements.txt") == "."


ALL = [
    "requirements.txt", "pyproject.toml", "Pipfile", "setup.cfg", "package.json", "composer.json", "go.mod", "Gemfile", "Cargo.toml",
    "pom.xml", "packages.config", "build.gradle", "build.gradle.kts", "x.csproj",
]  # fmt: skip
PIECES = st.sampled_from([
    "[", "]", "{", "}", '"', "'", "=", ":", "\n", "  ", "\\\n", "#", "dependencies", "project", "<a>", "</a>", "<dependency>", "gem ", "do",
    "end", "require (", ")", "implementation ", "libs.", "-r ", "requirements.txt", "x", "[project]\n", "[[", "/*", "*/", "//", "# via", "\t",
])  # fmt: skip


@given(st.sampled_from(ALL), st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_or_refused_in_words(name, text):
    reader = reader_of(name)
    said, lines = f"{name}:", [1]
    try:
        lines += [one.line for one in reader(name, text, {name: text}.get).packages]
    except InputError as error:
        said = str(error)
    assert said.startswith(f"{name}:")
    assert min(lines) >= 1


@given(st.sampled_from(ALL), st.binary(max_size=200))
def test_any_bytes_in_a_manifest_leave_the_scan_standing(tmp_path_factory, name, content):
    top = written(tmp_path_factory.mktemp("bytes"), {"compose.yaml": COMPOSE})
    (top / name).write_bytes(content)
    result = scan([top])
    assemble(result.facts, result.coverage, result.roots)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("package.json", '{"dependencies": []}'), ("package.json", "[]"), ("package.json", '{"name": 3, "dependencies": {"a": {}}}'),
        ("package.json", '{"dependencies": {"": "npm:"}}'), ("pyproject.toml", "project = 3"),
        ("pyproject.toml", "[project]\ndependencies = {a = 1}\nname = 3"), ("pyproject.toml", "[tool]\npoetry = [1]"),
        ("Cargo.toml", "dependencies = [1]\ntarget = 3"), ("Pipfile", "packages = 3"), ("composer.json", '{"require": 3}'),
        ("build.gradle", "dependencies { implementation libs. }"),
    ],
)  # fmt: skip
def test_values_of_an_odd_shape_name_nothing(name, value):
    assert [
        one.text for one in reader_of(name)(name, value, {}.get).packages if one.text not in ("npm:a", "npm:")
    ] == []


PROGRAM = """
import sys
from blastradius.errors import InputError
from blastradius.scanners.packages.which import reader_of
unit = sys.argv[1]
for name in sys.argv[2].split():
    text = unit * (400_000 // len(unit))
    for whole in (text, "group " + text, "[" + text, "[project]\\nx = [" + text, "implementation " + text, "<a>" + text, "stripe " + text):
        try:
            reader_of(name)(name, whole, lambda path: None)
        except InputError:
            pass
"""


@pytest.mark.parametrize(
    "unit", [" ", "a", "[", '"', "'", "\\\n", "# via\n", "gem ", " do", "do |", "/*", "/", "implementation ", "${", "a:", "<a>", "[ ", "-", "\n "]
)  # fmt: skip
def test_repeated_text_does_not_hang(unit):
    # a guard against hanging
    subprocess.run([sys.executable, "-c", PROGRAM, unit, " ".join(ALL)], check=True, timeout=60)


@pytest.mark.parametrize(
    ("condition", "strength"),
    [
        ('python_version < "3"', "absent"),
        ('python_version < "3.0" and sys_platform == "linux"', "absent"),
        ('python_version == "2.7"', "absent"),
        ('extra == "pay"', "soft"),
        ('sys_platform == "win32"', "soft"),
        ('python_version >= "3.9" and python_version < "4.0"', None),
        ('python_version >= "3.14"', "soft"),
        ('python_version < "3.11"', "soft"),
        ('python_version >= "3" or extra == "pay"', "soft"),
    ],
)
@pytest.mark.parametrize("file", ["requirements.txt", "pyproject.toml", "setup.cfg", "Pipfile"])
def test_a_condition_says_whether_a_package_is_there(tmp_path, file, condition, strength):
    line = f"braintree>=4; {condition}"
    texts = {
        "requirements.txt": line + "\n",
        "pyproject.toml": f"[project]\nname = 'x'\ndependencies = ['{line}']\n",
        "setup.cfg": f"[options]\ninstall_requires =\n  {line}\n",
        "Pipfile": f"[packages]\nbraintree = {{version = '*', markers = '{condition}'}}\n",
    }
    rules = scanned(tmp_path, {"compose.yaml": COMPOSE, file: texts[file]}).rules
    found = [one for one in rules if one.reference.role == "package"]
    assert [one.strength for one in found] == ([] if strength == "absent" else [strength])
