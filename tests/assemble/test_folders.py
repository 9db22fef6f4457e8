import pytest
from telling import any_of, component, ids, needed, needs, seen, thing, told

from blastradius.hosts import turned
from blastradius.model import BuiltFromFact, Reference


def built(image, folder):
    return BuiltFromFact(
        image=Reference(texts=(image,), role="image"), folder=folder, evidence=seen("ci.yml:3", "pipelines")
    )


def test_what_runs_an_image_is_built_from_its_folder():
    here = told(
        thing("a"), needs("a", "ghcr.io/acme/a@sha256:0", role="image"), built("ghcr.io/acme/a:latest", "src/a"),
        needs("folder:src/a", "db.example.com"),
    )  # fmt: skip
    assert "external:db.example.com" in needed(here, "a")
    assert not [gap for gap in here.gaps if gap.scope == "src/a"]


def test_settings_of_a_folder_are_not_given_to_one_of_several():
    here = told(
        thing("a"), thing("b"), needs("a", "acme/a", role="image"), needs("b", "acme/a", role="image"), built("acme/a", "."),
        needs("folder:.", "db.example.com"), needs("folder:.", turned("org.npmjs.registry"), phase="deploy"),
    )  # fmt: skip
    # whoever is built there needs what building needs; a setting may be that of one
    assert needed(here, "a") == needed(here, "b") == {"vendor:docker-hub", "vendor:npm"}
    (gap,) = [one for one in here.gaps if one.scope == "."]
    assert gap.reason.startswith(
        "settings in a folder of several workloads name db.example.com: any of a, b may need it"
    )


def test_tags_of_one_repository_that_differ_in_words_are_several_images():
    here = told(
        thing("pay"), thing("ads"), needs("pay", "acme/shop:1-pay", role="image"), needs("ads", "acme/shop:1-ads", role="image"),
        built("acme/shop:1-pay", "src/pay"), built("acme/shop:1-ads", "src/ads"), needs("folder:src/pay", "db.example.com"),
    )  # fmt: skip
    assert needed(here, "pay") == {"vendor:docker-hub", "external:db.example.com"}
    assert needed(here, "ads") == {"vendor:docker-hub"}


@pytest.mark.parametrize(
    "pushed", ["acme/a:latest", "acme/a:0a1b2c3d", "acme/a", "acme/a:2.1.0-rc.1", "acme/a:hotfix-login"]
)
def test_tags_that_differ_in_their_version_are_one_image(pushed):
    here = told(
        thing("a"), needs("a", "acme/a:v1.2.3-alpine", role="image"), built(pushed, "src/a"), needs("folder:src/a", "db.example.com"),
    )  # fmt: skip
    assert "external:db.example.com" in needed(here, "a")


def test_building_has_a_gap_of_its_own():
    here = told(
        thing("a"), needs("folder:x", "db.example.com"), needs("folder:x", "acme/a", role="image", phase="deploy")
    )
    assert sorted(gap.reason.partition(",")[0] for gap in here.gaps if gap.scope == "x") == [
        "building what lies in x needs acme/a",
        "settings in folders that no scanned workload is known to be built from name db.example.com: state in "
        "blastradius.yaml who needs it",
    ]


def named(folder, *packages):
    return [needs(f"folder:{folder}", package, role="package", via=f"package {package}") for package in packages]


def doubts(here):
    """Who may need what, by gap."""
    return {gap.reference: gap.candidates for gap in here.gaps if gap.hides == "dependency" and gap.candidates}


def test_what_only_a_folder_of_nobody_names_may_be_needed_by_all_of_unknown_folder():
    here = told(
        thing("a"), thing("b", "folder:src/b"), thing("c"), needs("c", "redis:7", role="image"), thing("d", kind="database"),
        *named("src/b", "npm:left-pad"), *named("src/x", "npm:stripe", "npm:@sendgrid/mail"), *named("src/y", "npm:stripe"),
    )  # fmt: skip
    # b has its own manifest, c runs known software, d is no program; mail would only be missed
    assert doubts(here) == {"vendor:stripe": ("a",)}
    assert {"vendor:stripe", "vendor:sendgrid"} <= ids(here)
    assert needed(here, "a") == set()


def test_what_is_built_without_a_manifest_may_hold_packages_of_a_folder_around_it():
    here = told(
        thing("a", "folder:apps/a"), thing("b", "folder:apps/b"), needs("folder:apps/a", "x", phase="deploy"),
        needs("folder:apps/b", "x", phase="deploy"), *named("apps/b", "npm:left-pad"), *named(".", "npm:stripe"),
        *named("apps/c", "npm:auth0"),
    )  # fmt: skip
    assert doubts(here) == {"vendor:stripe": ("a",)}


def test_a_need_that_is_stated_is_no_doubt_for_that_one():
    here = told(thing("a"), thing("b"), needs("a", "api.stripe.com"), *named("x", "npm:stripe"))
    assert doubts(here) == {"vendor:stripe": ("b",)}


def test_settings_of_nobody_are_read_where_each_stands():
    here = told(
        thing("a", scope="k8s:r/one"), thing("b", scope="k8s:r/two"), thing("one", "db", scope="k8s:r/one"),
        needs("folder:x", "db:5432"),
    )  # fmt: skip
    assert doubts(here) == {"one": ("a",)}


@pytest.mark.parametrize("group", [any_of("folder:x", "one:1", "two:2")])
def test_alternatives_of_nobody_are_doubts_each(group):
    here = told(thing("a"), thing("s", "one", kind="cache"), thing("t", "two", kind="cache"), group)
    assert doubts(here) == {"s": ("a",), "t": ("a",)}


def test_a_folder_of_manifests_alone_is_not_what_it_is_built_from():
    declared = thing("pay", "folder:k8s/pay").model_copy(update={"evidence": seen("k8s/pay/app.yaml:1")})
    here = told(declared, needs("pay", "ghcr.io/acme/payment:1", role="image"), *named("src/payment", "npm:stripe"))
    assert "vendor:stripe" in needed(here, "pay")
    here = told(declared, *named("src/checkout", "npm:stripe"))
    assert doubts(here) == {"vendor:stripe": ("pay",)}
    assert component(here, "pay").kind == "service"


def test_a_clouds_library_of_nobody_leaves_each_in_doubt_that_is_not_seen_to_use_it():
    table = "arn:aws:dynamodb:eu-west-1:111122223333:table/carts"
    here = told(thing("a"), thing("b"), needs("a", table, role="resource"), *named("x", "npm:@aws-sdk/client-dynamodb"))
    (gap,) = [one for one in here.gaps if one.provider == "aws"]
    assert (gap.component, gap.candidates, gap.kind) == (None, ("b",), "database")
