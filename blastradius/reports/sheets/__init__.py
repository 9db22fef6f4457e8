"""Tables for Markdown and CSV: one file a result."""
