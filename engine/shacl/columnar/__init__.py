"""The second reading of compiled shapes: the same constraints, over columns of numbers, whole sets at once."""
