"""The library: from graph to value, with explicit arguments, no web framework and no environment."""
