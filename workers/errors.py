"""What `homeward` tells a person instead of a traceback."""


class HomewardError(Exception):
    """Something outside went wrong, or somebody asked for what cannot be: one line that says what, where, and
    what to do.
    """
