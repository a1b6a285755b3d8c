"""The gradient of a loss along a curve, term by term, however the loss is given."""
