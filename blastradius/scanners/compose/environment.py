"""What the variables of a service refer to, for the settings of its program that hold them."""

from __future__ import annotations

from collections.abc import Callable

from blastradius.scanners.addresses import Address
from blastradius.scanners.compose.model import Service
from blastradius.scanners.naming import words
from blastradius.scanners.settings import Alternatives, Setting, found_in
from blastradius.scanners.settings.told import open_text, unseen

Texts = tuple[tuple[str, ...], ...]
#: How names of variables begin by which proxies are told what to show a service as: nginx-proxy, acme-companion.
_SHOWN = (("virtual",), ("letsencrypt",))


def is_shown(setting: Setting) -> bool:
    """Whether a variable tells a proxy under which name to show the service: `VIRTUAL_HOST`."""
    return words(setting.name)[:1] in _SHOWN


def shown_as(service: Service) -> set[str]:
    """Names under which a proxy shows a service."""
    told = (one.value for one in service.settings if is_shown(one))
    return {host.strip().lower() for value in told for host in value.split(",")}


def told_by(
    service: Service, known: Callable[[str], bool], members: Callable[[str], list[tuple[str, ...]] | None]
) -> tuple[tuple[str, Texts], ...]:
    """Variables of a service, by name: the texts of what each refers to, as `EnvironmentFact` has them.

    Args:
        service: with its settings.
        known: whether a host is a service that this one sees.
        members: texts for each thing behind a host; None where it leads nowhere else.
    """
    passed = (name for name, part in service.parts("environment") if part.value is None)
    told: dict[str, Texts] = {name: ((open_text(name),),) for name in passed}
    for setting in service.settings:
        if not setting.via.startswith("env "):
            continue
        hosts: list[str] = []
        for one in found_in(setting, known):
            hosts += one.hosts if isinstance(one, Alternatives) else [one.host] if isinstance(one, Address) else []
        plain = setting.value.strip().lower()
        if not hosts and known(plain):
            hosts = [plain]
        texts = tuple(text for host in dict.fromkeys(hosts) for text in members(host) or ())
        told[setting.name] = texts if hosts else tuple(unseen(setting))
    return tuple(sorted(told.items()))
