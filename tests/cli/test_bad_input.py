"""What a user can get wrong: each ends with one clear line and the documented exit code, run as a real process."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time

import pytest
from running import TOOL, blastradius, complaint, environment

INVENTORY = """\
schema_version: 1
components:
  - {id: shop, kind: service, name: shop, provider: aws, region: us-east-1}
journeys:
  - {id: "journey:buy", name: buy, entries: [{component: shop}]}
"""
LOSS = ("--remove", "region:us-east-1")


@pytest.fixture
def inventory(tmp_path):
    path = tmp_path / "inventory.yaml"
    path.write_text(INVENTORY, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "command",
    [
        ["scan"],
        ["regions"],
        ["simulate", *LOSS],
        ["explain"],
        ["diff"],
        ["demo"],
        ["cuts"],
        ["availability", "--assume", "1"],
    ],
)
def test_a_path_that_does_not_exist_ends_with_3(tmp_path, command):
    extra = {"explain": ["buy", *LOSS], "diff": ["nowhere"]}.get(command[0], [])
    done = blastradius(*command, "nowhere", *extra, cwd=tmp_path)
    assert done.returncode == 3
    assert "nowhere" in complaint(done)


def test_a_file_whose_suffix_no_format_has_is_not_written(inventory, tmp_path):
    done = blastradius("simulate", inventory.name, *LOSS, "-o", "answer.pdf", cwd=tmp_path)
    assert done.returncode == 2
    assert "'.pdf'" in complaint(done)
    assert not (tmp_path / "answer.pdf").exists()


def test_a_folder_with_nothing_to_scan_ends_with_3(tmp_path):
    (tmp_path / "notes.md").write_text("nothing", encoding="utf-8")
    done = blastradius("scan", ".", cwd=tmp_path)
    assert done.returncode == 3
    assert "nothing to scan" in complaint(done)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("broken.yaml", b"schema_version: 1\ncomponents: [\n", "broken.yaml:"),
        ("broken.json", b'{"schema_version": 1,\n "components": [}\n', "broken.json:2"),
        ("latin.yaml", "components:\n  - {id: caf\u00e9}\n".encode("latin-1"), "latin.yaml"),
        ("unknown.yaml", b"schema_version: 1\ncomponent: []\n", "unknown.yaml:2"),
        ("twice.yaml", (INVENTORY + "journeys: []\n").encode(), "twice.yaml:6"),
        (
            "dangling.yaml",
            (INVENTORY + "dependencies:\n  - {dependent: shop, dependency: db}\n").encode(),
            "dangling.yaml:7",
        ),
        ("bomb.yaml", b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
            b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(8)
        ), "bomb.yaml"),
        ("empty.yaml", b"", "empty.yaml"),
        ("list.json", b"[1, 2]", "list.json"),
        ("cut.json.gz", b"\x1f\x8b\x08\x00broken", "cut.json.gz"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value and ":" not in value else None,
)  # fmt: skip
def test_a_broken_inventory_ends_with_3_and_says_where(tmp_path, name, content, where):
    (tmp_path / name).write_bytes(content)
    done = blastradius("simulate", name, *LOSS, cwd=tmp_path)
    assert done.returncode == 3
    assert where in complaint(done)


def test_a_broken_overlay_ends_with_2_and_names_file_and_line(inventory):
    (inventory.parent / "blastradius.yaml").write_text("journeys:\n  buy:\n    entry: x\n", encoding="utf-8")
    done = blastradius("simulate", str(inventory), *LOSS)
    assert done.returncode == 2
    assert "blastradius.yaml:3" in complaint(done)


def test_a_selector_that_matches_nothing_names_the_nearest(inventory):
    done = blastradius("simulate", str(inventory), "--remove", "region:us-east-2")
    assert done.returncode == 2
    assert "region:us-east-1" in complaint(done)


def test_an_unknown_journey_names_those_there_are(inventory):
    done = blastradius("explain", str(inventory), "bye", *LOSS)
    assert done.returncode == 2
    assert "buy" in complaint(done)


@pytest.mark.parametrize("duration", ["-3h", "0s", "3", "3 parsecs", "99999999d", "", "1e3s"])
@pytest.mark.parametrize("option", ["--for", "--horizon"])
def test_a_negative_or_absurd_duration_ends_with_2(inventory, option, duration):
    done = blastradius("simulate", str(inventory), *LOSS, option, duration)
    assert done.returncode == 2
    assert option in complaint(done)


def test_a_closed_pipe_ends_quietly_with_0(inventory):
    script = '"$@" | head -1; echo "${PIPESTATUS[0]}"'
    for command in (["--help"], ["simulate", str(inventory), *LOSS, "--format", "json"], ["schema"]):
        done = subprocess.run(
            ["bash", "-c", script, "bash", *TOOL, *command], env=environment(), capture_output=True, timeout=60
        )
        assert done.stdout.splitlines()[-1] == b"0"
        assert done.stderr == b""


def test_a_pipe_closed_before_anything_is_written_ends_quietly_with_0(inventory):
    reader, writer = os.pipe()
    os.close(reader)
    for command in (["--help"], ["version"], ["simulate", str(inventory), *LOSS]):
        done = subprocess.run([*TOOL, *command], env=environment(), stdout=writer, stderr=subprocess.PIPE, timeout=60)
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(writer)


def test_no_standard_output_at_all_is_no_error(inventory):
    script = 'exec "$@" >&-'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *TOOL, "simulate", str(inventory), *LOSS],
        env=environment(), stderr=subprocess.PIPE, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a full disk to write to")
def test_a_full_disk_ends_with_2(inventory):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*TOOL, "simulate", str(inventory), *LOSS], env=environment(), stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2
    assert done.stderr.decode().strip() == "blastradius: standard output: cannot be written: no space left on device"


def test_an_output_that_cannot_be_written_ends_with_2(inventory):
    for target in (inventory / "report.json", inventory.parent / "nowhere" / "report.json", inventory.parent):
        done = blastradius("simulate", str(inventory), *LOSS, "-o", str(target))
        assert done.returncode == 2
        assert str(target.name) in complaint(done)
    assert sorted(path.name for path in inventory.parent.iterdir()) == ["inventory.yaml"]


def test_ctrl_c_ends_with_130():
    code = (
        "import signal, sys, time\n"
        "from blastradius import pipeline\n"
        # what runs in the background of a shell inherits that Ctrl-C is ignored
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def slow(*_a, **_k):\n"
        "    print('started', flush=True)\n"
        "    time.sleep(30)\n"
        "pipeline.open_all = slow\n"
        "from blastradius.cli import main\n"
        "sys.exit(main(['regions', 'x']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")


@pytest.mark.parametrize("debug", [None, "1"])
def test_a_bug_ends_with_70_and_says_how_to_report_it(inventory, debug):
    code = (
        "import sys\n"
        "from blastradius import pipeline\n"
        "def broken(*_a, **_k): raise RuntimeError('odd\\x1b[31m')\n"
        "pipeline.open_all = broken\n"
        "from blastradius.cli import main\n"
        "sys.exit(main(['regions', 'x']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(BLASTRADIUS_DEBUG=debug), capture_output=True, timeout=60
    )
    said = done.stderr.decode()
    assert done.returncode == 70
    assert "bug: RuntimeError: odd\\x1b[31m" in said
    assert "BLASTRADIUS_DEBUG=1" in said
    assert ("Traceback" in said) == (debug == "1")


def test_an_ascii_terminal_gets_ascii_and_files_get_utf_8(tmp_path):
    text = INVENTORY.replace("name: shop", "name: Caf\u00e9").replace("name: buy", "name: acheter \u2192 caf\u00e9")
    (tmp_path / "inventory.yaml").write_text(text, encoding="utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": None, "PYTHONCOERCECLOCALE": "0"}
    done = blastradius("simulate", "inventory.yaml", *LOSS, cwd=tmp_path, **ascii_only)
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.isascii()
    done = blastradius("simulate", "inventory.yaml", *LOSS, "-f", "json", cwd=tmp_path, **ascii_only)
    assert "Caf\u00e9".encode() in done.stdout
    done = blastradius("simulate", "inventory.yaml", *LOSS, "-o", "r.md", cwd=tmp_path, **ascii_only)
    assert "\u2192" in (tmp_path / "r.md").read_text(encoding="utf-8")
    done = blastradius("simulate", "inventory.yaml", "--remove", "*:Caf\u00e9".encode(), cwd=tmp_path, **ascii_only)
    assert done.returncode == 0
    done = blastradius("simulate", "inventory.yaml", "--remove", "*:Caf\u00e8".encode(), cwd=tmp_path, **ascii_only)
    assert done.returncode == 2
    assert "Caf" in complaint(done)


def test_arguments_that_are_not_utf_8_end_with_one_line(inventory):
    done = blastradius("simulate", str(inventory), "--remove", b"service:\xff")
    assert done.returncode == 2
    assert "--remove" in complaint(done)
    done = blastradius("simulate", b"/nowhere/\xff.json", *LOSS)
    assert done.returncode == 3
    assert "nowhere" in complaint(done)


def test_names_cannot_steer_a_terminal(tmp_path):
    evil = "evil\\x1b]0;title\\x07\\u202etxt"
    (tmp_path / "inventory.yaml").write_text(
        INVENTORY.replace("name: shop", f'name: "{evil}"').replace("name: buy", f'name: "{evil}"'), encoding="utf-8"
    )
    for form in ("text", "markdown", "csv", "json"):
        done = blastradius("simulate", "inventory.yaml", *LOSS, "--format", form, cwd=tmp_path)
        assert done.returncode == 0
        out = done.stdout.decode("utf-8")
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)


def _on_a_terminal(command, **changes):
    """Run with a terminal on standard output and error; what it shows."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command, env=environment(**{"TERM": "xterm", **changes}), stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    process.wait(timeout=60)
    os.close(master)
    return shown


