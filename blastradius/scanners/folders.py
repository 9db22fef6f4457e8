"""Which folder a manifest speaks for: the alias by which settings files find the workload they belong to."""

from __future__ import annotations

import posixpath

_DEPLOY = frozenset({
    "k8s", "kubernetes", "deploy", "deployment", "deployments", "manifests", "manifest", "base", "kustomize", "infra",
    "ops", "helm", "chart", "charts", "templates", "overlays", "production", "prod",
})  # fmt: skip


def folder_alias(path: str) -> str:
    """The alias of what is built from a folder of the tree; `.` is its top."""
    return f"folder:{path or '.'}"


def declared_in(path: str, name: str) -> str:
    """Alias of the folder that a manifest lies in, where that is named after the workload; else empty.

    A manifest beside other files is certain to speak for them only where folder and workload bear one name: a
    `redis.yaml` beside the settings of a program is not that program.

    Args:
        path: of the manifest.
        name: of the workload.
    """
    folder = posixpath.dirname(path)
    while posixpath.basename(folder).lower() in _DEPLOY:
        folder = posixpath.dirname(folder)
    return folder_alias(folder) if folder and posixpath.basename(folder) == name else ""


def folder_within(path: str, top: str) -> str:
    """The dependent of what is said in a folder for the program in it or around it, the nearest first.

    Args:
        path: folder of the tree; `.` is its top.
        top: the outermost folder that may be meant; `path` itself or one around it.

    Returns:
        `folder:<path>`, or `folder:<top>//<rest>` where they differ.
    """
    if path == top:
        return folder_alias(path)
    return f"{folder_alias(top)}//{path if top == '.' else path.removeprefix(f'{top}/')}"
