"""Runs a notebook as Jupyter would, without a network: `execute.py NOTEBOOK OUTPUT`."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

#: Every way out of Python's own is closed before the first cell; the kernel's channels are not Python's.
CLOSED = """
import socket as _socket
def _closed(*arguments, **options):
    raise OSError("a notebook asked for the network")
_socket.socket.connect = _socket.socket.connect_ex = _socket.socket.sendto = _closed
_socket.create_connection = _socket.getaddrinfo = _socket.gethostbyname = _closed
del _socket, _closed
"""


def main(source: str, target: str) -> None:
    """Execute it in its own folder and write what came of it."""
    book = nbformat.read(source, as_version=4)
    book.cells.insert(0, nbformat.v4.new_code_cell(CLOSED, id="closed"))
    NotebookClient(
        book,
        timeout=60,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": Path(source).parent}},
    ).execute()
    del book.cells[0]
    nbformat.write(book, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
