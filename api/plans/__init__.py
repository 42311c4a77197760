"""A plan as people and programs read it: tables, JSON and CSV."""
