"""Minimal cut sets and exact probabilities: monotone formulas, their modules, and decision diagrams over them."""
