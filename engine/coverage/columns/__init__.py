"""The same states over integer columns: every requirement and scope at once (COVERAGE §5 and §6)."""
