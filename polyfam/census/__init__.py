"""All trees of one order surveyed: counted, told apart, checked and fingerprinted."""
