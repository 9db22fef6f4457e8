"""Providers whose resources are tools of Terraform itself and nothing that can fail."""

TOOLS = frozenset({"random", "null", "local", "time", "tls", "template", "archive", "external", "http", "terraform", "cloudinit"})  # fmt: skip
