"""Benchmarks, side by side with peers. Not part of the product: nothing in `workers/` imports this."""
