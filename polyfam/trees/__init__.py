"""Floor 1: rooted and free trees as exact, canonical values."""
