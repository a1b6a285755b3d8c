"""Heavy ball as gradient descent without memory: field, loss, manifold, flows, validity."""
