"""Statements as columns of whole numbers: terms by number, and for each predicate its pairs, sorted both ways."""
