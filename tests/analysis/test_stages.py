"""Environments: each is a system of its own, and the answer for the whole is production's."""

import pytest

from blastradius.analysis.regions import regions
from blastradius.analysis.stages import is_production, stages
from blastradius.model import Component, Dependency, Inventory, Meta, Redundancy
from blastradius.reports import render


def system(*things, **more):
    """A service of each `(environment, region)`."""
    components = tuple(
        Component(
            id=f"{environment or 'shared'}/web/{region}",
            kind="service",
            name="web",
            provider="aws",
            region=region,
            environment=environment,
        )
        for environment, region in things
    )
    return Inventory(meta=Meta(assembled=True), components=components, **more)


def told(answer):
    return {one.name: (one.verdict, one.serving_regions) for one in answer.environments}


def test_a_stage_in_each_region_is_not_multi_region():
    answer = regions(system(("dev", "eu-west-1"), ("prod", "us-east-1")))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("us-east-1",))
    assert answer.reasons[0] == "the answer is that of prod, by its name the one that users meet"
    assert told(answer) == {"dev": ("single-region", ("eu-west-1",)), "prod": ("single-region", ("us-east-1",))}
    assert len(answer.components) == 2


def test_production_decides_where_it_is_known_by_name():
    answer = regions(system(("dev", "r1"), ("live", "r1"), ("live", "r2")))
    assert (answer.verdict, answer.serving_regions) == ("multi-region", ("r1", "r2"))


def test_without_production_all_that_agree_are_told_together():
    answer = regions(system(("blue", "r1"), ("green", "r2")))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("r1", "r2"))
    assert answer.reasons == (
        "blue: everything that serves runs in r1, such as web",
        "green: everything that serves runs in r2, such as web",
    )


def test_without_production_the_worst_counts_and_that_is_said():
    answer = regions(system(("blue", "r1"), ("green", "r1"), ("green", "r2")))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("r1",))
    assert (
        answer.reasons[0] == "environments differ, and none is known to be the one that users meet: the worst is blue"
    )


def test_one_environment_that_nobody_knows_leaves_the_others_known():
    answer = regions(system(("dev", None), ("prod", "r1")))
    assert (answer.verdict, answer.unplaced) == ("single-region", ())
    assert told(answer)["dev"] == ("unknown", ())


def test_one_environment_alone_is_the_whole():
    assert regions(system(("prod", "r1"), (None, "r1"))).environments == ()


def test_stages_that_differ_by_a_place_are_one_in_two_regions():
    answer = regions(system(("prod-eu", "eu-west-1"), ("prod-us", "us-east-1"), ("dev", "eu-west-1")))
    assert told(answer) == {
        "dev": ("single-region", ("eu-west-1",)),
        "prod": ("multi-region", ("eu-west-1", "us-east-1")),
    }
    assert answer.verdict == "multi-region"


def test_environments_that_are_places_are_none():
    assert stages(system(("eu", "eu-west-1"), ("us", "us-east-1"))) == {}


def test_what_is_in_no_environment_belongs_to_each():
    answer = regions(system(("dev", "r1"), ("prod", "r1"), (None, "r2")))
    assert told(answer) == {"dev": ("single-region", ("r1", "r2")), "prod": ("single-region", ("r1", "r2"))}


def test_needs_and_groups_reach_into_no_other_environment():
    inventory = system(("dev", "r1"), ("prod", "r2"), (None, "r1"))
    group = Redundancy(dependent="shared/web/r1", members=("dev/web/r1", "prod/web/r2"))
    need = Dependency(dependent="prod/web/r2", dependency="dev/web/r1")
    parts = stages(inventory.model_copy(update={"redundancies": (group,), "dependencies": (need,)}))
    assert parts["prod"].dependencies == ()
    assert parts["prod"].redundancies[0].members == ("prod/web/r2",)
    both = group.model_copy(update={"required": 2})
    assert stages(inventory.model_copy(update={"redundancies": (both,)}))["prod"].redundancies == ()


@pytest.mark.parametrize("name", ["prod", "Production", "eu-prod", "live", "prd"])
def test_names_of_production(name):
    assert is_production(name)


@pytest.mark.parametrize("name", ["non-prod", "pre-prod", "preprod", "nonprod", "product", "staging", "delivery"])
def test_names_of_something_else(name):
    assert not is_production(name)


def test_the_reports_name_each_environment():
    answer = regions(system(("dev", None), ("prod", "us-east-1"), ("prod", "eu-west-1")))
    text = render(answer, "text")
    glance = "multi-region in shape: no journey tells whether it outlives a region"
    assert (
        "By environment:\n  dev: unknown; nobody knows where 1 thing runs\n"
        f"  prod: {glance} (eu-west-1, us-east-1)\n" in text
    )
    assert f"| prod | {glance} | eu-west-1, us-east-1 |" in render(answer, "markdown")
