"""Backstage catalogs: entities, references, and what is no entity."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanning import Scan, corpus, deployment, scanned, written

import blastradius
from blastradius.assemble import assemble
from blastradius.scanners import scan
from blastradius.scanners.backstage.entities import Key, parse
from blastradius.storage import dumps


def entity(kind: str, name: str, spec: str = "", *, meta: str = "", version: str = "backstage.io/v1alpha1") -> str:
    """An entity as a document; `spec` and `meta` are flow mappings without braces."""
    more = f", {meta}" if meta else ""
    return f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}{more}}}\nspec: {{{spec}}}\n"


def found(tmp_path, *documents: str, path: str = "catalog-info.yaml"):
    return scanned(tmp_path, {path: "".join(documents)})


def lines(result):
    return [line.replace("backstage:shop/default/", "") for line in result.lines()]


def gaps(result, id):
    return [gap for gap in result.gaps if gap.component == f"backstage:shop/default/{id}"]


def inventory(tmp_path, *documents: str):
    result = scan([written(tmp_path, {"catalog-info.yaml": "".join(documents)})])
    return assemble(result.facts, result.coverage, result.roots)


def test_each_field_says_who_needs_what(tmp_path):
    result = found(
        tmp_path,
        entity("Component", "cart", "type: service, providesApis: [cart-api], dependsOn: ['resource:carts', 'Component:default/pay']"),
        entity("Component", "pay", "type: service, dependsOn: 'resource:cards'"),
        entity("Component", "web", "type: website, consumesApis: [cart-api]"),
        entity("API", "cart-api", "type: openapi"),
        entity("Resource", "carts", "type: database"),
        entity("Resource", "cards", "type: database, dependencyOf: ['component:web']"),
    )  # fmt: skip
    assert lines(result) == [
        "api/cart-api -> component/cart",
        "component/cart -> component/pay",
        "component/cart -> resource/carts",
        "component/pay -> resource/cards",
        "component/web -> api/cart-api",
        "component/web -> resource/cards",
    ]
    assert not result.gaps
    assert {rule.strength for rule in result.rules} == {rule.phase for rule in result.rules} == {None}


def test_evidence_is_the_line_of_the_reference(tmp_path):
    text = """\
    apiVersion: backstage.io/v1alpha1
    kind: Component
    metadata:
      name: cart
    spec:
      type: service
      dependsOn:
        - resource:a
        - resource:b
    """
    result = scanned(tmp_path, {"catalog-info.yaml": text})
    assert [one.evidence[0].locator for one in result.rules] == ["catalog-info.yaml:8", "catalog-info.yaml:9"]
    assert result.component("backstage:shop/default/component/cart").evidence[0].locator == "catalog-info.yaml:4"


@pytest.mark.parametrize(
    ("ref", "kind", "key"),
    [
        ("carts", "resource", Key("resource", "n", "carts")),
        ("component:carts", "resource", Key("component", "n", "carts")),
        ("other/carts", "api", Key("api", "other", "carts")),
        ("API:Other/Carts", "", Key("api", "other", "carts")),
        ("carts", "", Key("", "n", "carts")),
        ("a:b:c", "api", None), ("a/b/c", "api", None), ("", "api", None), ("${{ values.x }}", "api", None), ("url:https://x", "", None),
    ],
)  # fmt: skip
def test_references(ref, kind, key):
    assert parse(ref, kind, "n") == key


@given(st.text(max_size=80))
def test_any_text_is_a_reference_or_none(text):
    key = parse(text, "api", "default")
    assert key is None or text.strip().lower().endswith(key.name)


def test_namespaces_are_apart(tmp_path):
    made = inventory(
        tmp_path,
        entity("Component", "a", "type: service, dependsOn: ['resource:db', 'resource:default/db']", meta="namespace: team"),
        entity("Resource", "db", "type: database"),
    )  # fmt: skip
    assert [(one.dependent, one.dependency) for one in made.dependencies] == [
        ("backstage:shop/team/component/a", "backstage:shop/default/resource/db")
    ]
    (gap,) = [gap for gap in made.gaps if gap.hides == "dependency"]
    assert (gap.component, gap.reference) == ("backstage:shop/team/component/a", "resource:db")


def test_a_reference_without_a_kind_is_the_only_one_of_its_name(tmp_path):
    result = found(
        tmp_path,
        entity("Component", "a", "type: service, dependsOn: [db, twice]"),
        entity("Resource", "db", "type: database"),
        entity("Resource", "twice", "type: database"),
        entity("Component", "twice", "type: service"),
    )
    assert lines(result) == ["component/a -> resource/db"]
    assert [gap.reference for gap in gaps(result, "component/a")] == ["twice"]


def test_what_dangles_is_a_gap_at_who_refers(tmp_path):
    made = inventory(
        tmp_path,
        entity("Component", "a", "type: service, dependsOn: ['resource:no', 'system:all', '${{ values.x }}'], consumesApis: [none]"),
        entity("System", "all"),
    )  # fmt: skip
    told = {gap.reference: gap.reason for gap in gaps(made, "component/a")}
    assert set(told) == {"resource:no", "system:all", "a variable", "none"}
    assert "no single thing" in told["system:all"]
    assert not made.dependencies


def test_an_api_that_nobody_provides_is_a_gap(tmp_path):
    result = found(
        tmp_path, entity("API", "x", "type: grpc"), entity("Component", "a", "type: service, consumesApis: [x]")
    )
    assert lines(result) == ["component/a -> api/x"]
    (gap,) = gaps(result, "api/x")
    assert "no component that was scanned provides api:default/x" in gap.reason


def test_an_api_that_was_not_written_down_stands_for_its_provider(tmp_path):
    result = found(
        tmp_path,
        entity("Component", "a", "type: service, consumesApis: [x]"),
        entity("Component", "b", "type: service, providesApis: [x]"),
    )
    assert lines(result) == ["component/a -> component/b"]
    assert not result.gaps


TWO = (
    entity("Component", "a", "type: service, consumesApis: [x]"),
    entity("Component", "b", "type: service, providesApis: [x]"),
    entity("Component", "c", "type: service, providesApis: [x]"),
    entity("Component", "d", "type: service"),
    entity("API", "x", "type: grpc"),
)


def test_of_several_providers_any_may_be_needed(tmp_path):
    file = tmp_path / "x.json"
    file.write_bytes(dumps(inventory(tmp_path, *TWO)))
    overlay = tmp_path / "blastradius.yaml"
    overlay.write_text("journeys:\n  buy: {entries: ['id:backstage:shop/default/component/a']}\n")
    graph = blastradius.load(file, overlay=overlay)

    def verdict(*lost):
        answer = blastradius.simulate(graph, remove=[f"id:backstage:shop/default/component/{one}" for one in lost])
        return answer.journeys[0].verdict

    assert [verdict("b"), verdict("c"), verdict("b", "c"), verdict("d")] == ["unknown", "unknown", "breaks", "survives"]


def test_libraries_are_not_there_but_what_they_need_is(tmp_path):
    result = found(
        tmp_path,
        entity("Component", "app", "type: service, dependsOn: ['component:lib']"),
        entity("Component", "lib", "type: library, dependsOn: ['component:lib', 'component:core', 'resource:db'], consumesApis: [x]"),
        entity("Component", "core", "type: Library, dependsOn: ['component:lib', 'resource:cache']"),
        entity("Resource", "db", "type: database"),
        entity("Resource", "cache", "type: redis"),
        entity("API", "x", "type: graphql"),
        entity("Component", "other", "type: service, providesApis: [x]"),
    )  # fmt: skip
    assert lines(result) == [
        "api/x -> component/other",
        "component/app -> api/x",
        "component/app -> resource/cache",
        "component/app -> resource/db",
    ]
    assert "backstage:shop/default/component/lib" not in result.components


@pytest.mark.parametrize(
    ("kind", "type_", "expected", "known"),
    [
        ("Component", "service", "service", True), ("Component", "website", "service", True), ("Component", "lambda", "function", True),
        ("Component", "gizmo", "service", False), ("Resource", "database", "database", True), ("Resource", "S3 Bucket", "bucket", True),
        ("Resource", "s3-bucket", "bucket", True), ("Resource", "queue", "queue", True), ("Resource", "kafka_topic", "topic", True),
        ("Resource", "redis", "cache", True), ("Resource", "gizmo", "service", False), ("API", "openapi", "gateway", True),
        ("API", "asyncapi", "topic", True),
    ],
)  # fmt: skip
def test_kinds_by_type(tmp_path, kind, type_, expected, known):
    result = found(tmp_path, entity(kind, "x", f"type: {type_}"))
    (component,) = result.components.values()
    assert (component.kind, component.type, component.attributes["type"]) == (expected, None, type_)
    (coverage,) = [one for one in result.result.coverage.scanners if one.scanner == "backstage"]
    assert bool(coverage.unmapped) is not known


def test_what_owners_say_is_kept(tmp_path):
    text = """\
    apiVersion: backstage.io/v1beta1
    kind: Component
    metadata:
      name: Cart
      labels: {tier: gold}
      tags: [java]
      annotations:
        backstage.io/kubernetes-id: cart-v2
        aws.amazon.com/region: eu-west-1
        aws.amazon.com/amazon-ecs-service-arn: arn:aws:ecs:eu-west-1:111122223333:service/shop/cart
        example.com/token: planted-secret
    spec: {type: service, lifecycle: production, owner: group:default/team-a, system: shop, subcomponentOf: all}
    """
    result = found(
        tmp_path, "---\n" + text.replace("\n    ", "\n").lstrip(), entity("System", "shop", "domain: sales, owner: x")
    )
    (cart,) = result.components.values()
    assert (cart.id, cart.name, cart.scope) == (
        "backstage:shop/default/component/cart",
        "Cart",
        "backstage:shop/default",
    )
    assert cart.aliases == ("Cart", "cart-v2")
    assert cart.identities == ("arn:aws:ecs:eu-west-1:111122223333:service/shop/cart",)
    assert (cart.provider, cart.region) == ("aws", "eu-west-1")
    assert cart.tags == {
        "domain": "sales", "java": "true", "lifecycle": "production", "owner": "team-a", "system": "shop", "tier": "gold",
    }  # fmt: skip
    assert cart.attributes == {
        "catalog_kind": "component",
        "lifecycle": "production",
        "subcomponent_of": "all",
        "type": "service",
    }
    assert "planted-secret" not in result.dump()


@pytest.mark.parametrize("region", ["here", "us-east-1; drop", "${{ values.region }}", "US-EAST-1"])
def test_a_region_that_is_none_places_nothing(tmp_path, region):
    meta = f'annotations: {{aws.amazon.com/region: "{region}"}}'
    (one,) = found(tmp_path, entity("Component", "a", "type: service", meta=meta)).components.values()
    assert (one.provider, one.region) == (None, None)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (entity("Component", "'${{ values.name }}'", "type: service"), "catalog-info.yaml"),
        (entity("Component", "'{{ name }}'", "type: service"), "catalog-info.yaml"),
        (entity("Component", "a", "type: service"), "template/skeleton/catalog-info.yaml"),
        (entity("Component", "a", "type: service"), "docs/catalog-info.yaml"),
        (entity("Component", "a", "type: service"), "x/__fixtures__/catalog-info.yaml"),
        (entity("Template", "a", "type: service", version="scaffolder.backstage.io/v1beta3"), "catalog-info.yaml"),
        (entity("Template", "a", "type: service"), "catalog-info.yaml"),
        (entity("Group", "a", "type: team"), "catalog-info.yaml"),
        (entity("Component", "a", "type: service", version="example.com/v1"), "catalog-info.yaml"),
    ],
)
def test_what_is_no_part_of_the_system(tmp_path, document, path):
    result = scanned(tmp_path, {path: document, "compose.yaml": "services: {x: {image: y}}"})
    assert [id for id in result.components if id.startswith("backstage:")] == []
    assert [gap for gap in result.gaps if gap.evidence[0].scanner == "backstage"] == []


def test_any_file_name_will_do_but_an_example_only_where_it_is_named(tmp_path):
    top = written(
        tmp_path, {"org/all.yml": entity("Component", "a", "type: service"), "docs/b.yaml": entity("API", "b", "")}
    )
    assert list(Scan(scan([top])).components) == ["backstage:shop/default/component/a"]
    (named,) = Scan(scan([top / "docs" / "b.yaml"])).components.values()
    assert named.kind == "gateway"


def test_catalogs_on_other_hosts_are_an_area_nobody_saw(tmp_path):
    targets = "targets: [./a.yaml, 'https://git.example.com/x/catalog-info.yaml']"
    result = found(tmp_path, entity("Location", "all", targets), entity("Component", "a", "type: service"))
    (gap,) = result.gaps
    assert (gap.component, gap.scope) == (None, "catalog-info.yaml")
    assert "1 catalog on other hosts" in gap.reason


def test_an_entity_written_twice_is_one(tmp_path):
    one = entity("Component", "a", "type: service, dependsOn: ['resource:db']")
    db = entity("Resource", "db", "type: database")
    result = scanned(tmp_path, {"a.yaml": one + db, "b.yaml": entity("Component", "A", "type: service")})
    assert lines(result) == ["component/a -> resource/db"]
    component = result.component("backstage:shop/default/component/a")
    assert [piece.locator for piece in component.evidence] == ["a.yaml:4", "b.yaml:4"]
    (coverage,) = [one for one in result.result.coverage.scanners if one.scanner == "backstage"]
    assert coverage.unmapped == {"entity that is written again, and differs: the first by path counts": 1}


@pytest.mark.parametrize("name", ["[]", "{a: b}", "''", "true", "a b", "x/y"])
def test_an_entity_without_a_name_is_a_gap(tmp_path, name):
    result = found(tmp_path, entity("Component", name, "type: service"), entity("Component", "ok", "type: service"))
    assert list(result.components) == ["backstage:shop/default/component/ok"]
    (gap,) = result.gaps
    assert gap.evidence[0].locator == "catalog-info.yaml:4"


def together(tmp_path, manifests: str, *documents: str):
    top = written(tmp_path, {"k8s/all.yaml": manifests, "catalog-info.yaml": "".join(documents)})
    result = scan([top])
    return assemble(result.facts, result.coverage, result.roots)


def test_an_entity_is_the_workload_that_bears_its_name(tmp_path):
    made = together(
        tmp_path,
        deployment("web") + deployment("cart"),
        entity("Component", "web", "type: website, dependsOn: ['component:cart', 'resource:orders']"),
        entity("Component", "cart", "type: service"),
        entity("Resource", "orders", "type: database"),
    )
    pairs = {(one.dependent, one.dependency) for one in made.dependencies if one.evidence[0].scanner == "backstage"}
    assert pairs == {
        ("k8s:shop/default/Deployment/web", "k8s:shop/default/Deployment/cart"),
        ("k8s:shop/default/Deployment/web", "backstage:shop/default/resource/orders"),
    }


def test_the_namespace_of_its_annotation_tells_which_workload_it_is(tmp_path):
    said = "annotations: {backstage.io/kubernetes-namespace: two}"
    made = together(
        tmp_path,
        deployment("web", namespace="one") + deployment("web", namespace="two"),
        entity("Component", "web", "type: website", meta=said),
    )
    bearers = {one.id for one in made.components if any(seen.scanner == "backstage" for seen in one.evidence)}
    assert bearers == {"k8s:shop/two/Deployment/web"}


@pytest.mark.parametrize("dependent", ["a", "web"])
def test_what_the_catalog_does_not_hold_is_the_workload_of_that_name(tmp_path, dependent):
    """Whether or not who refers is itself a workload."""
    made = together(
        tmp_path,
        deployment("cart") + deployment("web"),
        entity("Component", dependent, "type: service, dependsOn: ['component:cart', 'component:other']"),
    )
    assert "k8s:shop/default/Deployment/cart" in {one.dependency for one in made.dependencies}
    assert [gap.reference for gap in made.gaps if gap.hides == "dependency"] == ["component:other"]


def test_of_several_workloads_of_that_name_nothing_tells_which(tmp_path):
    made = together(
        tmp_path,
        deployment("cart", namespace="one") + deployment("cart", namespace="two"),
        entity("Component", "a", "type: service, dependsOn: ['component:cart']"),
    )
    assert not [one for one in made.dependencies if one.dependent.startswith("backstage:")]
    assert [gap for gap in made.gaps if gap.component == "backstage:shop/default/component/a"]


def test_who_depends_may_be_a_workload_outside_the_catalog(tmp_path):
    made = together(
        tmp_path, deployment("web"), entity("Resource", "db", "type: database, dependencyOf: ['component:web', 'component:x']")
    )  # fmt: skip
    pairs = {(one.dependent, one.dependency) for one in made.dependencies if one.evidence[0].scanner == "backstage"}
    assert pairs == {("k8s:shop/default/Deployment/web", "backstage:shop/default/resource/db")}


def test_its_entities_are_no_unknown_kinds_of_kubernetes(tmp_path):
    result = found(tmp_path, entity("Component", "a", "type: service")).result
    assert not [one.unmapped for one in result.coverage.scanners if one.scanner == "kubernetes" and one.unmapped]


#: In no case of its letters may any of these be shown.
PLANTED = {
    "lifecycle": "lifecycle: 'https://u:SECRETA@x'",
    "owner": "owner: 'password=SECRETB'",
    "system": "system: 'ghp_SECRETC0123456789abcdefghij'",
    "type": "type: 'xoxb-SECRETD-0123456789'",
    "depends": "dependsOn: ['component:https://u:SECRETE@x', 'resource:default/ghp_SECRETF0123456789abcdef', 'token=SECRETG']",
    "consumes": "consumesApis: ['api:ghp_SECRETH0123456789abcdef']",
    "provides": "providesApis: ['api:ghp_SECRETI0123456789abcdef']",
    "reversed": "dependencyOf: ['component:ghp_SECRETJ0123456789abcdef']",
    "part": "subcomponentOf: 'component:ghp_SECRETK0123456789abcdef'",
}
PLANTED_META = (
    "labels: {token: SECRETL, fine: AKIASECRETM012345678, 'ghp_SECRETN0123456789abcdef': x}, "
    "tags: [AKIASECRETO012345678, 'https://u:SECRETP@x'], "
    "annotations: {backstage.io/kubernetes-id: 'https://u:SECRETQ@x', aws.amazon.com/region: SECRETR, "
    "backstage.io/kubernetes-namespace: ghp_SECRETS0123456789abcdef}"
)


@pytest.mark.parametrize("spec", PLANTED.values(), ids=list(PLANTED))
def test_nothing_is_kept_that_is_no_plain_name(tmp_path, spec):
    documents = (
        entity("Component", "a", spec, meta=PLANTED_META),
        entity("Component", "b", "type: service"),
        entity("Component", "ghp_SECRETT0123456789abcdef", "type: service"),
        entity("'https://u:SECRETU@x'", "c", "type: service"),
    )
    result = found(tmp_path, *documents)
    assert "backstage:shop/default/component/a" in result.components
    shown = repr(result.result) + dumps(inventory(tmp_path, *documents)).decode()
    assert "secret" not in shown.lower()


ODD = st.sampled_from(["[]", "{}", "3", "true", "''", "[[a], {b: c}, 1]", "{a: [b]}", "x", "'a:b/c'", "~"])


@given(st.lists(st.tuples(st.sampled_from(["metadata", "spec", "kind"]), ODD), min_size=1, max_size=3), ODD, ODD)
def test_values_of_any_shape_never_crash(tmp_path_factory, tops, one, two):
    lines_ = ["apiVersion: backstage.io/v1alpha1", *(f"{key}: {value}" for key, value in dict(tops).items())]
    odd = "\n".join(lines_) + "\n"
    fields = ("dependsOn", "consumesApis", "providesApis", "owner", "system", "type", "dependencyOf")
    spec = ", ".join(f"{name}: {one if number % 2 else two}" for number, name in enumerate(fields))
    folder = tmp_path_factory.mktemp("odd")
    found(folder, odd, entity("Component", "a", spec, meta=f"tags: {one}, labels: {two}, annotations: {one}"))


@pytest.mark.corpus
def test_a_real_catalog_beside_its_template(tmp_path):
    """The shapes of the order service of the corpus: what its ground truth lists is found, and nothing else."""
    file = tmp_path / "inventory.json"
    expected = corpus("expected", "backstage-order-service.yaml")
    service = (
        entity("Component", "order-service", "type: service, providesApis: [order-api], dependsOn: ['resource:order-table']"),
        entity("API", "order-api", "type: openapi"),
        entity("Resource", "order-table", "type: database"),
    )  # fmt: skip
    skeleton = entity(
        "Component", "'${{ values.name }}'", "type: service, dependsOn: ['resource:${{ values.name }}-table']"
    )
    files = {"services/order/catalog-info.yaml": "".join(service), "template/skeleton/catalog-info.yaml": skeleton}
    result = scan([written(tmp_path, files)])
    file.write_bytes(dumps(assemble(result.facts, result.coverage, result.roots)))
    command = [sys.executable, str(corpus("score.py")), "edges", str(expected), str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "recall 1.000 (2 of 2 visible), precision 1.000, forbidden 0" in done.stdout
