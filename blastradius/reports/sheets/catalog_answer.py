"""What the catalog holds, as tables."""

from __future__ import annotations

from blastradius.catalog.asking import CatalogAnswer
from blastradius.reports.tables import Sheets, Table, sheets
from blastradius.reports.wording import number


def _title(result: CatalogAnswer) -> list[str]:
    if result.checked is not None:
        return [f"The catalog: {number(len(result.complaints), 'complaint')} about {result.checked:,} records"]
    return [f"The catalog on {result.asked}"]


def _flat(result: CatalogAnswer) -> Table:
    if result.checked is not None:
        return Table("Complaints", ("complaint",), tuple((one,) for one in result.complaints))
    if result.sources:
        rows = tuple((one.file, one.key, one.title, one.url, one.records) for one in result.sources)
        return Table("Sources", ("file", "key", "title", "address", "statements"), rows)
    columns = ("file", "part", "id", "name", "confidence", "recollection", "as of", "source")
    return Table(
        "Records",
        columns,
        tuple(
            (one.file, one.part, one.id, one.name, one.confidence, one.recollection, one.as_of, "; ".join(one.source))
            for one in result.records
        ),
    )


sheets.register("CatalogAnswer")(Sheets(_title, _flat, lambda result: [_flat(result)]))