def test_colour_and_progress_are_for_terminals_only(inventory):
    command = [*TOOL, "simulate", str(inventory), *LOSS]
    assert b"\x1b[31" in _on_a_terminal(command)
    assert b"\x1b[31" not in _on_a_terminal(command, NO_COLOR="1")
    assert b"\x1b[31" not in _on_a_terminal(command, TERM="dumb")
    done = subprocess.run(command, env=environment(), capture_output=True, timeout=60)
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_the_same_input_gives_the_same_bytes(inventory):
    runs = {
        blastradius("simulate", str(inventory), *LOSS, "-f", form, PYTHONHASHSEED=seed).stdout
        for form in ("json",)
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1


def test_a_line_of_200_megabytes_is_refused_without_being_read(tmp_path):
    """The file is sparse, so that only its size is 200 MB."""
    huge = tmp_path / "tree" / "huge.yaml"
    huge.parent.mkdir()
    huge.write_bytes(b"kind: ")
    os.truncate(huge, 200_000_000)
    assert "huge.yaml: is larger than 50,000,000 bytes" in complaint(
        blastradius("simulate", str(huge), "--remove", "a:b")
    )
    (huge.parent / "inventory.yaml").write_text("schema_version: 1\ncomponents: [{id: a, kind: service}]\n")
    done = blastradius("scan", "tree", "-o", "out.json", cwd=tmp_path)
    assert done.returncode == 0
    assert b"huge.yaml" in (tmp_path / "out.json").read_bytes()
