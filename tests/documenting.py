"""Pages of `docs/` out of what the program itself knows: its scanners, its rules, the schemas of its files and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from blastradius.cli.commands import schema as command
from blastradius.gate.ruling import rules
from blastradius.model import ChainLink, Evidence, Value
from blastradius.notebook.columns import Column, columns, lists
from blastradius.notebook.frames import default_list
from blastradius.scanners import scanners

#: What a value of each plain type of a schema is called.
_TYPES = {"integer": "integer", "number": "number", "boolean": "true or false", "string": "text", "null": "null"}
_WRITTEN = "Written by `pytest tests/docs --snapshot-update`."
_SECONDS = re.compile(r"\[0-9\].*\[smhdwSMHDW\]")


def scanners_page() -> str:
    """What each scanner reads and leaves out."""
    parts = [
        "# Scanners",
        f"What `blastradius scan` reads in files and folders, from the registry of scanners; accounts are read by `scan --aws`. "
        f"{_WRITTEN}",
        "A file goes to the first scanner that claims it: by its name alone, or by what stands in it.",
    ]
    for name, kind in scanners():
        told = "by their names" if kind.claims == "names" else "by their content"
        rows = [
            ("reads", kind.summary),
            ("extracts", kind.extracts),
            ("leaves out", kind.omits),
            ("claims files", told),
        ]
        parts += [f"## {name}", *(f"**{what}**: {_capital(text)}." for what, text in rows)]
    return "\n\n".join(parts) + "\n"


def rules_page() -> str:
    """Every rule of the gate: what it finds, when, and what to do."""
    own = {id: kind for id, kind in rules().items() if kind.__module__.startswith("blastradius.")}
    parts = [
        "# Rules of the gate",
        f"What `blastradius gate` finds, from the registry of rules. {_WRITTEN}",
        "`block` fails the gate, `warn` is shown, `advisory` is told; `policy: {rules: {BR002: warn}}` in `blastradius.yaml` "
        "sets another level, `{BR010: {level: block, limit: 50}}` an option as well.",
        table(
            ("rule", "name", "level", "fires where"),
            [
                (f"[{id}](#{_anchor(f'{id} {kind.name}')})", kind.name, kind.level, kind.summary)
                for id, kind in own.items()
            ],
        ),
    ]
    for id, kind in own.items():
        parts += [f"## {id} {kind.name}", f"{kind.summary} Level: `{kind.level}`.", kind.docs]
        options = [
            (f"`{name}`", _default(field.default), field.description or "")
            for name, field in kind.options.model_fields.items()
        ]
        if options:
            parts.append(table(("option", "default", "means"), options))
    return "\n\n".join(parts) + "\n"


def schema_page(folder: Path) -> str:
    """Every file that people write and every answer, key by key.

    Args:
        folder: where schemas may be written to.
    """
    files, shared = {}, {}
    for name in command.names():
        path = folder / f"{name}.json"
        assert command.run(name, str(path)) == 0
        found = json.loads(path.read_text(encoding="utf-8"))
        files[name] = found
        for title, record in found.pop("$defs", {}).items():
            shared.setdefault(title, {})[json.dumps(record, sort_keys=True)] = record
    # a key whose words are those of its record has none of its own in a schema
    described = {title: next(iter(forms.values())).get("description", "") for title, forms in shared.items()}
    parts = [
        "# Files and answers",
        f"Every key of the files that people write and of the answers as JSON, from the models. {_WRITTEN} "
        "`blastradius schema NAME` prints the same as JSON Schema.",
        "A time is whole seconds; where a person writes, `90s`, `15m`, `3h`, `2d` as well. A key without a default must be there.",
        "Files: " + ", ".join(f"[{name}](#{_anchor(name)})" for name in ("inventory", "overlay", "scenario")) + ". Answers: "
        + ", ".join(f"[{name}](#{_anchor(name)})" for name in files if name not in ("inventory", "overlay", "scenario")) + ".",
    ]  # fmt: skip
    for name, found in files.items():
        parts += [f"## {name}", *_record(found, described)]
    parts.append("# Records")
    for title, forms in sorted(shared.items()):
        # what is read may be looser than what is written: both are shown where they differ in what is shown
        shown = dict.fromkeys(tuple(_record(one, described)) for one in forms.values() if "properties" in one)
        for number, record in enumerate(shown):
            parts += [f"{title}, in answers:" if number else f"## {title}", *record]
    return "\n\n".join(parts) + "\n"


def answers() -> dict[str, type[Value]]:
    """The class of each answer, of an inventory and of a runbook, by the command that gives it."""
    places = {"scan": "blastradius.model:Inventory"} | command.answers()
    found = {name: place.split(":") for name, place in places.items()}
    return {name: getattr(import_module(module), kind) for name, (module, kind) in found.items()}


def frames_page() -> str:
    """Every table that `br.frame` makes, column by column."""
    parts = [
        "# Frames",
        f"The columns of every table that `br.frame(result, of)` makes, with their types in pandas. {_WRITTEN}",
        "A type depends on the column alone: an empty table has the same ones. Unset is `<NA>`. `object` holds tuples of "
        'texts, or `None`. Times are whole seconds. `br.frame(result).attrs["columns"]` says the same in a notebook.',
        'A list inside a record is counted there; `br.frame(result, "journeys.gaps")` lists it, with a first column `of`, a '
        "`string`, that says whose they are; any list `evidence` likewise, with the columns of [Evidence](#evidence).",
    ]
    records: dict[str, type[Value]] = {}
    rows = []
    for name, kind in answers().items():
        for of, record in _tables(kind):
            usual = " (where none is named)" if of == default_list(kind) else ""
            rows.append((f"`{name}`", f"`{of}`{usual}", f"[{record.__name__}](#{_anchor(record.__name__)})"))
            assert records.setdefault(record.__name__, record) is record, f"two records are called {record.__name__}"
    records["Evidence"] = Evidence
    parts.append(table(("result of", "of", "columns"), rows))
    for name, record in sorted(records.items()):
        parts += [f"## {name}", table(("column", "type", "means"), map(_column, columns(record)))]
    return "\n\n".join(parts) + "\n"


def _tables(kind: type[Value], above: str = "") -> Iterable[tuple[str, type[Value]]]:
    for name, record in lists(kind).items():
        if record is Evidence:
            continue
        yield above + name, record
        if record is not ChainLink:
            yield from _tables(record, f"{above}{name}.")


def _column(one: Column) -> tuple[str, str, str]:
    words = ": " + ", ".join(f"`{word}`" for word in one.words) if one.words and len(one.words) < 12 else ""
    return f"`{one.name}`", f"`{one.dtype}`{words}", one.means or "See its record."


def _record(record: Mapping[str, Any], described: Mapping[str, str]) -> Iterable[str]:
    if text := record.get("description"):
        yield " ".join(text.split("\n\n")[0].split())
    needed = record.get("required", ())
    yield table(
        ("key", "value", "default", "means"),
        [
            (
                f"`{key}`",
                _type(value),
                "must be there" if key in needed and "default" not in value else _default(value.get("default")),
                " ".join((value.get("description") or described[_title(value)]).split()),
            )
            for key, value in record.get("properties", {}).items()
        ],
    )


def _type(value: Mapping[str, Any]) -> str:
    """What may stand there, in words."""
    if "$ref" in value:
        title = _title(value)
        return f"[{title}](#{_anchor(title)})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in value:
            said = list(dict.fromkeys(_type(one) for one in value[several] if one.get("type") != "null"))
            if any(_SECONDS.search(one.get("pattern", "")) for one in value[several]):
                said = ["time", *(one for one in said if one not in ("integer", "text"))]
            return " or ".join(said)
    if "const" in value or "enum" in value:
        return ", ".join(f"`{_json(one)}`" for one in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        if "prefixItems" in value:
            return "list of exactly " + ", ".join(_type(one) for one in value["prefixItems"])
        return f"list of {_type(value.get('items', {}))}"
    if value.get("type") == "object":
        held = value.get("additionalProperties")
        return f"mapping to {_type(held)}" if isinstance(held, dict) and held else "mapping"
    if value.get("format") == "date":
        return "day"
    return _TYPES.get(value.get("type", ""), "anything")


def _title(value: Mapping[str, Any]) -> str:
    return str(value.get("$ref", "")).rpartition("/")[2]


def _default(value: object) -> str:
    if value is None:
        return "unset"
    return "none" if value in ([], (), {}) else f"`{_json(value)}`"


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
