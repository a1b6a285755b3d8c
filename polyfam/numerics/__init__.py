"""Numbers: what momentum, or any memory of an optimizer, does to a loss.

From the bottom up: `recurrences` (the k-th Taylor coefficient of every function), `taylor` (series
of arrays that numpy code runs on), `jets` (the gradient of a loss along a curve), `losses` and
`optimizers`; above them the expansions, their exact counterparts, and the flows.
"""
