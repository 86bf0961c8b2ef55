"""Our worker runtime beside the official JavaScript client, the public Python client and a bare loop, on one
real engine.
"""
