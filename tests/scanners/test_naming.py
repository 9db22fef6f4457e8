"""Names of settings that tell a program what it is called itself, and those that tell it whom to call."""

from __future__ import annotations

import pytest

from blastradius.scanners.naming import is_called, is_own


@pytest.mark.parametrize(
    "name",
    [
        "BASE_URL", "APP_PUBLIC_URL", "FRONTEND_URL", "APP_URL", "WEB_APP_URL", "NEXT_PUBLIC_API_URL", "NEXT_PUBLIC_BASE_URL",
        "VITE_API_URL", "VITE_BACKEND_URL", "REACT_APP_API_BASE_URL", "REACT_APP_SITE_URL", "WEBHOOK_URL", "KC_HOSTNAME",
        "KC_HOSTNAME_ADMIN_URL", "GF_SERVER_ROOT_URL",
    ],
)  # fmt: skip
def test_what_a_system_is_called_itself(name):
    assert is_own(name)


@pytest.mark.parametrize(
    "name",
    [
        "FRONTEND_ADDR", "FRONTEND_HOST", "APP_HOST", "NEXT_PUBLIC_STRIPE_API_URL", "VITE_SENTRY_URL", "SLACK_WEBHOOK_URL",
        "KC_DB_URL", "STRIPE_BASE_URL", "API_URL", "BACKEND_URL", "REACT_URL", "INVITE_URL",
    ],
)  # fmt: skip
def test_what_others_are_called_by(name):
    assert is_called(name)
    assert not is_own(name)


def test_descriptions_of_interfaces_are_not_called():
    assert not is_called("SWAGGER_UI_URL")
    assert not is_called("API_SWAGGER_HOST")
