"""JSON: the result as it is, keys sorted, UTF-8, the same bytes for the same result."""

from __future__ import annotations

from blastradius.model import Inventory, Value
from blastradius.reports import FORMATS, escape
from blastradius.reports.view import View


class Json:
    """One document with `schema_version`; an inventory is written as its file."""

    suffixes: tuple[str, ...] = (".json",)

    def render(self, result: Value, view: View) -> str:
        """Write a result."""
        if isinstance(result, Inventory):
            from blastradius import storage

            return storage.dumps(result).decode("utf-8")
        import orjson

        options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        value = result.model_dump(mode="json", by_alias=True)
        try:
            document = orjson.dumps(value, option=options).decode("utf-8")
        except TypeError:  # a count above 64 bits, which JSON allows and orjson does not
            import json

            document = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
        return escape.json(document)


FORMATS.register("json")(Json())
