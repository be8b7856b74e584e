"""Recorded text on its way into a letter: one line, single spaces, nothing that changes what surrounds it."""

import re

from outreach.protocol.addressee import Unaddressable

# Line breaks would become headers or block lines; bidirectional overrides and isolates make a line read as another;
# lone surrogates cannot be encoded. Plain right-to-left letters need none of these. Joiners (U+200C, U+200D) stay:
# Persian and Indic names are spelt with them.
FORBIDDEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff]"
)


def clean(text: str, what: str) -> str:
    """Return `text` with single spaces; `what` names the field in the message.

    Raises Unaddressable for line breaks, control characters and bidirectional overrides.
    """
    if FORBIDDEN.search(text):
        raise Unaddressable(
            f"The {what} {text!r} holds a line break or an invisible control character; type it again in the record."
        )
    return " ".join(text.split())


def legible(text: str) -> bool:
    """Whether anything in `text` can be read: a name of blanks and dashes is no name."""
    return any(map(str.isalnum, text))


def readable(text: str) -> str:
    """Return `text` fit for a one-line message, whatever was recorded."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
