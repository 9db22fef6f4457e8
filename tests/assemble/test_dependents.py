import pytest
from telling import need, needed, needs, seen, thing, told

from blastradius.model import NeededByFact, Reference

PIPELINE = thing("pipeline:root/ci.yml", scanner="pipelines", kind="pipeline", name="ci")


def changed_by(text, role, **fields):
    return NeededByFact(
        dependents=Reference(texts=(text,), role=role), dependency=PIPELINE.id, via="job deploy", phase="deploy",
        evidence=seen(".github/workflows/ci.yml:9", "pipelines"), **fields,
    )  # fmt: skip


def deployed(here):
    return {one.dependent for one in here.dependencies if one.dependency == PIPELINE.id and one.phase == "deploy"}


def test_all_that_run_an_image_need_what_builds_it_whatever_the_tag():
    here = told(
        PIPELINE, thing("a"), thing("b"), thing("c"),
        needs("a", "ghcr.io/acme/shop:v1", role="image"), needs("b", "ghcr.io/acme/shop@sha256:0", role="image"),
        needs("c", "ghcr.io/acme/other:v1", role="image"),
        changed_by("ghcr.io/acme/shop:latest", "image"),
    )  # fmt: skip
    assert deployed(here) == {"a", "b"}
    assert need(here, "a", PIPELINE.id).strength == "hard"


def test_a_path_means_what_is_declared_below_it_or_built_there():
    def at(id, path, *aliases):
        return thing(id, *aliases).model_copy(update={"evidence": seen(f"{path}:3")})

    here = told(
        PIPELINE, at("a", "deploy/prod/a.yaml"), at("b", "deploy/production.yaml"), at("c", "src/c.yaml", "folder:deploy/prod"),
        at("d", "deploy/prod"), changed_by("deploy/prod", "path"),
    )  # fmt: skip
    assert deployed(here) == {"a", "c", "d"}


def test_the_top_is_a_path_too():
    assert deployed(told(PIPELINE, thing("a"), changed_by(".", "path"))) == {"a"}


def test_a_name_that_several_bear_is_a_gap_and_no_need():
    here = told(PIPELINE, thing("x/a", "shop"), thing("y/a", "shop"), changed_by("shop", "any"))
    assert not deployed(here)
    assert any("may be any of x/a, y/a" in gap.reason for gap in here.gaps)
    assert deployed(told(PIPELINE, thing("x/a", "shop"), changed_by("shop", "any"))) == {"x/a"}


def test_what_nobody_described_is_nobody():
    here = told(PIPELINE, thing("a"), changed_by("nobody", "any"), changed_by("acme/none", "image"))
    assert not deployed(here)
    assert needed(here, "a") == set()


def test_a_pipeline_is_not_changed_by_itself():
    assert not deployed(told(PIPELINE, changed_by(".github", "path"), changed_by("pipelines", "path")))


def test_an_image_that_something_is_built_from_is_not_what_it_runs():
    here = told(
        PIPELINE, thing("a"), needs("a", "acme/base:1", role="image", phase="deploy"), changed_by("acme/base", "image")
    )
    assert not deployed(here)


def test_a_pipeline_that_uses_an_image_is_not_changed_by_who_publishes_it():
    other = thing("pipeline:root/other.yml", scanner="pipelines", kind="pipeline", name="other")
    here = told(
        PIPELINE, other, needs(other.id, "acme/a:1", role="image", phase="runtime"), changed_by("acme/a", "image")
    )
    assert not deployed(here)


def test_a_name_is_found_in_whatever_scope_and_of_the_kind_that_is_asked_for():
    reference = Reference(texts=("web",), role="any", kind="service")
    fact = changed_by("web", "any").model_copy(update={"dependents": reference})
    here = told(PIPELINE, thing("x/web", scope="x"), thing("y/web", scope="y", kind="gateway"), fact)
    assert deployed(here) == {"x/web"}


def test_a_workload_that_turned_out_to_be_a_store_is_found_by_its_name():
    reference = Reference(texts=("redis",), role="any", kind="service")
    fact = changed_by("redis", "any").model_copy(update={"dependents": reference})
    here = told(PIPELINE, thing("x/redis", scope="x"), needs("x/redis", "redis:7", role="image"), fact)
    assert deployed(here) == {"x/redis"}


def test_a_folder_that_is_built_means_what_is_built_there_and_not_what_is_declared_below():
    at = thing("b").model_copy(update={"evidence": seen("src/b.yaml:1")})
    here = told(PIPELINE, thing("a", "folder:src"), at, changed_by("folder:src", "path"))
    assert deployed(here) == {"a"}


def test_a_pipeline_finds_a_cluster_by_its_name_in_any_scope():
    cluster = thing("tf:x:c", kind="cluster", scope="tf:x").model_copy(update={"name": "prod"})
    here = told(PIPELINE, cluster, needs(PIPELINE.id, "prod", role="resource", kind="cluster"))
    assert needed(here, PIPELINE.id) == {"tf:x:c"}
    other = cluster.model_copy(update={"id": "tf:y:c", "scope": "tf:y"})
    two = told(PIPELINE, cluster, other, needs(PIPELINE.id, "prod", role="resource", kind="cluster"))
    assert needed(two, PIPELINE.id) == set()
    assert any("prod may be any of tf:x:c, tf:y:c" in gap.reason for gap in two.gaps)


def pipeline(name, **attributes):
    said = {"environments": "production", "triggers": "push", **attributes}
    return thing(f"pipeline:root/{name}.yml", kind="pipeline", attributes=said)


def does(name, text="deploy", role="path", via="kubectl apply"):
    return NeededByFact(
        dependents=Reference(texts=(text,), role=role), dependency=f"pipeline:root/{name}.yml", via=f"job {name}: {via}",
        strength="hard", phase="deploy", evidence=seen(f"{name}.yml:9", "pipelines"),
    )  # fmt: skip


HERE = thing("a").model_copy(update={"evidence": seen("deploy/a.yaml:3")})
TWO = ("pipeline:root/one.yml", "pipeline:root/two.yml")


def test_either_of_two_pipelines_that_do_the_same_in_one_environment_changes_it():
    here = told(HERE, pipeline("one"), pipeline("two", triggers="workflow_dispatch"), does("one"), does("two"))
    (group,) = here.redundancies
    assert (group.dependent, group.members, group.required, group.phase, group.basis) == (
        "a",
        TWO,
        1,
        "deploy",
        "inferred",
    )
    assert needed(here, "a") == set()


@pytest.mark.parametrize(
    "facts",
    [
        [pipeline("two", environments="staging"), does("two")],
        [pipeline("two", environments=""), does("two")],
        [pipeline("two", triggers="workflow_run"), does("two")],
        [pipeline("two"), does("two", via="helm upgrade")],
        [pipeline("two"), does("two"), does("two", "acme/a", "image")],
        [pipeline("two"), does("two"), needs("pipeline:root/two.yml", "aws:region/eu-west-1", role="resource")],
    ],
    ids=["stages", "a stage that is not stated", "a chain", "another program", "one builds too", "another region"],
)
def test_two_pipelines_that_differ_are_both_needed(facts):
    here = told(HERE, needs("a", "acme/a", role="image"), pipeline("one"), does("one"), *facts)
    assert not here.redundancies
    assert set(TWO) <= needed(here, "a")


def test_a_pipeline_that_takes_changes_back_is_no_alternative():
    back = thing("pipeline:root/back.yml", kind="pipeline", attributes={"environments": "production"})
    here = told(HERE, pipeline("one"), back.model_copy(update={"name": "Roll back"}), does("one"), does("back"))
    assert not here.redundancies
