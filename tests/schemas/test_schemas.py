"""The committed JSON Schemas are those of the models, and agree with them on what a file may say."""

import json

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from blastradius import overlay, schemas, storage
from blastradius.catalog import incidents
from blastradius.catalog.incidents import reading
from blastradius.errors import BlastradiusError

NAMES = sorted(schemas.models())


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_schema_is_current(name):
    committed = schemas.path_of(name).read_text(encoding="utf-8")
    assert committed == schemas.text(name), "run: python -m blastradius.schemas"


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_a_valid_one_and_describes_every_key(name):
    made = schemas.schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    for title, part in {**made["$defs"], name: made}.items():
        for key, value in part.get("properties", {}).items():
            assert value.get("description"), f"{title}.{key}"


def every_model(model: type[BaseModel], found: set[type[BaseModel]]) -> set[type[BaseModel]]:
    found.add(model)
    for field in model.model_fields.values():
        for one in _models(field.annotation):
            if one not in found:
                every_model(one, found)
    return found


def _models(annotation):
    from typing import get_args

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)


@pytest.mark.parametrize("name", NAMES)
def test_no_key_has_a_second_name(name):
    """What is written is made from field names; an alias would be read and never written."""
    for model in every_model(schemas.models()[name], set()):
        assert all(field.alias is None for field in model.model_fields.values()), model


C = "components:\n  - {id: a, kind: service}\n  - {id: b, kind: database, name: B, recovery: 15m}\n"
INVENTORIES = {
    "nothing but components": (C, True),
    "a version": ("schema_version: 1\n" + C, True),
    "durations as text and as seconds": (
        C + "dependencies:\n- {dependent: a, dependency: b, tolerance: 1h30m, hardens_after: 90}\n",
        True,
    ),
    "a group": (
        C
        + "redundancies:\n- {dependent: a, members: [b], active: [b], failover: {mode: manual, takes: 5m, rehearsed: '2026-05-01'}}\n",
        True,
    ),
    "a journey": (
        C + "journeys:\n- {id: 'journey:x', name: x, entries: [{component: a, tolerance: 2d}], slo: 0.99}\n",
        True,
    ),
    "a gap": (C + "gaps:\n- {scope: a, reason: unknown, hides: location, component: a}\n", True),
    "another version": ("schema_version: 2\n" + C, False),
    "unknown key": (C + "journey: []\n", False),
    "unknown key in a record": ("components:\n  - {id: a, kind: service, colour: red}\n", False),
    "no kind": ("components:\n  - {id: a}\n", False),
    "unknown kind": ("components:\n  - {id: a, kind: lambda}\n", False),
    "empty id": ("components:\n  - {id: '', kind: service}\n", False),
    "negative duration": (C + "dependencies:\n- {dependent: a, dependency: b, tolerance: -1}\n", False),
    "negative duration as text": (C + "dependencies:\n- {dependent: a, dependency: b, tolerance: -1h}\n", False),
    "absurd duration": (C + "dependencies:\n- {dependent: a, dependency: b, tolerance: 400000000}\n", False),
    "no duration": (C + "dependencies:\n- {dependent: a, dependency: b, tolerance: soon}\n", False),
    "a fraction of a second": (C + "dependencies:\n- {dependent: a, dependency: b, tolerance: 1.5}\n", False),
    "no members": (C + "redundancies:\n- {dependent: a, members: []}\n", False),
    "none required": (C + "redundancies:\n- {dependent: a, members: [b], required: 0}\n", False),
    "an id that is no journey's": (C + "journeys:\n- {id: x, name: x}\n", False),
    "a certain SLO": (C + "journeys:\n- {id: 'journey:x', name: x, slo: 1}\n", False),
    "a mapping for a list": ("components: {id: a}\n", False),
    "text for a record": ("components: [a]\n", False),
}
WHY = "reason: because"
OVERLAYS = {
    "journeys": (
        "journeys:\n  j: {entries: ['id:a', {component: b, tolerance: 5m}, {any: [a, b], required: 2}], rto: 1h}\n",
        True,
    ),
    "alternatives with a failover": (
        "journeys:\n  j: {entries: [{any: [a, b], active: [a], failover: {mode: automatic, takes: 30s}}]}\n",
        True,
    ),
    "a place": ("place:\n- {match: 'id:a', provider: aws, region: us-east-1}\n", True),
    "an annotation": (f"annotate:\n- {{dependent: a, dependency: b, strength: soft, {WHY}}}\n", True),
    "an annotation of a component": (f"annotate:\n- {{component: a, recovery: 5m, {WHY}}}\n", True),
    "a redundancy": ("redundancies:\n- {dependent: a, members: [b], tolerance: 1m}\n", True),
    "facts": (
        "components:\n- {id: c, kind: vendor, reason: seen}\ndependencies:\n- {dependent: a, dependency: b}\n",
        True,
    ),
    "the same": ("same: [[a, b]]\n", True),
    "ignores": (
        f"ignore:\n- {{component: a, {WHY}}}\n- {{dependent: a, dependency: b, {WHY}}}\n- {{gap: a, {WHY}}}\n",
        True,
    ),
    "policy and waivers": (
        "policy: {rules: {BR001: warn}, rehearsed_within: 90d, critical_tier: 2}\n"
        "waivers:\n- {rule: BR001, match: a, reason: agreed, owner: me, until: '2027-01-01'}\n",
        True,
    ),
    "unknown key": ("journey: {}\n", False),
    "unknown key in alternatives": ("journeys:\n  j: {entries: [{any: [a], require: 1}]}\n", False),
    "an entry of a number": ("journeys:\n  j: {entries: [7.5]}\n", False),
    "an entry of both forms": ("journeys:\n  j: {entries: [{any: [a], component: b}]}\n", False),
    "no entries": ("journeys:\n  j: {entries: []}\n", False),
    "a place of nothing": ("place:\n- {match: a}\n", False),
    "a place without selector": ("place:\n- {region: r}\n", False),
    "an annotation without reason": ("annotate:\n- {dependent: a, dependency: b, strength: soft}\n", False),
    "an annotation of half a pair": (f"annotate:\n- {{dependent: a, strength: soft, {WHY}}}\n", False),
    "a short reason": ("ignore:\n- {component: a, reason: x}\n", False),
    "an ignore of nothing": (f"ignore:\n- {{{WHY}}}\n", False),
    "three that are the same": ("same: [[a, b, c]]\n", False),
    "one that is the same": ("same: [[a]]\n", False),
    "an unknown level": ("policy: {rules: {BR001: fatal}}\n", False),
    "a tier that is text": ("journeys:\n  j: {entries: [a], tier: first}\n", False),
    "an absurd duration": ("journeys:\n  j: {entries: [a], rto: -5m}\n", False),
}


