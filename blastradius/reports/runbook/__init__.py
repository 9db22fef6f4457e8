"""A runbook in Markdown, and what people wrote into an earlier one."""

from blastradius.reports.runbook.writing import write

__all__ = ["write"]
