"""The embedded engine: fetched, verified, started and stopped from Python."""

from workers.embedded.errors import EmbeddedEngineError
from workers.embedded.launcher import EmbeddedEngine

__all__ = ["EmbeddedEngine", "EmbeddedEngineError"]
