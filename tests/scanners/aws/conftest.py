"""One provider for all tests of this folder, and the shop in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clouds import Cloud
from estates import shop


@pytest.fixture(scope="session")
def provider() -> Iterator[Cloud]:
    """A provider without anything in it."""
    with Cloud() as cloud:
        yield cloud


@pytest.fixture(scope="module")
def built(provider: Cloud) -> Cloud:
    """The provider with the shop in it."""
    # Built twice: parts of the provider draw made-up names when they are first used, and later ones would differ.
    for _ in range(2):
        provider.begin()
        shop(provider)
    return provider


@pytest.fixture
def cloud(built: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The shop, no faults, nothing asked yet; this process goes there and nowhere else."""
    for name, value in built.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    built.rules, built.asked, built.latency = [], [], 0.0
    yield built
    built.rules, built.latency = [], 0.0
