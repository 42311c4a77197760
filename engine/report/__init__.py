"""The cross-regulation gap report: one model, written as a page, a table and data."""
