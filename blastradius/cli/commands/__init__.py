"""One file a command: its function `run` with typed options, and `PLACE`, its place in the help."""
