"""JSON Schemas of the files that people write, made from the models; editors check and complete with them.

They say what the models say, save what a schema cannot: sums, such as `required` within the number of members.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path(__file__).parent
#: Models with a key that reading fills in: the last part of the id.
_NAMED_BY_ID = ("Component", "OverlayComponent")


def models() -> dict[str, type[BaseModel]]:
    """The model behind each committed schema, by the schema's name."""
    from blastradius.catalog.incidents import Incident
    from blastradius.model import Inventory
    from blastradius.overlay import Overlay

    return {"incident": Incident, "inventory": Inventory, "overlay": Overlay}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of `inventory`, `overlay` (`blastradius.yaml`) or `incident`.

    Args:
        name: which.

    Raises:
        KeyError: when there is no such schema.
    """
    return of_model(models()[name])


def of_model(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a file that a person writes; durations may be whole seconds or text such as `15m`.

    Args:
        model: what the file shall become.
    """
    made = model.model_json_schema(mode="validation")
    for name in _NAMED_BY_ID:
        if name in made.get("$defs", {}):
            made["$defs"][name]["required"].remove("name")
    return {"$schema": DIALECT, **_untitled(made)}


def _untitled(value: Any, names: bool = False) -> Any:
    """A schema without the titles that only repeat the keys; a property may itself be called title."""
    if isinstance(value, dict):
        return {
            key: _untitled(inner, key in ("properties", "$defs"))
            for key, inner in value.items()
            if names or key != "title"
        }
    return [_untitled(inner) for inner in value] if isinstance(value, list) else value


def path_of(name: str) -> Path:
    """Where a schema is committed."""
    return FOLDER / f"{name}.schema.json"


def text(name: str) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema(name), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def regenerate() -> list[Path]:
    """Write all committed schemas anew, and say which files changed."""
    changed = []
    for name in sorted(models()):
        path = path_of(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text(name):
            path.write_text(text(name), encoding="utf-8")
            changed.append(path)
    return changed
