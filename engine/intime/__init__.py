"""Law in time: what changed, what comes, what is pending, and what that does to an organisation and its runs."""
