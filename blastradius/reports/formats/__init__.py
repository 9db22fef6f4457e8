"""One file a report format; each registers itself."""
