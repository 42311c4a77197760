"""What ``normgraph diff`` prints, one kind of comparison a module."""
