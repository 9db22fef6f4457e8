"""What is kept between runs changes no answer: not when it is there, damaged, of another content, or cannot be."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from drawing import parse
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import inventories

from blastradius import storage
from blastradius.analysis.sweep import sweep
from blastradius.engine.packed import net
from blastradius.graph import DependencyGraph
from blastradius.model import Inventory
from blastradius.model.records import Records
from blastradius.storage import cache, columns, jsonfile

CONTENT = storage.dumps(parse("shop -> db\nshop ~> mäil\nshop -> a | b\ndb -> disk (20m)\njourney buy: shop\n"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for caches."""
    monkeypatch.delenv("BLASTRADIUS_CACHE")
    monkeypatch.setattr(cache.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(jsonfile, "LARGE", 0)
    return tmp_path / "blastradius"


def answer(content: bytes = CONTENT) -> tuple[Inventory, str]:
    inventory = jsonfile.loads(content, "x")
    assert isinstance(inventory.components, Records)
    return inventory, sweep(DependencyGraph(inventory), "component").model_dump_json()


def test_a_second_run_reads_what_the_first_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = answer()
    (kept,) = home.iterdir()
    monkeypatch.setattr(columns._Reader, "_pieces", None)  # nothing is validated anew
    second = answer()
    assert second[1] == first[1]
    assert second[0] == first[0]
    assert [one.name for one in home.iterdir()] == [kept.name]


@given(inventories(), st.sampled_from(["at_once", "eventually"]), st.booleans(), st.booleans())
@settings(max_examples=30)
def test_a_net_that_was_kept_is_the_one_that_was_made(inventory, when, failovers, watched) -> None:
    circuit = DependencyGraph(inventory).circuit
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        made = net.compiled(circuit, when, failovers=failovers, watched=watched)
        patch.delenv("BLASTRADIUS_CACHE")
        patch.setattr(cache, "folder", lambda: Path(folder))
        patch.setattr(net, "LARGE", 0)
        net.compiled(circuit, when, failovers=failovers, watched=watched)
        patch.setattr(net, "gates", None)  # none is made anew
        again = net.compiled(circuit, when, failovers=failovers, watched=watched)
        for one in fields(net.Net):
            first, second = getattr(made, one.name), getattr(again, one.name)
            assert type(first) is type(second)
            assert np.array_equal(first, second)
            assert np.asarray(first).dtype == np.asarray(second).dtype
        with pytest.raises(TypeError):
            net.compiled(circuit, when, failovers=failovers, watched=not watched)


def test_another_circuit_is_another_net(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "LARGE", 0)
    drawings = [
        "a -> b | c",
        "a -> 2 of b c",
        "a -> b\na -> c",
        "a -> b\na ~> c",
        "a -> b\na -> c (1m)",
        "b -> a\na -> c",
    ]
    drawings += ["a -> b || c takes 10m", "a -> b || c takes 10m needs b", "a -> b || c by hand"]
    for drawing in drawings:
        net.compiled(DependencyGraph(parse(drawing)).circuit, "eventually")
    assert len(list(home.glob("net-*"))) == len(drawings)


def test_another_content_is_another_file(home: Path) -> None:
    answer()
    other, _ = answer(CONTENT.replace(b'"soft"', b'"hard"'))
    assert all(one.strength == "hard" for one in other.dependencies)
    assert len(list(home.iterdir())) == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "flipped", "short", "lacking", "pickle"])
def test_what_is_damaged_is_made_anew(home: Path, damage: str) -> None:
    first = answer()
    (kept,) = home.iterdir()
    whole = kept.read_bytes()
    with np.load(kept) as found:
        arrays = dict(found)
    if damage == "short":
        arrays["kind"] = arrays["kind"][:-1]
    if damage == "lacking":
        del arrays["phase"]
    if damage == "pickle":
        arrays["ids"] = np.array([{"not": "text"}], dtype=object)
    ways = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "text": b"text",
        "flipped": whole.replace(b"disk", b"dusk", 1),
    }
    if damage in ways:
        kept.write_bytes(ways[damage])
    else:
        np.savez(kept, **arrays)
    assert answer() == first
    assert kept.read_bytes() == whole


def test_nothing_is_kept_where_nobody_wants_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLASTRADIUS_CACHE", "0")
    answer()
    assert not home.exists()


def test_a_folder_that_cannot_be_made_is_no_error(home: Path) -> None:
    home.write_text("a file stands there")
    answer()
    assert home.read_text() == "a file stands there"


def test_room_is_made_by_what_was_used_longest_ago(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    answer()
    (kept,) = home.iterdir()
    (home / "of-others.txt").write_text("stays")
    old, new = home / "old.npz", home / "new.npz"
    for number, one in enumerate((old, kept, new)):
        one.write_bytes(kept.read_bytes())
        os.utime(one, (number, number))
    answer()  # what is read is used
    monkeypatch.setattr(cache, "MOST", 3 * kept.stat().st_size + 100)
    answer(CONTENT.replace(b'"soft"', b'"hard"'))
    assert kept.exists()
    assert not old.exists()
    assert (home / "of-others.txt").exists()
    monkeypatch.setattr(cache, "MOST", 10)
    answer(CONTENT.replace(b"disk", b"disc"))
    assert kept.exists(), "what does not fit takes the room of nothing"


def test_what_is_wrong_is_never_kept(home: Path) -> None:
    with pytest.raises(Exception, match="no component"):
        jsonfile.loads(CONTENT.replace(b'"component":"shop"', b'"component":"nobody"'), "x")
    assert not home.exists()
