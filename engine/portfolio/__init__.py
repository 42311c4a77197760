"""Many organisations: assessed in batches, in processes here or on other machines, and rolled up."""
