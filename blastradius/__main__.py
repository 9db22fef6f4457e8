"""`python -m blastradius`: the same as the command `blastradius`."""

import sys

from blastradius.cli import main

if __name__ == "__main__":
    sys.exit(main())
