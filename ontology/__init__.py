"""The vocabulary, the frameworks, the norms, the shapes and the examples, as Turtle."""
