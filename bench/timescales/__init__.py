"""Dates of many cases recomputed by today's tables, and the working-day arithmetic beside numpy's."""
