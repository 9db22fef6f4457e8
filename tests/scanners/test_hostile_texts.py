"""Texts made to keep a scanner busy: each is looked at in time that grows with its length alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from blastradius.scanners import addresses
from blastradius.scanners.settings import Setting, found_in
from blastradius.scanners.kubernetes.variables import expand, shell
unit = sys.argv[1]
for begin in ("", "a_url="):
    for end in ("!",):
        text = begin + (unit * (199_000 // len(unit))) + end
        list(addresses.urls(text))
        shell(text, {}), expand(text, {})
        for prose in (False, True):
            list(found_in(Setting("A_URL", text, "env", (), prose), lambda host: False))
"""
UNITS = (
    " ", "a", "1", "_", ".", ":", "/", "=", "@", "[", "'", ",", ";", "${", "${a:-", "a.", "a ", "a:", "a=", "a, ", "::",
    "- ", "://", "a://", "a://x@", "a://b,", "jdbc:oracle:thin:", "jdbc:oracle:thin:@", "@tcp(", "x@tcp(a)", "arn:aws:s3:::",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_repeated_text_does_not_hang(unit):
    subprocess.run([sys.executable, "-c", PROGRAM, unit], check=True, timeout=20)  # a guard against hanging
