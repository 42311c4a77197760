"""The named questions and hygiene checks, as SPARQL files whose headers are catalogue entries."""
