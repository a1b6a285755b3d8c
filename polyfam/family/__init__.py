"""Floor 2: the polynomials P_t(beta) of the free trees."""
