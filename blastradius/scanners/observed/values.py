"""Values of recorded data, read without trust: any part may be missing, of another type, or a secret."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from blastradius.scanners.credentials import is_credential

MAX_NAME = 200
"""Characters of the longest name that is taken for one."""

UNNAMED = "unnamed service"
"""What a service is called whose recorded name is not to be shown; calls through it are not lost."""

#: What names of services, queues and databases are made of; no sign of a URL, a query, a statement or a password.
_NAME = re.compile(r"[\w.$*@'][\w .:/+#()\[\]$~,*&@|'%!-]*", re.UNICODE)
_STATEMENT = re.compile(r"(?:select\s.*\sfrom|insert\s+into|update\s.*\sset|delete\s+from|merge\s+into)\s", re.I)
_KEY_VALUE = rb'"(?:%s)"\s*:\s*(?:"((?:[^"\\]|\\.){0,300})"|(-?\d{1,20}))'


def text(value: Any, limit: int = MAX_NAME) -> str:
    """A text of one printable line, stripped; empty for anything else."""
    if isinstance(value, bool | float) or not isinstance(value, str | int):
        return ""
    found = value.strip() if isinstance(value, str) else str(value)
    return found if len(found) <= limit and found.isprintable() else ""


def name(value: Any) -> str:
    """A text that can be the name of something; empty for a URL, a statement, parameters, and what may be a secret."""
    found = text(value)
    if "//" in found or not _NAME.fullmatch(found) or is_credential(found):
        return ""
    return "" if _STATEMENT.match(found) else found


def service(value: Any) -> str:
    """The name of a service; `UNNAMED` where it is recorded under a text that is none, empty where it is under nothing."""
    return name(value) or (UNNAMED if isinstance(value, str) and value.strip() else "")


def texts(value: Any) -> list[str]:
    """The names in a JSON list, or the only one that is written without a list."""
    found = value if isinstance(value, list) else [value]
    return [one for part in found if (one := name(part))]


class Lines:
    """Lines on which a value of some keys stands, the first occurrence first.

    Reading JSON with marks is some twenty times slower, and traces are long.

    Args:
        content: the file.
        keys: of the values that are asked for.
        fixed: the only line that there is, for one line of a file of JSON lines.
    """

    def __init__(self, content: bytes, *keys: str, fixed: int = 0) -> None:
        self._fixed = fixed
        self._lines: dict[bytes, deque[int]] = {}
        if fixed:
            return
        line, at = 1, 0
        pattern = re.compile(_KEY_VALUE % b"|".join(re.escape(key).encode() for key in keys))
        for found in pattern.finditer(content):
            line += content.count(b"\n", at, found.start())
            at = found.start()
            self._lines.setdefault(found[1] if found[1] is not None else found[2], deque()).append(line)

    def of(self, value: object) -> int:
        """The line of the next occurrence of a value; of the last where there are no more, 1 where there is none."""
        if self._fixed:
            return self._fixed
        lines = self._lines.get(str(value).encode("utf-8", "surrogatepass"))
        if not lines:
            return 1
        return lines.popleft() if len(lines) > 1 else lines[0]
