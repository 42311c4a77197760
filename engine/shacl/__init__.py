"""SHACL: what validates a graph against shapes, and what a validation result is."""
