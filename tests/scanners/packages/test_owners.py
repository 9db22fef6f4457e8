"""Whose packages are: the one workload of the folder, libraries of the tree, and what nobody is told."""

from __future__ import annotations

import json

import pytest
from scanning import deployment, written

from blastradius.assemble import assemble
from blastradius.errors import InputError
from blastradius.scanners import scan


def npm(*packages: str, name: str = "", **more: object) -> str:
    return json.dumps({"name": name, "dependencies": dict.fromkeys(packages, "1"), **more})


def compose(**services: str) -> str:
    """A compose file: a service and the folder it is built from, or what `build:` says."""
    lines = [f"  {name}: {{build: {how}}}" for name, how in services.items()]
    return "services:\n" + "\n".join(lines) + "\n"


def inventory(tmp_path, files):
    result = scan([written(tmp_path, files)])
    return assemble(result.facts, result.coverage, result.roots)


def needs(found, name):
    return sorted(
        f"{d.dependency.removeprefix('vendor:')} {d.strength} {d.phase}"
        for d in found.dependencies
        if d.dependent.endswith(f"/{name}") and d.dependency.startswith("vendor:") and d.phase != "deploy"
    )


def doubts(found):
    """Dependency gaps of packages: component or scope, what, provider and kind."""
    return [
        (gap.component or gap.scope, gap.reference, gap.provider, gap.kind)
        for gap in found.gaps
        if gap.hides == "dependency" and gap.evidence and gap.evidence[0].scanner == "packages"
    ]


def test_a_vendors_library_is_needed_by_what_is_built_from_its_folder(tmp_path):
    packages = (
        "stripe",
        "auth0",
        "twilio",
        "@sendgrid/mail",
        "dd-trace",
        "configcat-node",
        "@slack/bolt",
        "left-pad",
        "octokit",
    )
    found = inventory(tmp_path, {"compose.yaml": compose(cart="./cart"), "cart/package.json": npm(*packages)})
    assert needs(found, "cart") == [
        "auth0 hard runtime", "configcat soft runtime", "datadog soft operate", "github soft runtime", "sendgrid soft runtime",
        "slack soft operate", "stripe hard runtime", "twilio soft runtime",
    ]  # fmt: skip
    assert doubts(found) == []
    (stripe,) = [d for d in found.dependencies if d.dependency == "vendor:stripe"]
    assert stripe.basis == "inferred"
    assert "holds a library of stripe" in stripe.reason
    assert [(e.locator, e.note) for e in stripe.evidence] == [("cart/package.json:1", "package npm:stripe")]


def test_configuration_and_library_are_one_dependency(tmp_path):
    text = "services:\n  cart: {build: ./cart, environment: {STRIPE_URL: https://api.stripe.com}}\n"
    found = inventory(tmp_path, {"compose.yaml": text, "cart/package.json": npm("stripe")})
    (one,) = [d for d in found.dependencies if d.dependency == "vendor:stripe"]
    assert (one.basis, one.strength) == ("declared", "hard")
    assert [e.locator for e in one.evidence] == ["compose.yaml:2", "cart/package.json:1"]


@pytest.mark.parametrize(
    "package",
    ["redis", "ioredis", "pg", "mysql2", "mongodb", "mongoose", "kafkajs", "@elastic/elasticsearch", "amqplib", "@sentry/node",
     "unleash-client", "@supabase/supabase-js", "@temporalio/client", "node-vault", "posthog-node", "flagsmith-nodejs", "express"],
)  # fmt: skip
def test_clients_of_what_one_may_host_oneself_name_nobody(tmp_path, package):
    found = inventory(tmp_path, {"compose.yaml": compose(cart="./cart"), "cart/package.json": npm(package)})
    assert {c.kind for c in found.components} == {"service"}
    assert doubts(found) == []


def test_an_optional_package_is_softly_needed(tmp_path):
    text = npm(optionalDependencies={"stripe": "1"})
    found = inventory(tmp_path, {"compose.yaml": compose(cart="./cart"), "cart/package.json": text})
    assert needs(found, "cart") == ["stripe soft runtime"]


def test_an_image_holds_what_lies_below_its_dockerfile_up_to_the_next(tmp_path):
    files = {
        "compose.yaml": compose(cart="./cart", pay="./cart/pay"),
        "cart/Dockerfile": "FROM x", "cart/pay/Dockerfile": "FROM x", "cart/job/Dockerfile": "FROM x",
        "cart/ui/package.json": npm("algoliasearch"), "cart/pay/api/package.json": npm("stripe"), "cart/job/package.json": npm("ably"),
        "cart/tests/package.json": npm("twilio"), "package.json": npm("okta", "auth0"),
    }  # fmt: skip
    found = inventory(tmp_path, files)
    assert needs(found, "cart") == ["algolia hard runtime"]
    assert needs(found, "pay") == ["stripe hard runtime"]
    # an image that no workload runs, and a manifest above all builds
    assert doubts(found) == [(".", "npm:auth0", None, None), ("cart/job", "npm:ably", None, None)]


