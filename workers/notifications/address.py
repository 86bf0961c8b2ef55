"""Whom mail may go to. People set their own address in the engine, so it is looked at before it is used."""

from __future__ import annotations

import re
from collections.abc import Collection

DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@({DOMAIN})")
LONGEST = 254  # RFC 5321
NOT_SENT = "not sent: "  # how a refusal begins, so that others know it


def refusal(address: str, domains: Collection[str]) -> str | None:
    """Why no mail goes to an address, without quoting it; None if it may."""
    match = ADDRESS.fullmatch(address) if len(address) <= LONGEST else None
    if not match:
        return f"{NOT_SENT}the user's address is not one plain mail address"
    if match[1].lower() not in domains:
        return f"{NOT_SENT}the user's address is outside HOMEWARD_MAIL_DOMAINS"
    return None
