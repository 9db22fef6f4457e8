"""What was read, as a file: a scan that was cut short goes on from it."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any, get_args

import orjson

from blastradius.errors import InputError
from blastradius.scanners.aws.answers import Answers, Area, Ended, Item, Status

SUFFIX = ".answers.json.gz"
_VERSION = 1
_MOST = 2_000_000_000


def beside(output: str) -> Path:
    """The file of answers that belongs to an inventory."""
    path = Path(output)
    name = path.name.removesuffix(".gz").removesuffix(".json")
    return path.with_name(name + SUFFIX)


def dump(answers: Answers) -> bytes:
    """Answers as a file: the same bytes for the same answers. It holds no values of settings, as nothing here does."""
    areas = [
        {
            "account": area.account, "region": area.region, "call": area.call, "status": ended.status, "code": ended.code,
            "missed": sorted(answers.missed.get(area, ())),
            "items": [{"of": one.of, "data": one.data} for one in answers.items.get(area, ())],
        }
        for area, ended in sorted(answers.ended.items())
    ]  # fmt: skip
    whole = {"blastradius_answers": _VERSION, "areas": areas, "partition": answers.partition, "names": answers.names,
             "regions": answers.regions, "left": answers.left}  # fmt: skip
    return gzip.compress(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE), mtime=0)


def load(name: str) -> Answers:
    """Answers from a file, or from the one beside an inventory.

    Raises:
        InputError: when there is none, or it is broken.
    """
    path = Path(name) if name.endswith(SUFFIX) else beside(name)
    try:
        packed = path.read_bytes()
        whole = orjson.loads(zlib.decompressobj(31).decompress(packed, _MOST))
        return _read(whole)
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise InputError(
            f"--resume: {path}: {why}: a scan writes it beside its inventory when it is cut short"
        ) from None
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"--resume: {path}: is not what a scan left behind") from None


def _read(whole: Any) -> Answers:
    if whole["blastradius_answers"] != _VERSION:
        raise ValueError("version")
    answers = Answers(
        partition=dict(whole["partition"]),
        names=dict(whole["names"]),
        regions=dict(whole["regions"]),
        left=dict(whole["left"]),
    )
    for one in whole["areas"]:
        area = Area(str(one["account"]), str(one["region"]), str(one["call"]))
        if one["status"] not in get_args(Status):
            raise ValueError("status")
        answers.ended[area] = Ended(one["status"], str(one["code"]))
        if one["missed"]:
            answers.missed[area] = [str(name) for name in one["missed"]]
        answers.items[area] = [
            Item(area.account, area.region, area.call, str(item["of"]), dict(item["data"])) for item in one["items"]
        ]
    return answers