def test_an_image_of_the_whole_repository_holds_all_of_it(tmp_path):
    files = {
        "compose.yaml": compose(app="."), "Dockerfile": "FROM x", "package.json": npm("left-pad", workspaces=["apps/*"]),
        "apps/web/package.json": npm("stripe"), "apps/web/e2e/package.json": npm("twilio"),
    }  # fmt: skip
    assert needs(inventory(tmp_path, files), "app") == ["stripe hard runtime"]


def test_several_workloads_of_one_folder_are_a_gap(tmp_path):
    two = deployment("cart") + deployment("cart", namespace="b")
    found = inventory(tmp_path, {"cart/k8s/all.yaml": two, "cart/package.json": npm("stripe")})
    assert needs(found, "cart") == []
    (gap,) = [gap for gap in found.gaps if gap.scope == "cart"]
    assert gap.reason.startswith("manifests in a folder of several workloads name vendor:stripe: any of k8s:")
    assert gap.candidates == ("k8s:shop/b/Deployment/cart", "k8s:shop/default/Deployment/cart")


def test_a_library_of_the_tree_is_part_of_who_asks_for_it(tmp_path):
    files = {
        "compose.yaml": compose(cart="./cart", web="./web"),
        "cart/package.json": npm("@shop/pay"), "web/package.json": npm("left-pad"),
        "libs/pay/package.json": npm("@shop/core", name="@shop/pay"),
        "libs/core/package.json": npm("stripe", "@shop/pay", name="@shop/core"),
        "libs/old/package.json": npm("twilio", name="@shop/old"),
    }  # fmt: skip
    found = inventory(tmp_path, files)
    assert needs(found, "cart") == ["stripe hard runtime"]
    assert needs(found, "web") == []
    assert doubts(found) == [("libs/old", "npm:twilio", None, None)]
    (stripe,) = [d for d in found.dependencies if d.dependency == "vendor:stripe"]
    assert stripe.evidence[0].locator == "libs/core/package.json:1"


@pytest.mark.parametrize(
    ("own", "library"),
    [
        (("go.mod", "module a\nrequire example.com/lib v0\nreplace example.com/lib => ../lib\n"),
         ("go.mod", "module example.com/lib\nrequire github.com/stripe/stripe-go/v76 v76.0.0\n")),
        (("Cargo.toml", "[dependencies]\nlib = {path = '../lib'}\n"),
         ("Cargo.toml", "[package]\nname = 'lib'\n[dependencies]\nasync-stripe = '1'\n")),
        (("a.csproj", "<Project><ProjectReference Include='..\\lib\\lib.csproj'/></Project>"),
         ("lib.csproj", "<Project><PackageReference Include='Stripe.net'/></Project>")),
        (("pom.xml", "<project><groupId>a</groupId><artifactId>b</artifactId><dependencies><dependency><groupId>a</groupId>"
          "<artifactId>lib</artifactId></dependency></dependencies></project>"),
         ("pom.xml", "<project><groupId>a</groupId><artifactId>lib</artifactId><dependencies><dependency><groupId>com.stripe</groupId>"
          "<artifactId>stripe-java</artifactId></dependency></dependencies></project>")),
        (("build.gradle", "dependencies { implementation(project(':lib')) }"),
         ("build.gradle.kts", 'dependencies { implementation("com.stripe:stripe-java:1") }')),
        (("pyproject.toml", "[tool.poetry.dependencies]\nlib = {path = '../lib'}\n"),
         ("pyproject.toml", "[project]\nname = 'lib'\ndependencies = ['stripe']\n")),
    ],
    ids=["go", "cargo", "csproj", "maven", "gradle", "python"],
)  # fmt: skip
def test_libraries_of_the_tree_in_each_language(tmp_path, own, library):
    files = {
        "compose.yaml": compose(cart="./cart"),
        f"cart/{own[0]}": own[1],
        f"lib/{library[0]}": library[1],
        "settings.gradle": "",
    }
    found = inventory(tmp_path, files)
    assert needs(found, "cart") == ["stripe hard runtime"]
    assert doubts(found) == []


TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/carts"


@pytest.mark.parametrize(
    ("packages", "setting", "gaps"),
    [
        (["@aws-sdk/client-dynamodb"], "", [("npm:@aws-sdk/client-dynamodb", "aws", "database")]),
        (["@aws-sdk/client-dynamodb", "@aws-sdk/lib-dynamodb"], "", [(None, "aws", "database")]),
        (["@aws-sdk/client-dynamodb"], TABLE, []),
        (["@aws-sdk/client-s3"], TABLE, [("npm:@aws-sdk/client-s3", "aws", "bucket")]),
        (["aws-sdk"], "", [("npm:aws-sdk", "aws", None)]),
        (["aws-sdk"], TABLE, []),
        (["aws-sdk", "@aws-sdk/client-s3"], "", [("npm:@aws-sdk/client-s3", "aws", "bucket")]),
        (["@google-cloud/pubsub"], TABLE, [("npm:@google-cloud/pubsub", "gcp", None)]),
        (["@azure/storage-blob"], "", [("npm:@azure/storage-blob", "azure", None)]),
        (["@aws-sdk/client-cloudwatch", "@aws-sdk/client-sts", "@google-cloud/profiler", "@aws-sdk/client-ses", "@azure/identity"], "", []),
    ],
)  # fmt: skip
def test_a_clouds_library_is_a_doubt_where_nothing_tells_what_it_calls(tmp_path, packages, setting, gaps):
    text = f"services:\n  cart: {{build: ./cart, environment: {{TABLE_ARN: '{setting}'}}}}\n"
    found = inventory(tmp_path, {"compose.yaml": text, "cart/package.json": npm(*packages)})
    assert [(what, provider, kind) for _, what, provider, kind in doubts(found)] == gaps
    assert {component for component, *_ in doubts(found)} <= {"compose:shop/cart"}


