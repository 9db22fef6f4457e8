"""One file a family: what is asked, and what its answers mean."""