LEAST = "id: x\nprovider: aws\ntrigger: {component: dynamodb}\nstart_utc: 2031-01-01T10:00Z\n"
INCIDENTS = {
    "the least": (LEAST, True),
    "one region as text": (LEAST + "regions: us-east-1\n", True),
    "what is written as nothing": (
        LEAST + "end_utc: null\nphases: null\naffected_services: null\nregions: null\n",
        True,
    ),
    "seconds and an offset": (LEAST + "end_utc: '2031-01-01T12:00:30+01:00'\n", True),
    "a row": (
        LEAST
        + "affected_services:\n- {id: sqs, severity: down, plane: data, via: dynamodb, source: page, confidence: high,"
        " windows: [{start_utc: 2031-01-01T10:00Z}]}\nsources: {page: {title: t, url: u}}\n",
        True,
    ),
    "a key that is passed over": (LEAST + "colour: red\n", True),
    "no trigger": ("id: x\nprovider: aws\nstart_utc: 2031-01-01T10:00Z\n", False),
    "no beginning": ("id: x\nprovider: aws\ntrigger: {component: dynamodb}\n", False),
    "a beginning that is nothing": (LEAST.replace("2031-01-01T10:00Z", "null"), False),
    "a time that is none": (LEAST + "end_utc: noon\n", False),
    "a severity that is none": (LEAST + "affected_services: [{id: sqs, severity: dead}]\n", False),
    "a confidence that is none": (LEAST + "affected_services: [{id: sqs, confidence: sure}]\n", False),
    "a row without id": (LEAST + "affected_services: [{severity: down}]\n", False),
    "a name with a star": (LEAST + "affected_services: [{id: 'sq*'}]\n", False),
    "an empty name": (LEAST + "regions: ['']\n", False),
    "a mapping for a list": (LEAST + "affected_services: {id: sqs}\n", False),
}


@pytest.mark.parametrize("name", INCIDENTS)
def test_schema_and_reader_agree_on_incidents(name, tmp_path):
    text, good = INCIDENTS[name]
    assert accepts("incident", text) == good
    assert reads(incidents.read, tmp_path / "x.yaml", text) == good


@pytest.mark.parametrize("name", incidents.names())
def test_every_shipped_incident_is_as_its_schema_says(name):
    assert accepts("incident", (reading.FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def accepts(name, text):
    try:
        jsonschema.validate(yaml.safe_load(text), schemas.schema(name), cls=jsonschema.Draft202012Validator)
    except jsonschema.ValidationError:
        return False
    return True


def reads(read, path, text):
    path.write_text(text)
    try:
        read(path)
    except BlastradiusError:
        return False
    return True


@pytest.mark.parametrize("name", INVENTORIES)
def test_schema_and_reader_agree_on_inventories(name, tmp_path):
    text, good = INVENTORIES[name]
    assert accepts("inventory", text) == good
    assert reads(storage.read, tmp_path / "inventory.yaml", text) == good


@pytest.mark.parametrize("name", OVERLAYS)
def test_schema_and_reader_agree_on_overlays(name, tmp_path):
    text, good = OVERLAYS[name]
    assert accepts("overlay", text) == good
    assert reads(overlay.read, tmp_path / "blastradius.yaml", text) == good


def test_what_is_written_as_json_is_valid(tmp_path):
    path = tmp_path / "inventory.yaml"
    for text, good in INVENTORIES.values():
        if good:
            path.write_text(text)
            written = json.loads(storage.dumps(storage.read(path)))
            jsonschema.validate(written, schemas.schema("inventory"), cls=jsonschema.Draft202012Validator)
