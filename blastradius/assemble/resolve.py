"""Resolving: each text by which something is referred to is looked up once: identity, alias, catalog, else unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from blastradius.catalog import Address, Catalog, Recognised, component_for_id, has_variable, parse_address
from blastradius.model import PLACES, Component, Kind, Reference, Role

_ABOVE = PLACES | {"platform", "control-plane", "vendor", "pipeline"}


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference means.

    Attributes:
        id: of the component; empty where it is not certain which.
        several: ids among which nothing tells, where there are several.
        host: of an address that nobody knows; `id` is set once all such hosts are known.
        within: the scope in which such a host means something; empty for a public one.
        itself: the address is the dependent's own.
        problem: why it means nothing, in words.
        port: in the text, if any.
    """

    id: str = ""
    several: tuple[str, ...] = ()
    host: str = ""
    within: str = ""
    itself: bool = False
    problem: str = ""
    port: int | None = None


@dataclass
class Names:
    """Identities and aliases of all components.

    Attributes:
        identities: ids by text.
        aliases: by text, then by scope: ids.
        kinds: by id.
        names: ids by kind and name.
        named: by name, then by scope: ids.
    """

    identities: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    aliases: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    named: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    kinds: dict[str, Kind] = field(default_factory=dict)
    names: dict[tuple[Kind, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, components: Iterable[Component], renamed: dict[str, str]) -> Names:
        """Index components; ids from before merging mean what they became."""
        names = cls()
        for component in components:
            names.kinds[component.id] = component.kind
            names.names[component.kind, component.name].add(component.id)
            for text in (component.id, *component.identities):
                names.identities[text].add(component.id)
            names.named[component.name][component.scope or ""].add(component.id)
            for text in component.aliases:
                names.aliases[text][component.scope or ""].add(component.id)
        for old, new in renamed.items():
            names.identities[old].add(new)
        return names

    def nearest(self, text: str, scope: str, kind: Kind | None) -> set[str]:
        """Ids of those that bear an alias in the innermost scope around the reader where anybody does."""
        scopes = self.aliases.get(text)
        if not scopes:
            return set()
        for around in _around(scope):
            found = self.of_kind(scopes.get(around, set()), kind)
            if found:
                return found
        return set()

    def anywhere(self, text: str, reader: str, kind: Kind | None) -> set[str]:
        """Ids of all that bear a name or alias in whatever scope but the reader's source: its own it names exactly.

        Places and vendors bear a name by chance.
        """
        own = f"{reader.partition(':')[0]}:"
        bearers = (*self.named.get(text, {}).items(), *self.aliases.get(text, {}).items())
        found = {id for scope, ids in bearers if not scope.startswith(own) for id in ids}
        return self.of_kind({id for id in found if self.kinds[id] not in _ABOVE}, kind)

    def exact(self, text: str, kind: Kind | None) -> set[str]:
        """Ids of those whose identity a text is."""
        return self.of_kind(self.identities.get(text, set()), kind)

    def of_kind(self, ids: set[str], kind: Kind | None) -> set[str]:
        """Those of a kind; all where none is asked for, or where a store of any sort will do."""
        return {id for id in ids if self.kinds[id] == kind} if kind else ids


def _around(scope: str) -> list[str]:
    """A scope and those around it, the innermost first: `k8s:root/ns`, `k8s:root`, everywhere."""
    parts = scope.split("/") if scope else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


class Resolver:
    """Looks up references, each distinct one once.

    Args:
        names: of all components.
        catalog: asked for what nobody scanned.
    """

    def __init__(self, names: Names, catalog: Catalog) -> None:
        self._names = names
        self._catalog = catalog
        self._seen: dict[tuple[tuple[str, ...], str, Role, Kind | None, bool], Target] = {}
        self.recognised: dict[str, Component] = {}

    def resolve(self, reference: Reference) -> Target:
        """What a reference means."""
        key = (reference.texts, reference.scope, reference.role, reference.kind, reference.anywhere)
        target = self._seen.get(key)
        if target is None:
            target = self._seen[key] = self._resolve(reference)
        return target

    def scanned(self, reference: Reference) -> set[str]:
        """Ids of the scanned components that a text may mean, by identity or else by alias; none where nobody bears it."""
        addresses = _addresses(reference)
        return self._scanned(reference, addresses)

    def _resolve(self, reference: Reference) -> Target:
        addresses = _addresses(reference)
        port = next((one.port for one in reversed(addresses) if one and one.port), None)
        found = self._scanned(reference, addresses)
        if found:
            return _one(found, port)
        for text in reference.texts:
            known = self._by_catalog(text, reference)
            if known:
                return Target(id=known, port=port)
        return _unknown(reference, addresses, port)

    def _scanned(self, reference: Reference, addresses: list[Address | None]) -> set[str]:
        if reference.role != "package":
            for text, address in zip(reference.texts, addresses, strict=True):
                found = self._by_identity(text, address, reference)
                if found:
                    return found
        if reference.role not in ("image", "package"):
            for text, address in zip(reference.texts, addresses, strict=True):
                found = self._by_alias(text, address, reference)
                if found:
                    return found
        for text in reference.texts if reference.anywhere else ():
            found = self._names.anywhere(text, reference.scope, reference.kind)
            if found:
                return found
        return self._by_name(reference)

    def _by_name(self, reference: Reference) -> set[str]:
        """Those of the kind asked for that bear a name, for a reader outside of all scopes: a pipeline names a cluster."""
        if reference.kind is None or reference.scope or reference.role != "resource":
            return set()
        return {id for text in reference.texts for id in self._names.names.get((reference.kind, text), ())}

    def _by_identity(self, text: str, address: Address | None, reference: Reference) -> set[str]:
        for form in (text, *_forms(address)):
            found = self._names.exact(form, reference.kind)
            if found:
                return found
        return set()

    def _by_alias(self, text: str, address: Address | None, reference: Reference) -> set[str]:
        for form in (text, address.host if address else ""):
            found = self._names.nearest(form, reference.scope, reference.kind) if form else set()
            if found:
                return found
        return set()

    def _by_catalog(self, text: str, reference: Reference) -> str:
        component = component_for_id(text) if reference.role in ("any", "resource") else None
        if component is not None:
            self.recognised.setdefault(component.id, component)
            return component.id
        known = self._catalog.recognise(text, reference.role)
        return self._known(known) if known else ""

    def _known(self, known: Recognised) -> str:
        """The id of what the catalog recognised; that of a scanned component where one bears its identity."""
        for component in known.components:
            if component.id != known.id:
                self.recognised.setdefault(component.id, component)
                continue
            for text in (component.id, *component.identities):
                same = self._names.identities.get(text, set())
                if len(same) == 1:
                    return next(iter(same))
            self.recognised[component.id] = _wider(self.recognised.get(component.id), component)
        return known.id


def _wider(seen: Component | None, component: Component) -> Component:
    """The same component with the identities of both spellings and the region that either tells."""
    if seen is None or seen == component:
        return component
    identities = tuple(sorted({*seen.identities, *component.identities}))
    regions = sorted(one.region for one in (seen, component) if one.region)
    evidence = tuple(sorted({*seen.evidence, *component.evidence}, key=lambda one: one.locator))
    first, second = sorted((seen, component), key=lambda one: one.model_dump_json())
    update = {"identities": identities, "region": regions[0] if regions else None, "evidence": evidence}
    return first.model_copy(update={**update, "account": first.account or second.account})


def _addresses(reference: Reference) -> list[Address | None]:
    """The texts of a reference as addresses, where its role lets them be some."""
    plain = reference.role in ("address", "any")
    return [parse_address(text) if plain else None for text in reference.texts]


def _forms(address: Address | None) -> tuple[str, ...]:
    """Spellings of an address that an identity may have, the most exact first."""
    if address is None:
        return ()
    forms = [f"{address.host}/{address.path}"] if address.path else []
    if address.port:
        forms.append(f"{address.host}:{address.port}")
    return (*forms, address.host)


def _one(found: set[str], port: int | None) -> Target:
    if len(found) == 1:
        return Target(id=next(iter(found)), port=port)
    return Target(several=tuple(sorted(found)), port=port)


def _unknown(reference: Reference, addresses: list[Address | None], port: int | None) -> Target:
    """An address that nobody knows, or a text that is none."""
    text = reference.texts[-1]
    if any(has_variable(one) for one in reference.texts):
        return Target(problem="holds a variable that nothing here fills in")
    address = addresses[-1]
    if reference.role == "image":
        return _unknown_registry(text)
    if address is None or reference.role not in ("address", "any"):
        return Target(problem="names nothing that was scanned and nothing that the catalog knows")
    if reference.role == "any" and "." not in address.host and not (address.scheme or address.port):
        return Target(problem="names nothing that was scanned, and is no address either")
    if address.loopback:
        return Target(itself=True)
    return Target(host=address.host, within=_within(address, reference.scope), port=port)


def _unknown_registry(text: str) -> Target:
    from blastradius.catalog import parse_image

    image = parse_image(text)
    address = parse_address(image.registry) if image else None
    if address is None or address.loopback:
        return Target(problem="is an image of which nothing tells where it is pulled from")
    return Target(host=address.host, port=address.port)


def _within(address: Address, scope: str) -> str:
    """The scope in which an unknown host means something: a bare name there, a private one in its root, a public one anywhere."""
    if "." not in address.host and ":" not in address.host:
        return scope
    return scope.split("/")[0] if address.private else ""
