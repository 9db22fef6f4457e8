"""Variables of the Serverless Framework: `${self:…}`, `${opt:…, default}`, `${file(…):…}`; what is not known stays a name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any

from blastradius.documents import MarkedDict, MarkedList, TaggedText, line_of

Other = Callable[[str], Any]

_WHOLE = re.compile(r"\$\{([^{}$]*)\}")
_MARKED = re.compile(r"\$\{")
_DEFAULT_STAGE = "dev"
MAX_STEPS = 40
MAX_TEXT = 100_000
MAX_VALUES = 200_000
_FUNCTIONS = ("AWS::", "!")
_OUTPUT = re.compile(r"cf(?:\(([\w-]+)\)|\.([a-z]{2}-[a-z-]+-\d))?:([\w.:/-]+\.[\w-]+)")
_TOLD = re.compile(r"cf:(?:[a-z]{2}-[a-z-]+-\d)?:")
OUTPUT = "cf:"
"""Stands before region, stack and output of what another stack tells, in a text that a template can hold."""


class Unknown(str):
    """A variable that nothing here fills in, by its name."""

    __slots__ = ()


class Variables:
    """Fills in the variables of one file.

    Args:
        root: the whole file.
        path: of the file, for those that it takes from others.
        other: reads another file of the tree; None where there is none.
        stage: that it is deployed as; empty for its own default.
        region: that a command deploys it in; empty where none says so.
        handed: parameters that a list of services hands it.
    """

    def __init__(
        self, root: dict[str, Any], path: str, other: Other, stage: str = "", region: str = "",
        handed: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self._handed = handed or {}
        self._root = root
        self._stage = stage
        self._region = region
        self._folder = posixpath.dirname(path)
        self._other = other
        self._busy: set[str] = set()
        self._left = MAX_VALUES
        self._came: int | None = None  # the line of another file from which the last text was taken
        self.unread: dict[str, None] = {}
        provider = root.get("provider")
        self._provider: dict[str, Any] = provider if isinstance(provider, dict) else {}

    def fill(self, value: Any, steps: int = 0) -> Any:
        """A value with its variables filled in; those that are not known become `${name}` that a template can hold."""
        self._left -= 1
        if steps > MAX_STEPS or self._left < 0:
            return None
        if isinstance(value, TaggedText):
            copy = TaggedText(self._text(str(value), steps))
            copy.tag = value.tag
            return copy
        if isinstance(value, str):
            return self._text(str(value), steps) if "${" in value else value
        if isinstance(value, dict):
            into = MarkedDict(line_of(value) or 1, getattr(value, "tag", None))
            for key, inner in value.items():
                name = self._text(key, steps) if "${" in key else key
                name = name if isinstance(name, str) else key
                self._came = None
                into[name] = self.fill(inner, steps + 1)
                into.lines[name] = (self._came if isinstance(inner, str) else None) or line_of(value, key) or into.line
                self._came = None
            return into
        if isinstance(value, list):
            items = MarkedList(line_of(value) or 1, getattr(value, "tag", None))
            for position, one in enumerate(value):
                self._came = None
                items.append(self.fill(one, steps + 1))
                items.lines.append((self._came if isinstance(one, str) else None) or line_of(value, position) or items.line)  # fmt: skip
                self._came = None
            return items
        return value

    def _text(self, text: str, steps: int) -> Any:
        """A text with its innermost variables filled in first; a text that is one variable becomes what that is."""
        for _ in range(100):
            match = next((one for one in _WHOLE.finditer(text) if self._ours(one[1])), None)
            if match is None or len(text) > MAX_TEXT:
                break
            value = self._value(match[1], steps)
            if match[0] == text.strip() and not isinstance(value, Unknown):
                return value
            if isinstance(value, Unknown):
                shown = f"\ue001{value}\ue002"
            elif isinstance(value, dict | list) or value is None:
                shown = f"\ue001{_name(match[1])}\ue002"
            else:
                shown = _plain(value)
            text = text[: match.start()] + shown + text[match.end() :]
        return text.replace("\ue001", "${").replace("\ue002", "}")

    def _ours(self, body: str) -> bool:
        """Whether a `${…}` is the framework's, rather than of a `Sub`."""
        first = body.strip()
        if first.startswith(_FUNCTIONS) or first.startswith(f"{OUTPUT}:") or _TOLD.match(first):
            return False
        return ":" in first.split(",")[0] or first.startswith(("file(", "strToBool("))

    def _value(self, body: str, steps: int) -> Any:
        """The first of the alternatives of a variable that is known."""
        seen: Any = None
        if _OUTPUT.fullmatch(body.split(",")[0].strip()):
            body = body.split(",")[0]  # what stands behind it counts only where there is no such output
        for one in _split(body):
            found = self._one(one.strip(), steps)
            if found is not None and not isinstance(found, Unknown):
                return found
            seen = seen or found
        if body.strip().startswith("opt:stage") and "stage" not in self._busy:
            return self.stage(steps)
        return seen if isinstance(seen, Unknown) else Unknown(_name(body))

    def _one(self, text: str, steps: int) -> Any:
        if text[:1] in "\"'" and text[-1:] == text[:1] and len(text) > 1:
            return text[1:-1]
        if text[:1] == "\ue001":
            return None
        kind, colon, name = text.partition(":")
        if text.startswith("file("):
            return self._file(text, steps)
        if not colon:
            return {"true": True, "false": False, "null": None}.get(text, int(text) if text.isdigit() else text or None)
        if kind == "self":
            return self._self(name.strip(), steps)
        if kind == "sls" and name.strip() == "stage":
            return self.stage(steps)
        if kind == "opt" and name.strip() == "stage":
            return self._stage or None  # where nobody gives it, what stands behind it counts
        if kind in ("opt", "aws") and name.strip() == "region" and self._region:
            return self._region
        if kind in ("opt", "aws") and name.strip() == "region":
            # an option has a default of its own, which is tried next
            region = (
                self.fill(self._provider.get("region"), steps + 1)
                if "region" not in self._busy and kind == "aws"
                else None
            )
            return (
                region
                if isinstance(region, str) and "${" not in region
                else Unknown("AWS::Region")
                if kind == "aws"
                else None
            )
        if kind == "aws" and name.strip() == "accountId":
            return Unknown("AWS::AccountId")
        if kind == "param":
            found = self._param(name.strip(), steps)
            return Unknown(_name(text)) if found is None else found
        if kind == "construct":
            return self._construct(name.strip())
        if kind == "ssm":
            return "{{resolve:ssm:" + name.strip().split("~")[0] + "}}"
        if kind.startswith("ssm("):
            return None
        if match := _OUTPUT.fullmatch(text):  # `}` and `$` stand in none
            return Unknown(f"{OUTPUT}{match[1] or match[2] or ''}:{match[3]}")
        return Unknown(_name(text)) if kind in ("env", "opt", "cf", "s3", "git", "sls", "output", "secrets") else None

    def _param(self, name: str, steps: int) -> Any:
        """A parameter that is handed in, else of the stage, else of all stages; as version 4 writes it, or 3."""
        if name in self._handed:
            return self.fill(self._handed[name], steps + 1)
        for stage in (self.stage(steps), "default"):
            for way in (f"stages.{stage}.params", f"params.{stage}"):
                found = self._self(f"{way}.{name}", steps)
                if found is not None:
                    return found
        return None

    def _construct(self, text: str) -> Any:
        """The queue or bucket that a construct of the file makes, as a template refers to it."""
        name, _, what = text.partition(".")
        kinds = {"queueUrl": "Queue", "queueArn": "Queue.Arn", "bucketName": "Bucket", "bucketArn": "Bucket.Arn"}
        return Unknown(f"{name[:1].upper()}{name[1:]}{kinds[what]}") if what in kinds else None

    def stage(self, steps: int = 0) -> Any:
        """The stage: that of the file where it says one, else the framework's own default."""
        if self._stage:
            return self._stage
        stage = self._provider.get("stage")
        if stage is None or "stage" in self._busy:
            return _DEFAULT_STAGE
        self._busy.add("stage")
        found = self.fill(stage, steps + 1)
        self._busy.discard("stage")
        return found if isinstance(found, str) else _DEFAULT_STAGE

    def _self(self, path: str, steps: int) -> Any:
        if path == "service.name":
            path = "service"
        if path in self._busy or not path:
            return None
        self._busy.add(path)
        try:
            if path == "provider.stage":
                return self.stage(steps)
            found = self._below(self._root, path, steps)
            return self.fill(found, steps + 1)
        finally:
            self._busy.discard(path)

    def _below(self, value: Any, path: str, steps: int) -> Any:
        for key in path.split("."):
            if isinstance(value, str) and "${" in value:
                value = self._text(str(value), steps + 1)
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            else:
                return None
        return value

    def _file(self, text: str, steps: int) -> Any:
        match = re.match(r"file\(([^)]*)\)(?::(.*))?$", text)
        if match is None:
            return None
        path = posixpath.normpath(posixpath.join(self._folder, match[1].strip().strip("\"'")))
        key = f"file {path} {match[2] or ''}"
        if key in self._busy:
            return None
        found = self._other(path)
        if found is None:
            self.unread[path] = None
            return Unknown(f"file.{posixpath.basename(path)}")
        self._busy.add(key)
        try:
            way = (match[2] or "").strip()
            below = self._below(found, way, steps) if way else found
            done = self.fill(below, steps + 1)
            above = self._below(found, way.rpartition(".")[0], steps) if "." in way else found
            self._came = line_of(below) or line_of(above, way.rpartition(".")[2]) or line_of(found)
            return done
        finally:
            self._busy.discard(key)


def _split(body: str) -> list[str]:
    """Alternatives between commas, quoted texts whole."""
    found: list[str] = [""]
    quote = ""
    for letter in body:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == ",":
            found.append("")
            continue
        found[-1] += letter
    return found


def _name(body: str) -> str:
    """What to call a variable that is not known."""
    first = body.split(",")[0].strip()
    return re.sub(r"[^\w.-]+", ".", first)[:80].strip(".") or "a variable"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
