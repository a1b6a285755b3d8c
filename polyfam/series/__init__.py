"""Floor 3b: exact expansions in the step size h, over rooted and free trees."""
