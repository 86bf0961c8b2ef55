"""What a child's reference is, and what else the record takes as one line of text.

A fault is half a sentence, which does not quote the text.
"""

from __future__ import annotations

LONGEST_REFERENCE = 64
LONGEST_NAME = 200
# printable by category, and seen by nobody
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in (*range(0x180B, 0x180E), *range(0xFE00, 0xFE10))
}
JOINERS = frozenset("\u200c\u200d")  # not printable by category, and part of names in several scripts


def reference_fault(text: str) -> str | None:
    """Why a text is no child's reference: 1 to 64 printable characters, not only blanks.

    Line breaks, control characters and marks of direction are not printable.
    """
    if len(text) > LONGEST_REFERENCE:
        return f"a child's reference has at most {LONGEST_REFERENCE} characters, and this has {len(text)}"
    return _line_fault(text, "a child's reference")


def name_fault(text: str) -> str | None:
    """Why a text is no name: 1 to 200 printable characters, not only blanks."""
    if len(text) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters, and this has {len(text)}"
    return _line_fault("".join(sign for sign in text if sign not in JOINERS), "a name")


def _line_fault(text: str, what: str) -> str | None:
    if not text.isprintable() or not BLANK.isdisjoint(text):
        return (
            f"{what} has printable characters only: no line break, control character, mark of direction "
            "or invisible one"
        )
    return None if text.strip() else f"{what} is not blank"
