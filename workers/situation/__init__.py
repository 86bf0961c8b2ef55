"""The situation of a child: what kinds of episode there are, what they answer, and how one is noted."""

from workers.errors import HomewardError, Refused, WrongUse


class VocabularyError(Refused):
    """engine/situation.toml is at fault, not who asks."""


class EpisodeError(HomewardError):
    """An episode that cannot be noted; one of the two below says why. `shown`: what stands on the record, for
    people's eyes only.
    """

    def __init__(self, what: str, mend: str, shown: str = ""):
        super().__init__(f"{what}{shown}: {mend}")
        self._plain = f"{what}: {mend}"

    @property
    def plain(self) -> str:
        return self._plain


class WrongEpisode(EpisodeError, WrongUse):
    """A kind, code or date that there is not."""


class EpisodeRefused(EpisodeError, Refused):
    """It does not go with what stands on the record."""
