"""Floor 3a, publication: rows in canonical order, one file a format, a checked data package."""
