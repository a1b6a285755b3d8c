"""Independent ways to one polynomial: each from its own statement, none uses another's code."""