def test_a_clouds_library_of_no_workload_is_not_told(tmp_path):
    found = inventory(
        tmp_path, {"compose.yaml": compose(cart="./cart"), "tool/package.json": npm("@aws-sdk/client-s3")}
    )
    assert doubts(found) == []


def test_a_clouds_library_of_several_workloads_is_one_doubt(tmp_path):
    two = deployment("cart") + deployment("cart", namespace="b")
    found = inventory(tmp_path, {"cart/k8s/all.yaml": two, "cart/package.json": npm("@aws-sdk/client-s3")})
    assert doubts(found) == [("cart", "npm:@aws-sdk/client-s3", "aws", "bucket")]
    assert [len(gap.candidates) for gap in found.gaps if gap.provider == "aws"] == [2]


def test_manifests_alone_are_nothing_to_scan(tmp_path):
    with pytest.raises(InputError, match="nothing to scan"):
        scan([written(tmp_path, {"package.json": npm("stripe")})])


def test_packages_of_an_index_with_a_password_do_not_tell_it(tmp_path):
    text = "--extra-index-url https://u:planted-secret@x.example.com\nstripe @ https://u:planted-secret@x.example.com/a.whl\n"
    files = {"compose.yaml": compose(cart="./cart"), "cart/requirements.txt": text, "old/requirements.txt": text}
    result = scan([written(tmp_path, files)])
    assert "planted-secret" not in repr(result)
    assert needs(assemble(result.facts, result.coverage, result.roots), "cart") == ["stripe hard runtime"]


def test_a_folder_is_that_of_the_workload_whose_image_bears_its_name(tmp_path):
    files = {
        "k8s.yaml": deployment("pay-v1").replace("/pay-v1:1", "/acme/payment:1"),
        "src/payment/Dockerfile": "FROM x\n",
    }
    found = inventory(tmp_path, {**files, "src/payment/package.json": npm("stripe")})
    (need,) = [one for one in found.dependencies if one.dependency == "vendor:stripe"]
    assert need.dependent == "k8s:shop/default/Deployment/pay-v1"
    workload = next(one for one in found.components if one.id == need.dependent)
    assert [one.basis for one in workload.evidence if "src/payment" in (one.note or "")] == ["inferred"]


@pytest.mark.parametrize(
    ("manifest", "folders"),
    [
        (deployment("payment"), ("a/payment", "b/payment")),
        (deployment("payment", namespace="a") + deployment("payment", namespace="b"), ("src/payment",)),
        (deployment("payment").replace("registry.example.com/payment", "payment"), ("src/payment",)),
        (deployment("redis").replace("registry.example.com/redis", "bitnami/redis"), ("src/redis",)),
    ],
    ids=["two folders", "two workloads", "an image of Docker's library", "a well-known image"],
)
def test_a_folder_of_which_nothing_tells_whose_it_is_stays_a_gap(tmp_path, manifest, folders):
    manifests = {f"{folder}/package.json": npm("stripe") for folder in folders}
    found = inventory(tmp_path, {"k8s.yaml": manifest, **manifests})
    assert not [one for one in found.dependencies if one.dependency == "vendor:stripe"]
    (gap,) = [
        gap for gap in found.gaps if gap.reference in ("npm:stripe", "vendor:stripe") and gap.hides == "dependency"
    ]
    assert [one.locator for one in gap.evidence] == [f"{folder}/package.json:1" for folder in folders]
    assert gap.candidates == tuple(one.id for one in found.components if one.kind == "service")


@pytest.mark.parametrize(
    ("variable", "vendors"),
    [("OPENAI_BASE_URL: 'http://llm:8000/v1'", []), ("OPENAI_BASE_URL: 'https://api.openai.com/v1'", ["vendor:openai"]), ("LOG: x", ["vendor:openai"])],
)  # fmt: skip
def test_a_library_that_a_setting_leads_to_another_host_is_no_vendors(tmp_path, variable, vendors):
    text = f"services:\n  svc: {{build: ./svc, environment: {{{variable}}}}}\n  llm: {{image: example/llm}}\n"
    found = inventory(tmp_path, {"compose.yaml": text, "svc/requirements.txt": "openai\n"})
    assert sorted({one.dependency for one in found.dependencies if one.dependency == "vendor:openai"}) == vendors
