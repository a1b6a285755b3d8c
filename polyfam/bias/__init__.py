"""What the memory of an optimizer penalises, in numbers and in words."""
