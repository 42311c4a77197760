"""The evidence register: what there is, what lapses, whether files are as recorded, and who did what with them when."""
