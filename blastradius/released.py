"""The version of this release, for everything that says which one wrote it."""

VERSION = "0.1.0"
