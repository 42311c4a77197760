"""Results that stay current: a change in, and what it changes out, equal to a new assessment at any time."""
