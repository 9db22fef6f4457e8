"""Answers for a terminal: one file a result, each entered under the name of the result's class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blastradius.registry import Registry
from blastradius.reports.view import View

#: Each takes a result and a view and returns lines; typed loosely, since each takes its own result.
pages: Registry[Callable[[Any, View], list[str]]] = Registry("text report")
