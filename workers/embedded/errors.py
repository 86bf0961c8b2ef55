from workers.errors import HomewardError


class EmbeddedEngineError(HomewardError):
    """The embedded engine cannot do what was asked. The message is one line: what, where, what to do."""
