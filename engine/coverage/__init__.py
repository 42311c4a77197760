"""What is covered, in which state, on which support: the semantics of COVERAGE.md."""
