"""Manifests that are programs, or rare: what is written out is read, the rest is said."""

from __future__ import annotations

import pytest
from scanning import scanned

from blastradius.model import DependencyFact, Gap

COMPOSE = {"compose.yaml": "services: {shop: {build: ./shop}}\n"}


def told(tmp_path, files):
    """Packages that are asked for, and what could not be read."""
    facts = scanned(tmp_path, {**COMPOSE, **files}).result.facts
    mine = [one for one in facts if one.evidence and one.evidence[0].scanner == "packages"]
    packages = {one.reference.texts[0] for one in mine if isinstance(one, DependencyFact)}
    return packages, sum(isinstance(one, Gap) for one in mine)


@pytest.mark.parametrize(
    ("name", "text", "packages", "gaps"),
    [
        ("setup.py", "from setuptools import setup\nsetup(name='a', install_requires=['stripe>=5'])\n", {"pip:stripe"}, 0),
        ("setup.py", "REQ = ['stripe']\nsetuptools.setup(install_requires=REQ + ['twilio'])\n", {"pip:stripe", "pip:twilio"}, 0),
        ("setup.py", "setup(install_requires=open('r.txt').read().split() + ['twilio'])\n", {"pip:twilio"}, 1),
        ("setup.py", "setup(name='a')\n", set(), 0),
        ("setup.py", "print 'a'\n", set(), 1),
        ("shop.gemspec", "s.add_dependency 'stripe', '~> 5'\n s.add_development_dependency 'twilio-ruby'\n", {"gem:stripe"}, 0),
        ("environment.yml", "dependencies:\n  - python=3.11\n  - boto3=1\n  - pip:\n    - stripe==5\n", {"pip:boto3", "pip:stripe"}, 0),
        ("build.sbt", 'libraryDependencies += "com.stripe" % "stripe-java" % "1"\n"com.x" %% "y" % "1" % Test\n', {"maven:com.stripe:stripe-java"}, 0),
        ("deno.json", '{"imports": {"stripe": "npm:stripe@12", "a": "./a.ts"}}', {"npm:stripe"}, 0),
        ("Gemfile", "source 'x'\ngemspec\n", set(), 1),
        ("build.gradle.kts", "dependencies {\n implementation(libs.stripe.java)\n}\n", set(), 1),
    ],
)  # fmt: skip
def test_what_is_written_out_is_read_and_the_rest_is_said(tmp_path, name, text, packages, gaps):
    assert told(tmp_path, {f"shop/{name}": text}) == (packages, gaps)


def test_a_gemspec_of_the_folder_is_what_its_gemfile_asks_for(tmp_path):
    files = {"shop/Gemfile": "gemspec\n", "shop/shop.gemspec": "s.add_dependency 'stripe'\n"}
    assert told(tmp_path, files) == ({"gem:stripe"}, 0)


@pytest.mark.parametrize("name", ["mix.exs", "pubspec.yaml"])
def test_manifests_of_packages_that_nobody_knows_are_counted(tmp_path, name):
    result = scanned(tmp_path, {**COMPOSE, f"shop/{name}": "a: b\n"}).result
    assert any(name in one.unmapped for one in result.coverage.scanners)
