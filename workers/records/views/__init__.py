"""What the record answers."""

from workers.records.views.answers import Answers
from workers.records.views.case import Case, Opened, OpenStep, Standing
from workers.records.views.children import Child, Children
from workers.records.views.episodes import Episodes
from workers.records.views.mail import Mail, Queued
from workers.records.views.offers import Offer, Offers

__all__ = ["Child", "Offer", "OpenStep", "Opened", "Queued", "Reads", "Standing"]


class Reads(Children, Case, Answers, Episodes, Mail, Offers):
    """All of it, of one state."""
