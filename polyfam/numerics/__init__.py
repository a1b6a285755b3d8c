"""Floor 4: the expansions on real losses, in floating point.

=============== ===============================================================================
room            what is in it
=============== ===============================================================================
``arithmetic``  truncated power series of arrays
``derivatives`` gradients along curves, whoever supplies them; Hessians
``losses``      one small file a loss; data
``momentum``    heavy ball as gradient descent without memory
``optimizers``  one short file an optimizer
``memory``      any of them as an update without memory
``odes``        the same in continuous time
``bias``        what the memory penalises
=============== ===============================================================================

`runs` holds the trajectories of them all.
"""
