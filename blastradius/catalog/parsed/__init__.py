"""The shipped files as JSON, made from their YAML: reading that is a tenth of a short run.

`python -m blastradius.catalog.parsed` writes them anew. Each names the digest of the YAML that it was made from; where
that is not the file's, the YAML is read and nothing is out of date.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson

from blastradius.files import read_bytes

HERE = Path(__file__).parent


def content(source: Path) -> dict[str, Any] | None:
    """What is in a YAML file, as plain values without lines; None where there is no JSON of exactly this file.

    Args:
        source: the YAML file.
    """
    path = HERE / f"{source.stem}.json"
    if not path.is_file():
        return None
    made: dict[str, Any] = orjson.loads(read_bytes(path))
    return made["content"] if made["made_from"] == digest(source) else None


def digest(source: Path) -> str:
    """The digest of a file's content, in whatever way its lines end."""
    return hashlib.sha256(read_bytes(source).replace(b"\r\n", b"\n")).hexdigest()


def written(source: Path, values: dict[str, Any]) -> bytes:
    """The JSON of a YAML file, one record a line.

    Args:
        source: the YAML file.
        values: what is in it.
    """
    parts = [b"%s:%s" % (orjson.dumps(key), _lines(value)) for key, value in values.items()]
    return b'{"made_from":"%s",\n"content":{\n%s}}\n' % (digest(source).encode(), b",\n".join(parts))


def _lines(value: Any) -> bytes:
    if isinstance(value, list):
        return b"[\n%s]" % b",\n".join(map(orjson.dumps, value))
    return orjson.dumps(value)
