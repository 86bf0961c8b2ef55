"""The topics of the models: one small module each, its contract declared beside its one function."""

from workers.runtime.contract import Topic, load


def catalogue() -> dict[str, Topic]:
    """Every topic by name."""
    return load(__name__)
