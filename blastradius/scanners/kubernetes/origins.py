"""Where a value of a rendered object was written: in a patch or a generator of its kustomization."""

from __future__ import annotations

from dataclasses import replace

from blastradius.scanners.kubernetes.objects import RENDERED, Object, traced
from blastradius.scanners.settings import Alternatives, Found, Setting

_MAX = 500


def located(pod: Object, setting: Setting, found: Found) -> Setting:
    """A setting with the line of the source file that literally holds its value, or else the host found in it.

    Args:
        pod: the rendered workload.
        setting: of one of its containers or files.
        found: what was found in it.
    """
    first = setting.evidence[0]
    if not pod.origins or not (first.note or "").startswith(RENDERED):
        return setting
    value = setting.value.strip()
    if isinstance(found, Alternatives):
        word = found.hosts[0]
    else:
        word = getattr(found, "host", "") or getattr(found, "text", "")
    texts = ("" if "\n" in value or len(value) > _MAX else value, word)
    where = traced(pod.origins, setting.name, texts)
    if where is None:
        return setting
    return replace(setting, evidence=(first.model_copy(update={"locator": where}), *setting.evidence[1:]))
