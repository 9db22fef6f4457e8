"""Reading files with a bound and writing them whole."""

from __future__ import annotations

import os
import stat

import pytest

from blastradius import files
from blastradius.errors import InputError, UsageError
from blastradius.files import read_bytes, write_atomic


def test_reads_what_was_written(tmp_path):
    write_atomic(tmp_path / "f", "ü\n")
    assert read_bytes(tmp_path / "f") == "ü\n".encode()
    assert os.listdir(tmp_path) == ["f"]


def test_missing_folder_and_large_files_are_refused(tmp_path):
    (tmp_path / "f").write_bytes(b"12345")
    with pytest.raises(InputError, match="no such file"):
        read_bytes(tmp_path / "nothing")
    with pytest.raises(InputError, match="is a folder"):
        read_bytes(tmp_path)
    with pytest.raises(InputError, match="larger than 4 bytes"):
        read_bytes(tmp_path / "f", limit=4)
    assert read_bytes(tmp_path / "f", limit=5) == b"12345"


def test_a_huge_file_is_not_read(tmp_path):
    with (tmp_path / "f").open("wb") as stream:
        stream.truncate(200_000_000)
    with pytest.raises(InputError, match="larger than"):
        read_bytes(tmp_path / "f")


def test_a_file_that_grows_while_it_is_read_is_bounded(tmp_path, monkeypatch):
    (tmp_path / "f").write_bytes(b"1234")
    monkeypatch.setattr(files.os, "read", lambda handle, size: b"x" * size)
    with pytest.raises(InputError, match="larger than"):
        read_bytes(tmp_path / "f", limit=10_000_000)


def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        read_bytes(tmp_path / "pipe")


def test_a_name_with_a_nul_or_strange_bytes_is_one_line(tmp_path):
    with pytest.raises(InputError):
        read_bytes("a\0b")
    with pytest.raises(InputError, match=r"\\xff"):
        read_bytes(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))


def test_writing_keeps_the_old_file_when_it_fails(tmp_path, monkeypatch):
    (tmp_path / "f").write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(UsageError, match="no space left"):
        write_atomic(tmp_path / "f", "new")
    assert (tmp_path / "f").read_text() == "old"
    assert os.listdir(tmp_path) == ["f"]


def test_ctrl_c_leaves_no_part_behind(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "f", "new")
    assert os.listdir(tmp_path) == []


def test_writing_needs_a_folder(tmp_path):
    with pytest.raises(UsageError, match="no such folder"):
        write_atomic(tmp_path / "a" / "f", "x")
    with pytest.raises(UsageError, match="is a folder"):
        write_atomic(tmp_path, "x")


def test_a_read_only_folder_is_one_line(plain_folder):
    plain_folder.chmod(0o500)
    with pytest.raises(UsageError, match="permission denied"):
        write_atomic(plain_folder / "f", "x")


def test_writing_keeps_permissions_and_links(tmp_path):
    (tmp_path / "f").write_text("old")
    (tmp_path / "f").chmod(0o640)
    (tmp_path / "link").symlink_to("f")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "f").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640
    write_atomic(tmp_path / "g", "x")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "g").stat().st_mode) == 0o666 & ~mask


def test_a_device_is_written_to_not_replaced():
    write_atomic("/dev/null", "x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
