"""Which state a root keeps, and which one another reads."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

State = tuple[str, ...]
#: Settings of a backend that say which state it is; `terraform_remote_state` names it by the same.
_WHICH = {
    "s3": ("bucket", "key"), "gcs": ("bucket", "prefix"), "azurerm": ("storage_account_name", "container_name", "key"),
    "oss": ("bucket", "prefix", "key"), "cos": ("bucket", "prefix", "key"), "consul": ("path",), "http": ("address",),
    "pg": ("conn_str", "schema_name"), "kubernetes": ("secret_suffix", "namespace"),
}  # fmt: skip


def state_of(backend: Mapping[str, Any] | None, folder: str) -> State:
    """Which state a backend keeps: equal for two that are the same; empty where that is not known.

    Args:
        backend: its settings with its `type`; None for the one that Terraform takes then, a file beside the root.
        folder: of the root.
    """
    settings = dict(backend or {"type": "local"})
    kind = settings.get("type")
    if kind == "local":
        path = settings.get("path", "terraform.tfstate")
        return ("local", posixpath.normpath(posixpath.join(folder, path))) if isinstance(path, str) else ()
    if kind in ("remote", "cloud"):
        spaces = settings.get("workspaces")
        space = spaces[0] if isinstance(spaces, list) and spaces else spaces
        pieces = [settings.get("organization"), space.get("name") if isinstance(space, dict) else None]
        kind, optional = "remote", False
    elif isinstance(kind, str) and kind in _WHICH:
        pieces, optional = [settings.get(one) for one in _WHICH[kind]], True
    else:
        return ()
    texts = ["" if one is None and optional else one for one in pieces]
    return (str(kind), *map(str, texts)) if any(texts) and all(isinstance(one, str) for one in texts) else ()
