"""The mapping sets, as SSSOM TSV: one file per ordered pair of frameworks."""
