"""Telling people: what a mail says, how it travels, and the outbox that sees it delivered once.

How it is used:

    outbox = from_settings(record, settings())
    outbox.deliver()
"""

from workers.notifications.channels import Channel, GovukNotify, Maildir, Smtp
from workers.notifications.message import TEMPLATES, Context, Message, details
from workers.notifications.outbox import Outbox, OutboxThread, from_settings

__all__ = [
    "TEMPLATES",
    "Channel",
    "Context",
    "GovukNotify",
    "Maildir",
    "Message",
    "Outbox",
    "OutboxThread",
    "Smtp",
    "details",
    "from_settings",
]
