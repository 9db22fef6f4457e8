"""Names that survive: what a component is called in a fingerprint, and the fingerprint itself.

A name holds nothing of where a thing is written: no file, line, root, module, index of a plan. It is an identity that
the provider gave (an ARN, a host), else kind, physical name and scope: provider, region, zone, account, environment and
namespace. An environment counts where something states it, not where a folder is called so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from blastradius.model import FOREIGN, Component

#: Copies of one resource are counted in square brackets: numbers of a plan, which move when one is added before them.
_INDEX = re.compile(r"\[\d+\]")
_HOST = re.compile(r"[a-z0-9*_-]+(\.[a-z0-9_-]+)+")
_SEPARATOR = "\x1f"


def called(component: Component) -> str:
    """What a component is called, whatever file it is written in."""
    if component.kind in FOREIGN or component.id.startswith("arn:"):
        return component.id
    if component.identities:
        given = [text for text in component.identities if text.startswith("arn:") or _HOST.fullmatch(text)]
        if given:
            return min(given, key=lambda text: (not text.startswith("arn:"), text))
    places = (component.provider, component.region, component.zone, component.account)
    return _SEPARATOR.join((*map(_text, places), loosely(component)))


def loosely(component: Component) -> str:
    """The same without the place: what it was called before somebody said where it is, too."""
    if component.kind in FOREIGN:
        return component.id
    name = _INDEX.sub("", component.name)
    stage = "" if _by_its_path(component) else _text(component.environment)
    return _SEPARATOR.join((component.kind, name, _namespace(component.scope), stage))


def unnumbered(identifier: str) -> str:
    """An id without the numbers by which copies of one resource are counted: they move when one is added before."""
    return _INDEX.sub("", identifier)


def _by_its_path(component: Component) -> bool:
    """Whether its environment was read out of the name of a folder or file: who moves it changes nothing else."""
    word = f"environment {component.environment}: by the word in "
    return any(one.basis == "inferred" and (one.note or "").startswith(word) for one in component.evidence)


def _text(value: str | None) -> str:
    return value or ""


def _namespace(scope: str | None) -> str:
    """The namespace in a scope such as `k8s:<root>/<namespace>`; other scopes are folders."""
    return scope.rpartition("/")[2] if scope is not None and scope.startswith("k8s:") else ""


def fingerprint(parts: Iterable[str]) -> str:
    """Identity of a finding: a digest of its rule, journey, domain and ends."""
    return hashlib.sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
