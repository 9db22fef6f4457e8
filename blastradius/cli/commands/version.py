"""`blastradius version`."""

from __future__ import annotations

PLACE = 90


def run() -> int:
    """Print the versions of blastradius and of Python.

    Returns:
        The exit code.
    """
    import platform
    import sys

    from blastradius import __version__

    sys.stdout.write(f"blastradius {__version__} (Python {platform.python_version()}, {sys.platform})\n")
    return 0
