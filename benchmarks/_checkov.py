"""Parse files with checkov, alone in its own interpreter: `_checkov.py KIND FOLDER`.

Prints one line of JSON: version, files it made something of, seconds of parsing without any import.
Connections are refused here, whatever a library tries.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any


def main(kind: str, folder: str) -> None:
    """Parse all files in a folder and say how long it took."""
    sys.addaudithook(_refuse)
    logging.disable(logging.CRITICAL)
    parse = _parser(kind)
    start = time.perf_counter()
    parsed = parse(folder)
    took = time.perf_counter() - start
    print(json.dumps({"version": version("checkov"), "parsed": parsed, "seconds": took}))


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise PermissionError("no network in a benchmark")


def _parser(kind: str) -> Callable[[str], int]:
    """What parses a folder and counts the files that came to something; imports only what that kind needs.

    Of several kinds, with a plus between, each is in a folder of its name.
    """
    if "+" in kind:
        parsers = {one: _parser(one) for one in kind.split("+")}
        return lambda folder: sum(parse(f"{folder}/{one}") for one, parse in parsers.items())
    if kind == "kubernetes":
        from checkov.kubernetes.parser.parser import parse as kubernetes

        return lambda folder: _each(folder, lambda path: kubernetes(path))
    if kind == "cloudformation":
        from checkov.cloudformation.parser import parse as cloudformation

        return lambda folder: _each(folder, lambda path: cloudformation(path))
    if kind == "plan":
        from checkov.terraform.plan_parser import parse_tf_plan

        return lambda folder: _each(folder, lambda path: parse_tf_plan(path, {}))
    from checkov.terraform.tf_parser import TFParser

    def terraform(folder: str) -> int:
        parser = TFParser()
        parser.parse_directory(folder, out_parsing_errors={}, env_vars={}, download_external_modules=False)
        return sum(bool(found) for found in parser.loaded_files_map.values())

    return terraform


def _each(folder: str, parse: Callable[[str], Any]) -> int:
    return sum(_something(parse, str(path)) for path in _files(folder))


def _files(folder: str) -> Iterable[Path]:
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def _something(parse: Callable[[str], Any], path: str) -> bool:
    # checkov's own runner skips a file that its parser stumbles over, and so does this.
    try:
        found = parse(path)
    except Exception:
        return False
    return bool(found and found[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
