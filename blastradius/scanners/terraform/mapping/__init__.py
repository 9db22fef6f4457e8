"""What Terraform types mean: one file a family, each with rows for its types."""

from __future__ import annotations

from blastradius.scanners.terraform.mapping.linking import linked
from blastradius.scanners.terraform.mapping.translating import Translated, translate_all

__all__ = ["Translated", "linked", "translate_all"]
