"""What pyproject.toml cannot say: the inventories of real outages ship inside the package."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[*find_namespace_packages(include=["blastradius", "blastradius.*"]), "blastradius._inventories"],
    package_dir={"blastradius._inventories": "inventories"},
)
