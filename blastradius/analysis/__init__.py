"""Questions about a whole system that one simulated loss does not answer."""
