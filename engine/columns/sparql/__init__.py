"""SPARQL over columns: a SELECT query becomes a plan of operations on whole columns, or is said not to."""
