"""All polynomials of one order at once: halves of trees, and their products, exactly.

Nothing here is public; `polyfam.family.table` is the way in.
"""
