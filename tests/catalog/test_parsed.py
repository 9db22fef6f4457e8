"""The committed JSON of the catalog says what its YAML says, and is passed by where it was made from another."""

import json
from pathlib import Path

import pytest

from blastradius.catalog import data, parsed


@pytest.mark.parametrize("name", data.FILES)
def test_json_is_that_of_the_yaml(name: str, request: pytest.FixtureRequest) -> None:
    """`python -m blastradius.catalog.parsed` writes it anew, as does `pytest --snapshot-update`."""
    source = data.SHIPPED / name
    values = data.document(source)
    target = parsed.HERE / f"{source.stem}.json"
    if request.config.getoption("--snapshot-update", default=False):
        target.write_bytes(parsed.written(source, values))
    found = parsed.content(source)
    assert found is not None, f"{target.name} is of another {name}: run `python -m blastradius.catalog.parsed`"
    assert json.dumps(found) == json.dumps(values)  # types and order too, which == on mappings would pass over


def test_a_changed_yaml_is_read_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "images.yaml"
    changed.write_text((data.SHIPPED / "images.yaml").read_text(encoding="utf-8") + "more: [1]\n", encoding="utf-8")
    assert parsed.content(data.SHIPPED / "images.yaml") is not None
    assert parsed.content(changed) is None
    monkeypatch.setattr(data, "SHIPPED", tmp_path)
    data.forget()
    try:
        assert data.shipped("images.yaml")["more"] == [1]
    finally:
        data.forget()


def test_line_ends_of_a_checkout_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "images.yaml").write_bytes((data.SHIPPED / "images.yaml").read_bytes().replace(b"\n", b"\r\n"))
    assert parsed.content(tmp_path / "images.yaml") is not None
