"""Errors that a user can mend, each with the exit code that the command line documents."""

from __future__ import annotations


class BlastradiusError(Exception):
    """Something a user can mend: one line that says what, where and what to do.

    Attributes:
        exit_code: what the process ends with.
    """

    exit_code = 2


class UsageError(BlastradiusError):
    """The request or the user's own file is wrong: an unknown key, a selector that matches nothing."""

    exit_code = 2


class NoMatchError(UsageError):
    """A selector matches nothing of what was read."""


class InputError(BlastradiusError):
    """An input could not be read: no such file, broken YAML, nothing to scan."""

    exit_code = 3


class IncompleteError(BlastradiusError):
    """The answer is incomplete where completeness was asked for."""

    exit_code = 4
