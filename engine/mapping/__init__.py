"""Mapping rows: what their relationships mean, how they chain, and how they are read and written."""
