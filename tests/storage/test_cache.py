"""What is kept between runs changes no answer: not when it is there, damaged, of another content, or cannot be."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from drawing import parse
from hypothesis import HealthCheck, given, settings
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


DAMAGES = [
    "empty",
    "cut",
    "text",
    "flipped",
    "short",
    "lacking",
    "pickle",
    "beyond",
    "backwards",
    "floats",
    "array",
    "crc",
]


@pytest.mark.parametrize("damage", DAMAGES)
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
    if damage == "beyond":
        arrays["dependency"] = arrays["dependency"] + 1000
    if damage == "backwards":
        arrays["components"] = arrays["components"][::-1]
    if damage == "floats":
        arrays["tolerance"] = arrays["tolerance"].astype(float)
    ways = {
        "array": npy(arrays["kind"]),
        "crc": whole[: whole.index(b"disk")] + b"dusk" + whole[whole.index(b"disk") + 4 :],
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


def npy(array: np.ndarray) -> bytes:
    """One array as numpy saves it, which is no archive."""
    from io import BytesIO

    out = BytesIO()
    np.save(out, array)
    return out.getvalue()


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_that_differs_changes_an_answer(home: Path, data: st.DataObject) -> None:
    first = FIRST.setdefault("answer", answer())
    (kept,) = home.iterdir()
    whole = kept.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    kept.write_bytes(whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :])
    assert answer() == first
    kept.write_bytes(whole)


FIRST: dict[str, tuple[Inventory, str]] = {}


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owner here")
@pytest.mark.parametrize("way", ["group", "others", "owner", "link", "pipe"])
def test_what_somebody_else_may_have_put_there_is_not_believed(
    home: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answer()
    (kept,) = home.iterdir()
    with np.load(kept) as found:
        arrays = dict(found)
    np.savez(kept, **{**arrays, "soft": ~arrays["soft"]})  # what an attacker would write: it holds together
    assert answer() != first, "one's own folder is believed"
    if way == "group":
        home.chmod(0o770)
    elif way == "others":
        home.chmod(0o707)
    elif way == "owner":
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    elif way == "link":
        kept.rename(home / "elsewhere")
        kept.symlink_to(home / "elsewhere")
    else:
        kept.unlink()
        os.mkfifo(kept)
    assert answer() == first


def test_many_runs_at_once_are_none_the_wiser(home: Path) -> None:
    first = answer()
    (kept,) = home.iterdir()
    contents = [CONTENT.replace(b"disk", name) for name in (b"disc", b"dusk", b"desk")]
    with ThreadPoolExecutor(8) as pool:
        for again in pool.map(lambda number: answer((CONTENT, *contents)[number % 4]), range(40)):
            assert again[1].replace("disc", "disk").replace("dusk", "disk").replace("desk", "disk") == first[1]
            if len(list(home.iterdir())) > 2:
                kept.unlink(missing_ok=True)
    assert not [one for one in home.iterdir() if one.suffix == ".part"]


def test_a_folder_that_is_not_named_wholly_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BLASTRADIUS_CACHE")
    monkeypatch.setattr(cache.sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert cache.folder() == tmp_path / ".cache" / "blastradius"


def test_nothing_is_kept_where_nobody_wants_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLASTRADIUS_CACHE", "0")
    answer()
    assert not home.exists()


def test_a_folder_that_cannot_be_made_is_no_error(home: Path) -> None:
    home.write_text("a file stands there")
    answer()
    assert home.read_text() == "a file stands there"


def test_room_is_made_by_what_was_used_longest_ago(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
