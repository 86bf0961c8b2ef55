from workers.errors import Refused


class EmbeddedEngineError(Refused):
    """The embedded engine cannot do what was asked."""
