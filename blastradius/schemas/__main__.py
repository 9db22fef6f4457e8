"""`python -m blastradius.schemas` writes the committed schemas anew."""

from blastradius.schemas import regenerate

if __name__ == "__main__":
    for changed in regenerate():
        print(f"written: {changed.name}")
