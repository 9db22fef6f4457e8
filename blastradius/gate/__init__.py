"""The gate: named conditions that a change may not bring about, told apart from what was there before."""
