"""`python -m blastradius.catalog.parsed` writes the committed JSON of the catalog anew."""

from blastradius.catalog import data
from blastradius.catalog.parsed import HERE, written
from blastradius.files import write_atomic

if __name__ == "__main__":
    for source in (data.SHIPPED / name for name in data.FILES):
        target, made = HERE / f"{source.stem}.json", written(source, data.document(source))
        if not target.is_file() or target.read_bytes() != made:
            write_atomic(target, made)
            print(f"written: {target.name}")
