"""One module a contestant, each run as a process of its own, so that its CPU time can be told from everybody
else's.
"""
