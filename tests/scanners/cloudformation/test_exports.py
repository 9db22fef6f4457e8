"""Names of exports of which parts are not known."""

from __future__ import annotations

import subprocess
import sys

import pytest

from blastradius.scanners.cloudformation.places import alike


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("net-${Env}-vpc", "net-prod-vpc", True),
        ("net-prod-vpc", "net-${Env}-vpc", True),
        ("${A}-vpc", "${B}-vpc", True),
        ("${A}-vpc", "x-subnet", False),
        ("net-${A}", "net-", False),
        ("a-${A}-b-${B}-b", "a-1-b-2-b-3-b", True),
        ("a-${A}-b-${B}-c", "a-1-b-2-b", False),
        ("${A}${B}abc", "xyabc", True),
        ("${A}${B}abc", "xabc", False),
        ("${A}v", "xv", False),
        ("net", "net", False),
    ],
)
def test_names_with_unknown_parts_can_be_one(first, second, same):
    assert alike(first, second) is same


def test_a_name_of_many_unknown_parts_does_not_hang():
    program = (
        "from blastradius.scanners.cloudformation.places import alike\nassert not alike('${x}a' * 7 + 'b', 'a' * 499)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=20)  # a guard against hanging
