"""The rules: one file each, which registers itself."""
