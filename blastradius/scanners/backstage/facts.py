"""Facts of a Backstage catalog: what there is, and who says to need what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from blastradius.model import (
    Component,
    DependencyFact,
    Evidence,
    Fact,
    Gap,
    Mention,
    NeededByFact,
    RedundancyFact,
    Reference,
)
from blastradius.scanners.backstage.entities import DEFAULT_NAMESPACE, Entity, Key, mapping, parse, plain, text
from blastradius.scanners.backstage.kinds import PARTS, kind_of, normal
from blastradius.scanners.credentials import is_credential
from blastradius.scanners.naming import sense

_RUNS = ("component", "resource", "api")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}")
_SERVICE_ARN = "aws.amazon.com/amazon-ecs-service-arn"
_REASON = "the catalog says that each provides it, not which of them answers"
_STATE = "state the dependency in blastradius.yaml"
MAX_PARTS = 500


class Catalog:
    """All entities of what is scanned.

    Args:
        entities: by key.
        root: name of what is scanned.
    """

    def __init__(self, entities: dict[Key, Entity], root: str) -> None:
        self.entities = entities
        self.root = root
        self.unmapped: Counter[str] = Counter()
        self.providers: dict[Key, dict[Key, Evidence]] = {}
        for key, entity in entities.items():
            if key.kind == "component":
                for ref, evidence in entity.refs("providesApis"):
                    api = parse(ref, "api", key.namespace)
                    if api is not None:
                        self.providers.setdefault(api, {}).setdefault(key, evidence)

    def facts(self) -> Iterator[Fact]:
        """Facts in the order of keys."""
        for key in sorted(self.entities):
            entity = self.entities[key]
            if not self.runs(key):
                self._note(entity)
                continue
            yield self._mention(entity)
            if key.kind == "api":
                yield from self._provided(self.id(key), key)
            yield from self._needs(key, entity, self.id(key), set())
        yield from self._reversed()

    def id(self, key: Key) -> str:
        """Id of the component that an entity is."""
        return f"backstage:{self.root}/{key.namespace}/{key.kind}/{key.name}"

    def runs(self, key: Key) -> bool:
        """Whether an entity is there and may fail by itself."""
        entity = self.entities.get(key)
        return entity is not None and key.kind in _RUNS and not self._is_part(key, entity)

    def _is_part(self, key: Key, entity: Entity) -> bool:
        return key.kind == "component" and normal(entity.said("type")) in PARTS

    def _note(self, entity: Entity) -> None:
        if self._is_part(entity.key, entity):
            self.unmapped[f"Component of type {normal(entity.said('type'))} (does not run by itself)"] += 1

    def _mention(self, entity: Entity) -> Mention:
        """What a catalog names is often what a manifest describes; the catalog itself runs nothing."""
        namespace = plain(entity.annotation("backstage.io/kubernetes-namespace"))
        return Mention(component=self._component(entity), namespace=namespace or None)

    def _component(self, entity: Entity) -> Component:
        key, type_ = entity.key, plain(entity.said("type"))
        kind, known = kind_of(key.kind, type_)
        if not known:
            self.unmapped[f"{key.kind.title()} of type {type_[:60] or '(none)'} (taken for a {kind})"] += 1
        region = entity.annotation("aws.amazon.com/region")
        placed = _REGION.fullmatch(region) is not None
        arn = entity.annotation(_SERVICE_ARN)
        attributes = {"type": type_, "lifecycle": plain(entity.said("lifecycle")), "catalog_kind": key.kind}
        attributes["subcomponent_of"] = plain(entity.said("subcomponentOf"))
        aliases = {entity.name, plain(entity.annotation("backstage.io/kubernetes-id"))}
        return Component(
            id=self.id(key),
            kind=kind,
            name=entity.name,
            provider="aws" if placed else None,
            region=region if placed else None,
            scope=f"backstage:{self.root}/{key.namespace}",
            identities=(arn,) if re.fullmatch(r"arn:[\w:/.-]{10,500}", arn) and not is_credential(arn) else (),
            aliases=tuple(sorted(one for one in aliases if one)),
            tags=self._tags(entity),
            attributes={name: value[:200] for name, value in sorted(attributes.items()) if value},
            evidence=tuple(entity.evidence),
        )

    def _tags(self, entity: Entity) -> dict[str, str]:
        """What its owners say of it: tags and labels, lifecycle, owner, system, and the domain of that.

        Only what is a plain name is kept: people write addresses with passwords, and tokens, into any field.
        """
        listed = entity.metadata.get("tags")
        found = {plain(one): "true" for one in (listed if isinstance(listed, list) else []) if isinstance(one, str)}
        for name, value in mapping(entity.metadata.get("labels")).items():
            if isinstance(name, str) and sense(name) != "secret":
                found[plain(name)] = plain(text(value))
        found.pop("", None)
        found["lifecycle"] = plain(entity.said("lifecycle"))
        namespace = entity.key.namespace
        found["owner"] = _short(parse(plain(entity.said("owner")), "group", namespace), "group")
        system = parse(plain(entity.said("system")), "system", namespace)
        found["system"] = _short(system, "system")
        above = self.entities.get(system) if system else None
        domain = parse(plain(above.said("domain")), "domain", above.key.namespace) if above else None
        found["domain"] = _short(domain, "domain")
        return {name[:200]: value[:200] for name, value in sorted(found.items()) if value}

    def _needs(self, key: Key, entity: Entity, dependent: str, parts: set[Key]) -> Iterator[Fact]:
        """What an entity says to need, and what the libraries need that it is made of."""
        for ref, evidence in entity.refs("dependsOn"):
            target = self._target(ref, key.namespace)
            if target is None:
                yield self._outside(dependent, ref, key.namespace, evidence)
            elif self.runs(target):
                yield self._need(dependent, target, "dependsOn", evidence)
            elif target.kind == "component" and target not in parts and len(parts) < MAX_PARTS:
                parts.add(target)
                yield from self._needs(target, self.entities[target], dependent, parts)
            elif target.kind != "component":
                yield self._dangling(dependent, "dependsOn", ref, evidence, "is no single thing that runs")
        for ref, evidence in entity.refs("consumesApis") if key.kind == "component" else ():
            api = parse(ref, "api", key.namespace)
            if api is None or (api not in self.entities and api not in self.providers):
                yield self._dangling(dependent, "consumesApis", ref, evidence)
            elif api in self.entities:
                yield self._need(dependent, api, "consumesApis", evidence)
            else:
                yield from self._provided(dependent, api, evidence)

    def _target(self, ref: str, namespace: str) -> Key | None:
        """The entity that `dependsOn` names; one without a kind is whichever of that name is the only one."""
        key = parse(ref, "", namespace)
        if key is None or key.kind:
            return key if key in self.entities else None
        found = [Key(kind, key.namespace, key.name) for kind in _RUNS[:2]]
        found = [one for one in found if one in self.entities]
        return found[0] if len(found) == 1 else None

    def _outside(self, dependent: str, ref: str, namespace: str, evidence: Evidence) -> Fact:
        """What the catalog does not hold may be a workload that bears the name; `assemble` looks, and tells if not."""
        reference = self._named(ref, namespace)
        if reference is None:
            return self._dangling(dependent, "dependsOn", ref, evidence)
        return DependencyFact(dependent=dependent, reference=reference, via="dependsOn", evidence=(evidence,))

    def _named(self, ref: str, namespace: str) -> Reference | None:
        """What bears the name of an entity outside the catalog; None where the text is no name, or which entity is open."""
        key = parse(ref, "", namespace) if plain(ref) else None
        if key is None or key.kind not in ("", *_RUNS[:2]) or any(self._key(kind, key) for kind in _RUNS[:2]):
            return None
        written = ref.rpartition(":")[2].rpartition("/")[2]
        return Reference(
            texts=tuple(dict.fromkeys((written, key.name, ref))),
            scope=f"backstage:{self.root}/{key.namespace}",
            role="resource",
            anywhere=True,
        )

    def _key(self, kind: str, key: Key) -> bool:
        return Key(kind, key.namespace, key.name) in self.entities and key.kind in ("", kind)

    def _need(self, dependent: str, target: Key, via: str, evidence: Evidence) -> DependencyFact:
        return DependencyFact(dependent=dependent, reference=self._to(target), via=via, evidence=(evidence,))

    def _to(self, key: Key) -> Reference:
        return Reference(texts=(self.id(key),), scope=f"backstage:{self.root}/{key.namespace}", role="resource")

    def _provided(self, dependent: str, api: Key, consumed: Evidence | None = None) -> Iterator[Fact]:
        """Whom an API needs: the one component that provides it; any of several, with a gap."""
        found = {key: seen for key, seen in sorted(self.providers.get(api, {}).items()) if self.runs(key)}
        first = consumed or self.entities[api].evidence[0]
        if len(found) == 1:
            ((provider, evidence),) = found.items()
            yield self._need(dependent, provider, "providesApis", evidence)
        elif found:
            pieces = (*([consumed] if consumed else []), *found.values())
            yield RedundancyFact(
                dependent=dependent,
                members=tuple(self._to(key) for key in found),
                full=len(found),
                via="providesApis",
                reason=_REASON,
                evidence=pieces,
            )
            yield from self._doubts(dependent, api, list(found), pieces)
        else:
            yield self._gap(dependent, f"no component that was scanned provides {api}", str(api), (first,))

    def _doubts(self, dependent: str, api: Key, found: list[Key], evidence: tuple[Evidence, ...]) -> Iterator[Gap]:
        """Of several providers each may be the only one that answers some of the calls: with it, the API may fall."""
        named = ", ".join(str(key) for key in found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        if dependent != self.id(api):
            yield self._gap(dependent, f"{api} is provided by {named}: {_REASON}", str(api), evidence)
            return
        for key in found:
            reason = f"{api} is provided by {named}: {_REASON}; it may be {key} alone"
            gap = self._gap(dependent, reason, str(key), evidence)
            yield gap.model_copy(update={"same_as": self.id(key)})

    def _dangling(self, dependent: str, field: str, ref: str, evidence: Evidence, why: str = "") -> Gap:
        shown = plain(ref) or ("a variable" if "{" in ref else "a text that is no reference, and is not shown")
        return self._gap(dependent, f"{field}: {shown} {why or 'names no entity that was scanned'}", shown, (evidence,))

    def _gap(self, id: str, reason: str, shown: str, evidence: tuple[Evidence, ...]) -> Gap:
        return Gap(
            scope=id,
            reason=f"{reason}: {_STATE}",
            hides="dependency",
            component=id,
            reference=shown,
            evidence=evidence,
        )

    def _reversed(self) -> Iterator[Fact]:
        """`dependencyOf`: written at what is needed."""
        for key in sorted(self.entities):
            if not self.runs(key):
                continue
            for ref, evidence in self.entities[key].refs("dependencyOf"):
                dependent = self._target(ref, key.namespace)
                if dependent is not None and self.runs(dependent):
                    yield self._need(self.id(dependent), key, "dependencyOf", evidence)
                elif dependent is None and (reference := self._named(ref, key.namespace)) is not None:
                    self.unmapped["dependencyOf something that is no entity: looked up by its name"] += 1
                    yield NeededByFact(
                        dependents=reference, dependency=self.id(key), via="dependencyOf", evidence=(evidence,)
                    )
                else:
                    self.unmapped["dependencyOf something that was not scanned"] += 1


def _short(key: Key | None, kind: str) -> str:
    """An entity as people say it: its name, with what is not usual."""
    if key is None:
        return ""
    name = key.name if key.namespace == DEFAULT_NAMESPACE else f"{key.namespace}/{key.name}"
    return name if key.kind == kind else f"{key.kind}:{name}"
