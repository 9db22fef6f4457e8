"""Names of hosts."""

from __future__ import annotations


def turned(labels: str) -> str:
    """A host name from its labels, the last first: `com.example.www` is `www.example.com`.

    Hosts of package registries are written so in what is committed, and in the `turned` of catalog records.
    """
    return ".".join(reversed(labels.split(".")))
