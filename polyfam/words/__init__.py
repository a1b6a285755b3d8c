"""Words that the polynomials count: permutations, Dyck words, edge words, nested sets."""
