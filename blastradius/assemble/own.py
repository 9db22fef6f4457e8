"""Settings by whose name a program may be told its own address: whether they name that, or something that it calls.

`WEBHOOK_URL` is where a program is called back, or what it calls. The name tells neither. A vendor that takes calls, a
scanned service or a store is something else and needed; what leads back to the program is its own address; of any other
way in nothing tells, and that is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from blastradius.catalog import parse_address
from blastradius.model import Component

MAY_BE_OWN = "may be its own address, a page for people or something that it calls, and nothing scanned tells which"
#: Kinds by which users come in, and those of which nobody knows what they are.
_DOORS = frozenset({"dns", "cdn", "gateway", "load-balancer", "external", "platform"})
#: Categories of vendors at whose hosts programs of others are found.
_HOSTS = frozenset(
    {"hosting", "edge", "cloud", "backend", "dns", "storage", "cms", "commerce", "code-hosting", "realtime"}
)
_FAR = 5_000


def is_door(component: Component) -> bool:
    """Whether something may be a way in to a program rather than something that it calls."""
    return component.kind in _DOORS or (component.kind == "vendor" and component.attributes.get("category") in _HOSTS)


class Doors:
    """Where ways in lead.

    Args:
        components: by id.
        needs: dependents with what they need.
    """

    def __init__(self, components: Mapping[str, Component], needs: Iterable[tuple[str, str]]) -> None:
        self._behind: dict[str, list[str]] = defaultdict(list)
        for dependent, dependency in needs:
            self._behind[dependent].append(dependency)
        self._by_host: dict[str, list[str]] = defaultdict(list)
        for id, one in components.items():
            if host := one.attributes.get("host"):
                self._by_host[host].append(id)

    def leads(self, door: str, text: str, to: str) -> bool:
        """Whether a way in leads to something, by what it needs and what those need that serve the host by which it is told."""
        address = parse_address(text)
        seen = {door, *self._by_host.get(address.host if address else text, ())}
        waiting = sorted(seen)
        while waiting and len(seen) < _FAR:
            for one in self._behind.get(waiting.pop(), ()):
                if one == to:
                    return True
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)
        return False
